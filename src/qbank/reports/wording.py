"""What all formats share: text of strangers made harmless, widths, counts, and JSON that no log obeys."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from qbank.diagnostics import Diagnostic, Severity, count
from qbank.rules import address_of

_OBEYED = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_LOG_COMMAND = re.compile(r"##(?=\w*\[)")


def visible(text: str) -> str:
    """The text on one line, with a replacement sign for every sign that a terminal, a log or a reader would obey or
    not see: it comes from strangers.

    A tab becomes a space. `##[…]` is a command to the logs of GitHub and Azure wherever it stands in a line.
    """
    text = _OBEYED.sub(lambda match: " " if match[0] == "\t" else "\ufffd", text)
    return _LOG_COMMAND.sub("#\ufffd", text)


def cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    return len(text) if text.isascii() else sum(map(_cells, text))


@lru_cache(maxsize=4096)
def _cells(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me") or "\u1160" <= sign <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def totals(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning in 2 files`, or that there is nothing to say."""
    found = tuple(diagnostics)
    if not found:
        return "No problems found."
    numbers = {severity: sum(diagnostic.severity is severity for diagnostic in found) for severity in Severity}
    counts = ", ".join(count(number, severity.value) for severity, number in numbers.items() if number)
    return f"{counts} in {count(len({diagnostic.at.path for diagnostic in found}), 'file')}"


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """The totals, and how many of the problems a command would fix."""
    found = tuple(diagnostics)
    safe = sum(diagnostic.edit is not None and diagnostic.edit.safe for diagnostic in found)
    unsafe = sum(diagnostic.edit is not None and not diagnostic.edit.safe for diagnostic in found)
    hints = []
    if safe:
        hints.append(f"{safe:,} can be fixed with `qbank check --fix`")
    if unsafe:
        hints.append(f"{unsafe:,} {'more ' if safe else 'can be fixed '}with `--fix --unsafe-fixes`")
    return "; ".join([totals(found), *hints])


def rule_page(site: str, code: str) -> str:
    """The whole address of a rule's page on a bank's site."""
    return f"{site.rstrip('/')}/{address_of(code)}"


def dumped(value: Any, *, indent: int | None = 2) -> str:
    """The value as JSON in ASCII, so that no sign in it can do harm on its way and every text comes out as it was."""
    text = json.dumps(value, indent=indent)
    # Signs with a number in front of the bracket mean the same to whoever reads JSON, and nothing to whoever reads logs.
    return re.sub(r"##(\w*)\[", r"##\1\\u005b", text)
