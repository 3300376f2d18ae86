"""The lines that a diagnostic is about, with marks under the place, and the lines that its fix would write."""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

from qbank.diagnostics import Edit
from qbank.reports.paint import Paint, wrapped
from qbank.reports.wording import cells, visible
from qbank.source import Place, Source

_ROOM = 100
_LEAST_ROOM = 12
_TAB = 4
_MOST_LINES_OF_A_FIX = 6


class _Cut(NamedTuple):
    """A line as it is shown: the cells before the marks and under them."""

    text: str
    before: int
    marked: int


def excerpt(place: Place, paint: Paint, *, mark: str = "marks", width: int | None = None) -> list[str]:
    """The first and the last line of the place, with carets below."""
    start, end = place.start, place.end
    first = place.source.line(start.line)
    if not first.strip():
        return []
    if end.line == start.line:
        return _marked(start.line, first, start.column - 1, end.column - 1, paint, mark, width)
    last_number, last_end = (end.line, end.column - 1) if end.column > 1 else (end.line - 1, None)
    shown = _marked(start.line, first, start.column - 1, len(first), paint, mark, width)
    last = place.source.line(last_number)
    if last_number == start.line or not last.strip():
        return shown
    if last_number > start.line + 1:
        shown.append("  ...")
    begin = len(last) - len(last.lstrip())
    return shown + _marked(last_number, last, begin, last_end or len(last.rstrip()), paint, mark, width)


def fix(source: Source, edit: Edit, paint: Paint, *, width: int | None = None) -> list[str]:
    """The lines that an edit takes away and those that it puts there."""
    title = "fix" if edit.safe else "unsafe fix (read it before you take it)"
    if edit.span.start == edit.span.end and not edit.text:
        return _titled(title, " write the file as plain UTF-8 with Unix line ends", paint, width)
    place = Place(source, edit.span)
    start, end = place.start, place.end
    old = [source.line(number) for number in range(start.line, end.line + 1)]
    before, after = old[0][: start.column - 1], old[-1][end.column - 1 :]
    new = f"{before}{edit.text}{after}".split("\n")
    if end.line > start.line and end.column == 1 and new[-1] == after:
        # Whole lines are replaced; the one after them stays as it is.
        old.pop()
        new.pop()
    at = start.column - 1
    return [
        *_titled(title, "", paint, width),
        *_listed(start.line, old, "-", at, paint, width),
        *_listed(start.line, new, "+", at, paint, width),
    ]


def _titled(title: str, text: str, paint: Paint, width: int | None) -> list[str]:
    return wrapped([("", "  "), ("help", f"{title}:"), ("", text)], "    ", paint, width)


def _listed(number: int, lines: list[str], sign: str, at: int, paint: Paint, width: int | None) -> list[str]:
    kind = "removed" if sign == "-" else "added"
    shown = []
    for index, line in enumerate(lines[:_MOST_LINES_OF_A_FIX]):
        gutter = _gutter(number + index, width)
        column = min(at, len(line)) if index == 0 else 0
        text = _cut(line, column, column, _room(gutter, width)).text
        shown.append(f"{paint('gutter', gutter)} {paint(kind, f'{sign} {text}'.rstrip())}")
    if len(lines) > _MOST_LINES_OF_A_FIX:
        shown.append(f"  ... {len(lines) - _MOST_LINES_OF_A_FIX:,} more lines")
    return shown


def _marked(number: int, line: str, first: int, last: int, paint: Paint, mark: str, width: int | None) -> list[str]:
    gutter = _gutter(number, width)
    cut = _cut(line, first, last, _room(gutter, width))
    margin = " " * len(gutter)
    return [
        f"{paint('gutter', f'{gutter} |')} {cut.text}".rstrip(),
        f"{paint('gutter', f'{margin} |')} {' ' * cut.before}{paint(mark, '^' * cut.marked)}",
    ]


def _gutter(number: int, width: int | None) -> str:
    return f"{number:>5}" if width is None or width >= 40 else str(number)


def _room(gutter: str, width: int | None) -> int:
    return _ROOM if width is None else max(_LEAST_ROOM, width - len(gutter) - 3)


def _cut(line: str, first: int, last: int, room: int) -> _Cut:
    """The line, or the part around the span that fits; cut ends are shown by `…`."""
    # A line may be all of a long file, and more than what surrounds the start of the span is never shown.
    skipped, far = max(0, first - 2 * room), first + 2 * room
    pieces, rest = _pieces(line[skipped:far]), len(line) > far
    first, last = first - skipped, last - skipped
    edges = [0, *accumulate(cells(piece) for piece in pieces)]
    first, last = min(first, len(pieces)), min(last, len(pieces))
    begin, end = edges[first], max(edges[last], edges[first] + 1)
    total = max(edges[-1], end)
    if total <= room and not skipped and not rest:
        return _Cut("".join(pieces).rstrip(), begin, end - begin)
    # A third of the room goes to what stands before the span, more when the line ends soon after it.
    left = max(0, min(begin - room // 3, total - room + 1))
    start = next(index for index, edge in enumerate(edges) if edge >= left)
    lead = "…" if start or skipped else ""
    stop = max(
        index for index, edge in enumerate(edges) if edge - edges[start] + len(lead) + (index < len(pieces)) <= room
    )
    tail = "…" if rest or stop < len(pieces) else ""
    limit = max(edges[stop], begin + 1)
    before = begin - edges[start] + len(lead)
    text = f"{lead}{''.join(pieces[start:stop])}{tail}".rstrip()
    return _Cut(text, before, max(1, min(end, limit) - begin))


def _pieces(line: str) -> list[str]:
    """Each sign as it is shown; tabs become spaces up to the next multiple of four cells."""
    pieces: list[str] = []
    column = 0
    # `##[` is made harmless as a whole, before the signs are looked at one by one.
    for sign, shown in zip(line, visible(line), strict=True):
        piece = " " * (_TAB - column % _TAB) if sign == "\t" else shown
        column += cells(piece)
        pieces.append(piece)
    return pieces
