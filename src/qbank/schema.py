"""The model's types -> JSON Schema, for editors that complete and check while one types."""

from __future__ import annotations

from enum import StrEnum
from inspect import cleandoc
from typing import Any

from qbank.bank import VOCABULARIES, Bank
from qbank.model import Question
from qbank.shape import FieldInfo, Kind, List, Model, Part, Text, fields_of
from qbank.values import Refers

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def question_schema(bank: Bank | None = None) -> dict[str, Any]:
    """The schema of a question file; with a bank, its companies, roles, tags and so on are suggested.

    Suggestions are no limits, except where the bank's vocabularies are: the schema stays right when a word is added.
    """
    writer = _Writer(_suggestions(bank) if bank else {})
    schema = writer.model(Question)
    if tags := writer.suggestions.get("tags"):
        items = schema["properties"]["tags"]["items"]
        schema["properties"]["tags"]["items"] = {"anyOf": [{"enum": tags}, items]}
    definitions = dict(sorted(writer.definitions.items()))
    return {"$schema": DIALECT, "title": "A question of a qbank", "$defs": definitions, **schema}


def _suggestions(bank: Bank) -> dict[str, list[str]]:
    found = {kind: [entry.id for entry in bank.vocabulary(kind).entries] for kind in VOCABULARIES}
    # Ids of questions are left out: the schema would change with every question.
    return {kind: sorted(ids) for kind, ids in found.items() if ids}


class _Writer:
    """Writes schemas; those of models and choices are put into `definitions` and referred to."""

    def __init__(self, suggestions: dict[str, list[str]]) -> None:
        self.suggestions = suggestions
        self.definitions: dict[str, dict[str, Any]] = {}

    def model(self, model: type[Model]) -> dict[str, Any]:
        fields = fields_of(model)
        schema = {
            "additionalProperties": False,
            "description": cleandoc(model.__doc__ or ""),
            "properties": {name: self.field(field) for name, field in fields.items()},
            "type": "object",
        }
        required = [name for name, field in fields.items() if field.required]
        return schema | ({"required": required} if required else {})

    def field(self, field: FieldInfo) -> dict[str, Any]:
        what = "Items" if isinstance(field.kind, List) else "Length"
        limits = {f"min{what}": field.min_length, f"max{what}": field.max_length}
        return {
            "description": field.description,
            "examples": field.examples,
            **self.kind(field.kind),
            **{limit: length for limit, length in limits.items() if length is not None},
        }

    def kind(self, kind: Kind) -> dict[str, Any]:
        if isinstance(kind, List):
            return {"items": self.kind(kind.of), "type": "array"}
        if isinstance(kind, Part):
            whole = self.defined(kind.model, self.model(kind.model))
            return {"anyOf": [self.kind(fields_of(kind.model)[kind.bare].kind), whole]} if kind.bare else whole
        return self.text(kind)

    def text(self, kind: Text) -> dict[str, Any]:
        if kind.choices:
            choices = {"description": cleandoc(kind.choices.__doc__ or ""), "enum": [*kind.choices], "type": "string"}
            return self.defined(kind.choices, choices)
        schema: dict[str, Any] = {"type": "string"}
        if kind.max_length is not None:
            schema["maxLength"] = kind.max_length
        for form in kind.forms:
            schema |= form.schema
        if isinstance(kind.marker, Refers) and (words := self.suggestions.get(kind.marker.to)):
            return {"anyOf": [{"enum": words}, schema]}
        return schema

    def defined(self, owner: type[Model] | type[StrEnum], schema: dict[str, Any]) -> dict[str, Any]:
        self.definitions[owner.__name__] = schema
        return {"$ref": f"#/$defs/{owner.__name__}"}
