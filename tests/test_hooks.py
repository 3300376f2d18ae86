"""The hooks for pre-commit, run as it runs them: the entry with the names of the files that match, in the repository."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.builders import TESTS

HOOKS = {hook["id"]: hook for hook in yaml.safe_load((TESTS.parent / ".pre-commit-hooks.yaml").read_text("utf-8"))}
QUESTION = "questions/evaluation/decision-trees.yml"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a sound bank, all of it staged."""
    for tree in (TESTS / "cases" / "_base", TESTS / "cases" / "QB104-not-a-choice" / "good"):
        shutil.copytree(tree, tmp_path, dirs_exist_ok=True)
    (tmp_path / "README.md").write_text("# A bank\n", "utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    return tmp_path


def hook(repository: Path, name: str) -> subprocess.CompletedProcess[str]:
    staged = subprocess.run(
        ["git", "diff", "--cached", "--name-only", "--diff-filter=ACMR"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    files = [path for path in staged if re.search(HOOKS[name]["files"], path)]
    assert QUESTION in files
    assert "README.md" not in files
    scripts = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    command = [*shlex.split(HOOKS[name]["entry"]), *files]
    return subprocess.run(command, cwd=repository, env=os.environ | scripts, capture_output=True, text=True)


def test_the_hooks_are_those_of_the_guide():
    assert set(HOOKS) == {"qbank-check", "qbank-fmt"}
    assert all(hook["require_serial"] and hook["language"] == "python" for hook in HOOKS.values())


def test_both_hooks_pass_a_sound_bank_and_change_nothing(repository: Path):
    for name in HOOKS:
        done = hook(repository, name)
        assert done.returncode == 0, done.stdout + done.stderr
    changed = subprocess.run(["git", "diff", "--name-only"], cwd=repository, capture_output=True, text=True).stdout
    assert changed == ""


def test_the_hook_that_checks_stops_a_mistake_at_its_line(repository: Path):
    question = repository / QUESTION
    question.write_text(question.read_text("utf-8").replace("difficulty: easy", "difficulty: moderate"), "utf-8")
    done = hook(repository, "qbank-check")
    assert (done.returncode, f"{QUESTION}:4:13: error QB104" in done.stdout) == (1, True)


def test_the_hook_that_formats_writes_the_file_anew(repository: Path):
    question = repository / QUESTION
    canonical = question.read_text("utf-8")
    question.write_text(canonical.replace("[decision-trees]", "[ 'decision-trees' ]"), "utf-8")
    assert hook(repository, "qbank-fmt").returncode in (0, 1)  # pre-commit fails by itself where a file has changed
    assert question.read_text("utf-8") == canonical
    assert hook(repository, "qbank-fmt").returncode == 0
