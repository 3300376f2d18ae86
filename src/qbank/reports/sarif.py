"""SARIF 2.1.0, for code scanning and for the viewers in editors.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html: lines and columns count from 1, ends are exclusive;
columns count UTF-16 units unless `columnKind` says code points, as it does here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from qbank import __version__
from qbank.diagnostics import Diagnostic
from qbank.reports.fingerprints import fingerprints
from qbank.reports.wording import dumped, rule_page, visible
from qbank.rules import RULES, Rule
from qbank.source import Place

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(diagnostics: Iterable[Diagnostic], *, rules: Mapping[str, Rule] = RULES, site: str = "") -> str:
    """One run with the rules that were broken, their manuals as help, and fixes for tools to apply.

    `site` is the address of the bank's site, which has a page about each rule.
    """
    found = tuple(diagnostics)
    broken = sorted({diagnostic.code for diagnostic in found})
    names = {diagnostic.code: diagnostic.rule for diagnostic in found}
    results = [
        _result(diagnostic, broken.index(diagnostic.code), fingerprint)
        for diagnostic, fingerprint in zip(found, fingerprints(found), strict=True)
    ]
    described = [_rule(code, names[code], rules.get(code), site) for code in broken]
    driver = {"name": "qbank", "version": __version__, "semanticVersion": __version__, "rules": described}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str, name: str, rule: Rule | None, site: str) -> dict[str, Any]:
    described: dict[str, Any] = {"id": code, "name": "".join(word.capitalize() for word in name.split("-"))}
    if rule:
        first = rule.manual.partition("\n")[0]
        described |= {
            "shortDescription": {"text": first},
            "fullDescription": {"text": first},
            "help": {"text": rule.manual, "markdown": rule.manual},
            "defaultConfiguration": {"level": rule.severity.value},
            "properties": {"problem.severity": rule.severity.value, "tags": [name]},
        }
        if site:
            described["helpUri"] = rule_page(site, rule.code)
    return described


def _result(diagnostic: Diagnostic, index: int, fingerprint: str) -> dict[str, Any]:
    message = " ".join(filter(None, (f"{diagnostic.message}.", diagnostic.help)))
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": diagnostic.severity.value,
        "message": {"text": _message(message)},
        "locations": [{"physicalLocation": _physical(diagnostic.at)}],
        # The one name that GitHub reads.
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(place), "message": {"text": _message(note)}}
            for number, (place, note) in enumerate(diagnostic.related, 1)
        ]
    edit = diagnostic.edit
    if edit and (edit.text or edit.span.start != edit.span.end):
        replacement = {
            "deletedRegion": _region(Place(diagnostic.at.source, edit.span)),
            "insertedContent": {"text": edit.text},
        }
        change = {"artifactLocation": _artifact(diagnostic.at), "replacements": [replacement]}
        description = "Safe fix" if edit.safe else "Unsafe fix: read it before you take it"
        result["fixes"] = [{"description": {"text": description}, "artifactChanges": [change]}]
    return result


def _message(text: str) -> str:
    """The text with brackets escaped where they would become a link."""
    text = visible(text)
    return re.sub(r"([\[\]\\])", r"\\\1", text) if "](" in text else text


def _physical(place: Place) -> dict[str, Any]:
    return {"artifactLocation": _artifact(place), "region": _region(place)}


def _artifact(place: Place) -> dict[str, str]:
    # The bytes that the path has on disk; half a character that no file system gives becomes a replacement sign.
    path = re.sub(r"[\ud800-\udc7f\udd00-\udfff]", "\ufffd", place.path)
    return {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": "%SRCROOT%"}


def _region(place: Place) -> dict[str, int]:
    start, end = place.start, place.end
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}
