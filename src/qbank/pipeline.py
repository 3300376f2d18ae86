"""Sources -> everything that is known about the bank before a page is made of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import qbank.checks  # noqa: F401 - registers the checks
from qbank import verdicts
from qbank.bank import Bank, Settings, Vocabulary
from qbank.brief import Brief, forget
from qbank.diagnostics import Diagnostic, Severity, has_errors, in_order
from qbank.echoes import without_echoes
from qbank.files import Files
from qbank.findings import decoded, encoded
from qbank.garbage import without_collecting
from qbank.model import Question
from qbank.parse import parse_settings, parse_vocabulary
from qbank.processes import possible, spread
from qbank.programs import RUN
from qbank.rules import RULES, codes_of, run
from qbank.source import Source
from qbank.suppression import suppress

__all__ = ["Examined", "Files", "Verdicts", "bank_of", "diagnose", "examine"]

FEWEST_FOR_PROCESSES = 300
"""Fewer files are checked sooner than processes have started."""
_AT_ONCE = 40
_FEWEST_TO_SHARE = 2_000
WARNINGS = frozenset(code for code in codes_of(Bank) if RULES[code].severity is Severity.WARNING)
"""Rules of the bank that never keep a site from being built."""
_SLOWEST = frozenset({"QB318"})
"""Of the rules of the bank: what takes as long as all others, and is looked for beside them in a bank of some size."""


class Verdicts(Protocol):
    """Somewhere to keep what was said of a file; `get` answers None for a file that it has not seen as it is."""

    def get(self, source: Source) -> str | None: ...

    def put(self, source: Source, verdict: str) -> None: ...


class Examined(NamedTuple):
    """The bank as far as it could be read, and all that is wrong with it, sorted."""

    bank: Bank
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """Whether a site may be built."""
        return not has_errors(self.diagnostics)


@without_collecting()  # as a decorator: what is no longer wanted is gone before garbage is looked for again
def examine(
    files: Files,
    *,
    today: str = "",
    run_code: Callable[[Bank], Iterable[Diagnostic]] | None = None,
    not_run: Collection[str] = RUN,
    known: Verdicts | None = None,
    jobs: int = 1,
) -> Examined:
    """Parse every file and run every check; `today` (YYYY-MM-DD) lets dates in the future be found.

    What is `known` of a file from before is not looked for again.

    Checks that compare questions with each other wait until every file parses, so that one slip is one message.
    `run_code` says what is wrong with the code of answers; `not_run` are the rules that it did not look at everywhere.
    """
    common, briefs, diagnostics = _read(files, today, known, jobs, whole=True)
    bank = common.bank([brief.question for brief in briefs if brief.question is not None])
    if run_code is not None:
        diagnostics += run_code(bank)
    examined = Examined(bank, common.judged(briefs, diagnostics, not_run, jobs=jobs))
    forget()
    return examined


def _read(
    files: Files, today: str, known: Verdicts | None, jobs: int, *, whole: bool = False
) -> tuple[_Common, list[Brief], list[Diagnostic]]:
    """What all questions refer to, the briefs of those that can be read, and what is wrong with each file by itself.

    With `whole`, all of these questions are read here while other processes look at the next ones.
    """
    common = _Common(files, today)
    briefs: list[Brief] = []
    diagnostics = list(common.diagnostics)
    for brief, found in _looked_at(files.questions, known, jobs):
        diagnostics += found
        if brief is not None:
            briefs.append(brief)
            if whole:
                _ = brief.question
    return common, briefs, diagnostics


def _looked_at(
    sources: Sequence[Source], known: Verdicts | None, jobs: int
) -> Iterator[tuple[Brief | None, list[Diagnostic]]]:
    """The brief of each file, as far as it can be read, and what is wrong with it."""
    if known is None and _worth(jobs, len(sources)) < 2:
        for source in sources:
            question, found, noted = verdicts.look(source)
            yield (Brief(noted, source, lambda question=question: question) if question is not None else None), found
        return
    # To read a question again takes less than to send all of it from one process to another.
    for source, verdict in _verdicts(sources, known, jobs):
        try:
            yield verdicts.read(verdict, source)
        except ValueError:  # what was kept is damaged
            verdict = verdicts.verdict(source := source.whole())
            if known is not None:
                known.put(source, verdict)
            yield verdicts.read(verdict, source)


def bank_of(files: Files, questions: Iterable[Question]) -> Bank:
    """Some questions with the vocabularies and settings of all."""
    return _Common(files, "").bank(questions)


@without_collecting()
def diagnose(
    files: Files,
    *,
    today: str = "",
    known: Verdicts | None = None,
    without: Collection[str] = (),
    jobs: int = 1,
) -> tuple[Diagnostic, ...]:
    """The diagnostics of `examine`, sooner: with verdicts known from before, in several processes, without some rules of the bank."""
    common, briefs, diagnostics = _read(files, today, known, jobs)
    found = common.judged(briefs, diagnostics, without=without, jobs=jobs)
    forget()
    return found


class _Common:
    """What all questions refer to: settings and vocabularies."""

    def __init__(self, files: Files, today: str) -> None:
        self.files = files
        self.today = today
        self.diagnostics = list(files.diagnostics)
        self.settings = Settings()
        if files.settings is not None:
            parsed, found = parse_settings(files.settings)
            self.settings = parsed or self.settings
            self.diagnostics += found
        self.vocabularies: dict[str, Vocabulary] = {}
        for kind, source in files.vocabularies.items():
            self.vocabularies[kind], found = parse_vocabulary(kind, source)
            self.diagnostics += found

    def bank(self, questions: Iterable[Question | Brief]) -> Bank:
        ordered = tuple(sorted(questions, key=lambda question: (question.id, question.path)))
        # The checks take briefs for questions; what else a question has, they ask for by its place.
        return Bank(questions=ordered, settings=self.settings, today=self.today, **self.vocabularies)  # type: ignore[arg-type]

    def judged(
        self,
        briefs: Sequence[Brief],
        diagnostics: list[Diagnostic],
        not_run: Collection[str] = RUN,
        *,
        without: Collection[str] = (),
        jobs: int,
    ) -> tuple[Diagnostic, ...]:
        """All diagnostics in order, with those of the bank as a whole where every file can be read."""
        # What is wrong with the words of a question (QB2) does not keep anybody from finding it by its id.
        if len(briefs) == len(self.files.questions) and not has_errors(
            diagnostic for diagnostic in diagnostics if diagnostic.code < "QB2"
        ):
            diagnostics = [
                *diagnostics,
                *self.found_in(self.bank(briefs), frozenset(codes_of(Bank)).difference(without), jobs),
            ]
            not_run = {*not_run, *without}
        else:
            not_run = RULES  # whether a suppression is still needed shows when every check has run
        return in_order(suppress(without_echoes(diagnostics), self.settings, not_looked_at=not_run))

    def found_in(self, bank: Bank, codes: frozenset[str], jobs: int) -> Iterator[Diagnostic]:
        """What is wrong with the bank as a whole, by the rules of these codes."""
        if not codes & _SLOWEST or _worth(jobs, len(bank.questions), _FEWEST_TO_SHARE) < 2:
            yield from run(bank, only=codes)
            return
        shares = (_SLOWEST, codes - _SLOWEST)
        sources = {source.path: source for source in self.files.sources}

        def found(codes: Collection[str]) -> list[list[Any]]:
            return [encoded(diagnostic) for diagnostic in run(bank, only=codes)]

        for share in spread(found, shares, jobs=len(shares)):
            yield from (decoded(value, sources) for value in share)


# --- the verdicts of many files -------------------------------------------------------------------------------------


def _verdicts(sources: Sequence[Source], known: Verdicts | None, jobs: int) -> Iterator[tuple[Source, str]]:
    """Each source with its verdict; those that are not known are made."""
    unknown = []
    for source in sources:
        verdict = known.get(source) if known is not None else None
        if verdict is None:
            unknown.append(source.whole())
        else:
            yield source, verdict
    for source, verdict in zip(unknown, _made(unknown, _worth(jobs, len(unknown))), strict=True):
        if known is not None:
            known.put(source, verdict)
        yield source, verdict


def _worth(jobs: int, count: int, fewest: int = FEWEST_FOR_PROCESSES) -> int:
    """As many jobs as so many files are worth, and this process can have."""
    return possible(jobs) if count >= fewest else 1


def _made(sources: Sequence[Source], jobs: int) -> Iterator[str]:
    return spread(verdicts.verdict, sources, jobs=jobs, batch=_AT_ONCE)
