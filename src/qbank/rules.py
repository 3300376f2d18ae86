"""The registry of rules: every code, its name, its weight and its manual page.

Codes: QB0xx a file cannot be read, QB1xx its shape is wrong, QB2xx one question, QB3xx the bank, QB4xx its pages.
A code is never used again; a withdrawn one moves to `RETIRED`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from qbank.diagnostics import Diagnostic, Finding, Severity

RETIRED: frozenset[str] = frozenset()

MOST_IN_A_FILE = 100
"""Findings of one rule in one file that are reported: a file that has more of them is not read line by line."""
_LONGEST = 1_000
"""Characters of a message or a help that are shown: both may quote the file, of which a line can be all."""


class Rule(NamedTuple):
    """An offence that qbank knows: its `manual` says what, why, and shows a bad and a good example."""

    code: str
    name: str
    severity: Severity
    docstring: str

    @property
    def manual(self) -> str:
        from inspect import cleandoc  # slow to import, and few ever read a manual

        return cleandoc(self.docstring)

    @property
    def can_be_ignored(self) -> bool:
        """Whether a bank may do without the rule: pages are built on what all others make sure of."""
        return self.code.startswith("QB2") or (self.code.startswith("QB3") and self.severity is Severity.WARNING)

    def diagnose(self, finding: Finding) -> Diagnostic:
        """The finding under this rule's identity."""
        return Diagnostic(
            code=self.code,
            rule=self.name,
            severity=self.severity,
            message=_shortened(finding.message),
            at=finding.at,
            help=_shortened(finding.help),
            related=finding.related,
            edit=finding.edit,
        )


def address_of(code: str) -> str:
    """The address of a rule's page on the site of a bank."""
    return f"contribute/rules/{code.lower()}/"


RULES: dict[str, Rule] = {}

CheckFunction = Callable[[Any], Iterable[Finding]]
_CHECKS: dict[type, list[tuple[Rule, CheckFunction]]] = {}


def rule(code: str, name: str, manual: str, severity: Severity = Severity.ERROR) -> Rule:
    """Register a rule that a parser applies itself; checks register theirs with `@check`.

    Raises ValueError when the code or the name is taken, retired or malformed.
    """
    if not re.fullmatch(r"QB[0-4]\d\d", code) or not re.fullmatch(r"[a-z]+(-[a-z]+)*", name):
        raise ValueError(f"malformed rule: {code} {name}")
    if code in RULES or code in RETIRED or any(name == known.name for known in RULES.values()):
        raise ValueError(f"rule {code} {name} is already taken")
    RULES[code] = Rule(code=code, name=name, severity=severity, docstring=manual)
    return RULES[code]


def check(code: str, subject: type, severity: Severity = Severity.ERROR) -> Callable[[CheckFunction], CheckFunction]:
    """Register a generator of findings about a subject; its name and docstring become the rule's."""

    def register(function: CheckFunction) -> CheckFunction:
        name = function.__name__.replace("_", "-")
        registered = rule(code, name, function.__doc__ or "", severity)
        _CHECKS.setdefault(subject, []).append((registered, function))
        return function

    return register


def codes_of(subject: type) -> tuple[str, ...]:
    """The codes of the rules whose checks look at this kind of subject."""
    return tuple(registered.code for registered, _ in _CHECKS.get(subject, ()))


def run(subject: Any, *, at_most: int | None = None, only: Collection[str] | None = None) -> Iterator[Diagnostic]:
    """Everything that the checks registered for this kind of subject find, or `only` those of some codes.

    No more than `at_most` of each rule.
    """
    enough = None if at_most is None else at_most + 1
    for registered, function in _CHECKS.get(type(subject), ()):
        if only is not None and registered.code not in only:
            continue
        found = list(islice(function(subject), enough))
        if not found:
            continue
        if at_most is not None and len(found) > at_most:
            found[-2:] = [found[-2]._replace(help=f"{found[-2].help} There are more of these in the file.".strip())]
        yield from map(registered.diagnose, found)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 4 :]}"
