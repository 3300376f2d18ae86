"""JUnit's XML as Jenkins, GitLab and others read it: a suite for each file, a test for each diagnostic.

Errors are failures. Warnings are tests that pass and say what they have to say, as they do not fail a check either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from qbank.diagnostics import Diagnostic, Severity
from qbank.reports.text import block
from qbank.reports.wording import visible


def junit(diagnostics: Iterable[Diagnostic]) -> str:
    """A report with a suite for each file, or with one test that passes."""
    found = sorted(diagnostics, key=lambda diagnostic: diagnostic.at.path)
    suites = [_suite(path, tuple(group)) for path, group in groupby(found, key=lambda diagnostic: diagnostic.at.path)]
    suites = suites or [_open("testsuite", name="qbank check", tests=1, failures=0, errors=0, skipped=0), *_PASSED]
    failures = sum(diagnostic.severity is Severity.ERROR for diagnostic in found)
    report = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        _open("testsuites", name="qbank check", tests=max(1, len(found)), failures=failures, errors=0),
        *suites,
        "</testsuites>",
    ]
    return "\n".join(report)


_PASSED = ('    <testcase name="no problems found" classname="qbank check"/>', "  </testsuite>")


def _suite(path: str, diagnostics: tuple[Diagnostic, ...]) -> str:
    failures = sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    return "\n".join(
        [
            _open("testsuite", name=path, tests=len(diagnostics), failures=failures, errors=0, skipped=0),
            *map(_case, diagnostics),
            "  </testsuite>",
        ]
    )


def _case(diagnostic: Diagnostic) -> str:
    at = diagnostic.at
    start = _open(
        "testcase",
        name=f"{diagnostic.code} {diagnostic.rule} at {at.start}",
        classname=at.path,
        file=at.path,
        line=at.start.line,
    )
    body = _text(block(diagnostic))
    if diagnostic.severity is Severity.ERROR:
        inner = f"      <failure{_attributes(message=diagnostic.message, type=diagnostic.code)}>{body}</failure>"
    else:
        inner = f"      <system-out>{body}</system-out>"
    return f"{start}\n{inner}\n    </testcase>"


_INDENTS = {"testsuites": "", "testsuite": "  ", "testcase": "    "}


def _open(element: str, **attributes: object) -> str:
    return f"{_INDENTS[element]}<{element}{_attributes(**attributes)}>"


def _attributes(**attributes: object) -> str:
    return "".join(f' {name}="{_text(visible(str(value)))}"' for name, value in attributes.items())


def _text(text: str) -> str:
    """The text in ASCII; `visible` has taken out what XML cannot hold."""
    from html import escape  # comes with a table of all entities

    quoted = escape(text)
    return re.sub(r"[^\x00-\x7f]", lambda match: f"&#{ord(match[0])};", quoted)
