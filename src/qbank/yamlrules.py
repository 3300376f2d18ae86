"""The rules about a file as YAML; `yamltree` and `yamlfaults` apply them while they read."""

from __future__ import annotations

from qbank.rules import rule

SYNTAX = rule(
    "QB002",
    "yaml-syntax",
    """A part of the file is not valid YAML.

    What stands there cannot be read; the fields around it are still checked.

    Bad: `tags: [pca, svd`
    Good: `tags: [pca, svd]`
    """,
)
DUPLICATE_KEY = rule(
    "QB003",
    "duplicate-key",
    """A mapping has the same key twice.

    Most YAML readers keep the last value and drop the first without a word.

    Bad: two lines `difficulty: easy` and `difficulty: hard`
    Good: one of them
    """,
)
UNSUPPORTED = rule(
    "QB004",
    "yaml-feature",
    """The file uses a feature of YAML that question files do without: an anchor, an alias, a tag or a merge.

    They make text mean something else than it says, and some make a small file expand into gigabytes.

    Bad: `title: &name What is bias?`
    Good: `title: What is bias?`
    """,
)
SEVERAL_DOCUMENTS = rule(
    "QB005",
    "several-documents",
    """A file holds more than one YAML document.

    One file is one question; everything after the second `---` would be lost.

    Bad: two questions with `---` between them
    Good: two files
    """,
)
TOO_LARGE = rule(
    "QB006",
    "file-too-large",
    """A question's file is larger than 65,536 characters, or another file larger than 131,072.

    A question that long cannot be read in an interview, and the limit keeps hostile files from taking the machine.

    Bad: a data set pasted into an answer
    Good: the few rows that make the point
    """,
)
TOO_DEEP = rule(
    "QB007",
    "nested-too-deep",
    """Lists and mappings stand more than 8 levels deep.

    No field needs more than 4, and parsers fail on files nested thousands of levels deep.

    Bad: `tags: [[[[[[[[[pca]]]]]]]]]`
    Good: `tags: [pca]`
    """,
)
TAB = rule(
    "QB010",
    "tab-indentation",
    """A line is indented with a tab.

    YAML allows only spaces there, since editors disagree on how wide a tab is.

    Bad: a tab before `- google`
    Good: two spaces before `- google`
    """,
)
UNCLOSED_QUOTE = rule(
    "QB011",
    "unclosed-quote",
    """A quote is opened and never closed.

    Everything after it would be taken for part of the text.

    Bad: `title: "What is bias?`
    Good: `title: "What is bias?"`
    """,
)
UNQUOTED_COLON = rule(
    "QB012",
    "unquoted-colon",
    """Text without quotes contains a colon followed by a space.

    YAML takes such a colon for the end of a key.

    Bad: `title: Bias: what is it?`
    Good: `title: "Bias: what is it?"`
    """,
)
RESERVED_START = rule(
    "QB013",
    "reserved-start",
    """Text without quotes starts with a sign that means something in YAML.

    The signs are `@`, a backtick, `%`, `&`, `*`, `!`, `[`, `{`, and a quote that closes before the text ends.

    Bad: `title: @property: when is it right?`
    Good: `title: "@property: when is it right?"`
    """,
)
MISSING_SPACE = rule(
    "QB023",
    "missing-space",
    """No space follows the colon after a key, so that YAML takes both for one word.

    Bad: `difficulty:easy`
    Good: `difficulty: easy`
    """,
)
INDENTATION = rule(
    "QB022",
    "wrong-indentation",
    """A line is not indented like the lines that it belongs to.

    Bad: a line of an answer that starts in the first column
    Good: the line indented like the rest of the answer
    """,
)
TYPOGRAPHIC_SYNTAX = rule(
    "QB016",
    "typographic-syntax",
    """A non-breaking space or a typographic quote stands where YAML needs a plain one.

    They come from word processors and look the same, but YAML takes them for letters.

    Bad: a non-breaking space after `title:`
    Good: an ordinary space
    """,
)
