"""The hostile cases, which are data: `cases/*.yml`, a file per category.

A case has a `text` (an `answer`, unless it names another `field`), a whole `file`, or a `path`; a text that is a list
`[piece, times]` is the piece so often. It says what must come of it: the `code` of the diagnostic that names it, or
`accepted`, and `shown` where the reader must see certain words (`true` stands for the text as it is written).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from tests.builders import REQUIRED

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One hostile input, and what must come of it."""

    category: str
    number: int
    text: str
    kind: str
    code: str | None
    shown: str | None

    def __str__(self) -> str:
        return f"{self.category}-{self.number}"

    @property
    def source(self) -> str:
        """The whole file that holds the case."""
        if self.kind == "file":
            return self.text
        listed = {"tags", "mistakes", "formerly", "related"}
        fields = REQUIRED | (
            {} if self.kind == "path" else {self.kind: [self.text] if self.kind in listed else self.text}
        )
        if self.kind == "reference":
            fields = REQUIRED | {"references": [{"title": "A paper", "url": self.text}]}
        return json.dumps(fields, ensure_ascii=False)

    @property
    def path(self) -> str:
        return f"questions/{self.text}" if self.kind == "path" else "questions/evaluation/roc-auc.yml"


@cache
def cases() -> tuple[Case, ...]:
    """All cases, in the order of their files."""
    found = []
    for path in sorted(CASES.glob("*.yml")):
        for number, entry in enumerate(yaml.safe_load(path.read_text("utf-8")), 1):
            kind = next((name for name in ("file", "path") if name in entry), entry.get("field", "answer"))
            text = _text(entry.get(kind, entry.get("text")))
            shown = text if entry.get("shown") is True else entry.get("shown")
            assert ("code" in entry) != ("accepted" in entry), f"{path.name}, case {number}"
            found.append(Case(path.stem, number, text, kind, entry.get("code"), shown))
    return tuple(found)


def _text(written: Any) -> str:
    if isinstance(written, str):
        return written
    return "".join(_text(piece) if isinstance(piece, list | str) else "" for piece in _unrolled(written))


def _unrolled(pieces: list[Any]) -> list[str]:
    """`["[", 3, "x", "]", 3]` is `[[[x]]]`: a number repeats what stands before it."""
    found: list[str] = []
    for piece in pieces:
        if isinstance(piece, int):
            found[-1] *= piece
        else:
            found.append(piece)
    return found
