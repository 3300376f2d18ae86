"""Markdown for a job's summary or a comment, in which the text of strangers is only text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qbank.diagnostics import Diagnostic
from qbank.reports.text import details
from qbank.reports.wording import count, summary, visible

MOST = 100
"""Diagnostics that are shown; GitHub refuses a summary of more than 1 MiB."""

_NOTHING = "&#8203;"
_SPECIAL = {
    **{sign: f"&#{ord(sign)};" for sign in "&<>[]*_~`|\\!$^{}="},
    # Mentions and references are looked for in the finished text, where an entity is what it stands for.
    "@": f"@{_NOTHING}",
    "#": f"#{_NOTHING}",
}


def markdown(diagnostics: Iterable[Diagnostic]) -> str:
    """The counts as a heading, and each diagnostic with its lines, its fix, and the command that makes it."""
    found = tuple(diagnostics)
    parts = [f"### qbank check: {totals_of(found)}", *map(_section, found[:MOST])]
    if len(found) > MOST:
        parts.append(f"And {count(len(found) - MOST, 'more problem')}, listed in the log.")
    return "\n\n".join(parts)


def fenced(lines: Iterable[str], language: str) -> str:
    """The lines as a block of code, with a fence that none of them can close."""
    shown = [visible(line) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}{language}", *shown, fence])


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


def _section(diagnostic: Diagnostic) -> str:
    at = diagnostic.at
    what = " ".join(inline(text) for text in (f"{diagnostic.message}.", diagnostic.help) if text)
    parts = [f"**{diagnostic.severity}** {code(f'{at.path}:{at.start}')} {diagnostic.code} {diagnostic.rule}: {what}"]
    if lines := details(diagnostic):
        parts.append(fenced(lines, "text"))
    parts.append(fenced([_command(diagnostic)], "sh"))
    return "\n\n".join(parts)


def _command(diagnostic: Diagnostic) -> str:
    """The command that makes the fix, or else the one that explains the rule."""
    from qbank.programs import RUN  # not on the way of a check that writes no Markdown

    if diagnostic.edit is None:
        return f"qbank rule {diagnostic.code}"
    options = [
        *(["--run"] if diagnostic.code in RUN else []),
        *(["--fix"] if diagnostic.edit.safe else ["--fix", "--unsafe-fixes"]),
        f"--select {diagnostic.code}",
    ]
    # People paste this into a shell: a name that means anything there is left out, and the rule is fixed everywhere.
    path = diagnostic.at.path
    return " ".join(["qbank check", *options, *([path] if re.fullmatch(r"\w[\w./-]*", path, re.ASCII) else [])])
