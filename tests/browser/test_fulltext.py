"""Full text in a real browser: prompts are found by their words, answers only by those who ask for them."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest
from tests.builders import ROOT

from qbank import pagefind
from qbank.pagefind import Passage

pytestmark = pytest.mark.browser

SEARCH = """async ([query, options]) => {
  const { search } = await import(new URL("assets/qbank/fulltext.js", document.baseURI));
  return search(query, options);
}"""
QUESTION = "everything-question"


@pytest.fixture
def home(everything, open_page):
    return open_page(everything)


def search(page, query: str, **options: object):
    return page.evaluate(SEARCH, [query, options])


def test_nothing_is_loaded_before_the_first_search(everything, open_page):
    page = open_page(everything)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload(wait_until="networkidle")
    assert not [url for url in asked if "pagefind" in url or "fulltext" in url]
    search(page, "field")
    assert [url for url in asked if url.endswith("pagefind/pagefind.js")]
    assert not [url for url in asked if "pagefind/answers" in url]


def test_a_prompt_is_found_and_its_excerpt_marks_the_words(home):
    found = search(home, "quokka")
    assert [passage["id"] for passage in found] == [QUESTION]
    assert found[0]["url"] == f"{home.base}questions/{QUESTION}/"
    assert found[0]["title"] == "What does a question with every single field look like?"
    assert any("quokka" in piece["text"].lower() and piece["marked"] for piece in found[0]["excerpt"])


@pytest.mark.parametrize("word", ["aardvark", "narwhal", "wombat"])
def test_answers_are_found_only_when_asked_for(home, word):
    assert search(home, word) == []
    found = search(home, word, inAnswers=True)
    assert [(passage["id"], passage["inAnswer"]) for passage in found] == [(QUESTION, True)]
    assert found[0]["url"].endswith(f"/questions/{QUESTION}/#answer")
    assert search(home, word) == [], "an answer is shown to someone who no longer asks for answers"


@pytest.mark.parametrize("word", ["answercode", "promptcode", "guide_code", "Breadcrumbs"])
def test_code_and_navigation_are_not_found(home, word):
    assert word not in str(search(home, word, inAnswers=True))


def test_a_question_is_found_once(home):
    found = search(home, "question", inAnswers=True, limit=20)
    ids = [passage["id"] for passage in found if passage["id"]]
    assert len(ids) == len(set(ids)) > 1


def test_drafts_and_retired_questions_are_not_found(home):
    found = search(home, "question", inAnswers=True, limit=50)
    assert not [passage for passage in found if "draft" in passage["url"] or "retired" in passage["url"]]


def test_hand_written_pages_are_found(home):
    found = search(home, "hand-written")
    assert found
    assert found[0]["id"] == ""
    assert found[0]["url"].startswith(home.base)


def test_hostile_prompts_stay_text(home):
    found = search(home, "alert", inAnswers=True)
    assert found
    assert "<script>" in str(found)


def test_a_search_that_is_no_longer_wanted_ends(home):
    assert (
        home.evaluate("""async () => {
      const { search } = await import(new URL("assets/qbank/fulltext.js", document.baseURI));
      const controller = new AbortController();
      const found = search("field", { signal: controller.signal });
      controller.abort();
      return found.then(() => "found", error => error.name);
    }""")
        == "AbortError"
    )


@pytest.mark.parametrize("options", [{}, {"inAnswers": True}])
def test_what_a_bad_link_lost_is_asked_for_again(everything, open_page, options):
    page = open_page(everything, "nowhere/", missing=True)
    page.goto(page.base)
    page.route("**/parts.json", lambda route: route.fulfill(status=404))
    failed = page.evaluate(f"given => ({SEARCH})(given).catch(error => error.message)", ["quokka", options])
    assert failed == "../../pagefind/parts.json answers with status 404"
    page.unroute("**/parts.json")
    assert [passage["id"] for passage in search(page, "quokka", **options)] == [QUESTION]


def test_a_site_without_full_text_says_so(project, open_page):
    bank = project("small")
    bank.write("sitecustomize.py", "import sys\nsys.modules['pagefind_bin'] = None\n")
    bank.built(PYTHONPATH=str(bank.root))
    page = open_page(type("Site", (), {"folder": bank.site, "base": "/"}))
    assert search(page, "first") is None


# --- indexes in several parts ---------------------------------------------------------------------------------------

PARTS = range(4)
FILLER = "It is about other things altogether, at some length. " * 8
ANSWERS = {f"q{number}": f"Soft, softer: a soft one, number w{number}." for number in range(500)} | {
    "q7": f"{FILLER} The softmax of the scores. {FILLER}",
    "q8": f"{FILLER} Each gradient is clipped. {FILLER}",
}


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A page with the scripts, and full text of so many prompts and answers that both have parts."""
    folder = tmp_path_factory.mktemp("many")
    prompts = [Passage(url=f"questions/{id}/", title=id, text=f"Tell of {id}, said v{id[1:]}.") for id in ANSWERS]
    answers = [Passage(url=f"questions/{id}/#answer", title=id, text=text) for id, text in ANSWERS.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(pagefind._FEWEST, "prompts", 125)
        pagefind.add_to(folder, prompts=prompts, answers=answers, language="en", cache=folder / "cache", jobs=2)
    shutil.copytree(ROOT / "templates" / "theme" / "assets" / "qbank", folder / "assets" / "qbank")
    page = '<!doctype html><html lang="en"><title>Many</title><link rel="icon" href="data:,">'
    (folder / "index.html").write_text(page, encoding="utf-8")
    return SimpleNamespace(folder=folder, base="/")


def test_answers_of_all_parts_are_found(many, open_page):
    ids = [f"q{number}" for number in range(200, 220)]
    assert {pagefind.part_of(f"questions/{id}/#answer", len(PARTS)) for id in ids} == {*PARTS}
    page = open_page(many)
    for id in ids:
        found = search(page, f"w{id[1:]}", inAnswers=True)
        assert [(passage["id"], passage["inAnswer"]) for passage in found[:1]] == [(id, True)]
    assert len(search(page, "soft", inAnswers=True, limit=20)) == 20


def test_prompts_of_all_parts_are_found_and_nothing_of_answers(many, open_page):
    ids = [f"q{number}" for number in range(200, 220)]
    assert {pagefind.part_of(f"questions/{id}/", len(PARTS)) for id in ids} == {*PARTS}
    page = open_page(many)
    for options in ({}, {"inAnswers": True}, {}):  # also while the answers are merged
        for id in ids:
            found = search(page, f"v{id[1:]}", **options)
            assert [(passage["id"], passage["inAnswer"]) for passage in found[:1]] == [(id, False)]
        assert search(page, "softmax") == []
    assert len(search(page, "tell", limit=20)) == 20


@pytest.mark.parametrize(("query", "id"), [("softmax", "q7"), ("softmax scores", "q7"), ("clipped gradients", "q8")])
def test_a_word_of_one_answer_is_not_forgiven_in_the_parts_without_it(many, open_page, query, id):
    assert [passage["id"] for passage in search(open_page(many), query, inAnswers=True)] == [id]


def test_a_word_that_no_part_has_is_forgiven(many, open_page):
    found = search(open_page(many), "softmix", inAnswers=True)
    assert len(found) == 6
    assert all(
        piece["text"].lower().startswith("soft") for passage in found for piece in passage["excerpt"] if piece["marked"]
    )


def test_answers_are_merged_once(many, open_page):
    page = open_page(many)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    search(page, "softmax")
    assert not [url for url in asked if "answers" in url]
    for _ in range(2):
        search(page, "softmax", inAnswers=True)
    assert len([url for url in asked if "parts.json" in url]) == 1
    assert len([url for url in asked if "answers" in url and "pagefind-entry.json" in url]) == 4
