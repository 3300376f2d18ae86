"""The fenced code blocks of a Markdown text, and where each character of their code stands in it."""

from __future__ import annotations

import re
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
    for block, start, end in kinds.get("CodeBlock", ()):
        if isinstance(block, dict):  # the others are indented
            language = re.split(r"[\s,{]", block["Fenced"].strip(), maxsplit=1)[0].lower()
            code, pieces = "", []
            for words, begin, _ in kinds.get("Text", ()):
                if start <= begin < end:
                    pieces.append((len(code), begin))
                    code += words
            yield Fence(language, code, start, end, tuple(pieces))
