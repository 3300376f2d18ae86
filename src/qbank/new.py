"""Field values -> the text of a new question file, and where it goes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from qbank.bank import Bank
from qbank.fmt import fmt
from qbank.fragments import plain
from qbank.model import Question
from qbank.related import Likeness
from qbank.shape import fields_of
from qbank.source import Source
from qbank.values import Markdown

SCHEMA_FILE = "question.schema.json"
_UNWRITTEN = {
    "prompt": "TODO: the question as the interviewer asks it, with what one needs to know to answer it.\n",
    "answer": "TODO: the model answer.\n",
}
_LOOKS_ALIKE = 0.15


def path_of(id: str, topic: str) -> str:
    """The file of a question, relative to the project's root."""
    return f"questions/{topic}/{id}.yml"


def id_from(title: str) -> str:
    """A short id that the title suggests: its first telling words."""
    skipped = {
        "a",
        "an",
        "and",
        "are",
        "do",
        "does",
        "explain",
        "for",
        "how",
        "in",
        "is",
        "it",
        "of",
        "or",
        "the",
        "to",
        "what",
        "when",
        "which",
        "why",
        "with",
        "you",
        "your",
    }
    words = [word for word in re.findall(r"[a-z0-9]+", title.lower()) if word not in skipped]
    return "-".join(words[:5]) or "new-question"


def text_of(id: str, topic: str, values: Mapping[str, Any]) -> str:
    """The canonical text of a question file; what is still to be written is marked, and makes the question a draft.

    Values are text or lists of text, by field.
    """
    given = {name: value for name, value in values.items() if value}
    # Prose stands below its key, where more can be written.
    given |= {
        name: f"{value.rstrip()}\n"
        for name, value in given.items()
        if isinstance(value, str) and fields_of(Question)[name].marker == Markdown()
    }
    unwritten = {name: text for name, text in _UNWRITTEN.items() if name not in given}
    fields = {**given, **unwritten} | ({"status": "draft"} if unwritten else {})
    lines = [f"# yaml-language-server: $schema={'../' * (topic.count('/') + 1)}{SCHEMA_FILE}"]
    for name, value in fields.items():
        lines.append(f"{name}: {_quoted(value)}")
    return fmt(Source(path_of(id, topic), "\n".join(lines) + "\n"))


def look_alikes(bank: Bank, title: str, prompt: str = "") -> list[tuple[str, str, float]]:
    """Questions of the bank that may ask the same: id, title and similarity (0 to 1), closest first."""
    texts = {question.id: f"{question.title} {question.title} {plain(question.prompt)}" for question in bank.questions}
    mine = "\0new"
    found = Likeness({**texts, mine: f"{title} {title} {prompt}"}).nearest(mine, count=5, floor=_LOOKS_ALIKE)
    return [(id, bank.by_id[id].title, score) for id, score in found]


def _quoted(value: str | Sequence[str]) -> str:
    """A value as YAML that always holds it; `fmt` makes it readable."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return f'"{escaped}"'
    return "[" + ", ".join(map(_quoted, value)) + "]"
