"""Source of a question -> everything that can be said of it alone, as JSON: it crosses processes and outlives them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from qbank.brief import Brief, record
from qbank.diagnostics import Diagnostic
from qbank.findings import decoded, encoded
from qbank.model import Question
from qbank.parse import parse_question
from qbank.rules import MOST_IN_A_FILE, run
from qbank.source import Source


def look(source: Source) -> tuple[Question | None, list[Diagnostic], dict[str, Any]]:
    """The question of a file, what is wrong with it and, when it could be read, what the bank's checks need to know of it."""
    question, found = parse_question(source)
    if question is None:
        return None, [*found], {}
    return question, [*found, *run(question, at_most=MOST_IN_A_FILE)], record(question)


def verdict(source: Source) -> str:
    """What `look` finds, without the question itself."""
    question, found, noted = look(source)
    value = {"found": [encoded(diagnostic) for diagnostic in found], "brief": noted if question is not None else None}
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(separators=(",", ":"))


def read(text: str, source: Source) -> tuple[Brief | None, list[Diagnostic]]:
    """The brief and the diagnostics of a verdict; raises ValueError when it is none."""
    try:
        value: Mapping[str, Any] = json.loads(text)
        found = [decoded(item, {source.path: source}) for item in value["found"]]
        brief = value["brief"]
        return None if brief is None else Brief(brief, source, lambda: parse_question(source.whole())[0]), found
    except (KeyError, TypeError, IndexError, RecursionError) as error:
        raise ValueError(f"not a verdict: {error}") from error
