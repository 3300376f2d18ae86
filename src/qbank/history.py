"""The output of one `git log` -> when each file last changed, and who wrote it."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

LOG_ARGUMENTS = ("log", "--no-merges", "--name-status", "-M", "-z", "--format=%x01%cs%x02%aN", "--", "questions")
"""One pass over the history of the question files, newest first; `-M` so that a renamed file keeps its past."""


MOST_CHARACTERS = 80
"""Of an author's name; git knows no limit."""
_JOINERS = "\u200c\u200d"
"""What some scripts need between letters, and emoji between their parts."""


class History(NamedTuple):
    """The day of the last change (YYYY-MM-DD) and the authors, oldest contribution first."""

    updated: str
    contributors: tuple[str, ...]


def read_log(output: str) -> dict[str, History]:
    """Each path's history, by its present name."""
    updated: dict[str, str] = {}
    authors: dict[str, dict[str, None]] = {}
    now: dict[str, str] = {}  # an older name of a file -> its present one
    day = author = ""
    # Names of authors and of files may hold every sign but NUL: only where a field stands says what it is.
    fields = iter(output.split("\0"))
    for field in fields:
        status = field.strip("\n")
        if status.startswith("\x01"):
            day, _, author = status[1:].partition("\x02")
            author = shown(author)
        elif status:
            path = next(fields, "")
            if status[0] in "RC":
                old, path = path, next(fields, "")
                if status[0] == "R":
                    now[old] = now.get(path, path)
            name = now.get(path, path)
            updated.setdefault(name, day)
            authors.setdefault(name, {}).pop(author, None)
            if author:
                authors[name][author] = None
    return {path: History(day, tuple(reversed(authors[path]))) for path, day in updated.items()}


def shown(name: str) -> str:
    """An author's name without what cannot be seen, turns the direction of the text around it, or is a control sign."""
    kept = (sign if unicodedata.category(sign)[0] != "C" or sign in _JOINERS else " " for sign in name)
    return " ".join("".join(kept).split())[:MOST_CHARACTERS]
