"""What the bank's settings say not to report, and whether they still have a reason to say so."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from qbank.bank import Settings, Suppression
from qbank.diagnostics import Diagnostic, Finding, Severity, suggest
from qbank.rules import RULES, rule

UNUSED = rule(
    "QB323",
    "unused-suppression",
    """`bank.yml` ignores a rule that finds nothing.

    The exception outlived its cause, and would hide the next one.

    Bad: `ignore` names a rule, and no file breaks it any more
    Good: the entry removed
    """,
    Severity.WARNING,
)
UNKNOWN = rule(
    "QB324",
    "unknown-rule",
    """`bank.yml` ignores a rule that does not exist, or one that the pages cannot do without.

    Bad: `rule: similar-questions`
    Good: `rule: similar-question`
    """,
)


def suppress(
    diagnostics: Iterable[Diagnostic], settings: Settings, *, not_looked_at: Collection[str] = ()
) -> list[Diagnostic]:
    """The diagnostics that remain, with those about the suppressions themselves.

    Of rules that were not looked at everywhere, nobody can say that they find nothing.
    """
    remaining = list(diagnostics)
    for index, entry in enumerate(settings.ignore):
        ignored = next((known for known in RULES.values() if entry.rule in (known.code, known.name)), None)
        if ignored is None or not ignored.can_be_ignored:
            names = [known.name for known in RULES.values() if known.can_be_ignored]
            message = f"`{entry.rule}` cannot be ignored" if ignored else f"there is no rule `{entry.rule}`"
            remaining.append(
                UNKNOWN.diagnose(Finding(message, settings.at("ignore", index, "rule"), suggest(entry.rule, names)))
            )
            continue
        kept = [
            diagnostic
            for diagnostic in remaining
            if not (diagnostic.code == ignored.code and _covers(entry, diagnostic))
        ]
        if len(kept) == len(remaining) and ignored.code not in not_looked_at:
            help = "Remove the entry."
            remaining.append(
                UNUSED.diagnose(Finding(f"`{entry.rule}` finds nothing here", settings.at("ignore", index), help))
            )
        else:
            remaining = kept
    return remaining


def _covers(entry: Suppression, diagnostic: Diagnostic) -> bool:
    path = diagnostic.at.path.partition("/")[2]
    return not entry.files or any(fnmatchcase(path, pattern) for pattern in entry.files)
