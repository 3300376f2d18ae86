"""The output of one `git log` -> when each file last changed, and who wrote it."""

from __future__ import annotations

from dataclasses import dataclass

LOG_ARGUMENTS = ("log", "--no-merges", "--name-status", "-M", "-z", "--format=%x01%cs%x02%aN", "--", "questions")
"""One pass over the history of the question files, newest first; `-M` so that a renamed file keeps its past."""


@dataclass(frozen=True, slots=True)
class History:
    """The day of the last change (YYYY-MM-DD) and the authors, oldest contribution first."""

    updated: str
    contributors: tuple[str, ...]


def read_log(output: str) -> dict[str, History]:
    """Each path's history, by its present name."""
    updated: dict[str, str] = {}
    authors: dict[str, dict[str, None]] = {}
    now: dict[str, str] = {}  # an older name of a file -> its present one
    for commit in output.split("\x01")[1:]:
        head, _, changes = commit.partition("\0")
        day, _, author = head.strip("\n").partition("\x02")
        fields = iter(changes.strip("\n").split("\0"))
        for status in fields:
            if not status.strip():
                continue
            path = next(fields, "")
            if status.strip()[0] in "RC":
                old, path = path, next(fields, "")
                if status.strip()[0] == "R":
                    now[old] = now.get(path, path)
            name = now.get(path, path)
            updated.setdefault(name, day)
            authors.setdefault(name, {}).pop(author, None)
            authors[name][author] = None
    return {path: History(day, tuple(reversed(authors[path]))) for path, day in updated.items()}
