"""A question's Markdown fields -> finished fragments, remembered between builds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Protocol

from qbank.fragments import RENDERER_VERSION, Fragment, render
from qbank.model import Question, ValuePath, walk
from qbank.values import Markdown


class Store(Protocol):
    """Somewhere to keep finished text; `get` answers None for what it does not have."""

    def get(self, key: str) -> dict[str, str] | None: ...

    def put(self, key: str, value: dict[str, str]) -> None: ...


def fragments_of(question: Question, store: Store | None = None) -> Mapping[ValuePath, Fragment]:
    """The HTML of every Markdown field of a question, by path, in the order of the fields."""
    fields = [(path, marker, text) for path, marker, text in walk(question) if isinstance(marker, Markdown)]
    names = [".".join(map(str, path)) for path, _, _ in fields]
    key = hashlib.sha256(json.dumps([RENDERER_VERSION, names, [text for _, _, text in fields]]).encode()).hexdigest()
    stored = store.get(key) if store else None
    if stored is None or stored.keys() != set(names):
        stored = {
            name: render(text, scope=name.replace(".", "-").replace("_", "-"), inline=marker.inline).html
            for name, (_, marker, text) in zip(names, fields, strict=True)
        }
        if store:
            store.put(key, stored)
    return {path: Fragment(stored[name]) for name, (path, _, _) in zip(names, fields, strict=True)}
