"""Whatever a file asks for, it gets a bounded part of the machine, and is told at its place what it asked too much of."""

import json
import threading

import pytest
from tests.builders import REQUIRED, parsed, question

from qbank import highlight
from qbank.checks.pages import RUNAWAY_CODE
from qbank.fragments import problems, render
from qbank.highlight import Effort, code_block
from qbank.mathml import MAX_MATHML_OF_TEXT
from qbank.parse import MAX_CHARACTERS_OF_QUESTION, parse_vocabulary
from qbank.reports import full
from qbank.rules import MOST_IN_A_FILE, run
from qbank.source import Source
from qbank.text import fragments_of
from qbank.yamltree import MAX_CHARACTERS, compose


def complaints(**fields):
    """The codes and messages for a question with these fields."""
    return [(found.code, found.message) for found in parsed(json.dumps(REQUIRED | fields, ensure_ascii=False))[1]]


# --- colours --------------------------------------------------------------------------------------------------------


class Stuck:
    """A lexer whose regular expression never comes to an end."""

    def get_tokens(self, code):
        import re

        re.fullmatch(r"(a|a)*b", "a" * 60)
        yield highlight.STANDARD_TYPES, code


class Slow:
    """A lexer that finds a token now and then."""

    def get_tokens(self, code):
        for _ in range(10**9):
            yield next(iter(highlight.STANDARD_TYPES)), "x"


@pytest.fixture(params=[Stuck, Slow])
def runaway(request, monkeypatch):
    monkeypatch.setattr(highlight, "MAX_SECONDS", 0.2)
    monkeypatch.setattr(
        highlight,
        "_lexer",
        lambda language, lexer=highlight._lexer: lexer(language) if language != "perl" else request.param(),
    )


def test_code_whose_colours_take_too_long_is_cut_off_and_named(runaway):
    code = "```perl\nsay 'a < b';\n```\n"
    found, kept = [], {}

    class Store:
        get = staticmethod(lambda key: None)
        put = kept.__setitem__

    made = fragments_of(
        question(prompt="```python\nx = 1\n```", answer=f"Before.\n\n{code}\nAfter."), Store(), found.append
    )
    (finding,) = found
    assert finding.at.text == "```perl"
    assert "colours" in RUNAWAY_CODE.diagnose(finding).message
    html = made["answer",].html
    assert "say 'a &lt; b';\n</code>" in html
    assert html.startswith("<p>Before.</p>")
    assert html.endswith("<p>After.</p>")
    assert '<span class="m">1</span>' in made["prompt",].html
    assert not kept, "another machine, or a quieter moment, may do better"


def test_what_a_lexer_does_to_one_question_is_nothing_to_the_next(runaway):
    fragments_of(question(answer="```perl\n1\n```"))
    assert '<span class="m">1</span>' in render("```python\n1\n```", scope="answer").html


def test_after_a_lexer_ran_away_the_rest_of_the_question_is_not_coloured(runaway):
    effort = Effort(0.2)
    code_block("1", "perl", effort, id="x")
    assert effort.cut_off == "1"
    assert "<span class" not in code_block("x = 1", "python", effort, id="x")


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("autohotkey", "%" + " \n" * 400),
        ("fancy", "/*" + "\\" * 600),
        ("maple", '"' + " " * 600),
        ("rita", '"' + "0" * 600),
        ("smithy", '"' + " \n" * 400),
        ("systemd", '"' + " " * 600),
    ],
)
def test_a_lexer_that_is_known_to_run_away_is_not_asked(language, code):
    effort = Effort()
    assert "language-text" in code_block(code, language, effort, id="x")
    assert (effort.seconds, effort.cut_off) == (Effort().seconds, None)


@pytest.mark.parametrize(
    "language",
    [
        "ansys",
        "cddl",
        "chapel",
        "csh",
        "factor",
        "fish",
        "ncl",
        "pan",
        "registry",
        "rego",
        "rell",
        "scala",
        "tcsh",
        "urbiscript",
    ],
)
def test_a_lexer_that_runs_away_over_backslashes_is_asked_for_code_that_has_few(language):
    effort = Effort()
    many = code_block('"' + "\\" * 600, language, effort, id="x")
    assert f"language-{language}" in many and '<span class="' not in many
    assert (effort.seconds, effort.cut_off) == (Effort().seconds, None)
    assert '<span class="' in code_block('; 1\n"\\\\" 1', language, effort, id="x")
    code_block('"' + "\\" * 16, language, effort, id="x")
    assert effort.cut_off is None


