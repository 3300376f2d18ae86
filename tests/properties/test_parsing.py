"""Whatever a file holds, reading it gives values and diagnostics, and what a valid file says is what is read."""

import re

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from tests.builders import GOLDEN, ROOT, laws

import qbank.checks  # noqa: F401 - the checks of characters and of YAML take part in reading
from qbank.bank import VOCABULARIES, Settings
from qbank.diagnostics import in_order
from qbank.history import read_log
from qbank.model import Question
from qbank.parse import (
    parse_in_full,
    parse_question,
    parse_settings,
    parse_settings_in_full,
    parse_vocabulary,
    parse_vocabulary_in_full,
)
from qbank.reports import full
from qbank.source import Source
from qbank.usual import read, read_list
from qbank.yamltree import Mapping, Scalar, Sequence, compose

OURS = sorted((ROOT / "questions").glob("*/*.yml"))[:12]
SAMPLES = [path.read_text(encoding="utf-8") for path in [GOLDEN / "full.yml", GOLDEN / "minimal.yml", *OURS]]

SIGNS = [
    *("\n", "\n  ", "\t", " ", ": ", ":", "- ", "? ", "#", " #", "|", ">", "|-", ">+", "'", '"', "\\", "\r", "\r\n"),
    *(
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a",
        "*a",
        "!!str ",
        "!",
        "%YAML 1.1\n",
        "---\n",
        "...\n",
        "<<: ",
        "@",
        "`",
        "~",
        "null",
    ),
    *(
        "\x00",
        "\x07",
        "\x85",
        "\u2028",
        "\ufeff",
        "\u202e",
        "\ud800",
        "\ufffe",
        "é",
        "😀",
        "日本",
        "\\UFFFFFFFF",
        "\\x",
    ),
    *("title: ", "tags: [a]\n", "answer: |\n  ", "companies:\n  - ", "$\\frac{a}", "```python\n", "| a |\n", "x" * 300),
]

anything = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(), max_size=60),
    st.lists(st.sampled_from(SIGNS), max_size=25).map("".join),
)


@st.composite
def mutated(draw):
    """One of the valid files, with pieces cut out, doubled, moved and put in."""
    text = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        text = text[:start] + draw(st.sampled_from(["", text[start:end] * 2, *SIGNS])) + text[end:]
    return text


def check_spans(source, diagnostics):
    for found in diagnostics:
        for place in (found.at, *(place for place, _ in found.related)):
            assert place.path
            if place.source == source:
                assert 0 <= place.span.start <= place.span.end <= len(source.text), found
        if found.edit:
            assert 0 <= found.edit.span.start <= found.edit.span.end <= len(source.text), found
        assert re.fullmatch(r"QB[0-4]\d\d", found.code)
        assert found.message
        assert not found.message.endswith(".")
    full(in_order(diagnostics)).encode()


@laws
@given(st.one_of(anything, mutated()))
def test_reading_a_question_never_raises_and_every_place_lies_in_the_file(text):
    source = Source("questions/evaluation/roc-auc.yml", text)
    question, diagnostics = parse_question(source)
    check_spans(source, diagnostics)
    assert question is not None or diagnostics


@st.composite
def rearranged(draw):
    """One of the valid files, with lines taken away, doubled, moved in or out, and put elsewhere."""
    lines = draw(st.sampled_from(SAMPLES)).split("\n")
    for _ in range(draw(st.integers(1, 3))):
        line = lines.pop(draw(st.integers(0, len(lines) - 1)))
        changed = draw(
            st.sampled_from([[], [line, line], ["  " + line], [" " + line], [line[2:]], [line + " "], ["", line]])
        )
        at = draw(st.integers(0, len(lines)))
        lines[at:at] = changed
    return "\n".join(lines)


@laws
@given(st.one_of(mutated(), rearranged()))
def test_a_file_in_its_usual_form_is_read_as_any_other(text):
    source = Source("questions/evaluation/roc-auc.yml", text)
    assert parse_question(source) == parse_in_full(source)


