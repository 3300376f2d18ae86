"""How often each rule was broken."""

from __future__ import annotations

from collections.abc import Iterable

from qbank.diagnostics import Diagnostic
from qbank.reports.wording import totals


def statistics(diagnostics: Iterable[Diagnostic]) -> str:
    """A line for each rule, the most frequent first; those with a safe fix are starred, with an unsafe one questioned."""
    found = tuple(diagnostics)
    by_rule: dict[str, list[Diagnostic]] = {}
    for diagnostic in found:
        by_rule.setdefault(diagnostic.code, []).append(diagnostic)
    ordered = sorted(by_rule.values(), key=lambda group: (-len(group), group[0].code))
    width = len(f"{max(map(len, ordered), default=0):,}")
    lines = [
        f"{len(group):>{width},}  {group[0].code}  {group[0].severity:<7}  {_fixable(group)}  {group[0].rule}"
        for group in ordered
    ]
    marks = {_fixable(group) for group in ordered}
    legend = [
        *(["[*] can be fixed with `qbank check --fix`"] if "[*]" in marks else []),
        *(["[?] can be fixed with `--fix --unsafe-fixes`"] if "[?]" in marks else []),
    ]
    return "\n".join([*lines, *([""] if lines else []), *legend, totals(found)])


def _fixable(group: list[Diagnostic]) -> str:
    edits = [diagnostic.edit for diagnostic in group if diagnostic.edit]
    return "[*]" if any(edit.safe for edit in edits) else "[?]" if edits else "   "
