"""Each hostile case alone: what becomes of it, what is said of it, and that it stays within its fragment."""

import json
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import ROOT
from tests.hostile.corpus import Case, cases
from tests.hostile.fuzz import grown
from tests.hostile.trees import faults, parsed, serialised, shape, text_of
from tests.test_fragments import SAMPLE, TEXTS, written

import qbank.checks  # noqa: F401 - registers the checks
from qbank.diagnostics import Severity
from qbank.fragments import render
from qbank.parse import parse_question
from qbank.project import read_files
from qbank.recognise import is_clean
from qbank.reports import full
from qbank.rules import MOST_IN_A_FILE, run
from qbank.sanitise import clean, rewritten
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


def test_what_is_taken_for_clean_is_what_the_sanitiser_would_write(monkeypatch):
    """Of good and of careless writing, and of some that nobody wrote; `make fuzz` goes on with these."""
    from qbank import markup, writer

    good = {written(case.text) for case in TEXT}
    for module in (markup, writer):
        monkeypatch.setattr(module, "escape", lambda text: text)
        monkeypatch.setattr(module, "escape_attribute", lambda text: text)
    found = [html for html in good | {written(case.text) for case in TEXT} if is_clean(html, "answer")]
    assert len(found) > len(good) * 0.9
    for html in (*found, *(grown(Random(number), []) for number in range(2_000))):
        assert not is_clean(html, "answer") or rewritten(html, scope="answer") == html


@pytest.mark.parametrize(
    "html",
    [
        "<p>",
        "</p>",
        "</>",
        "<>",
        "<p>x</p></div>",
        "<p><p>x</p></p>",
        "<p><div>x</div></p>",
        "<P>x</P>",
        "<p >x</p>",
        "<p>x</p >",
        "<p/>",
        "<p id=answer--x>x</p>",
        "<p>a > b</p>",
        "<p>a & b</p>",
        "<p>&am<em></em>p;</p>",
        "<p>&quot;</p>",
        "<p>\0</p>",
        "<p>\r</p>",
        "<p>\xa0</p>",
        "<!-- -->",
        "<![CDATA[x]]>",
        "<script>x</script>",
        "<em><strong>x</em></strong>",
        '<a href="https://a.example" href="x">x</a>',
        '<a href="javascript:x">x</a>',
        '<a href="java\nscript:x">x</a>',
        '<a href="//a.example">x</a>',
        '<a href="#top">x</a>',
        '<a href="https://a.example"><em><a href="https://a.example">x</a></em></a>',
        '<h3 id="top">x</h3>',
        '<h3 id="prompt--x">x</h3>',
        '<h3 id="answer--&quot;">x</h3>',
        '<p class="md-header">x</p>',
        '<p class="">x</p>',
        '<p onclick="x">x</p>',
        '<p style="x">x</p>',
        '<input type="text">',
        '<label class="task-list-control"><input type="checkbox"></label>',
        "<ul>x<p>y</p></ul>",
        "<table>x<thead></thead></table>",
        "<table><tbody><tr>x<td>y</td></tr></tbody></table>",
        "<table><tbody><tr><td>y</td>x</tr></tbody></table>",
        "<table><tr><td>x</td></tr></table>",
        "<table><tbody><tr><mi>x</mi></tr></tbody></table>",
        "<table>\u2003<thead></thead><tbody></tbody></table>",
        "<table><thead></thead><tbody><tr>\u2003</tr></tbody></table>",
        "<table><thead></thead><tbody><em>x</em></tbody></table>",
        "<h3><h4>x</h4></h3>",
        "\ufeffx",
        *("<p>\1</p>", "<hr>\2", "<p>\3</p>", "<p>\ud800</p>"),
        '<math alttext="x">\3</math>',
        '<a title="\0">x</a>',
        '<a title="<em>x</em>">x</a>',
        '<a title="<mi>x</mi>">x</a>',
        '<a href="https://a.example" <em>x</em>>x</a>',
        '<em><a href="https://a.example">x</em></a>',
        '<a href="https://a.example"><sup><a href="https://a.example">x</a></sup></a>',
        '<h3 id="answer--x"><a href="#prompt--x">x</a></h3>',
        '<a id="answer--x" href="#prompt--x">x</a>',
        '<p>x</p><p title="x"',
        "<pre>\n<code>x</code></pre>",
        '<div class="language-mine highlight" id="answer--code-1"><pre><span></span><code tabindex="0">x</code></pre></div>',
        '<div class="language-python highlight" id="answer--code-1"><pre><span></span><code tabindex="0"><span class="md">x</span></code></pre></div>',
        '<div class="language-python highlight" id="code-1"><pre><span></span><code tabindex="0">x</code></pre></div>',
        '<p><div class="language-python highlight" id="answer--code-1"><pre><span></span><code tabindex="0">x</code></pre></div></p>',
        "<mi>x</mi>",
        '<math alttext="x"><p>x</p></math>',
        '<math alttext="x"><mi><mi>x</mi></mi></math>',
        '<math alttext="x"><mi>x</mo></math>',
        '<math alttext="x"><mtext><em>x</em></mtext></math>',
        '<math alttext="x"><mtext><math alttext="x"></math></mtext></math>',
        '<math alttext="<mi>x</mi>"></math>',
        '<math alttext="x" href="https://a.example"></math>',
        '<math alttext="x"><mo onclick="x">x</mo></math>',
        '<math alttext="x"><annotation-xml>x</annotation-xml></math>',
        '<math alttext="x"><mrow><mi>x</mrow></mi></math>',
        '<math alttext="x"><mrow><msub></mrow></msub></math>',
        '<math alttext="x"><math alttext="x"></math></math>',
        '<math alttext="x"><mo form="infix" form="infix">x</mo></math>',
        '<math alttext="x" onclick="x"></math>',
        '<math alttext="x&quot" display="block"></math>',
        '<math alttext="x"><em>x</em></math>',
        "<p><mi>x</mi></p>",
    ],
)
def test_what_is_written_in_another_way_is_not_taken_for_clean(html):
    assert not is_clean(html, "answer")


@pytest.mark.parametrize(
    "text",
    [
        "- a\n  - b\n    - c\n\n      d\n\n      ```c\n      x\n      ```\n",
        "> [!NOTE]\n> - [x] **a `b` [*c*](https://a.example 'a \"title\"')**\n",
        "| a | b |\n|:-|-:|\n| $x$ | ***c*** |\n",
        "## A[^1]\n\n[^1]: *b* [c](question:roc-auc)\n",
        r"$\text{a \"b\"}$ $\overline{\frac{1}{\sqrt[3]{x}}}$ $$\begin{cases}a & b\\\begin{pmatrix}\hat c\end{pmatrix}\end{cases}$$",
    ],
)
def test_what_the_writer_makes_of_usual_texts_is_taken_for_clean(text):
    assert is_clean(written(text), "answer"), "it would take longer"


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
        assert rewritten(written(text), scope="answer") == written(text)
        assert text is SAMPLE or is_clean(written(text), "answer"), "it would take longer"


def test_cases_are_told_apart():
    assert isinstance(ALL[0], Case)
    assert json.loads(next(case for case in ALL if case.kind == "tags").source)["tags"]
