"""The workflows keep what they promise: they are run here from their own files, against good and hostile changes."""

import json
import os
import re
import shutil
import sys
import textwrap
from pathlib import Path

import pyromark
import pytest
from tests.builders import ROOT
from tests.workflows import FOLDER, NAMES, Clone, clone, read

from qbank.parse import parse_question
from qbank.source import Source

WHOLE = os.environ.get("QBANK_CI_WHOLE") == "1"
"""Whether the slow jobs are run too: `make ci-selftest`."""

QUESTION = "questions/evaluation/new-one.yml"
GOOD = """\
title: What does a test of a pull request show?
prompt: Say what a test of a pull request shows.
difficulty: easy
tags: [continuous-integration]
answer: That what was run gave what was expected.
"""
pytestmark = pytest.mark.skipif(
    not (ROOT / ".git").exists() or not (ROOT / ".venv" / "ready").exists() or not shutil.which("make"),
    reason="needs a git checkout with `make .venv/ready`",
)


@pytest.fixture
def fork(tmp_path, shared):
    return Clone(Path(shutil.copytree(shared("clone", clone), tmp_path / "clone", symlinks=True)))


def write(fork, text, path=QUESTION):
    (fork.root / path).write_text(text, "utf-8")
    fork.commit()


# --- what the files say -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_has_no_rights_but_those_that_a_job_names(name):
    workflow = read(name)
    assert workflow["permissions"] == {}
    assert workflow["concurrency"]
    assert {"pull_request_target", "workflow_run", "issue_comment"}.isdisjoint(workflow["on"])
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 45
        if "pull_request" in workflow["on"]:
            assert job["permissions"] == {"contents": "read"}
            assert "environment" not in job


@pytest.mark.parametrize("name", NAMES)
def test_actions_are_pinned_and_shells_get_no_expressions(name):
    text = (FOLDER / name).read_text("utf-8")
    assert "secrets." not in text
    for line in text.splitlines():
        if "uses:" in line:
            assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line
    for job in read(name)["jobs"].values():
        assert all("${{" not in step.get("run", "") for step in job["steps"])


def test_whoever_may_write_runs_no_code_of_the_bank():
    for name in NAMES:
        for job in read(name)["jobs"].values():
            if set(job["permissions"].values()) != {"read"}:
                assert not any("make" in step.get("run", "") for step in job["steps"])
                assert not any("pip" in step.get("run", "") for step in job["steps"])


def test_make_ci_runs_what_the_pull_request_runs():
    (prerequisites,) = re.findall(r"(?m)^ci: (.*?) ##", (ROOT / "Makefile").read_text("utf-8"))
    runs = [step["run"] for job in read("check.yml")["jobs"].values() for step in job["steps"] if "run" in step]
    made = {word for run in runs if run.startswith("make ") for word in run.split()[1:]}
    assert made == set(prerequisites.split())


def test_the_owners_look_at_every_workflow():
    owners = (ROOT / ".github" / "CODEOWNERS").read_text("utf-8")
    assert re.search(r"(?m)^/\.github/ @\S+", owners)


# --- what they do -------------------------------------------------------------------------------------------------


def test_a_good_question_passes(fork):
    write(fork, GOOD)
    done = fork.run("check.yml", "questions")
    assert done.passed, done.log
    assert done.annotations == []
    assert "no problems found" in done.summary


def test_a_bad_question_is_annotated_at_its_line(fork):
    write(fork, GOOD.replace("easy", "esay"))
    done = fork.run("check.yml", "questions")
    assert not done.passed
    (annotation,) = done.annotations
    assert annotation.startswith(f"::error file={QUESTION},line=3,endLine=3,col=13,title=QB104 ")
    assert "Did you mean `easy`?" in annotation
    assert f"`{QUESTION}:3:13`" in done.summary


def test_the_summary_shows_the_line_the_fix_and_a_command_that_makes_it(fork):
    write(fork, GOOD.replace("title: What", "title: Tests: what"))
    done = fork.run("check.yml", "questions")
    assert not done.passed
    assert "\n    1 | title: Tests: what does" in done.summary
    assert '\n    1 + title: "Tests: what does' in done.summary
    (command,) = re.findall(r"```sh\n(.*)\n", done.summary)
    assert command.endswith(QUESTION)
    assert fork.shell(f".venv/bin/{command}").returncode == 0
    fork.commit()
    assert fork.run("check.yml", "questions").passed


