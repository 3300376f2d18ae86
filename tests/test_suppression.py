"""What `ignore` in bank.yml takes away, and what it may not."""

from __future__ import annotations

from tests.builders import REQUIRED, VOCABULARIES, written

from qbank.pipeline import Files, examine
from qbank.source import Source


def codes(settings: str, **fields: object) -> list[str]:
    question = "".join(f"{name}: {written(value)}\n" for name, value in (REQUIRED | fields).items())
    topics = written([entry for entry in VOCABULARIES["topics"] if entry["id"] == "evaluation"])
    files = Files(
        questions=(Source("questions/evaluation/x.yml", question),),
        vocabularies={"topics": Source("questions/topics.yml", topics)},
        settings=Source("questions/bank.yml", settings),
    )
    return [diagnostic.code for diagnostic in examine(files).diagnostics]


BAD = {"answer": "The text has `TODO` and TODO: write it."}


def test_an_ignored_rule_is_silent() -> None:
    assert codes("title: T\n", **BAD) == ["QB215"]
    assert codes("ignore:\n  - rule: placeholder-words\n    reason: The word is the subject here.\n", **BAD) == []
    assert codes("ignore:\n  - rule: QB215\n    reason: The word is the subject here.\n", **BAD) == []


def test_it_can_be_ignored_in_some_files_only() -> None:
    other = "ignore:\n  - rule: QB215\n    files: [mlops/*]\n    reason: The word is the subject there.\n"
    assert codes(other, **BAD) == ["QB323", "QB215"]
    assert codes(other.replace("mlops", "evaluation"), **BAD) == []


def test_a_suppression_that_is_not_needed_is_reported() -> None:
    assert codes("ignore:\n  - rule: QB215\n    reason: The word is the subject here.\n") == ["QB323"]


def test_a_rule_that_pages_rest_on_cannot_be_ignored() -> None:
    assert codes("ignore:\n  - rule: unknown-company\n    reason: We know them all anyway.\n") == ["QB324"]
    assert codes("ignore:\n  - rule: no-such-rule\n    reason: We know them all anyway.\n") == ["QB324"]


def test_a_suppression_needs_a_reason() -> None:
    assert codes("ignore:\n  - rule: QB215\n") == ["QB101"]
