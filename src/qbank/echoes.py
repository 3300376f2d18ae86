"""One slip, one finding: leaves out what is said of a slip that another finding has named already."""

from __future__ import annotations

from collections.abc import Iterable

from qbank.diagnostics import Diagnostic

_ON_ITS_LINE = "QB018"
"""A character that cannot be seen may break anything on its line."""

_INSIDE = {
    "QB019": "",  # a word in two scripts, or in typographic quotes: whatever else is said of it
    "QB024": "",
    "QB104": "QB108",  # a word that is not allowed need not be quoted either
    "QB107": "QB108",
    "QB314": "QB202",  # the halves of a name are no sightings
}
"""The code of a cause -> the beginning of the codes of its echoes, which stand inside of its place."""


def without_echoes(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics without those that another of them causes."""
    found = list(diagnostics)
    lines = {(item.at.path, item.at.start.line) for item in found if item.code == _ON_ITS_LINE}
    causes: dict[str, list[Diagnostic]] = {}
    for item in found:
        if item.code in _INSIDE:
            causes.setdefault(item.at.path, []).append(item)
    if not lines and not causes:
        return found

    def is_echo(item: Diagnostic) -> bool:
        if lines and item.code != _ON_ITS_LINE and (item.at.path, item.at.start.line) in lines:
            return True
        return any(
            item is not cause
            and item.code.startswith(_INSIDE[cause.code])
            and (_INSIDE[cause.code] or item.code > cause.code)
            and cause.at.span.start <= item.at.span.start
            and item.at.span.end <= cause.at.span.end
            for cause in causes.get(item.at.path, ())
        )

    return [item for item in found if not is_echo(item)]
