"""Colours of a terminal, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