@pytest.mark.parametrize(
    "field",
    [
        "example: |\n  text\n\n\n",
        "example: |\n  text\n   \n",
        "example: |\n  text\n  \n",
        "example: |\n\n  text\n",
        "example: |\n    text\n   less\n",
        "example: |\n  text\n    - more\n\n  - text\n",
        "example: |\n  text\n # comment\n",
        "example: |-\n  text\n",
        "example: >-\n  one\n  two\n",
        "example: >-\n  one\n    two\n",
        "example: >-\n  one\n  - two\n",
        "example: >-\n  one\n  1. two\n",
        "example: plain text # lost\n",
        "example: C# and a:#b are plain\n",
        "example: a: b\n",
        "example: a:\n",
        "example: plain \n",
        "example: plain\n  goes on\n",
        "example: plain\n\noverview: more\n",
        "example: '  '\n",
        "example: 'it''s'\n",
        'example: "a\\tb"\n',
        'example: "plain" # comment\n',
        "example: \u201cplain\u201d\n",
        "example: pl\u0430in\n",
        "example: no\n",
        "example: |\n  pl\u0430in\n",
        "example:\n",
        "mistakes:\n  - one\n  - one\n",
        "mistakes:\n  - one  word\n  - one word\n",
        "mistakes:\n  - one\n    goes on\n",
        "mistakes:\n  - one\n\n  - two\n",
        "mistakes:\n- one\n",
        "mistakes:\n  - one # lost\n",
        "mistakes:\n  - a: b\n",
        "mistakes:\n  - null\n",
        "mistakes: []\n",
        "mistakes: [one, two]\n",
        "mistakes: [one, one]\n",
        "mistakes: [1e3, yes]\n",
        "mistakes: [one word, 1 word,two]\n",
        "mistakes: [one word, another, one word]\n",
        "companies: [google]\n",
        "companies:\n  - company: a\n     source: b\n",
        "companies:\n  - company: a\n   source: b\n",
        "companies:\n  - company: a\n    source: b\n\n  - company: a\n    seen: 2026-05\n",
        "companies:\n  - company: a\n    company: b\n",
        "companies:\n  - company: a\n    seen: 2026-13\n",
        "follow_ups:\n  - question: why\n    answer: |\n      text\n\n      - more\n",
        "follow_ups:\n  - question: why\n    answer: |\n     text\n      more\n",
        "follow_ups:\n  - answer: why\n",
        "follow_ups:\n  - why\n",
        "interviewer:\n  tests:\n    - one\n    - two\n",
        "interviewer:\n tests:\n  - one\n",
        "interviewer: {}\n",
        "title: twice\n",
        "exmaple: text\n",
        "formerly: [roc_auc]\n",
        "replaced_by: con\n",
        "status: gone\n",
        "...\n",
        "--- text\n",
        "example: text",
    ],
)
def test_what_is_nearly_usual_is_read_as_any_other(field):
    for head in ("", "# comment\n", "#\n#: b\n", " # comment\n"):
        source = Source("questions/evaluation/roc-auc.yml", head + SAMPLES[1] + field)
        assert parse_question(source) == parse_in_full(source)


VOCABULARY_FILES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "questions").glob("*.yml"))}


@st.composite
def changed_lists(draw):
    """A vocabulary or the settings, with lines and signs put in and taken away."""
    kind = draw(st.sampled_from(sorted(VOCABULARY_FILES)))
    text = VOCABULARY_FILES[kind][: draw(st.integers(0, 600))]
    lines = text.split("\n")
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(lines) - 1))
        extra = draw(
            st.sampled_from(["", " ", "  ", "- id: x", "  name: X", "  aliases: [a, b]", "- x", "title: T", "#"])
        )
        lines[at : at + draw(st.integers(0, 1))] = [extra + draw(st.sampled_from(["", lines[at], *SIGNS]))]
    return kind, "\n".join(lines)


@laws
@given(changed_lists())
def test_vocabularies_and_settings_in_their_usual_form_are_read_as_any_other(changed):
    kind, text = changed
    source = Source(f"questions/{kind}.yml", text)
    if kind == "bank":
        assert parse_settings(source) == parse_settings_in_full(source)
    else:
        assert parse_vocabulary(kind, source) == parse_vocabulary_in_full(kind, source)


def test_vocabularies_and_settings_have_the_usual_form():
    read_as = {
        kind: read_list(VOCABULARIES[kind], Source("", text))
        for kind, text in VOCABULARY_FILES.items()
        if kind != "bank"
    }
    assert [kind for kind, found in read_as.items() if not found] == []
    assert read(Settings, Source("", VOCABULARY_FILES["bank"]))


def test_nearly_all_files_that_fmt_writes_have_the_usual_form():
    files = sorted((ROOT / "questions").glob("*/*.yml"))
    unusual = [file.name for file in files if read(Question, Source("", file.read_text(encoding="utf-8"))) is None]
    assert len(unusual) < len(files) / 20, unusual


@laws
@given(st.one_of(anything, mutated()), st.sampled_from(sorted(VOCABULARIES)))
def test_reading_a_vocabulary_or_the_settings_never_raises(text, kind):
    source = Source(f"questions/{kind}.yml", text)
    check_spans(source, parse_vocabulary(kind, source)[1])
    check_spans(source, parse_settings(source)[1])


@laws
@given(st.one_of(anything, mutated()))
def test_composing_never_raises_and_nodes_lie_inside_each_other(text):
    source = Source("questions/evaluation/roc-auc.yml", text)
    node, diagnostics = compose(source)
    check_spans(source, diagnostics)
    if node is not None:
        check_nodes(source.text, node, 0, len(text))


