"""The Markdown texts of a question, each with its place in the file, and the parts of a text that are something already."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from qbank.fragments import events_by_kind
from qbank.model import Question, ValuePath
from qbank.scalars import piece
from qbank.source import Place

MATH_AND_CODE = ("InlineMath", "DisplayMath", "Code", "CodeBlock")


class Field(NamedTuple):
    """A Markdown text of a question; where it stands is looked up for findings only."""

    question: Question
    path: ValuePath
    text: str

    def at(self, start: int, end: int) -> Place:
        return piece(self.question.at(*self.path), self.text, start, end)


def fields(question: Question, *marks: str) -> list[Field]:
    """The Markdown fields that contain one of the signs of markup without which a check has nothing to look at."""
    return [Field(question, path, text) for path, text in question.markup if any(map(text.__contains__, marks))]


class Taken:
    """The parts of a text that are something already."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []  # the furthest end so far
        for start, end in sorted(spans):
            self.starts.append(start)
            self.ends.append(max(end, self.ends[-1] if self.ends else 0))

    @classmethod
    def by(cls, text: str, *kinds: str) -> Taken:
        """What events of these kinds cover."""
        found = events_by_kind(text)
        return cls((start, end) for kind in kinds for _, start, end in found.get(kind, ()))

    def overlaps(self, start: int, end: int) -> bool:
        index = bisect_left(self.starts, end)
        return index > 0 and self.ends[index - 1] > start

    def leaves(self, sign: str, text: str) -> bool:
        """Whether the sign stands in the rest of the text."""
        gaps = zip([0, *self.ends], [*self.starts, len(text)], strict=True)
        return any(text.find(sign, start, end) >= 0 for start, end in gaps)
