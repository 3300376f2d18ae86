"""Which diagnostics are shown: by rule, by place, by what changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from qbank.diagnostics import Diagnostic, suggest
from qbank.files import VOCABULARY_FILES
from qbank.rules import RULES, Rule

SETTINGS_FILE = "questions/bank.yml"


class UnknownSelector(ValueError):
    """A word that selects no rule; the message says which was probably meant."""


def codes(words: Iterable[str], rules: Mapping[str, Rule] = RULES) -> frozenset[str]:
    """The codes of the rules that the words name: codes, beginnings of codes such as `QB2`, and names.

    Each word may be several, separated by commas. Raises UnknownSelector.
    """
    found: set[str] = set()
    for word in ",".join(words).split(","):
        if word.strip():
            found |= _named(word.strip(), rules)
    return frozenset(found)


def by_rule(
    diagnostics: Iterable[Diagnostic], *, select: frozenset[str] | None = None, ignore: frozenset[str] = frozenset()
) -> tuple[Diagnostic, ...]:
    """Those of the selected rules, or of all, without those of the ignored ones."""
    return tuple(
        diagnostic
        for diagnostic in diagnostics
        if (select is None or diagnostic.code in select) and diagnostic.code not in ignore
    )


def below(diagnostics: Iterable[Diagnostic], paths: Iterable[str]) -> tuple[Diagnostic, ...]:
    """Those in the files, or in files of the folders; all of them when no path is given."""
    wanted = tuple(paths)
    return tuple(diagnostic for diagnostic in diagnostics if is_below(diagnostic.at.path, wanted))


def is_below(path: str, paths: tuple[str, ...]) -> bool:
    """Whether a file is one of the paths or stands in one of them; without paths, every file does."""
    return not paths or any(path == wanted or path.startswith(f"{wanted}/") for wanted in paths)


def touching(
    diagnostics: Iterable[Diagnostic], changed: frozenset[str], removed: frozenset[str] = frozenset()
) -> tuple[Diagnostic, ...]:
    """Those in the changed files, and those elsewhere that a change may have caused.

    A finding that leads to a place in a changed file is one of them. A vocabulary or a file that was removed can break any
    question that names it, which the rules about the bank (QB3) find; the settings decide what is found anywhere.
    """
    if SETTINGS_FILE in changed:
        return tuple(diagnostics)
    of_the_bank = bool(removed) or not changed.isdisjoint(f"questions/{kind}.yml" for kind in VOCABULARY_FILES)
    return tuple(
        diagnostic
        for diagnostic in diagnostics
        if (of_the_bank and diagnostic.code.startswith("QB3"))
        or changed & {diagnostic.at.path, *(place.path for place, _ in diagnostic.related)}
    )


def _named(word: str, rules: Mapping[str, Rule]) -> set[str]:
    if re.fullmatch(r"(?i)QB\d*", word):
        found = {code for code in rules if code.startswith(word.upper())}
    else:
        found = {rule.code for rule in rules.values() if rule.name == word.lower()}
    if not found:
        is_code = word.upper().startswith("QB") and any(sign.isdigit() for sign in word)
        known = rules if is_code else [rule.name for rule in rules.values()]
        raise UnknownSelector(f"there is no rule `{word}`. {suggest(word, known)}")
    return found
