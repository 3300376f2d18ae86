"""Where a piece of a value stands in the YAML text that the value was written in."""

from __future__ import annotations

import re

from qbank.source import Place, Span

_BLOCK_HEADER = re.compile(r"\|[+-]?[ \t]*(?:#[^\n]*)?\n")


def piece(place: Place, value: str, start: int, end: int) -> Place:
    """The place of `value[start:end]`, given the place of the whole value.

    Exact for text on one line and for literal blocks (`|`); elsewhere the piece is looked for, and where it
    cannot be told from another one the whole value's place comes back.
    """
    raw = place.text
    if header := _BLOCK_HEADER.match(raw):
        first, last = (_in_literal_block(place, header.end(), value, offset) for offset in (start, max(start, end - 1)))
        return Place(place.source, Span(first, last + (1 if end > start else 0)))
    for quote in (0, 1):
        if raw[quote : len(raw) - quote] == value:
            return Place(place.source, Span(place.span.start + quote + start, place.span.start + quote + end))
    wanted = value[start:end]
    if wanted.strip() and raw.count(wanted) == 1:
        found = place.span.start + raw.index(wanted)
        return Place(place.source, Span(found, found + len(wanted)))
    return place


def _in_literal_block(place: Place, header: int, value: str, offset: int) -> int:
    """The file offset of a value's offset: the lines correspond one to one, each further in by the indentation."""
    text, body = place.source.text, place.span.start + header
    indentation = len(re.match(r"(?:[ ]*\n)*([ ]*)", text[body : place.span.end])[1])  # type: ignore[index]
    line, column = value.count("\n", 0, offset), offset - (value.rfind("\n", 0, offset) + 1)
    at = body
    for _ in range(line):
        at = text.find("\n", at) + 1
    line_end = text.find("\n", at)
    return min(at + indentation + column, line_end if line_end >= 0 else len(text))
