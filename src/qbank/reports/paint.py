"""Colours of a terminal, or none, and its width."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qbank.reports.wording import cells, visible

Paint = Callable[[str, str], str]
"""(kind, text) -> the text as that kind is shown."""

_CODES = {
    "place": "1",
    "error": "1;31",
    "warning": "1;33",
    "code": "1",
    "gutter": "34",
    "marks": "1;31",
    "marks-related": "34",
    "help": "36",
    "removed": "31",
    "added": "32",
}


def plainly(kind: str, text: str) -> str:
    """No colours."""
    return text


def coloured(kind: str, text: str) -> str:
    """The sixteen colours that every terminal's owner has chosen to be readable."""
    return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if text and kind in _CODES else text


def wants_colour(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether to colour: NO_COLOR forbids it, FORCE_COLOR demands it, else a terminal that is not dumb gets it."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0", "false"):
        return True
    return is_terminal and environment.get("TERM") != "dumb"


def wrapped(pieces: list[tuple[str, str]], indent: str, paint: Paint, width: int | None) -> list[str]:
    """The pieces as one line or, when it is wider than the terminal, broken at spaces; a longer word stands alone."""
    words: list[list[tuple[str, str]]] = [[]]
    for kind, text in pieces:
        first, *others = visible(text).split(" ")
        words[-1].append((kind, first))
        words += [[(kind, other)] for other in others]
    lines, line, used = [], "", 0
    for number, word in enumerate(words):
        wide = sum(cells(text) for _, text in word)
        space = 1 if number else 0
        if width is not None and line.strip() and used + space + wide > width:
            lines.append(line.rstrip())
            line, used, space = indent, len(indent), 0
        line += " " * space + "".join(paint(kind, text) for kind, text in word)
        used += space + wide
    return [*lines, line.rstrip()]
