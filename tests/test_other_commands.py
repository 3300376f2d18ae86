"""`new`, `fmt`, `rule`, `schema`, `stats` and `completion` as their users meet them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.builders import REQUIRED, VOCABULARIES, written

from qbank.cli import main

QUESTION = "".join(f"{name}: {written(value)}\n" for name, value in REQUIRED.items())


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bank of one question, with the working directory in it."""
    folder = tmp_path / "questions"
    (folder / "evaluation").mkdir(parents=True)
    (folder / "topics.yml").write_text(written([VOCABULARIES["topics"][0]]), "utf-8")
    (folder / "companies.yml").write_text(written(VOCABULARIES["companies"]), "utf-8")
    (folder / "evaluation" / "bias.yml").write_text(QUESTION, "utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


NEW = (
    "new",
    "--title",
    "What is the variance of an estimator?",
    "--topic",
    "evaluation",
    "--difficulty",
    "easy",
    "--tags",
    "estimators",
)


def test_new_writes_a_draft_that_the_check_accepts(bank: Path, capsys) -> None:
    status, out, _ = run(capsys, *NEW)
    assert (status, out.split()[1]) == (0, "questions/evaluation/variance-estimator.yml.")
    assert "`qbank schema --write`" in out
    text = (bank / "evaluation" / "variance-estimator.yml").read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=../question.schema.json\n")
    assert "status: draft" in text
    status, out, _ = run(capsys, "check", "questions/evaluation/variance-estimator.yml")
    assert (status, " error " in out) == (0, False)


def test_new_shows_questions_that_look_the_same_and_overwrites_nothing(bank: Path, capsys) -> None:
    _, _, err = run(capsys, *NEW, "--id", "bias", "--title", "What is the bias of some estimator?")
    assert "Looks like `bias`" in err
    assert "`bias` is taken by questions/evaluation/bias.yml" in err
    assert (bank / "evaluation" / "bias.yml").read_text("utf-8") == QUESTION


def test_new_says_what_is_missing_where_nobody_can_be_asked(bank: Path, capsys) -> None:
    status, _, err = run(capsys, "new", "--title", "What is the variance of an estimator?")
    assert (status, "--topic is needed" in err) == (2, True)
    status, _, err = run(capsys, "new", "--title", "A title of it", "--topic", "evalution")
    assert (status, "Did you mean `evaluation`?" in err) == (2, True)


def test_new_writes_hostile_text_as_text(bank: Path, capsys) -> None:
    title = 'Why: "{{ 7*7 }}" # & <b>?'
    status, _, err = run(capsys, "new", "--title", title, *NEW[3:], "--prompt", "a\n---\nb: !x", "--answer", "$(id)")
    assert status == 0, err
    status, out, _ = run(capsys, "check")
    assert (status, " error " in out) == (0, False)


def test_fmt_writes_the_form_and_then_has_nothing_to_do(bank: Path, capsys) -> None:
    status, out, _ = run(capsys, "fmt", "--check")
    assert (status, "questions/evaluation/bias.yml would change" in out) == (1, True)
    status, out, _ = run(capsys, "fmt", "--diff", "questions/evaluation")
    assert (status, "+title: What is the bias of an estimator?\n" in out) == (1, True)
    assert run(capsys, "fmt")[0] == 0
    assert (
        (bank / "evaluation" / "bias.yml").read_text("utf-8").startswith("title: What is the bias of an estimator?\n")
    )
    assert run(capsys, "fmt", "--check")[:2] == (0, "Everything is in its form.\n")


def test_fmt_writes_the_id_for_an_alias(bank: Path, capsys) -> None:
    (bank / "evaluation" / "bias.yml").write_text(QUESTION + "companies:\n  - Facebook\n", "utf-8")
    run(capsys, "fmt")
    assert "companies: [meta]\n" in (bank / "evaluation" / "bias.yml").read_text("utf-8")


def test_fmt_leaves_a_broken_file_as_it_is_and_says_so(bank: Path, capsys) -> None:
    (bank / "evaluation" / "bias.yml").write_text('title: "never closed\n', "utf-8")
    status, _, err = run(capsys, "fmt")
    assert (status, "not valid YAML" in err) == (1, True)
    assert (bank / "evaluation" / "bias.yml").read_text("utf-8") == 'title: "never closed\n'


def test_rule_explains_by_code_and_by_name(capsys) -> None:
    assert run(capsys, "rule", "qb302")[1] == run(capsys, "rule", "unknown-company")[1]
    assert "Bad: `company: googel`" in run(capsys, "rule", "QB302")[1]
    status, _, err = run(capsys, "rule", "unknown-compny")
    assert (status, "Did you mean `unknown-company`?" in err) == (2, True)


def test_schema_is_written_and_compared(bank: Path, capsys) -> None:
    assert run(capsys, "schema", "--check")[0] == 1
    assert run(capsys, "schema", "--write")[0] == 0
    assert run(capsys, "schema", "--check")[0] == 0
    assert json.loads((bank / "question.schema.json").read_text("utf-8"))["required"]


def test_stats_count_what_is_there(bank: Path, capsys) -> None:
    found = json.loads(run(capsys, "stats", "--json")[1])
    assert (found["questions"], found["by difficulty"]["medium"], found["tags used once"]) == (1, 1, ["estimators"])
    assert "questions: 1" in run(capsys, "stats")[1]


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_the_commands(capsys, shell: str) -> None:
    status, out, _ = run(capsys, "completion", shell)
    assert status == 0
    assert "unsafe-fixes" in out


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_commands_and_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "qbank.sh").write_text(run(capsys, "completion", "bash")[1], "utf-8")
    ask = """source ./qbank.sh; function=$(complete -p qbank | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    for words in "qbank che" "qbank check --str"; do
      COMP_WORDS=($words); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
      "$function" qbank "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"; echo "${COMPREPLY[@]}"
    done"""
    done = subprocess.run(["bash", "-c", ask], cwd=tmp_path, capture_output=True, text=True)
    assert (done.stdout.split(), done.stderr) == (["check", "--strict"], "")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_completes_commands_options_and_choices(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pty

    (tmp_path / "_qbank").write_text(run(capsys, "completion", "zsh")[1], "utf-8")
    (tmp_path / "questions").mkdir()
    (tmp_path / ".zshrc").write_text(
        "fpath=(~ $fpath); autoload -Uz compinit; compinit -u -d ~/dump\n"
        "qbank() { print -r -- \"ran $* .\" }\nunsetopt prompt_sp\nPS1='ready> '\n"
    )
    ours, theirs = pty.openpty()
    home = {"HOME": str(tmp_path), "ZDOTDIR": str(tmp_path), "PATH": os.environ["PATH"], "TERM": "dumb"}
    shell = subprocess.Popen(
        ["zsh", "-i"], stdin=theirs, stdout=theirs, stderr=theirs, env=home, cwd=tmp_path, start_new_session=True
    )
    os.close(theirs)

    def until(prompt: bytes) -> str:
        said = b""
        while prompt not in said:
            said += os.read(ours, 1024)
        return said.decode()

    try:
        until(b"ready> ")
        for typed, ran in (
            ("qbank che\t", "check"),
            ("qbank check --str\t", "check --strict"),
            ("qbank check --output-f\tgitl\t", "check --output-format gitlab"),
            ("qbank fmt --dif\tquest\t", "fmt --diff questions"),
            ("qbank completion z\t", "completion zsh"),
            ("qbank serve --config-f\tquest\t", "serve --config-file questions"),
        ):
            os.write(ours, typed.encode() + b"\n")
            assert f"ran {ran} ." in " ".join(until(b" .\r\n").split()), typed
    finally:
        shell.kill()
        shell.wait(timeout=60)
        os.close(ours)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_new_asks_on_a_terminal_what_is_not_given(bank: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "qbank.cli", "new"]
    asked = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=bank.parent)
    os.close(theirs)
    said = b""
    for answer in ("What is the bias of estimators?", "evaluation", "easy", "estimators", ""):
        answered = len(said)
        while not said[answered:].rstrip().endswith(b":"):  # what was typed comes back, and then the next question
            said += os.read(ours, 1024)
        os.write(ours, answer.encode() + b"\n")
    assert asked.wait(timeout=60) == 0
    os.close(ours)
    assert b"Looks like `bias`" in said
    text = (bank / "evaluation" / "bias-estimators.yml").read_text("utf-8")
    assert text.startswith(
        "# yaml-language-server: $schema=../question.schema.json\ntitle: What is the bias of estimators?\n"
    )
