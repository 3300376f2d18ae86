"""Diagnostics are values: made by `parse` and `checks`, worded for people by `reports`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from qbank.source import Place, Span


class Severity(StrEnum):
    """How much a finding weighs: errors stop a build, warnings do not."""

    ERROR = "error"
    WARNING = "warning"


class Edit(NamedTuple):
    """A replacement of a span in the diagnostic's own file; `safe` when the meaning cannot change."""

    span: Span
    text: str
    safe: bool = True


class Finding(NamedTuple):
    """What a rule found: the message names it, `help` is a sentence that says what to write instead."""

    message: str
    at: Place
    help: str = ""
    related: tuple[tuple[Place, str], ...] = ()
    edit: Edit | None = None


class Diagnostic(NamedTuple):
    """A finding together with the identity and the weight of its rule."""

    code: str
    rule: str
    severity: Severity
    message: str
    at: Place
    help: str = ""
    related: tuple[tuple[Place, str], ...] = ()
    edit: Edit | None = None

    @property
    def sort_key(self) -> tuple:
        """By file, then place, then rule: the order that does not depend on how files were read."""
        return (self.at.path, self.at.span, self.code, self.message)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics sorted, each once."""
    unique = {diagnostic.sort_key: diagnostic for diagnostic in diagnostics}
    return tuple(unique[key] for key in sorted(unique))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def count(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def nearest(wrong: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that the wrong one was probably meant to be; letters' case does not matter."""
    from difflib import get_close_matches  # wanted for findings only, as few files have them

    folded = {choice.casefold(): choice for choice in sorted(set(allowed), reverse=True)}
    near = get_close_matches(wrong.casefold(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def suggest(wrong: str, allowed: Iterable[str], *, limit: int = 16) -> str:
    """A help sentence: the nearest allowed value or, where none is near and they are few, all of them."""
    choices = list(dict.fromkeys(allowed if isinstance(allowed, Sequence | Mapping) else sorted(allowed)))
    if near := nearest(wrong, choices):
        return f"Did you mean `{near}`?"
    if not choices:
        return "None is defined yet."
    if len(choices) > limit:
        return f"None of the {len(choices)} known ones is near it."
    return f"Use one of {', '.join(f'`{choice}`' for choice in choices)}."