def check_nodes(text, node, start, end):
    assert start <= node.span.start <= node.span.end <= end
    match node:
        case Sequence():
            for item in node.items:
                check_nodes(text, item, node.span.start, end)
        case Mapping():
            for key, value in node.items:
                check_nodes(text, key, node.span.start, end)
                check_nodes(text, value, node.span.start, end)
        case Scalar(style=None):
            inside = text[node.span.start : node.span.end]
            if not _BREAK.search(inside):
                assert node.text == _UNPRINTABLE.sub("\ufffd", inside)


_BREAK = re.compile("[\n\r\x85\u2028\u2029]")  # YAML folds a line break to a space
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


@pytest.mark.parametrize("text", SAMPLES[:2])
def test_no_prefix_of_a_file_raises(text):
    for end in range(0, len(text), 7):
        parse_question(Source("questions/evaluation/roc-auc.yml", text[:end]))


# --- a valid question is read as it was written -------------------------------------------------------------------

TRAPS = [
    *("no", "yes", "on", "off", "true", "null", "~", "3.10", "2026-05", "2026-05-12", "0x1F", "0o17", "1e3", "-1"),
    *(
        "12:30",
        "1_000",
        ".5",
        ".inf",
        "= x",
        "<<",
        "é 😀",
        "a'b",
        'a"b',
        "a: b",
        "a #b",
        "#a",
        "- a",
        "? a",
        "[a",
        "{a}",
    ),
    *("&a", "*a", "!a", "%a", "@a", "`a`", "|", ">", "\\n", "\\", "{{ 7*7 }}", "<b>", "a, b", "...", "---", "a\tb"),
]
words = st.one_of(
    st.sampled_from(TRAPS),
    st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\ufeff"), min_size=1, max_size=30),
).filter(lambda text: text.strip() == text and text)


def in_single_quotes(text):
    return "'" + text.replace("'", "''") + "'"


def in_double_quotes(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


def in_a_block(text):
    return "|-\n  " + text


styles = st.sampled_from([in_single_quotes, in_double_quotes, in_a_block])
kebab = st.lists(st.text("abcxyz019", min_size=1, max_size=6), min_size=1, max_size=3).map("-".join)


@laws
@given(
    title=words.map(lambda text: f"{text} and something"),
    prompt=words,
    difficulty=st.sampled_from(["easy", "medium", "hard"]),
    tags=st.lists(
        kebab | st.sampled_from(["no", "null", "1", "0x1f", "2026", "on"]), min_size=1, max_size=8, unique=True
    ),
    overview=words,
    mistakes=st.lists(words, min_size=1, max_size=3, unique_by=lambda text: " ".join(text.split())),
    style=st.lists(styles, min_size=3, max_size=3),
)
def test_a_valid_question_is_read_as_it_was_written(title, prompt, difficulty, tags, overview, mistakes, style):
    text = (
        f"title: {style[0](title)}\nprompt: {style[1](prompt)}\ndifficulty: {difficulty}\n"
        f"answer: |\n  {prompt}\n  second line\ntags: [{', '.join(tags)}]\noverview: {style[2](overview)}\nmistakes:\n"
    ) + "".join(f"  - {in_double_quotes(line)}\n" for line in mistakes)
    note(text)
    source = Source("questions/evaluation/roc-auc.yml", text)
    node, problems = compose(source)
    assert problems == ()
    read = {key.text: value for key, value in node.items}
    assert read["title"].text == title
    assert read["prompt"].text == prompt
    assert read["answer"].text == f"{prompt}\nsecond line\n"
    assert read["overview"].text == overview
    assert [item.text for item in read["tags"].items] == tags
    assert [item.text for item in read["mistakes"].items] == mistakes
    question, diagnostics = parse_question(source)
    if not any(found.severity == "error" for found in diagnostics):
        assert (question.title, question.prompt, question.overview) == (title, prompt, overview)
        assert (question.difficulty, question.tags, question.mistakes) == (difficulty, tuple(tags), tuple(mistakes))


@pytest.mark.parametrize(
    "word", ["no", "null", "~", "3.10", "2026-05", "0x1F", "yes", ".inf", "1e3", "12:30:45", "<<", "="]
)
def test_a_word_that_other_readers_take_for_something_else_is_text(word):
    text = SAMPLES[1] + f"overview: {word}\nexample: {word}\nmistakes: [{word}]\n"
    question, _ = parse_question(Source("questions/evaluation/roc-auc.yml", text))
    assert (question.overview, question.example, question.mistakes) == (word, word, (word,))


@laws
@given(
    st.one_of(
        anything, st.lists(st.sampled_from(["\x01", "\x02", "\0", "\n", "M", "R100", "C1", "a.yml"])).map("".join)
    )
)
def test_reading_a_log_never_raises(output):
    read_log(output)
