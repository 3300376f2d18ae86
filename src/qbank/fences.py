"""The fenced code blocks of a Markdown text, and where each character of their code stands in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from qbank.fragments import events_by_kind


class Fence(NamedTuple):
    """A fenced block: its language in lower case, its code, its place in the text, and the pieces of the code in it."""

    language: str
    code: str
    start: int
    end: int
    pieces: tuple[tuple[int, int], ...]

    def in_text(self, offset: int) -> int:
        """The offset in the text of an offset in the code."""
        at = self.start
        for in_code, in_text in self.pieces:
            if in_code > offset:
                break
            at = in_text + offset - in_code
        return min(at, self.end)


def fences(text: str) -> tuple[Fence, ...]:
    """Every fenced block of the text, in order."""
    return _found(text) if "```" in text or "~~~" in text else ()


@lru_cache(maxsize=64)
def _found(text: str) -> tuple[Fence, ...]:
    return tuple(_fences(text))


def _fences(text: str) -> Iterator[Fence]:
    kinds = events_by_kind(text)
    lines = kinds.get("TextOfCode", ())
    starts = [begin for _, begin, _ in lines]
    for block, start, end in kinds.get("CodeBlock", ()):
        if isinstance(block, dict):  # the others are indented
            said = block["Fenced"]
            word = said if said.isalnum() else re.split(r"[\s,{]", said.strip(), maxsplit=1)[0]
            language, code, pieces = word.lower(), "", []
            for words, begin, _ in lines[bisect_left(starts, start) : bisect_left(starts, end)]:
                pieces.append((len(code), begin))
                code += words
            yield Fence(language, code, start, end, tuple(pieces))
