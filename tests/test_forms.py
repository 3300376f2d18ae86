"""Forms are in step with the model; what is filled in becomes a file, or is refused at its line."""

import json

import pytest
import yaml
from tests.builders import ROOT, VOCABULARIES, fields, written

from qbank import forms
from qbank.cli import main
from qbank.model import Question, Sighting
from qbank.new import text_of
from qbank.parse import parse_question
from qbank.pipeline import examine
from qbank.project import read_files
from qbank.shape import fields_of
from qbank.source import Source

QUESTION = {
    "Topic": "evaluation",
    "Title": "What is the variance of an estimator?",
    "Prompt": "Say what it is.",
    "Difficulty": "easy",
    "Tags": "Bias Variance, estimators",
    "Short answer": "_No response_",
    "Answer": "_No response_",
}
SIGHTING = {
    "Which question?": "https://bank.example/questions/bias/",
    "Company": "Facebook",
    "Source": forms.MYSELF,
    "Seen": "2026-05",
}


@pytest.fixture
def root(tmp_path, monkeypatch):
    folder = tmp_path / "questions"
    (folder / "evaluation").mkdir(parents=True)
    for kind, entries in VOCABULARIES.items():
        (folder / f"{kind}.yml").write_text(written(entries), "utf-8")
    (folder / "sources.yml").write_text("- id: report\n  name: A report\n  kind: first-hand\n", "utf-8")
    (folder / "evaluation" / "bias.yml").write_text(text_of("bias", "evaluation", fields()), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def body(answers):
    return "\r\n\r\n".join(f"### {label}\r\n\r\n{text}" for label, text in answers.items())


def make(root, text, capsys):
    """The status and what was printed."""
    (root / "form.md").write_bytes(text.encode())
    status = main(["new", "--from-issue", "form.md"])
    printed = capsys.readouterr()
    return status, printed.out + printed.err


def read(root, path):
    question, diagnostics = parse_question(Source(path, (root / path).read_text("utf-8")))
    assert question, diagnostics
    return question


def test_our_forms_are_in_step_with_the_model_and_the_vocabularies():
    for form in forms.forms(examine(read_files(ROOT)).bank):
        text = (ROOT / ".github" / "ISSUE_TEMPLATE" / f"{form.name}.yml").read_text("utf-8")
        assert text == forms.written(form), "run `qbank schema --forms --write`"
        assert [entry["id"] for entry in yaml.safe_load(text)["body"]] == [entry.name for entry in form.entries]


def test_forms_ask_for_what_the_model_requires():
    question, sighting, _ = forms.forms(examine(read_files(ROOT)).bank)
    assert {name for name, info in fields_of(Question).items() if info.required} <= {e.name for e in question.entries}
    assert set(fields_of(Sighting)) <= {entry.name for entry in sighting.entries}


def test_a_form_becomes_a_question(root, capsys):
    status, said = make(root, body(QUESTION), capsys)
    assert (status, said) == (0, "Wrote questions/evaluation/variance-estimator.yml\n")
    question = read(root, "questions/evaluation/variance-estimator.yml")
    assert (question.prompt.strip(), question.tags) == ("Say what it is.", ("bias-variance", "estimators"))
    assert question.status == "draft"


def test_an_event_of_github_is_read_too(root, capsys):
    event = json.dumps({"action": "labeled", "issue": {"title": "x", "body": body(QUESTION)}})
    assert make(root, event, capsys)[0] == 0


def test_a_taken_name_is_not_overwritten(root, capsys):
    assert make(root, body(QUESTION), capsys)[0] == 0
    assert "variance-estimator-2.yml" in make(root, body(QUESTION), capsys)[1]


def test_a_form_becomes_a_sighting_with_its_source(root, capsys):
    assert make(root, body(SIGHTING), capsys)[0] == 0
    (sighting,) = read(root, "questions/evaluation/bias.yml").companies
    assert (sighting.company, sighting.source, sighting.seen) == ("meta", forms.OWN_REPORTS, "2026-05")
    assert not [found for found in examine(read_files(root)).diagnostics if found.severity == "error"]
    assert make(root, body(SIGHTING), capsys)[1].count("is in the bank already") == 1
    assert make(root, body(SIGHTING | {"Seen": "2025"}), capsys)[0] == 0
    assert len(read(root, "questions/evaluation/bias.yml").companies) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Topic": "evalution"}, "form.md:1: Topic: `evalution` is not in topics.yml. Did you mean `evaluation`?"),
        ({"Title": "Short"}, "form.md:5: Title: "),
        ({"Prompt": "_No response_"}, "form.md:1: Prompt: is missing"),
        ({"Difficulty": "esay"}, "form.md:13: Difficulty: "),
        ({"Topic": "../../etc"}, "form.md:1: Topic: `../../etc` is not in topics.yml."),
    ],
)
def test_a_mistake_is_named_at_its_line_and_nothing_is_written(root, capsys, change, said):
    status, printed = make(root, body(QUESTION | change), capsys)
    assert status == 1
    assert said in printed
    assert [path.name for path in (root / "questions" / "evaluation").iterdir()] == ["bias.yml"]


@pytest.mark.parametrize(
    "text",
    [
        "$(touch owned) `touch owned` ; touch owned",
        "a: b\n---\n!!python/object/apply:os.system ['touch owned']\n&a *a",
        '\'"\n"\n- x\n# no comment\n\\n',
        "{{ 7*7 }} ${{ secrets.TOKEN }} {% include '/etc/passwd' %}",
        "### Difficult\n\n### Tag\n::error::owned\n::set-output name=x::y",
    ],
)
def test_signs_of_shells_and_yaml_stay_text(root, capsys, text):
    status, said = make(root, body(QUESTION | {"Prompt": text, "Answer": text}), capsys)
    assert status == 0
    question = read(root, "questions/evaluation/variance-estimator.yml")
    assert question.prompt.strip() == question.answer.strip() == text
    assert not (root / "owned").exists()
    assert not any(line.startswith("::") for line in said.splitlines())


def test_a_heading_of_the_form_inside_an_answer_takes_nothing_from_a_file(root, capsys):
    status, said = make(root, body(QUESTION | {"Title": "A title of it\n\n::error::x\n\n### Prompt"}), capsys)
    assert status == 1
    assert not any(line.startswith("::") for line in said.splitlines())


def test_a_link_is_not_followed(root, capsys):
    outside = root / "outside.yml"
    outside.write_text("- id: report\n  name: A report\n  kind: first-hand\n", "utf-8")
    (root / "questions" / "sources.yml").unlink()
    (root / "questions" / "sources.yml").symlink_to(outside)
    assert make(root, body(SIGHTING), capsys)[0] != 0
    assert forms.OWN_REPORTS not in outside.read_text("utf-8")


def test_a_report_of_a_mistake_and_other_text_make_no_file(root, capsys):
    assert make(root, "### Which page?\n\nbias\n", capsys)[0] == 1
    assert make(root, "### Which page?\n\nbias\n\n### What is wrong?\n\nAll.\n", capsys)[0] == 2
    assert make(root, "Hello.\n", capsys)[0] == 2
    assert make(root, "{}", capsys)[0] == 2