def test_outside_of_the_main_thread_a_lexer_is_stopped_between_tokens(monkeypatch):
    monkeypatch.setattr(highlight, "_lexer", lambda language: Slow())
    efforts = [Effort(0.2)]
    thread = threading.Thread(target=code_block, args=("1", "perl", efforts[0]), kwargs={"id": "x"})
    thread.start()
    thread.join(60)
    assert efforts[0].cut_off == "1"


# --- sizes ----------------------------------------------------------------------------------------------------------


def test_a_question_may_be_so_long_and_a_vocabulary_twice_that():
    filled = "x" * MAX_CHARACTERS_OF_QUESTION
    assert [found.code for found in parsed(f"title: {filled}")[1]] == ["QB006"]
    assert "QB006" not in {
        found.code for found in parse_vocabulary("tags", Source("questions/tags.yml", f"- {filled}"))[1]
    }
    assert [found.code for found in compose(Source("questions/tags.yml", "x" * (MAX_CHARACTERS + 1)))[1]] == ["QB006"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"answer": "x" * 32_001}, "`answer` has 32001 characters, more than 32000"),
        ({"mistakes": ["x" * 1_001]}, "item 1 of `mistakes` has 1001 characters, more than 1000"),
        ({"mistakes": [f"No {n}" for n in range(51)]}, "`mistakes` has 51 items, and at most 50 are allowed"),
        ({"overview": "x" * 241}, "`overview` has 241 characters, more than 240"),
        ({"references": [{"title": "x" * 301, "url": "https://a.b"}]}, "`title` in item 1 of `references` has 301 characters, more than 300"),
        ({"references": [{"title": "x", "url": "https://a.b/" + "c" * 2_000}]}, "`url` in item 1 of `references` has 2012 characters, more than 2000"),
    ],
)  # fmt: skip
def test_each_field_has_a_length(fields, message):
    assert complaints(**fields) == [("QB105", message)]


def test_the_formulas_of_a_text_have_a_size_together():
    text = " ".join("$\\newcommand{\\a}[1]{#1#1#1#1#1#1}\\a{\\a{\\a{x}}}" + f"{n}$" for n in range(400))
    html = render(text, scope="answer").html
    assert len(html) < MAX_MATHML_OF_TEXT + 2 * len(text)
    found = problems(text)
    assert len(found) == html.count("qb-math-error") > 0
    assert "together" in found[0].message


# --- findings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("a: b\n" * 5_000, "- a\n" * 5_000, "k: 'b\n" * 5_000, "\u200b" * 5_000, "a: b: c\n" * 5_000, "a:\n\tb\n" * 5_000),
        "".join(f"k{n}: b\n" for n in range(5_000)),
        f"tags: [{'A,' * 5_000}]",
        "companies:\n" + "- {}\n" * 5_000,
    ],
)  # fmt: skip
def test_a_file_full_of_mistakes_gets_a_report_that_can_be_read(text):
    found = [*parsed(text)[1], *parse_vocabulary("companies", Source("questions/companies.yml", text))[1]]
    assert found
    assert len(found) < 8 * MOST_IN_A_FILE
    assert len(full(found)) < 400_000


@pytest.mark.parametrize(
    "mark", ["[a](x:b)", "<b>", "{{ a }}", "TODO", "$5-$6", "$\\foo$", "![](https://a.b)", "[a](#b)"]
)
def test_a_text_full_of_mistakes_says_that_there_are_more(mark):
    found = list(run(question(answer=f"{mark} " * 1_800), at_most=MOST_IN_A_FILE))
    assert MOST_IN_A_FILE <= len(found) < 2 * MOST_IN_A_FILE + 10
    assert any(each.help.endswith("There are more of these in the file.") for each in found)


def test_messages_and_lines_of_any_length_are_shown_in_part():
    (found,) = parsed(f"title: a: {'b' * 50_000}")[1][:1]
    assert len(found.help) < 1_100
    assert len(full([found])) < 5_000


# --- time: what took minutes before it took milliseconds ------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ['"' + "a" * 60_000 + '": b', "[" * 60_000, "k: " + "[" * 900 + "\n" + "k: [" * 900, "tags: [" + "''," * 20_000 + "]"],
    ids=["a long key", "brackets", "brackets in fields", "an open list"],
)  # fmt: skip
def test_files_that_could_run_away_come_back(text):
    assert parsed(text)[1]
