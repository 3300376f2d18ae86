"""What the canonical form promises: two laws, and how each kind of value is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import ROOT, laws

from qbank.fmt import NotFormatted, fmt
from qbank.parse import parse_question
from qbank.source import Source

PATH = "questions/evaluation/x.yml"
OURS = sorted((ROOT / "questions").rglob("*.yml"))


def formatted(text: str, path: str = PATH) -> str:
    return fmt(Source(path, text))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_own_files_keep_their_meaning_and_their_form(path: Path) -> None:
    source = Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
    once = fmt(source)
    assert fmt(Source(source.path, once)) == once
    before, after = parse_question(source)[0], parse_question(Source(source.path, once))[0]
    assert (before and before.values()) == (after and after.values())


anything = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r\x85\u2028\u2029\ufeff", exclude_categories=("Cs", "Cc"))
    | st.sampled_from("\n\n  #:-'\"[]{}&*!|>%@`,?"),
    min_size=1,
    max_size=60,
)


@laws
@given(title=anything, answer=anything, items=st.lists(anything, min_size=1, max_size=3))
def test_any_text_survives_and_a_second_pass_changes_nothing(title: str, answer: str, items: list[str]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    source = f"title: {quoted(title)}\nanswer: {quoted(answer)}\nmistakes: [{', '.join(map(quoted, items))}]\n"
    once = formatted(source)  # raises when the meaning changes
    assert formatted(once) == once


def test_keys_stand_in_the_order_of_the_model() -> None:
    assert formatted("answer: A\ntags: [a]\ntitle: T\n").splitlines() == ["title: T", "tags: [a]", "answer: A"]


def test_quotes_go_where_they_are_not_needed_and_stay_where_they_are() -> None:
    lines = formatted('title: "Plain words"\nprompt: "a: b"\noverview: "no"\nstory: "say \\"x\\": y"\n').splitlines()
    assert lines == ["title: Plain words", 'overview: "no"', 'prompt: "a: b"', "story: 'say \"x\": y'"]


def test_several_lines_stand_below_a_bar_and_words_in_brackets() -> None:
    assert formatted('answer: "one\\ntwo\\n"\ntags:\n- a\n- b\n') == "tags: [a, b]\nanswer: |\n  one\n  two\n"


def test_texts_in_lists_stand_one_a_line() -> None:
    assert (
        formatted("expectations: [First thing, Second thing]\n") == "expectations:\n  - First thing\n  - Second thing\n"
    )


def test_comments_stay_with_what_they_are_about() -> None:
    text = "# of the file\nanswer: A\n# of the tags\ntags: [b, c] # really\ncompanies:\n  # of google\n  - company: google # sure\n# the end\n"
    assert formatted(text) == (
        "# of the file\n# of the tags\n# really\ntags: [b, c]\ncompanies:\n  # of google\n  # sure\n  - company: google\nanswer: A\n# the end\n"
    )


def test_code_in_a_block_keeps_every_space() -> None:
    text = "answer: |\n  ```python\n  if x:\n      y = 1  \n\n\n  ```\n"
    assert formatted(text) == text


def test_vocabularies_and_settings_have_a_form_too() -> None:
    assert formatted('- {name: "X", id: x}\n', "questions/companies.yml") == "- id: x\n  name: X\n"
    assert formatted('licence: "MIT"\ntitle: T\n', "questions/bank.yml") == "title: T\nlicence: MIT\n"


def test_a_file_that_is_not_yaml_is_refused() -> None:
    with pytest.raises(NotFormatted, match="not valid YAML"):
        formatted('title: "never closed\n')
