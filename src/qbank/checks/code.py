"""What can be wrong with the code in a question's texts, without running it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from qbank.checks.fields import Field, fields
from qbank.diagnostics import Finding, Severity, nearest, suggest
from qbank.fences import Fence, fences
from qbank.markup import MAX_CODE
from qbank.model import Question
from qbank.rules import check

_FREQUENT_LANGUAGES = frozenset({"bash", "json", "output", "python", "sql", "text", "yaml"})
"""Languages that need no look at the highlighter's list, whose making takes longer than all the checks of a question."""


_latest: list[tuple[Question, list[tuple[Field, tuple[Fence, ...]]]]] = []


def _fenced(question: Question) -> list[tuple[Field, tuple[Fence, ...]]]:
    """The texts of a question that have fenced blocks, with these: found once, since all checks here ask for them."""
    if not _latest or _latest[0][0] is not question:
        found = [(field, fences(field.text)) for field in fields(question, "```", "~~~")]
        _latest[:] = [(question, found)]
    return _latest[0][1]


def _each(question: Question) -> Iterator[tuple[Field, Fence]]:
    """Every fenced block of a question."""
    return ((field, fence) for field, found in _fenced(question) for fence in found)


def _is_language(name: str) -> bool:
    from qbank.highlight import LANGUAGES

    return name in LANGUAGES


@check("QB205", Question)
def unclosed_fence(question: Question) -> Iterator[Finding]:
    """A code fence is opened and never closed, so that the rest of the text becomes code.

    Bad: a line of three backticks and `python`, and no line of three backticks after it
    Good: both
    """
    for field, fence in _each(question):
        if not _is_closed(field.text, fence):
            first = field.text[fence.start : fence.end].partition("\n")[0].rstrip()
            sign = _sign(first)
            name = "tildes" if sign[0] == "~" else "backticks"
            help = f"Close it with a line of {_NUMBERS.get(len(sign), len(sign))} {name} after the code."
            yield Finding("this code fence is never closed", field.at(fence.start, fence.start + len(first)), help)


_NUMBERS = {3: "three", 4: "four", 5: "five"}


def _sign(line: str) -> str:
    found = re.match(r"`+|~+", line)
    return found[0] if found else "```"


def _is_closed(text: str, fence: Fence) -> bool:
    """Whether a line of the same signs ends the fence, and no line inside of it opens another."""
    whole = text[fence.start : fence.end].rstrip()
    # The usual form, with nothing else in it that could be a fence.
    if whole.startswith("```") and whole.endswith("\n```") and whole[3:4] != "`" and whole.count("```") == 2:
        return True
    lines = whole.splitlines()
    sign = _sign(lines[0])
    last = re.sub(r"^[ >]*", "", lines[-1]).strip() if len(lines) > 1 else ""
    # Markdown that shows Markdown may hold the opening of a fence.
    opens_another = fence.language not in ("markdown", "md") and any(
        sign in line and re.fullmatch(rf"{re.escape(sign)}[A-Za-z][\w+-]*", line.strip(" >")) for line in lines[1:]
    )
    return last.startswith(sign) and not last.strip(sign[0]) and not opens_another


@check("QB207", Question, Severity.WARNING)
def unknown_language(question: Question) -> Iterator[Finding]:
    """The language of a code fence is not one that the highlighter knows.

    Bad: ` ```pyhton `
    Good: ` ```python `
    """
    for field, fence in _each(question):
        if fence.language and fence.language not in _FREQUENT_LANGUAGES and not _is_language(fence.language):
            from qbank.highlight import LANGUAGES  # slow to import, and rarely needed

            start = field.text.lower().index(fence.language, fence.start)
            yield Finding(
                f"`{fence.language}` is not a known language",
                field.at(start, start + len(fence.language)),
                f"{suggest(fence.language, LANGUAGES)} Plain text is `text`.",
            )


@check("QB224", Question, Severity.WARNING)
def oversized_code(question: Question) -> Iterator[Finding]:
    """A block of code is longer than 10,000 characters. It is shown without colours.

    Bad: a module pasted into an answer
    Good: the twenty lines that make the point
    """
    for field, fence in _each(question):
        if len(fence.code) > MAX_CODE:
            line = field.text[fence.start :].partition("\n")[0]
            yield Finding(
                f"this code has {len(fence.code):,} characters, more than {MAX_CODE:,}",
                field.at(fence.start, fence.start + len(line)),
                "Keep the lines that make the point.",
            )


@check("QB208", Question)
def invalid_python(question: Question) -> Iterator[Finding]:
    """A fence that says `python` holds code that does not parse.

    Code that is only a sketch is fenced as `text`.

    Bad: `print "hello"`
    Good: `print("hello")`
    """
    for field, found in _fenced(question):
        for fence in found if "python" in field.text else ():
            # Longer code has been reported, and Python's parser takes a lot of memory for it.
            is_read = fence.language == "python" and len(fence.code) <= MAX_CODE
            if is_read and (wrong := _syntax_error(fence.code)) and _is_closed(field.text, fence):
                message, line, column = wrong
                lines = fence.code.splitlines(keepends=True)
                offset = min(sum(map(len, lines[: line - 1])) + column, max(len(fence.code) - 1, 0))
                start = fence.in_text(offset)
                yield Finding(
                    f"this is not Python: {message}",
                    field.at(start, start + 1),
                    "Correct the code, or fence it as `text` if it is only a sketch.",
                )


def _syntax_error(code: str) -> tuple[str, int, int] | None:
    import symtable

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            symtable.symtable(code, "<code>", "exec")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass  # or it parses, and its names do not fit together, which is for those who run it
        else:
            return None
        import ast

        try:
            ast.parse(code)
        except SyntaxError as error:
            return error.msg, error.lineno or 1, max((error.offset or 1) - 1, 0)
        except (ValueError, RecursionError, MemoryError):
            return "the parser cannot read it", 1, 0
    return None


@check("QB223", Question, Severity.WARNING)
def output_without_code(question: Question) -> Iterator[Finding]:
    """An `output` fence does not follow a `python` fence, so that nothing can show that it is true.

    Bad: an `output` fence after a paragraph
    Good: an `output` fence right after the `python` fence that prints it
    """
    for field, found in _fenced(question):
        before = None
        for fence in found if "output" in field.text else ():
            follows = before is not None and not field.text[before.end : fence.start].strip()
            # A misspelt `python` has been reported, and is the one slip.
            is_code = before is not None and (before.language == "python" or nearest(before.language, ["python"]))
            if fence.language == "output" and not (follows and is_code):
                line_end = field.text.find("\n", fence.start)
                at = field.at(fence.start, line_end if line_end >= 0 else fence.end)
                yield Finding(
                    "no code stands before this output",
                    at,
                    "Put it right after the `python` fence that prints it, or fence it as `text`.",
                )
            before = fence
