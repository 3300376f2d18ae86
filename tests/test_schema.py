"""The JSON Schema says what the model says, and what is in the repository is what would be written now."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml
from tests.builders import REQUIRED, ROOT

from qbank import project
from qbank.pipeline import examine
from qbank.schema import question_schema

SCHEMA = question_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_valid_and_the_copy_in_the_repository_is_in_step() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    bank = examine(project.read_files(ROOT)).bank
    assert json.loads((ROOT / "questions" / "question.schema.json").read_text("utf-8")) == question_schema(bank)


@pytest.mark.parametrize("path", sorted((ROOT / "questions").glob("*/*.yml")), ids=lambda path: path.stem)
def test_our_questions_are_valid_to_an_editor(path) -> None:
    loaded = yaml.safe_load(path.read_text("utf-8"))
    # YAML 1.1 makes dates of what JSON has as text.
    assert list(VALIDATOR.iter_errors(json.loads(json.dumps(loaded, default=str)))) == []


@pytest.mark.parametrize(
    "change",
    [
        {"title": "short"},
        {"difficulty": "moderate"},
        {"tags": []},
        {"tags": ["Not Kebab"]},
        {"unknown": "x"},
        {"companies": [{"source": "x"}]},
        {"references": [{"title": "x", "url": "ftp://x"}]},
        {"answer": None},
    ],
)
def test_what_the_model_refuses_the_schema_refuses(change: dict) -> None:
    assert not VALIDATOR.is_valid(REQUIRED | change)


def test_bare_items_and_years_are_allowed() -> None:
    assert VALIDATOR.is_valid(
        REQUIRED | {"companies": ["google", {"company": "meta", "seen": 2026}], "follow_ups": ["And then?"]}
    )


def test_every_field_has_a_description_and_an_example() -> None:
    for owner in (SCHEMA, *SCHEMA["$defs"].values()):
        for name, field in owner.get("properties", {}).items():
            assert field.get("description"), name
            assert field.get("examples"), name
