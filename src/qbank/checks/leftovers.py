"""Text that was not meant to be read: of templates, of other dialects, in the place of what is still to be written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qbank.checks.fields import MATH_AND_CODE, Field, Taken
from qbank.diagnostics import Finding, Severity
from qbank.model import Question
from qbank.rules import check
from qbank.scalars import piece

_TEMPLATE = re.compile(r"\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\{#[^{}\n]*#\}|<%[^%\n]*%>|[$#%]\{[^{}\n$]*\}")
_TEMPLATE_SIGNS = ("{{", "{%", "{#", "<%", "${", "#{", "%{")
_FOREIGN = re.compile(
    r"(?m)^[ >]*(?:!!!|\?\?\?\+?|===|:::)[ ]+[\"\w].*|^[ >]*;?-+8<-+.*|^\[TOC\][ ]*$|!\[\[[^\[\]\n]*\]\]|\[\[[^\[\]\n]*\]\]"
    r"|\{![^{}\n]*!\}|\{:[^{}\n]*\}|\{[.#][A-Za-z][^{}\n]*\}"
)
_FOREIGN_SIGNS = ("!!!", "???", "===", ":::", "8<", "[TOC]", "[[", "{!", "{:", "{.", "{#")
_PLACEHOLDER_SIGNS = ("TODO", "FIXME", "TBD", "XXX", "TBC")
_PLACEHOLDER_WORDS = ("lorem ipsum", "your answer here", "your text here", "your question here", "insert ")
"""What a question must contain for the patterns to find anything: looking for these first takes a tenth of the time."""
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|FIXME|TBD|XXX+|TBC)\b|(?i:\blorem ipsum\b|\byour (?:answer|text|question) here\b|\binsert .{1,20} here\b)"
)


@check("QB214", Question, Severity.WARNING)
def template_text(question: Question) -> Iterator[Finding]:
    """Text of a template was left in place.

    Bad: `Dear {{ name }}`
    Good: the text itself; code that shows templates goes in backticks
    """
    yield from _left_in_place(
        question,
        _TEMPLATE,
        _TEMPLATE_SIGNS,
        "is text of a template",
        "Write the text itself, or put code in backticks.",
    )


@check("QB225", Question, Severity.WARNING)
def foreign_syntax(question: Question) -> Iterator[Finding]:
    """Text uses the syntax of another Markdown dialect, and is shown as it is written.

    Question text is GitHub's Markdown: it includes no files, gives no attributes and opens no tabs.

    Bad: `!!! note`, `--8<-- "file.md"`, `{: .class }`
    Good: `> [!NOTE]`, or the text itself
    """
    yield from _left_in_place(
        question,
        _FOREIGN,
        _FOREIGN_SIGNS,
        "means nothing here",
        "Write it in GitHub's Markdown, or put it in backticks.",
    )


@check("QB215", Question, Severity.WARNING)
def placeholder_words(question: Question) -> Iterator[Finding]:
    """Words stand in for text that is still to be written.

    Bad: `TODO: derive the gradient`
    Good: the derivation; a question that is not finished has `status: draft`
    """
    what, help = "stands in for text that is missing", "Write the text, or leave the field out."
    yield from _left_in_place(question, _PLACEHOLDER, _PLACEHOLDER_SIGNS, what, help, _PLACEHOLDER_WORDS)


def _left_in_place(
    question: Question,
    pattern: re.Pattern[str],
    signs: tuple[str, ...],
    what: str,
    help: str,
    words: tuple[str, ...] = (),
) -> Iterator[Finding]:
    standing = [sign for sign in signs if sign in question.signs]
    if not any(map(question.said.__contains__, standing)) and not any(map(question.whole_text.__contains__, words)):
        return
    for name in ("title", "overview"):
        value = getattr(question, name) or ""
        for match in pattern.finditer(value):
            yield Finding(f"`{match[0]}` {what}", piece(question.at(name), value, match.start(), match.end()), help)
    for path, text in question.markdown:
        field = Field(question, path, text)
        for start, end in _outside_of_code(field.text, pattern):
            yield Finding(f"`{field.text[start:end]}` {what}", field.at(start, end), help)


def _outside_of_code(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where the pattern stands in the text, code and formulas left out."""
    found = list(pattern.finditer(text))
    taken = Taken.by(text, *MATH_AND_CODE) if found else None
    for match in found:
        if taken and not taken.overlaps(*match.span()):
            yield match.span()
