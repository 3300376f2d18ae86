"""Whole pages of a small bank, read as a diff: `QBANK_REWRITE=1 python -m pytest tests/test_golden.py` writes them anew."""

import pytest
from tests.builders import GOLDEN, Html, bank, golden, pages, parsed, question, renderer

from qbank.history import History

HISTORY = {
    "questions/evaluation/full.yml": History("2026-05-12", ("Ada Lovelace", "<script>alert(1)</script>")),
    "questions/evaluation/minimal.yml": History("2026-04-01", ("Bo",)),
}
SETTINGS = {"title": "A small bank & more", "description": "Of <three> questions.", "licence": "CC BY-SA 4.0"}


def read(name, **changes):
    text = (GOLDEN / f"{name}.yml").read_text(encoding="utf-8")
    found, diagnostics = parsed(text, f"questions/evaluation/{name}.yml")
    assert found, diagnostics
    return found


def small_bank():
    third = question(
        "third",
        "ml/trees",
        title="How does a tree choose its splits?",
        tags=["trees", "cnn"],
        companies=[{"company": "meta", "source": "report", "seen": "2025-11", "round": "onsite"}, "google"],
    )
    minimal = parsed(
        (GOLDEN / "minimal.yml").read_text(encoding="utf-8") + "formerly: [minimal-before]\n",
        "questions/evaluation/minimal.yml",
    )[0]
    return bank(read("full"), minimal, third, settings=SETTINGS)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("questions/full/", "full.html"),
        ("", "home.html"),
        ("companies/google/", "company.html"),
        ("topics/evaluation/", "topic.html"),
        ("tags/cnn/", "tag.html"),
        ("companies/", "index.html"),
    ],
)
def test_a_page_of_the_small_bank_looks_as_it_did(address, name):
    own = small_bank()
    page = pages(own, history=HISTORY, drafts=True)[address]
    html = renderer(own).article(page, edit_url='https://example.org/edit?a=1&b="2"' if page.path else "")
    Html(html)
    golden(name, html)


def test_a_question_of_five_fields_looks_as_it_did():
    own = bank(read("minimal"))
    html = renderer(own).article(pages(own)["questions/minimal/"])
    Html(html)
    golden("minimal.html", html)


def test_a_redirect_and_a_search_record_look_as_they_did():
    from tests.builders import planned

    own = small_bank()
    site = planned(own, history=HISTORY, drafts=True)
    (page,) = [page for page in site.pages if page.address == "questions/full/"]
    golden("redirect.html", renderer(own).redirect(site.redirects[0]))
    golden("search.html", renderer(own).search_record(page))


def test_the_full_question_uses_every_field():
    values = read("full").values()
    assert {name for name, value in values.items() if not value} == {"replaced_by", "not_duplicate_of"}