def test_text_of_a_question_forges_no_annotation_and_stays_in_its_place_of_the_summary(fork):
    forged = "::error file=README.md::owned%0A::stop-commands::x ##[error]owned </details> | `$(touch owned)` ``````"
    write(fork, GOOD.replace("easy", f'"{forged}\\n{forged}\\r{forged}"'))
    done = fork.run("check.yml", "questions")
    assert not done.passed
    assert all(f"file={QUESTION}," in line for line in done.annotations)
    assert "##[" not in done.log
    page = pyromark.html(done.summary, options=pyromark.Options.ENABLE_TABLES)
    found = len(re.findall(r"(?m)^\*\*error", done.summary))
    assert re.findall(r"<(h3|strong|pre|table|details)\b", page) == ["h3", *["strong", "pre", "pre"] * found]
    assert re.findall(r"```sh\n(.*)\n", done.summary) == [
        f"qbank rule {code}" for code in re.findall(r"error\*\* \S+ (QB\d+)", done.summary)
    ]
    assert not (fork.root / "owned").exists()


SPY = """\
import os
from glob import glob

found = [*os.environ.values()]
for path in [f"/proc/{os.getppid()}/environ", "/proc/self/environ", "/proc/PARENT/environ", *glob("/proc/*/environ")]:
    try:
        found.append(open(path).read())
    except OSError as error:
        print(type(error).__name__)
if any("very-secret" in text for text in found):
    raise ValueError(found)
print("nothing")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux keeps processes apart like this")
def test_code_of_an_answer_finds_no_variable_of_the_runner(fork):
    spy = textwrap.indent(SPY.replace("PARENT", str(os.getpid())), "  ")
    answer = f"answer: |\n  ```python\n{spy}  ```\n\n  ```output\n  unknown\n  ```\n"
    write(fork, re.sub("(?m)^answer: .*\n", lambda _: answer, GOOD))
    report = fork.root.parent / "report.json"
    command = f".venv/bin/qbank check --run --fix --output-format full --output-format json:{report} {QUESTION}"
    done = fork.shell(command, A_TOKEN="very-secret-value")
    shown = done.stdout + report.read_text("utf-8") + (fork.root / QUESTION).read_text("utf-8")
    # What it printed was written into the answer: that it looked, was refused, and found nothing.
    assert "  PermissionError\n" in shown
    assert "  nothing\n" in shown
    assert "very-secret-value" not in shown


def test_a_link_out_of_the_bank_is_refused_and_not_shown(fork):
    (fork.root / QUESTION).symlink_to("/etc/passwd")
    fork.commit()
    done = fork.run("check.yml", "questions")
    assert not done.passed
    assert "QB001" in done.log
    assert "root:" not in done.log


def test_a_renamed_vocabulary_does_not_pass(fork):
    fork.git("mv", "questions/topics.yml", "questions/themes.yml")
    fork.commit()
    done = fork.run("check.yml", "questions")
    assert not done.passed
    assert "questions/themes.yml" in done.log


def test_a_base_with_signs_of_the_shell_is_no_commit(fork):
    done = fork.run("check.yml", "questions", BASE="HEAD;touch owned")
    assert not done.passed
    assert not (fork.root / "owned").exists()


def test_what_is_merged_becomes_a_packed_site(fork):
    write(fork, GOOD)
    done = fork.run("publish.yml", "build")
    assert done.passed, done.log
    assert (fork.root / "artifact.tar").stat().st_size > 100_000


def test_a_broken_bank_is_not_published(fork):
    write(fork, GOOD.replace("easy", "esay"))
    assert not fork.run("publish.yml", "build").passed
    assert not (fork.root / "artifact.tar").exists()


def test_a_labelled_form_becomes_a_patch_of_questions_alone(fork):
    answers = (
        "evaluation",
        "What does `$(touch owned)` print?",
        "It's; ${{ x }}",
        "easy",
        "shells",
        "_No response_",
        "`x`",
    )
    labels = ("Topic", "Title", "Prompt", "Difficulty", "Tags", "Short answer", "Answer")
    body = "\n\n".join(f"### {label}\n\n{answer}" for label, answer in zip(labels, answers, strict=True))
    event = fork.root.parent / "event.json"
    event.write_text(json.dumps({"issue": {"body": body, "number": 1}}), "utf-8")
    done = fork.run("proposal.yml", "make", GITHUB_EVENT_PATH=str(event))
    assert done.passed, done.log
    fork.git("reset", "--quiet", "--hard")
    fork.git("apply", "--index", "--include=questions/*", ".cache/proposal/patch")
    assert fork.git("diff", "--cached", "--name-only").split() == ["questions/evaluation/touch-owned-print.yml"]
    assert not (fork.root / "owned").exists()


def test_a_form_full_of_signs_of_yaml_is_text(fork):
    signs = '\'- !!python/object/apply:os.system ["touch owned"]: {a: &b *b, <<: *b} # %TAG | > @ `'
    answers = {
        "Topic": "evaluation",
        "Title": f"What does this show: {signs}"[:110],
        "Prompt": f"{signs}\n---\n...\n\tx: y\n? z",
    }
    answers |= {
        "Difficulty": "easy",
        "Tags": "yaml",
        "Answer": f"{signs}\n\n```yaml\n{signs}\n```\n$(touch owned) ${{{{ github.token }}}}",
    }
    event = fork.root.parent / "event.json"
    body = "\n\n".join(f"### {label}\n\n{answer}" for label, answer in answers.items())
    event.write_text(json.dumps({"issue": {"body": body, "number": 1}}), "utf-8")
    done = fork.run("proposal.yml", "make", GITHUB_EVENT_PATH=str(event))
    assert done.passed, done.log
    (path,) = fork.git("diff", "--cached", "--name-only").split()
    found, problems = parse_question(Source(path, (fork.root / path).read_text("utf-8")))
    assert found is not None, problems
    assert found.title == answers["Title"]
    assert found.prompt.strip() == answers["Prompt"]
    assert not (fork.root / "owned").exists()


def test_a_patch_that_is_more_than_questions_is_not_applied_beyond_them(fork):
    write(fork, GOOD)
    (fork.root / ".proposal").mkdir()
    with (fork.root / ".github" / "workflows" / "check.yml").open("a") as stream:
        stream.write("# owned\n")
    write(fork, GOOD.replace("easy", "hard"))
    (fork.root / ".proposal" / "patch").write_text(fork.git("diff", "HEAD~1"), "utf-8")
    fork.git("reset", "--quiet", "--hard", "HEAD~1")
    steps = read("proposal.yml")["jobs"]["open"]["steps"]
    script = next(step["run"] for step in steps if "git apply" in step.get("run", ""))
    assert fork.shell(script.splitlines()[0]).returncode == 0
    assert fork.git("diff", "--cached", "--name-only").split() == [QUESTION]


@pytest.mark.skipif(not WHOLE, reason="slow: `make ci-selftest`")
def test_a_workflow_that_takes_more_rights_fails_the_audit(fork):
    path = ".github/workflows/check.yml"
    text = (fork.root / path).read_text("utf-8")
    write(
        fork,
        text.replace("  pull_request:\n", "  pull_request_target:\n").replace(
            "permissions: {}", "permissions: write-all"
        ),
        path,
    )
    done = fork.run("check.yml", "tests")
    assert not done.passed
    assert "dangerous-triggers" in done.log
    assert "excessive-permissions" in done.log


@pytest.mark.skipif(not WHOLE, reason="slow: `make ci-selftest`")
@pytest.mark.parametrize("job", ["site", "code", "tests"])
def test_the_slow_jobs_pass(fork, job):
    # The tests themselves write this question into a clone, so that it may not be there yet.
    write(fork, *(("# Nothing new\n", "NEWS.md") if job == "tests" else (GOOD,)))
    done = fork.run("check.yml", job)
    assert done.passed, done.log
    if job == "site":
        assert "<summary>new-one: new</summary>" in done.summary
