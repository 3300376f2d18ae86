"""Sources -> everything that is known about the bank before a page is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import qbank.checks  # noqa: F401 - registers the checks
from qbank.bank import Bank, Settings, Vocabulary
from qbank.diagnostics import Diagnostic, has_errors, in_order
from qbank.parse import parse_question, parse_settings, parse_vocabulary
from qbank.rules import run
from qbank.source import Source
from qbank.suppression import suppress


@dataclass(frozen=True)
class Files:
    """What lies in `questions/`, as text; `diagnostics` tell of the files that could not be read."""

    questions: tuple[Source, ...] = ()
    vocabularies: Mapping[str, Source] = field(default_factory=dict)
    settings: Source | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Examined:
    """The bank as far as it could be read, and all that is wrong with it, sorted."""

    bank: Bank
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """Whether a site may be built."""
        return not has_errors(self.diagnostics)


def examine(files: Files, *, today: str = "") -> Examined:
    """Parse every file and run every check; `today` (YYYY-MM-DD) lets dates in the future be found.

    Checks that compare questions with each other wait until every file parses, so that one slip is one message.
    """
    diagnostics = list(files.diagnostics)
    settings = Settings()
    if files.settings is not None:
        parsed, found = parse_settings(files.settings)
        settings = parsed or settings
        diagnostics += found
    vocabularies: dict[str, Vocabulary] = {}
    for kind, source in files.vocabularies.items():
        vocabularies[kind], found = parse_vocabulary(kind, source)
        diagnostics += found
    questions = []
    for source in files.questions:
        question, found = parse_question(source)
        diagnostics += found
        if question is not None:
            questions.append(question)
            diagnostics += run(question)
    # What is wrong with the words of a question (QB2) does not keep anybody from finding it by its id.
    complete = len(questions) == len(files.questions) and not has_errors(
        diagnostic for diagnostic in diagnostics if diagnostic.code < "QB2"
    )
    questions.sort(key=lambda question: (question.id, question.path))
    bank = Bank(questions=tuple(questions), settings=settings, today=today, **vocabularies)
    if complete:
        diagnostics += run(bank)
        # Only now: whether a suppression is still needed shows when every check has run.
        diagnostics = suppress(diagnostics, settings)
    return Examined(bank, in_order(diagnostics))
