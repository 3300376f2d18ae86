"""What lies in `questions/`, as text: what the reader of files hands to all others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from qbank.diagnostics import Diagnostic
from qbank.source import Source

VOCABULARY_FILES = ("companies", "topics", "roles", "rounds", "sources", "tags")
"""The names of `bank.VOCABULARIES`, for those who need no models."""


class Files(NamedTuple):
    """The files of a bank by what they are; `diagnostics` tell of those that could not be read."""

    questions: tuple[Source, ...] = ()
    vocabularies: Mapping[str, Source] = MappingProxyType({})
    settings: Source | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every file that could be read, by path."""
        settings = () if self.settings is None else (self.settings,)
        return tuple(sorted((*self.questions, *self.vocabularies.values(), *settings), key=lambda source: source.path))
