"""GitLab's code quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from collections.abc import Iterable

from qbank.diagnostics import Diagnostic, Severity
from qbank.reports.fingerprints import fingerprints
from qbank.reports.wording import dumped, visible

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def gitlab(diagnostics: Iterable[Diagnostic]) -> str:
    """A list of findings; GitLab compares their fingerprints with those of the target branch. It knows no columns."""
    found = tuple(diagnostics)
    return dumped(
        [
            {
                "description": visible(" ".join(filter(None, (f"{diagnostic.message}.", diagnostic.help)))),
                "check_name": f"{diagnostic.code} {diagnostic.rule}",
                "fingerprint": fingerprint,
                "severity": _SEVERITIES[diagnostic.severity],
                "location": {
                    "path": diagnostic.at.path,
                    "lines": {"begin": diagnostic.at.start.line, "end": diagnostic.at.end.line},
                },
            }
            for diagnostic, fingerprint in zip(found, fingerprints(found), strict=True)
        ]
    )
