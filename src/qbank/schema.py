"""The model's types -> JSON Schema, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from qbank.bank import VOCABULARIES, Bank
from qbank.model import Question

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def question_schema(bank: Bank | None = None) -> dict[str, Any]:
    """The schema of a question file; with a bank, its companies, roles, tags and so on are suggested.

    Suggestions are no limits, except where the bank's vocabularies are: the schema stays right when a word is added.
    """
    schema = Question.model_json_schema(mode="validation", ref_template="#/$defs/{model}")
    schema = {
        "$schema": DIALECT,
        "title": "A question of a qbank",
        **{key: value for key, value in schema.items() if key != "title"},
    }
    suggestions = _suggestions(bank) if bank else {}
    schema = _finished(schema, suggestions)
    if tags := suggestions.get("tags"):
        items = schema["properties"]["tags"]["items"]
        schema["properties"]["tags"]["items"] = {"anyOf": [{"enum": tags}, items]}
    return schema


def _suggestions(bank: Bank) -> dict[str, list[str]]:
    found = {kind: [entry.id for entry in bank.vocabulary(kind).entries] for kind in VOCABULARIES}
    # Ids of questions are left out: the schema would change with every question.
    return {kind: sorted(ids) for kind, ids in found.items() if ids}


def _finished(value: Any, suggestions: dict[str, list[str]]) -> Any:
    """The schema with marks turned into suggestions, and without what says nothing to an author."""
    if isinstance(value, list):
        return [_finished(item, suggestions) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _finished(item, suggestions)
        for key, item in value.items()
        if not (key in ("title", "default") and not isinstance(item, dict)) and key != "x-refers"
    }
    # `null` is how pydantic says that a field may be left out; in a file, a field without a value is a mistake.
    if "anyOf" in kept:
        kept["anyOf"] = [option for option in kept["anyOf"] if option != {"type": "null"}]
        if len(kept["anyOf"]) == 1:
            kept |= kept.pop("anyOf")[0]
    if (words := suggestions.get(value.get("x-refers", ""))) and kept.get("type") == "string":
        kept = {key: item for key, item in kept.items() if key in ("description", "examples")} | {
            "anyOf": [
                {"enum": words},
                {key: item for key, item in kept.items() if key not in ("description", "examples")},
            ]
        }
    return kept
