"""reviewdog's diagnostic format (`rdjson`).

https://github.com/reviewdog/reviewdog/blob/master/proto/rdf/reviewdog.proto: lines and columns count from 1, columns in
bytes of UTF-8, ends are exclusive. reviewdog posts messages as Markdown, so they are written as such.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qbank.diagnostics import Diagnostic
from qbank.reports.markdown import inline
from qbank.reports.wording import dumped, rule_page
from qbank.source import Location, Place, Source


def rdjson(diagnostics: Iterable[Diagnostic], *, site: str = "") -> str:
    """One `DiagnosticResult` with all diagnostics; fixes are suggestions, and rules link to their pages on the site."""
    found = [_diagnostic(diagnostic, site) for diagnostic in diagnostics]
    return dumped({"source": {"name": "qbank"}, "diagnostics": found})


def _diagnostic(diagnostic: Diagnostic, site: str) -> dict[str, Any]:
    texts = (f"{diagnostic.message}.", diagnostic.help)
    value: dict[str, Any] = {
        "message": " ".join(inline(text) for text in texts if text),
        "location": {"path": diagnostic.at.path, "range": _range(diagnostic.at)},
        "severity": diagnostic.severity.value.upper(),
        "code": {"value": f"{diagnostic.code} {diagnostic.rule}"},
    }
    if site:
        value["code"]["url"] = rule_page(site, diagnostic.code)
    edit = diagnostic.edit
    if edit and (edit.text or edit.span.start != edit.span.end):
        value["suggestions"] = [{"range": _range(Place(diagnostic.at.source, edit.span)), "text": edit.text}]
    return value


def _range(place: Place) -> dict[str, Any]:
    return {"start": _position(place.source, place.start), "end": _position(place.source, place.end)}


def _position(source: Source, location: Location) -> dict[str, int]:
    before = source.line(location.line)[: location.column - 1]
    return {"line": location.line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}
