"""YAML becomes a tree of text as written, each value with its span; what files do without is refused."""

import pytest

from qbank.source import Source
from qbank.yamltree import MAX_CHARACTERS, MAX_DEPTH, Mapping, Scalar, Sequence, compose


def tree(text):
    node, diagnostics = compose(Source("questions/a.yml", text))
    assert not diagnostics, diagnostics
    return plain(node)


def plain(node):
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key.text: plain(value) for key, value in node.items}


def refusal(text):
    """The code, the place and the help of the one diagnostic that refuses the text."""
    _, (found,) = compose(Source("questions/a.yml", text))
    return found.code, str(found.at.start), found.help


def problems(text):
    _, diagnostics = compose(Source("questions/a.yml", text))
    assert diagnostics, f"nothing is wrong with {text!r}"
    return diagnostics


@pytest.mark.parametrize(
    "text",
    [
        *("no", "Yes", "on", "true", "~", "null", "3.10", "0x1F", "0o17", "1e3", "1_000", "12:30:45", ".inf", ".NaN"),
        *("2026-05", "2026-05-12", "=", "<<", "-1", "+1", "Norway: NO".replace(": ", " ")),
    ],
)
def test_a_plain_scalar_is_the_text_as_written(text):
    assert tree(f"a: {text}") == {"a": text}
    assert tree(f"a: [{text}]") == {"a": [text]}


def test_quotes_and_blocks_are_read_as_yaml_says():
    text = """a: "tab\\tq\\"\\u00e9"
b: 'it''s'
c: |
  one
    two
d: >-
  one
  two
e: |+
  one

f: one
  two
"""
    assert tree(text) == {
        "a": 'tab\tq"é',
        "b": "it's",
        "c": "one\n  two\n",
        "d": "one two",
        "e": "one\n\n",
        "f": "one two",
    }


def test_the_span_of_a_scalar_is_what_stands_in_the_file_with_its_quotes():
    text = "é: \"x y\"\nb:\n  - 😀 z  # note\n  - |\n    one\n    two\n\nc: 'd'\n"
    node, _ = compose(Source("questions/a.yml", text))
    scalars = {}
    for key, value in node.items:
        scalars[key.text] = value
    cut = lambda span: text[span.start : span.end]  # noqa: E731
    assert cut(scalars["é"].span) == '"x y"'
    assert [cut(item.span) for item in scalars["b"].items] == ["😀 z", "|\n    one\n    two"]
    assert cut(scalars["c"].span) == "'d'"
    assert [cut(key.span) for key, _ in node.items] == ["é", "b", "c"]


def test_the_style_of_a_scalar_is_the_sign_that_opened_it():
    node, _ = compose(Source("questions/a.yml", "a: b\nc: 'd'\ne: \"f\"\ng: |\n  h\ni: >\n  j\n"))
    assert [value.style for _, value in node.items] == [None, "'", '"', "|", ">"]


def test_an_empty_file_has_no_node():
    for text in ("", "\n\n", "# only a comment\n", "---\n...\n"):
        node, diagnostics = compose(Source("questions/a.yml", text))
        assert diagnostics == ()
        assert node is None or node.text == ""


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: &name b", "1:4"),
        ("a: *name", "1:4"),
        ("a: !!str b", "1:4"),
        ("a: !custom {b: c}", "1:4"),
        ("a: ! b", "1:4"),
        ("a: b\n<<: *base", "2:5"),
        ("a: &x [*x]", "1:4"),
    ],
)
def test_anchors_aliases_and_tags_are_refused_where_they_stand(text, where):
    assert refusal(text)[:2] == ("QB004", where)


def test_a_second_document_is_refused_at_its_start():
    assert refusal("a: b\n---\nc: d\n")[:2] == ("QB005", "2:1")


def test_one_document_may_have_its_marks():
    assert tree("%YAML 1.1\n---\na: b\n...\n") == {"a": "b"}


def test_a_file_that_is_too_large_is_not_read():
    assert tree("a: " + "x" * (MAX_CHARACTERS - 3)) == {"a": "x" * (MAX_CHARACTERS - 3)}
    code, where, help = refusal("a: " + "x" * (MAX_CHARACTERS - 2))
    assert (code, where, help) == ("QB006", "1:1", "Shorten it, or split it into several questions.")


def test_depth_is_bounded_however_it_is_written():
    assert tree("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert refusal("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[:2] == ("QB007", "1:9")
    blocks = "\n".join(" " * level + "a:" for level in range(MAX_DEPTH + 1))
    assert refusal(blocks + " b")[0] == "QB007"
    assert refusal("- " * (MAX_DEPTH + 1) + "a")[0] == "QB007"


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "{a: ", "[{"])
def test_thousands_of_levels_end_in_a_diagnostic(opening):
    assert problems(opening * 30_000)


def test_a_key_given_twice_is_reported_with_both_places_and_the_first_value_kept():
    node, (found,) = compose(Source("questions/a.yml", "a: b\nc: d\na: e\n"))
    assert plain(node) == {"a": "b", "c": "d"}
    assert (found.code, str(found.at.start), found.at.text) == ("QB003", "3:1", "a")
    ((first, note),) = found.related
    assert (str(first.start), note) == ("1:1", "first given here")


def test_all_keys_given_twice_are_reported_at_once():
    _, found = compose(Source("questions/a.yml", "a: b\na: c\nd: {e: f, e: g}\n"))
    assert sorted(str(diagnostic.at.start) for diagnostic in found) == ["2:1", "3:11"]


def test_a_key_that_is_no_word_is_reported():
    _, found = compose(Source("questions/a.yml", "[a, b]: c\n"))
    assert [(diagnostic.code, diagnostic.message) for diagnostic in found] == [("QB002", "a key must be one word")]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("title: Bias: what is it?", "1:12"),
        ("tags: [a]\ntitle: Bias: what is it?\n", "2:12"),
        ("a:\n\tb: c", "2:1"),
        ("a: @b", "1:4"),
        ("a: `b`", "1:4"),
        ("a: 'b", "1:4"),
        ('a: "b', "1:4"),
    ],
)
def test_what_is_no_yaml_is_shown_where_it_is(text, where):
    (found,) = problems(text)
    assert (found.code[:3], str(found.at.start)) == ("QB0", where)


@pytest.mark.parametrize("escape", ["\\UFFFFFFFF", "\\U00110000", "\\ud800", "\\q", "\\x1", "\\"])
def test_an_escape_that_is_no_character_is_reported(escape):
    assert problems(f'a: "{escape}"')


@pytest.mark.parametrize(
    "text", ["a: 'b", 'a: "b', "a: [b", "a: {b", "a: b\n c: d\n- e", "%YAML 9.9.9\n---\na: b", "? : x"]
)
def test_what_cannot_be_read_is_reported_with_a_sentence_of_help(text):
    for found in problems(text):
        assert found.message[-1] != "."
        assert found.help.endswith(".")


def test_a_broken_field_does_not_hide_the_others():
    node, diagnostics = compose(Source("questions/a.yml", "a: 'open\nb: fine\nc: [1, 2\nd: also\n"))
    assert {"b": "fine", "d": "also"}.items() <= plain(node).items()
    assert {str(found.at.start) for found in diagnostics} == {"1:4", "3:4"}


def test_a_key_above_a_broken_value_stands_where_it_is_written():
    text = "a: b\nc:\n  d:\n    - e\n    - 'open\n"
    node, _ = compose(Source("questions/a.yml", text))
    keys = [key for _, value in node.items if isinstance(value, Mapping) for key, _ in value.items]
    assert [text[key.span.start : key.span.end] for key in keys] == ["d"]
