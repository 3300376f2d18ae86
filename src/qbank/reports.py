"""Diagnostics -> text. Each format is a pure function."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from qbank.diagnostics import Diagnostic, Severity
from qbank.source import Place


def full(diagnostics: Iterable[Diagnostic]) -> str:
    """Every diagnostic with its excerpt, its help and related places, and a line of counts."""
    found = tuple(diagnostics)
    return "\n".join([*(block(diagnostic) for diagnostic in found), summary(found)])


def concise(diagnostic: Diagnostic) -> str:
    """One line, in the form that editors and terminals make a link of."""
    at = diagnostic.at
    return _visible(
        f"{at.path}:{at.start}: {diagnostic.severity} {diagnostic.code} {diagnostic.rule}: {diagnostic.message}"
    )


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning in 2 files`, or that there is nothing to say."""
    found = tuple(diagnostics)
    if not found:
        return "No problems found."
    files = len({diagnostic.at.path for diagnostic in found})
    counts = ", ".join(
        _count(sum(diagnostic.severity is severity for diagnostic in found), severity.value)
        for severity in Severity
        if any(diagnostic.severity is severity for diagnostic in found)
    )
    return f"{counts} in {_count(files, 'file')}"


def block(diagnostic: Diagnostic) -> str:
    """A diagnostic with the line it is about, carets under the place, its help and related places."""
    lines = [concise(diagnostic), *_excerpt(diagnostic.at)]
    if diagnostic.help:
        lines.append(_visible(f"  help: {diagnostic.help}"))
    lines += [_visible(f"  {place.path}:{place.start}: {note}") for place, note in diagnostic.related]
    return "\n".join(lines) + "\n"


def _excerpt(place: Place) -> list[str]:
    """The line that is meant, with carets under the span; a long line is cut around it."""
    line = _visible(place.source.line(place.start.line))
    if not line.strip():
        return []
    first = place.start.column - 1
    last = place.end.column - 1 if place.end.line == place.start.line else len(line)
    left = max(0, first - 40)
    shown = line[left : left + 100]
    width = max(1, _cells(line[first:last][: max(0, 100 - (first - left))]))
    number = f"{place.start.line:>5}"
    return [f"{number} | {shown}", f"{' ' * len(number)} | {' ' * _cells(line[left:first])}{'^' * width}"]


def _cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def _visible(text: str) -> str:
    """The text with control and direction signs shown as what they are: it comes from strangers and goes to a terminal."""
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]",
        lambda match: " " if match[0] == "\t" else "\ufffd",
        text,
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
