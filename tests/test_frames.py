"""What stands around pages is rendered for the first ones of a kind, and right for all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qbank.frames import Frames


def rendered(frames: Frames, render, pages, kind="page") -> list[str]:
    return [frames.render(kind, texts, render) for texts in pages]


PAGES = [{"title": f"Title {number}", "content": f"<p>{number}</p>"} for number in range(6)]


def test_a_frame_is_rendered_for_the_first_pages_only():
    asked = []

    def render(texts):
        asked.append(texts)
        return f"<title>{texts['title']}</title><h1>{texts['title']}</h1>{texts['content']}<footer>"

    assert rendered(Frames(), render, PAGES) == [render(texts) for texts in PAGES]
    assert len(asked) - len(PAGES) == 3, "two pages as they are, and one to see where texts belong"


def test_each_kind_has_a_frame_of_its_own():
    frames = Frames()
    short = rendered(frames, lambda texts: texts["title"], PAGES, "short")
    long = rendered(frames, lambda texts: texts["title"] + texts["content"], PAGES, "long")
    assert (short[-1], long[-1]) == ("Title 5", "Title 5<p>5</p>")


TEXTS = st.text(max_size=20)


@given(st.lists(st.fixed_dictionaries({"title": st.text(min_size=1), "content": TEXTS}), max_size=6), TEXTS, TEXTS)
def test_a_text_may_hold_anything(pages, before, after):
    def render(texts):
        return f"{before}{texts['title']}{after}{texts['content']}{before}"

    kind = [[texts for texts in pages if bool(texts["content"]) is has] for has in (True, False)]
    for number, pages_of_kind in enumerate(kind):
        frames = Frames()
        assert rendered(frames, render, pages_of_kind, number) == [render(texts) for texts in pages_of_kind]


def test_a_theme_that_does_more_with_a_text_renders_every_page():
    def shouting(texts):
        return texts["title"].upper()

    assert rendered(Frames(), shouting, PAGES) == [shouting(texts) for texts in PAGES]


def test_what_a_theme_does_with_the_second_page_only_is_noticed_too():
    def telling(texts):
        return texts["title"] + ("!" if "Title 1" in texts["title"] else "")

    pages = [PAGES[0], *PAGES[1:], {"title": "Title 1 again", "content": "-"}]
    assert rendered(Frames(), telling, pages) == [telling(texts) for texts in pages]


def test_a_heading_in_the_content_is_seen_as_one():
    def heading(texts):
        return texts["content"] if "<h1" in texts["content"] else f"<h1>{texts['title']}</h1>{texts['content']}"

    pages = [{"title": f"T{number}", "content": f"<h1>Own {number}</h1>"} for number in range(4)]
    asked = []
    assert rendered(Frames(), lambda texts: asked.append(0) or heading(texts), pages) == [
        texts["content"] for texts in pages
    ]
    assert len(asked) == 3
