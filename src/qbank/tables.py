"""A long list of questions -> tables of fifty, each on a page of its own, that lead to one another by plain links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from qbank.contexts import Link, Row, Table
from qbank.model import Question

SIZE = 50
"""Rows on a page: with the frame around them a page stays well below 1,500 elements."""
_MOST_LINKS = 200
"""With a link to each of so many pages, ten thousand questions are one click from the first."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Questions in an order, with the address of the first page and what the table says of itself.

    `preset` is the filter that gives the same questions, as the query of an address.
    """

    address: str
    title: str
    preset: str
    questions: Sequence[Question]
    row: Callable[[Question], Row] = field(repr=False)

    @property
    def last(self) -> int:
        """The number of the last page; an empty list has one page, too."""
        return max(1, -(-len(self.questions) // SIZE))

    def page(self, number: int) -> str:
        """The address of a page. No question's id, tag or other term has a slash, so nothing else is there but a topic."""
        return self.address if number == 1 else f"{self.address}page/{number}/"

    def table(self, number: int = 1) -> Table:
        """The table of one page."""
        start = (number - 1) * SIZE
        return Table(
            caption=self.title,
            preset=self.preset,
            rows=tuple(map(self.row, self.questions[start : start + SIZE])),
            start=start + 1,
            total=len(self.questions),
            number=number,
            last=self.last,
            previous=self._link(number - 1) if number > 1 else None,
            next=self._link(number + 1) if number < self.last else None,
            pages=tuple(map(self._link, self._linked(number))) if self.last > 1 else (),
        )

    def _linked(self, number: int) -> list[int]:
        """All pages, or of very many every so-manieth; the first, the last and the one that is shown always."""
        step = -(-self.last // _MOST_LINKS)
        return sorted({1, number, self.last, *range(step, self.last, step)})

    def _link(self, number: int) -> Link:
        return self._links[number - 1]

    @cached_property
    def _links(self) -> tuple[Link, ...]:
        return tuple(Link(text=str(number), address=self.page(number)) for number in range(1, self.last + 1))
