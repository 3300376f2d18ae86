"""A question's Markdown fields -> finished fragments, remembered between builds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from qbank.diagnostics import Finding
from qbank.fences import fences
from qbank.fragments import RENDERER_VERSION, Fragment, drafted, plain
from qbank.highlight import MAX_SECONDS, Effort, colours_in
from qbank.model import Question, ValuePath, walk
from qbank.scalars import piece
from qbank.values import Markdown


class Store(Protocol):
    """Somewhere to keep finished text; `get` answers None for what it does not have."""

    def get(self, key: str) -> dict[str, str] | None: ...

    def put(self, key: str, value: dict[str, str]) -> None: ...


def fragments_of(
    question: Question,
    store: Store | None = None,
    report: Callable[[Finding], None] | None = None,
    before: str = "",
) -> Mapping[ValuePath, Fragment]:
    """The HTML of every Markdown field of a question, by path, in the order of the fields.

    From the question's HTML as it was `before` come the colours of code that has not changed: to load the lexer of a
    language takes longer than the rest. Code that takes too long to colour is shown without colours and reported, and
    what became of it is not remembered.
    """
    fields = [(path, marker, text) for path, marker, text in walk(question) if isinstance(marker, Markdown)]
    names = [".".join(map(str, path)) for path, _, _ in fields]
    key = hashlib.sha256(json.dumps([RENDERER_VERSION, names, [text for _, _, text in fields]]).encode()).hexdigest()
    stored = store.get(key) if store else None
    if stored is None or stored.keys() != set(names):
        drafts, effort = {}, Effort(known=colours_in(before))
        for name, (path, marker, text) in zip(names, fields, strict=True):
            scope = name.replace(".", "-").replace("_", "-")
            drafts[name] = drafted(text, scope=scope, inline=marker.inline, effort=effort)
            if effort.cut_off is not None and report:
                report(_blamed(question, path, text, effort.cut_off))
                report = None
        stored = {name: finish().html for name, finish in drafts.items()}
        if store and effort.cut_off is None:
            store.put(key, stored)
    return {path: Fragment(stored[name]) for name, (path, _, _) in zip(names, fields, strict=True)}


def words(texts: Iterable[str]) -> str:
    """The words of some Markdown texts, without markup, code and formulas."""
    return " ".join(filter(None, map(plain, texts)))


def prose(texts: Sequence[str], store: Store) -> tuple[str, str]:
    """The same, and the key under which the store has it."""
    key = hashlib.sha256(json.dumps(["prose", RENDERER_VERSION, texts]).encode()).hexdigest()
    stored = store.get(key)
    if stored is None or stored.keys() != {"words"}:
        stored = {"words": words(texts)}
        store.put(key, stored)
    return stored["words"], key


def _blamed(question: Question, path: ValuePath, text: str, code: str) -> Finding:
    start = next((fence.start for fence in fences(text) if fence.code == code), 0)
    line = text[start:].partition("\n")[0]
    return Finding(
        f"the colours of this code take more than {MAX_SECONDS} s",
        piece(question.at(*path), text, start, start + len(line)),
        "Shorten the code, or fence it as `text`.",
    )
