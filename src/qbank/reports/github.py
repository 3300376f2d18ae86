"""Annotations for GitHub Actions: workflow commands, one a line.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterable

from qbank.diagnostics import Diagnostic, Severity
from qbank.reports.wording import count, visible

MOST = 10
"""Of each severity; GitHub drops what a step has more, without a word."""


def github(diagnostics: Iterable[Diagnostic], *, prefix: str = "") -> str:
    """At most ten errors and ten warnings, and a notice that counts the rest.

    `prefix` is the project's folder in the repository, such as `bank/`, since GitHub counts paths from there.
    """
    found = tuple(diagnostics)
    shown: list[str] = []
    more: list[str] = []
    for severity in Severity:
        group = [diagnostic for diagnostic in found if diagnostic.severity is severity]
        shown += [_annotation(diagnostic, prefix) for diagnostic in group[:MOST]]
        if len(group) > MOST:
            more.append(count(len(group) - MOST, f"more {severity.value}"))
    if more:
        shown.append(f"::notice title=qbank check::{' and '.join(more)}, listed in the log and in the summary")
    return "\n".join(shown)


def _annotation(diagnostic: Diagnostic, prefix: str) -> str:
    start, end = diagnostic.at.start, diagnostic.at.end
    properties = {
        "file": f"{prefix}{diagnostic.at.path}",
        "line": str(start.line),
        "endLine": str(max(start.line, end.line - (end.column == 1))),
        "col": str(start.column),
        "title": f"{diagnostic.code} {diagnostic.rule}",
    }
    if end.line == start.line and end.column > start.column:
        properties["endColumn"] = str(end.column)
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    texts = (text for text in (diagnostic.message, diagnostic.help) if text)
    return f"::{diagnostic.severity.value} {written}::{'%0A'.join(map(_data, texts))}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
