"""Each hostile case alone: what becomes of it, what is said of it, and that it stays within its fragment."""

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import ROOT
from tests.hostile.corpus import Case, cases
from tests.hostile.trees import faults, parsed, serialised, shape, text_of
from tests.test_fragments import SAMPLE, TEXTS, written

import qbank.checks  # noqa: F401 - registers the checks
from qbank.diagnostics import Severity
from qbank.fragments import render
from qbank.parse import parse_question
from qbank.project import read_files
from qbank.reports import full
from qbank.rules import MOST_IN_A_FILE, run
from qbank.sanitise import clean
from qbank.source import Source

ALL = cases()
TEXT = [case for case in ALL if case.kind == "answer" and case.category != "resources"]
UNWEIGHED = {"QB216"}
"""Rules about the sense of a text, which these have none of."""


def diagnostics(case):
    source = Source(case.path, case.source)
    question, found = parse_question(source)
    found = [*found, *(run(question, at_most=MOST_IN_A_FILE) if question else ())]
    return source, question, [each for each in found if each.code not in UNWEIGHED]


def test_the_corpus_is_large_and_of_all_kinds():
    counts = Counter(case.category for case in ALL)
    assert sum(counts.values()) >= 700
    assert min(counts.values()) >= 25
    assert len({(case.kind, case.text) for case in ALL}) >= len(ALL) - 5


@pytest.mark.parametrize("case", ALL, ids=str)
def test_what_matters_is_a_diagnostic_and_what_is_honest_is_accepted(case):
    source, question, found = diagnostics(case)
    codes = {each.code for each in found}
    assert (case.code in codes) if case.code else not codes, full(found)
    assert question is not None or any(each.severity is Severity.ERROR for each in found)
    for each in found:
        assert each.at.source == source
        assert 0 <= each.at.span.start <= each.at.span.end <= len(source.text)


@pytest.mark.parametrize("case", TEXT, ids=str)
def test_a_text_becomes_nothing_but_text_and_what_markdown_has(case):
    html = render(case.text, scope="answer").html
    tree = parsed(html)
    assert list(faults(tree, "answer")) == []
    assert shape(parsed(serialised(tree))) == shape(tree)
    assert render(html, scope="answer").html != html or "<" not in html
    if case.shown is not None:
        assert " ".join(case.shown.split()) in text_of(tree)
    inline = render(case.text, scope="answer", inline=True).html
    assert list(faults(parsed(inline), "answer")) == []


@pytest.mark.parametrize("case", TEXT, ids=str)
def test_a_text_neither_closes_what_it_did_not_open_nor_leaves_open_what_it_did(case):
    html = render(case.text, scope="answer").html
    around = parsed(
        f'<section><div id="before"></div><div id="in">{html}</div><p id="after"></p></section><p id="end"></p>'
    )
    (section, end) = list(around)
    assert [element.attrib.get("id") for element in section] == ["before", "in", "after"]
    assert end.attrib["id"] == "end"


def test_the_sanitiser_alone_holds(monkeypatch):
    """The writer with its escaping off gives the sanitiser what a careless converter would."""
    from qbank import markup, writer

    for module in (markup, writer):
        monkeypatch.setattr(module, "escape", lambda text: text)
        monkeypatch.setattr(module, "escape_attribute", lambda text: text)
        monkeypatch.setattr(module, "address", lambda url, scope: url, raising=False)
    raw = {case: written(case.text) for case in TEXT}
    assert sum("<script" in html or "onerror=" in html for html in raw.values()) > 50, "nothing was put to the test"
    for case, html in raw.items():
        found = clean(html, scope="answer")
        # Links that tell other hosts of the page, or lead to no question, are bad links and do nothing by themselves.
        wrong = [fault for fault in faults(parsed(found), "answer") if not fault.endswith("has no rel")]
        assert [fault for fault in wrong if not fault.startswith(("href http", "href question:"))] == [], (case, found)


def test_the_writer_alone_holds():
    for case in TEXT:
        assert list(faults(parsed(written(case.text)), "answer")) == [], case


# --- properties -----------------------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(st.one_of(TEXTS, st.lists(st.sampled_from([case.text for case in TEXT]), max_size=4).map("\n\n".join)))
def test_any_text_is_read_as_the_same_tree_twice_and_has_only_what_is_allowed(text):
    tree = parsed(render(text, scope="answer").html)
    assert list(faults(tree, "answer")) == []
    assert shape(parsed(serialised(tree))) == shape(tree)


@settings(max_examples=150)
@given(TEXTS, TEXTS)
def test_two_texts_beside_each_other_are_what_they_are_alone(first, second):
    one, two = render(first, scope="prompt").html, render(second, scope="answer").html
    both = parsed(f"<div>{one}</div><div>{two}</div>")
    assert [shape(part)[1:] for part in both] == [shape(parsed(f"<div>{html}</div>")[0])[1:] for html in (one, two)]


# --- the allow-list ---------------------------------------------------------------------------------------------------


def test_nothing_of_our_own_answers_and_of_the_feature_page_is_taken_away():
    """Not even a space: the writer writes what the sanitiser writes."""
    texts = [SAMPLE]
    for source in read_files(ROOT).questions:
        question, _ = parse_question(source)
        texts += [text for _, text in question.markdown]
    assert len(texts) > 1_000
    for text in texts:
        assert clean(written(text), scope="answer") == written(text)


def test_cases_are_told_apart():
    assert isinstance(ALL[0], Case)
    assert json.loads(next(case for case in ALL if case.kind == "tags").source)["tags"]
