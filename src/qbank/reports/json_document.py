"""Our own JSON: everything that is known about each diagnostic, with texts exactly as they are.

One document:

    version      1; a higher number means that something was renamed or removed, not that something was added
    tool         name and version
    columns      "unicode": lines and columns count from 1, columns in Unicode code points; ends are exclusive
    summary      errors, warnings, files, fixable (by `--fix`)
    rules        of the diagnostics below: code, name, severity, manual
    diagnostics  code, rule, severity, message, help, path, start, end, related, fix, fingerprint

`related` is a list of path, start, end and message. `fix` is null, or has `safe` and `edits`, each with start, end and
text; without edits, the file is to be written as plain UTF-8 with Unix line ends. `jsonl` has one diagnostic a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qbank import __version__
from qbank.diagnostics import Diagnostic, Edit, Severity
from qbank.reports.fingerprints import fingerprints
from qbank.reports.wording import dumped
from qbank.rules import RULES, Rule
from qbank.source import Location, Place

VERSION = 1


def json_document(diagnostics: Iterable[Diagnostic], *, rules: Mapping[str, Rule] = RULES) -> str:
    """One JSON object with all diagnostics."""
    found = tuple(diagnostics)
    broken = sorted({diagnostic.code for diagnostic in found})
    return dumped(
        {
            "version": VERSION,
            "tool": {"name": "qbank", "version": __version__},
            "columns": "unicode",
            "summary": {
                "errors": sum(diagnostic.severity is Severity.ERROR for diagnostic in found),
                "warnings": sum(diagnostic.severity is Severity.WARNING for diagnostic in found),
                "files": len({diagnostic.at.path for diagnostic in found}),
                "fixable": sum(diagnostic.edit is not None and diagnostic.edit.safe for diagnostic in found),
            },
            "rules": [_rule(rules[code]) for code in broken if code in rules],
            "diagnostics": _objects(found),
        }
    )


def json_lines(diagnostics: Iterable[Diagnostic]) -> str:
    """One JSON object a line, each a diagnostic."""
    return "\n".join(dumped(value, indent=None) for value in _objects(tuple(diagnostics)))


def _objects(diagnostics: tuple[Diagnostic, ...]) -> list[dict[str, Any]]:
    return [
        {
            "code": diagnostic.code,
            "rule": diagnostic.rule,
            "severity": diagnostic.severity.value,
            "message": diagnostic.message,
            "help": diagnostic.help,
            **_place(diagnostic.at),
            "related": [{**_place(place), "message": note} for place, note in diagnostic.related],
            "fix": _fix(diagnostic.at, diagnostic.edit),
            "fingerprint": fingerprint,
        }
        for diagnostic, fingerprint in zip(diagnostics, fingerprints(diagnostics), strict=True)
    ]


def _rule(rule: Rule) -> dict[str, str]:
    return {"code": rule.code, "name": rule.name, "severity": rule.severity.value, "manual": rule.manual}


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "start": _location(place.start), "end": _location(place.end)}


def _fix(at: Place, edit: Edit | None) -> dict[str, Any] | None:
    if edit is None:
        return None
    place = Place(at.source, edit.span)
    changes = edit.text or edit.span.start != edit.span.end
    one = {"start": _location(place.start), "end": _location(place.end), "text": edit.text}
    return {"safe": edit.safe, "edits": [one] if changes else []}


def _location(location: Location) -> dict[str, int]:
    return {"line": location.line, "column": location.column}
