"""The names of the formats, as `--output-format` takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qbank.diagnostics import Diagnostic
from qbank.reports.github import github
from qbank.reports.gitlab import gitlab
from qbank.reports.json_document import json_document, json_lines
from qbank.reports.junit import junit
from qbank.reports.markdown import markdown
from qbank.reports.rdjson import rdjson
from qbank.reports.sarif import sarif
from qbank.reports.text import full, lines, plain

Format = Callable[[tuple[Diagnostic, ...]], str]

FORMATS: Mapping[str, Format] = {
    "full": full,
    "concise": lines,
    "plain": plain,
    "json": json_document,
    "jsonl": json_lines,
    "github": github,
    "gitlab": gitlab,
    "sarif": sarif,
    "rdjson": rdjson,
    "junit": junit,
    "markdown": markdown,
}
GITHUB = "github"
TEXT_FORMATS = ("full", "concise")
"""Those for people, which may be coloured."""
WITH_MANUALS = ("json", "sarif")
"""Those that explain the rules that were broken."""
WITH_ADDRESSES = ("rdjson", "sarif")
"""Those that link to the pages about rules."""
