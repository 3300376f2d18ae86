"""A table in Markdown for a job's summary or a comment, in which the text of strangers is only text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qbank.diagnostics import Diagnostic
from qbank.reports.wording import count, summary, visible

MOST = 200
"""Rows; GitHub refuses a summary of more than 1 MiB."""

_NOTHING = "&#8203;"
_SPECIAL = {
    **{sign: f"&#{ord(sign)};" for sign in "&<>[]*_~`|\\!$^{}="},
    # Mentions and references are looked for in the finished text, where an entity is what it stands for.
    "@": f"@{_NOTHING}",
    "#": f"#{_NOTHING}",
}


def markdown(diagnostics: Iterable[Diagnostic]) -> str:
    """The counts as a heading, and a row for each diagnostic."""
    found = tuple(diagnostics)
    lines = [f"### qbank check: {totals_of(found)}"]
    if found:
        lines += ["", "| | Place | Rule | Problem |", "|---|---|---|---|"]
        lines += [_row(diagnostic) for diagnostic in found[:MOST]]
    if len(found) > MOST:
        lines += ["", f"And {count(len(found) - MOST, 'more problem')}, listed in the log."]
    return "\n".join(lines)


def totals_of(diagnostics: tuple[Diagnostic, ...]) -> str:
    """The line of counts, as it continues a sentence."""
    text = summary(diagnostics).rstrip(".")
    return text[0].lower() + text[1:]


def inline(text: str) -> str:
    """The text as Markdown that shows it: values in backticks as code, everything else as text without any markup."""
    pieces = re.split(r"`([^`]+)`", visible(text))
    return "".join(code(piece) if index % 2 else escaped(piece) for index, piece in enumerate(pieces))


def code(text: str) -> str:
    """The text as code, where nothing is markup; text that could end the code or a table's cell is escaped instead."""
    text = visible(text)
    return escaped(text) if re.search(r"[`|\\]", text) or not text.strip() else f"`{text}`"


def escaped(text: str) -> str:
    """The text without markup, mentions, references and links."""
    text = "".join(_SPECIAL.get(sign, sign) for sign in visible(text))
    text = re.sub(r"(?i)\b(https?|ftp|mailto|xmpp):", rf"\1{_NOTHING}:", text)
    return re.sub(r"(?i)\b(www|gh)(?=[.-])", rf"\1{_NOTHING}", text)


def _row(diagnostic: Diagnostic) -> str:
    at = diagnostic.at
    what = " ".join(inline(text) for text in (f"{diagnostic.message}.", diagnostic.help) if text)
    return f"| {diagnostic.severity} | {code(f'{at.path}:{at.start}')} | {diagnostic.code} {diagnostic.rule} | {what} |"
