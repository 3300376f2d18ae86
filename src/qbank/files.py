"""What lies in `questions/`, as text: what the reader of files hands to all others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qbank.diagnostics import Diagnostic
from qbank.source import Source

VOCABULARY_FILES = ("companies", "topics", "roles", "rounds", "sources", "tags")
"""The names of `bank.VOCABULARIES`, for those who need no models."""


@dataclass(frozen=True)
class Files:
    """The files of a bank by what they are; `diagnostics` tell of those that could not be read."""

    questions: tuple[Source, ...] = ()
    vocabularies: Mapping[str, Source] = field(default_factory=dict)
    settings: Source | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every file that could be read, by path."""
        settings = () if self.settings is None else (self.settings,)
        return tuple(sorted((*self.questions, *self.vocabularies.values(), *settings), key=lambda source: source.path))
