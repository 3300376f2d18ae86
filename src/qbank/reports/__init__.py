"""Diagnostics -> text, one module per format; each is a pure function that returns text without a last line end."""

from qbank.reports.formats import FORMATS, GITHUB, TEXT_FORMATS, WITH_ADDRESSES, WITH_MANUALS, Format
from qbank.reports.github import github
from qbank.reports.gitlab import gitlab
from qbank.reports.json_document import json_document, json_lines
from qbank.reports.junit import junit
from qbank.reports.markdown import fenced, markdown
from qbank.reports.rdjson import rdjson
from qbank.reports.sarif import sarif
from qbank.reports.statistics import statistics
from qbank.reports.text import block, concise, full, lines, plain
from qbank.reports.wording import summary, visible

__all__ = [
    "FORMATS",
    "GITHUB",
    "TEXT_FORMATS",
    "WITH_ADDRESSES",
    "WITH_MANUALS",
    "Format",
    "block",
    "concise",
    "fenced",
    "full",
    "github",
    "gitlab",
    "json_document",
    "json_lines",
    "junit",
    "lines",
    "markdown",
    "plain",
    "rdjson",
    "sarif",
    "statistics",
    "summary",
    "visible",
]
