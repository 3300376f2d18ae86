"""Counts -> charts whose geometry is finished, so that a template only has to draw them.

Every chart is a table with its numbers, beside which bars are drawn or whose cells have colours: there is nothing in
the picture that is not in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

REST = "rest"


class Bar(NamedTuple):
    """One line of a bar chart; `width` in percent of the longest bar, `share` in whole percent of the total."""

    label: str
    count: int
    share: int
    width: float
    style: str = ""


class Chart(NamedTuple):
    """A bar chart."""

    title: str
    bars: tuple[Bar, ...]


def bar_chart(title: str, counts: Iterable[tuple[str, int, str]], *, total: int) -> Chart | None:
    """A chart of (label, count, style) in the order given; None when fewer than two labels have a count.

    Shares are of `total`, which may be less than the sum where one question counts under several labels. What is left
    of several labels together (style `rest`) has no bar, which would be too long to compare the others.
    """
    rows = [(label, count, style) for label, count, style in counts if count]
    if len(rows) < 2:
        return None
    longest = max(count for _, count, style in rows if style != REST)
    return Chart(
        title,
        tuple(
            Bar(
                label,
                count,
                round(100 * count / total),
                0 if style == REST else round(100 * count / longest, 1),
                style,
            )
            for label, count, style in rows
        ),
    )


class Cell(NamedTuple):
    """A number of a chart with two sides, with where it leads: nowhere when it is 0.

    In a stack `x` and `width` are the place of its part of the bar; in a heat map `heat` is its colour, 0 to 5.
    """

    count: int
    address: str = ""
    style: str = ""
    x: float = 0
    width: float = 0
    heat: int = 0


class Line(NamedTuple):
    """A line of such a chart."""

    label: str
    address: str
    cells: tuple[Cell, ...]


class TableChart(NamedTuple):
    """A chart with two sides: stacked bars, or a heat map; `heads` are the names and addresses of its columns."""

    id: str
    title: str
    heads: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


Named = tuple[str, str, str]
"""What stands for a line or a column: key, name, address."""


def stacked_bars(
    id: str,
    title: str,
    rows: Sequence[Named],
    columns: Sequence[Named],
    counts: Mapping[tuple[str, str], int],
    leads_to: Callable[[str, str], str],
) -> TableChart | None:
    """A bar for each row in parts, one for each column; the longest takes the whole width, 100. None without two rows."""
    totals = {row: sum(counts.get((row, column), 0) for column, _, _ in columns) for row, _, _ in rows}
    longest = max(totals.values(), default=0)

    def line(row: str, name: str, address: str) -> Line:
        cells, x = [], 0
        for column, _, _ in columns:
            count = counts.get((row, column), 0)
            cells.append(
                Cell(
                    count,
                    leads_to(row, column) if count else "",
                    column,
                    x=round(100 * x / longest, 2),
                    width=round(100 * count / longest, 2),
                )
            )
            x += count
        return Line(name, address, tuple(cells))

    lines = tuple(line(*row) for row in rows if totals[row[0]])
    return TableChart(id, title, tuple(column[1:] for column in columns), lines) if len(lines) > 1 else None


def heat_map(
    id: str,
    title: str,
    rows: Sequence[Named],
    columns: Sequence[Named],
    counts: Mapping[tuple[str, str], int],
    leads_to: Callable[[str, str], str],
    *,
    totals: Mapping[str, int],
) -> TableChart | None:
    """A cell for each row and column, the warmer the larger its share of the row's total; None without two of each."""

    def cell(row: str, column: str) -> Cell:
        count = counts.get((row, column), 0)
        share = count / totals[row]
        return Cell(count, leads_to(row, column) if count else "", heat=sum(share > bound for bound in HEAT))

    if len(rows) < 2 or len(columns) < 2:
        return None
    lines = tuple(
        Line(name, address, tuple(cell(row, column) for column, _, _ in columns)) for row, name, address in rows
    )
    return TableChart(id, title, tuple(column[1:] for column in columns), lines)


HEAT = (0, 0.05, 0.1, 0.2, 0.35)
"""From which share of the row on a cell of a heat map has the next warmer colour."""
