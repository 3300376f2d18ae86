"""What can be wrong with the pages that a bank becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from qbank.diagnostics import Finding, Severity
from qbank.rules import check, rule
from qbank.source import Place, Source

if TYPE_CHECKING:
    from qbank.page import Site

RUNAWAY_CODE = rule(
    "QB402",
    "runaway-code",
    """The highlighter needs too long for the code of a question, which is then shown without colours.

    Its regular expressions take time by the square of some texts, or worse, and one question must not hold up a site.

    Bad: a ` ```zig ` fence above thousands of opening quotes
    Good: the few lines that make the point
    """,
    Severity.WARNING,
)


class Published(NamedTuple):
    """The bank's pages and the addresses that hand-written pages take."""

    site: Site
    hand_written: frozenset[str] = frozenset()


@check("QB401", Published)
def address_taken(published: Published) -> Iterator[Finding]:
    """Two pages would have one address, and one would overwrite the other.

    The home page is the exception: `docs/index.md` takes its place.

    Bad: `docs/questions/roc-auc.md` beside `questions/evaluation/roc-auc.yml`
    Good: `docs/guides/roc-auc.md`
    """
    first: dict[str, Callable[[], Place] | None] = {}
    for page in (*published.site.pages, *published.site.redirects):
        if page.address in first:
            other = first[page.address]
            yield Finding(
                f"the address `/{page.address}` is already taken",
                _place(page.origin),
                "Rename one of the two.",
                ((other(), "taken here"),) if other else (),
            )
        elif page.address in published.hand_written:
            yield Finding(
                f"a page in `docs/` has the address `/{page.address}` already",
                _place(page.origin),
                "Rename or move the hand-written page.",
            )
        first.setdefault(page.address, page.origin)


def _place(origin: Callable[[], Place] | None) -> Place:
    return origin() if origin else Place(Source("questions", ""))
