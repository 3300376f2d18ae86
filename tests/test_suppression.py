"""What `ignore` in bank.yml takes away, and what it may not."""

from __future__ import annotations

import json
from pathlib import Path

from tests.builders import REQUIRED, VOCABULARIES, written

from qbank import cli
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


def test_an_ignored_rule_stays_silent_while_another_file_cannot_be_read() -> None:
    ignored = "ignore:\n  - rule: QB215\n    reason: The word is the subject here.\n"
    assert codes(ignored, **BAD, difficulty="easy") == []
    files = Files(
        questions=(
            Source("questions/evaluation/x.yml", written(REQUIRED | BAD)),
            Source("questions/evaluation/y.yml", "title: x\n- y\n"),
        ),
        settings=Source(
            "questions/bank.yml", ignored + "  - rule: QB213\n    reason: Nobody knows whether it is used.\n"
        ),
    )
    assert {diagnostic.at.path for diagnostic in examine(files).diagnostics} == {"questions/evaluation/y.yml"}


CODE = {"answer": "```python\nprint(1)\n```\n\n```output\n2\n```\n"}
RUNS = "ignore:\n  - rule: wrong-output\n    reason: The output differs from machine to machine.\n"


def test_a_rule_about_code_that_is_run_can_be_ignored_whether_it_is_run_or_not(tmp_path: Path) -> None:
    """Without `--run` nobody knows whether it is needed; with it, it is needed or reported."""
    questions = tmp_path / "questions" / "evaluation"
    questions.mkdir(parents=True)
    (tmp_path / "questions" / "topics.yml").write_text("- id: evaluation\n  name: Evaluation\n")
    (tmp_path / "questions" / "bank.yml").write_text(RUNS)
    (questions / "x.yml").write_text(written(REQUIRED | CODE))

    def check(*options: str, path: Path = tmp_path) -> list[str]:
        report = tmp_path / "report.jsonl"
        cli.main(["check", str(path), "--no-cache", "--output-format", f"jsonl:{report}", *options])
        return [json.loads(line)["code"] for line in report.read_text().splitlines()]

    assert check() == []
    assert check("--run") == []
    (questions / "x.yml").write_text(written(REQUIRED | {"answer": CODE["answer"].replace("2", "1")}))
    assert check() == []
    assert check("--run") == ["QB323"]
    assert check("--run", path=questions) == []
    (tmp_path / "questions" / "bank.yml").write_text("title: A bank\n")
    (questions / "x.yml").write_text(written(REQUIRED | CODE))
    assert check("--run") == ["QB220"]


def test_a_rule_that_pages_rest_on_cannot_be_ignored() -> None:
    assert codes("ignore:\n  - rule: unknown-company\n    reason: We know them all anyway.\n") == ["QB324"]
    assert codes("ignore:\n  - rule: no-such-rule\n    reason: We know them all anyway.\n") == ["QB324"]


def test_a_suppression_needs_a_reason() -> None:
    assert codes("ignore:\n  - rule: QB215\n") == ["QB101"]
