"""For people: every diagnostic with its lines, or one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qbank.diagnostics import Diagnostic
from qbank.reports.excerpt import excerpt, fix
from qbank.reports.paint import Paint, coloured, plainly, wrapped
from qbank.reports.wording import summary, visible


def full(diagnostics: Iterable[Diagnostic], *, colour: bool = False, width: int | None = None) -> str:
    """Every diagnostic with its excerpt, its help, its related places and its fix, and a line of counts.

    With the width of a terminal, prose is wrapped and lines are cut to it.
    """
    found = tuple(diagnostics)
    blocks = (block(diagnostic, colour=colour, width=width) for diagnostic in found)
    return "\n".join([*blocks, *wrapped([("", summary(found))], "", plainly, width)])


def lines(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """One line for every diagnostic, and a line of counts."""
    found = tuple(diagnostics)
    return "\n".join([*(concise(diagnostic, colour=colour) for diagnostic in found), summary(found)])


def plain(diagnostics: Iterable[Diagnostic]) -> str:
    """One line for every diagnostic in the form of compilers, which every editor reads; nothing else, not even counts."""
    return "\n".join(
        visible(
            f"{diagnostic.at.path}:{diagnostic.at.start}: "
            f"{diagnostic.severity}: {diagnostic.message} [{diagnostic.code} {diagnostic.rule}]"
        )
        for diagnostic in diagnostics
    )


def concise(diagnostic: Diagnostic, *, colour: bool = False) -> str:
    """One line, in the form that editors and terminals make a link of."""
    return "\n".join(wrapped(_headline(diagnostic), "", coloured if colour else plainly, None))


def block(diagnostic: Diagnostic, *, colour: bool = False, width: int | None = None) -> str:
    """A diagnostic with the lines it is about, carets under the place, its help, its related places and its fix."""
    paint = coloured if colour else plainly
    help = wrapped([("", "  "), ("help", "help:"), ("", f" {diagnostic.help}")], "    ", paint, width)
    shown = [
        *wrapped(_headline(diagnostic), "  ", paint, width),
        *excerpt(diagnostic.at, paint, width=width),
        *(help if diagnostic.help else []),
        *_beside(diagnostic, paint, width),
    ]
    return "\n".join(line.rstrip() for line in shown) + "\n"


def details(diagnostic: Diagnostic) -> list[str]:
    """The lines that a diagnostic is about, its related places and its fix: all but its words."""
    return [line.rstrip() for line in (*excerpt(diagnostic.at, plainly), *_beside(diagnostic, plainly, None))]


def _beside(diagnostic: Diagnostic, paint: Paint, width: int | None) -> Iterator[str]:
    for place, note in diagnostic.related:
        words = [("", "  "), ("place", f"{place.path}:{place.start}:"), ("", f" {note}")]
        yield from wrapped(words, "    ", paint, width)
        yield from excerpt(place, paint, mark="marks-related", width=width)
    if diagnostic.edit:
        yield from fix(diagnostic.at.source, diagnostic.edit, paint, width=width)


def _headline(diagnostic: Diagnostic) -> list[tuple[str, str]]:
    at = diagnostic.at
    return [
        ("place", f"{at.path}:{at.start}:"),
        ("", " "),
        (diagnostic.severity.value, diagnostic.severity.value),
        ("", " "),
        ("code", diagnostic.code),
        ("", f" {diagnostic.rule}: {diagnostic.message}"),
    ]
