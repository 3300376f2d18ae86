"""Counts -> charts whose geometry is finished, so that a template only has to draw them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 360
"""In the chart's own units: a phone's width, so that text is drawn there at about its own size."""
_BAR_TOP = 18
_ROW = 38


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar chart; `width` and `y` in the chart's units, `share` in whole percent of the total."""

    label: str
    count: int
    share: int
    width: float
    y: int
    style: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart, with the sentence that says the same to whoever cannot see it."""

    id: str
    title: str
    bars: tuple[Bar, ...]
    text: str

    @property
    def height(self) -> int:
        return _ROW * len(self.bars)

    @property
    def bar_top(self) -> int:
        return _BAR_TOP


def bar_chart(id: str, title: str, counts: Iterable[tuple[str, int, str]], *, total: int) -> Chart | None:
    """A chart of (label, count, style) in the order given; None when fewer than two labels have a count.

    Shares are of `total`, which may be less than the sum where one question counts under several labels.
    """
    rows = [(label, count, style) for label, count, style in counts if count]
    if len(rows) < 2:
        return None
    longest = max(count for _, count, _ in rows)
    bars = tuple(
        Bar(label, count, round(100 * count / total), round(WIDTH * count / longest, 1), index * _ROW, style)
        for index, (label, count, style) in enumerate(rows)
    )
    return Chart(
        id, title, bars, f"{title}: " + ", ".join(f"{bar.label} {bar.count} ({bar.share} %)" for bar in bars) + "."
    )
