"""Full text in a real browser: prompts are found by their words, answers only by those who ask for them."""

from __future__ import annotations

import pytest

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


def test_a_site_without_full_text_says_so(project, open_page):
    bank = project("small")
    bank.write("sitecustomize.py", "import sys\nsys.modules['pagefind_bin'] = None\n")
    bank.built(PYTHONPATH=str(bank.root))
    page = open_page(type("Site", (), {"folder": bank.site, "base": "/"}))
    assert search(page, "first") is None
