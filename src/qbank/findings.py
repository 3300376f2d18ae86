"""Diagnostics as plain values, of which JSON can be made, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qbank.diagnostics import Diagnostic, Edit, Severity
from qbank.source import Place, Source, Span


def encoded(diagnostic: Diagnostic) -> list[Any]:
    """The diagnostic with paths in the place of sources."""
    edit = diagnostic.edit
    return [
        diagnostic.code,
        diagnostic.rule,
        diagnostic.severity.value,
        diagnostic.message,
        _place(diagnostic.at),
        diagnostic.help,
        [[_place(place), note] for place, note in diagnostic.related],
        None if edit is None else [edit.span.start, edit.span.end, edit.text, edit.safe],
    ]


def decoded(value: list[Any], sources: Mapping[str, Source]) -> Diagnostic:
    """The diagnostic again, in the sources that its paths name; a path that is none of them has no text.

    Raises ValueError, TypeError or IndexError when the value is not one that was encoded.
    """
    code, rule, severity, message, at, help, related, edit = value

    def place(of: list[Any]) -> Place:
        path, start, end = of
        return Place(sources.get(path) or Source(path, ""), Span(start, end))

    return Diagnostic(
        code=code,
        rule=rule,
        severity=Severity(severity),
        message=message,
        at=place(at),
        help=help,
        related=tuple((place(where), note) for where, note in related),
        edit=None if edit is None else Edit(span=Span(edit[0], edit[1]), text=edit[2], safe=edit[3]),
    )


def _place(place: Place) -> list[Any]:
    return [place.path, place.span.start, place.span.end]
