"""`qbank check`: what it is asked for, what it writes where, and its exit status."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from tests.builders import ROOT, TESTS

from qbank import cli, reports
from qbank.registry import RULES

GOOD = """\
title: How does a decision tree choose its splits?
prompt: |
  Describe how a tree decides where to split its rows.
difficulty: easy
tags: [decision-trees]
answer: |
  It tries every threshold of every feature, and keeps the split that lowers the impurity most.
"""
ERROR = GOOD.replace("easy", "eazy")
FIXABLE = GOOD.replace("[decision-trees]", "[decision-trees, no]")
UNSAFE = GOOD.replace("tags:", "overview: What a split is for #1\ntags:")
TREE = "questions/evaluation/tree.yml"
MINE = ("GITHUB_", "GIT_", "NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A clean bank of one question, in which the command runs; nothing around it shows in the reports."""
    root = tmp_path / "bank"
    shutil.copytree(TESTS / "cases" / "_base", root)
    for name in list(os.environ):
        if name.startswith(MINE):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def check(capsys):
    """Runs the command; gives its status, its standard output and its standard error."""

    def run(*arguments):
        status = cli.main(["check", *arguments])
        return status, *capsys.readouterr()

    return run


def write(root, text, path=TREE):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(text.encode() if isinstance(text, str) else text)


def codes(text):
    return re.findall(r"QB\d{3}", text)


def alone(*arguments):
    """The command in a process of its own, which has imported nothing that it does not import itself."""
    return subprocess.run([sys.executable, "-m", "qbank.cli", *arguments], capture_output=True, text=True)


def test_every_rule_is_known_to_a_process_that_has_looked_at_nothing_yet(project):
    assert [line[:5] for line in alone("rule").stdout.splitlines()] == sorted(RULES)
    assert "QB220 wrong-output" in alone("rule", "wrong-output").stdout
    write(project, ERROR)
    for _ in range(2):  # the second time, what was found before
        assert codes(alone("check", "--select", "unknown-company,QB1").stdout) == ["QB104"]
        assert "Did you mean `wrong-length`?" in alone("check", "--ignore", "wrong-lenght").stderr
        report = json.loads(alone("check", "--output-format", "json").stdout)
        assert [rule["code"] for rule in report["rules"]] == ["QB104"]


# --- exit status -------------------------------------------------------------------------------------------------


def test_a_clean_bank_is_clean(project, check):
    assert check() == (0, "No problems found.\n", "")


@pytest.mark.parametrize(
    ("text", "arguments", "status"),
    [(ERROR, (), 1), (FIXABLE, (), 0), (FIXABLE, ("--strict",), 1), (ERROR, ("--ignore", "not-a-choice"), 0)],
)
def test_errors_fail_the_check_and_warnings_only_when_strict(project, check, text, arguments, status):
    write(project, text)
    assert check(*arguments)[0] == status


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--select", "QB999"), "there is no rule `QB999`"),
        (("--ignore", "wrong-lenght"), "Did you mean `wrong-length`?"),
        (("nowhere.yml",), "no file or folder `nowhere.yml`"),
        (("-",), "--stdin-filename"),
        (("-", "questions"), "leave the other paths out"),
        (("--stdin-filename", TREE), "`--stdin-filename` is for `-`"),
        (("--unsafe-fixes",), "needs `--fix` or `--diff`"),
        (("--diff", "--statistics"), "prints a patch"),
        (("--output-format", "json:a", "--output-format", "sarif:a"), "two formats"),
        (("--output-format", "json:no/where.json"), "`no/where.json` cannot be written"),
        (("--changed-since", "main"), "git does not say what changed since `main`"),
        (("--changed-since=--output=x",), "is not the name of a commit"),
        (("-", "--stdin-filename", "/etc/passwd.yml"), "no folder `questions`"),
        (("-", "--stdin-filename", "../x.yml"), "is not in the folder `questions`"),
    ],
)
def test_wrong_use_is_told_apart_from_findings(project, check, monkeypatch, arguments, said):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    status, out, error = check(*arguments)
    assert (status, out) == (2, "")
    assert said in error
    assert "Traceback" not in error


def test_an_unknown_format_is_refused_with_the_one_that_was_meant(project, check, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["check", "--output-format", "jsno"])
    assert stop.value.code == 2
    assert "Did you mean `json`?" in capsys.readouterr().err


def test_a_folder_outside_of_any_bank_is_wrong_use(project, check, tmp_path):
    assert check(str(tmp_path))[0] == 2
    assert check(str(tmp_path / "bank"))[0] == 0


def test_the_help_says_when_the_status_is_what(capsys):
    with pytest.raises(SystemExit):
        cli.main(["check", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "leave the status 0 unless --strict is given" in text
    assert all(name in text for name in reports.FORMATS)


# --- what is reported --------------------------------------------------------------------------------------------


def test_paths_narrow_what_is_reported_while_the_whole_bank_is_read(project, check, monkeypatch):
    write(project, FIXABLE + "related: [roc-auc, other]\n")
    write(project, FIXABLE.replace("How does a decision", "How could a"), "questions/evaluation/other.yml")
    assert codes(check()[1]) == ["QB108", "QB108"]
    for paths in ((TREE,), (f"./{TREE}",), (str(project / TREE),)):
        assert check(*paths)[1].startswith(f"{TREE}:5:")
        assert len(codes(check(*paths)[1])) == 1
    assert codes(check("questions/evaluation")[1]) == codes(check("questions")[1]) == ["QB108", "QB108"]
    assert codes(check(TREE, "questions")[1]) == ["QB108", "QB108"]
    assert codes(check("questions/topics.yml")[1]) == []
    monkeypatch.chdir(project / "questions" / "evaluation")
    assert check("tree.yml")[1].startswith(f"{TREE}:5:")


def test_rules_are_selected_and_ignored(project, check):
    write(project, ERROR.replace("[decision-trees]", "[decision-trees, no]"))
    assert set(codes(check()[1])) == {"QB104", "QB108"}
    assert codes(check("--select", "QB104")[1]) == ["QB104"]
    assert codes(check("--select", "QB1", "--ignore", "ambiguous-text")[1]) == ["QB104"]
    assert codes(check("--ignore", "QB104,QB108")[1]) == []


def git(root, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main", *arguments],
        cwd=root,
        check=True,
        capture_output=True,
    )


def test_only_what_concerns_changed_files_is_reported(project, check):
    write(project, FIXABLE)
    git(project, "init")
    git(project, "add", ".")
    git(project, "commit", "-m", "first")
    assert codes(check("--changed-since", "main")[1]) == []
    write(project, FIXABLE.replace("How does a decision", "Why should a"), "questions/evaluation/other.yml")
    assert check("--changed-since", "main")[1].startswith("questions/evaluation/other.yml:5:")
    git(project, "checkout", "-b", "topic")
    git(project, "add", ".")
    git(project, "commit", "-m", "second")
    found = check("--changed-since", "main")[1]
    assert codes(found) == ["QB108"]
    assert found.startswith("questions/evaluation/other.yml:5:")
    write(project, FIXABLE + "\n")
    assert codes(check("--changed-since", "main")[1]) == ["QB108", "QB108"]


def test_a_problem_elsewhere_that_leads_to_a_changed_file_is_reported(project, check):
    git(project, "init")
    git(project, "add", ".")
    git(project, "commit", "-m", "first")
    # It stands in `tree.yml`; the file with the same title is the one that did not change.
    title = "What does the area below a ROC curve measure?"
    write(project, GOOD.replace("How does a decision tree choose its splits?", title))
    found = check("--changed-since", "HEAD", "--select", "duplicate-title")[1]
    assert codes(found) == ["QB317"]


@pytest.fixture
def committed(project):
    """The bank in a repository, with a warning that was there before."""
    write(project, FIXABLE)
    git(project, "init")
    git(project, "add", ".")
    git(project, "commit", "-m", "first")
    return project


def edit(root, name, old, new):
    text = (root / "questions" / name).read_text("utf-8")
    assert old in text
    (root / "questions" / name).write_text(text.replace(old, new), "utf-8")


def test_a_question_that_an_edit_of_a_vocabulary_breaks_is_reported(committed, check):
    edit(committed, "companies.yml", "- id: google\n  name: Google\n", "- id: alphabet\n  name: Alphabet\n")
    found = check("--changed-since", "HEAD")[1]
    assert "questions/evaluation/roc-auc.yml:8:14: error QB302" in found
    assert "QB108" not in found


def test_a_question_that_misses_a_removed_one_is_reported(committed, check):
    write(committed, GOOD + "related: [roc-auc]\n")
    git(committed, "commit", "-am", "second")
    (committed / "questions/evaluation/roc-auc.yml").unlink()
    assert f"{TREE}:8:11: error QB307" in check("--changed-since", "HEAD")[1]


def test_everything_concerns_an_edit_of_the_settings(committed, check):
    assert codes(check("--changed-since", "HEAD")[1]) == []
    (committed / "questions" / "bank.yml").write_text("title: Another title\n", "utf-8")
    assert codes(check("--changed-since", "HEAD")[1]) == ["QB108"]


def test_reports_link_to_the_pages_of_the_bank_s_site_where_the_settings_name_it(project, check):
    write(project, ERROR)
    sarif, rdjson = (lambda name=name: json.loads(check("--output-format", name)[1]) for name in ("sarif", "rdjson"))
    assert "helpUri" not in sarif()["runs"][0]["tool"]["driver"]["rules"][0]
    assert "url" not in rdjson()["diagnostics"][0]["code"]
    (project / "questions" / "bank.yml").write_text("url: https://example.org/bank\n", "utf-8")
    page = "https://example.org/bank/contribute/rules/qb104/"
    assert sarif()["runs"][0]["tool"]["driver"]["rules"][0]["helpUri"] == page
    assert rdjson()["diagnostics"][0]["code"]["url"] == page


def test_the_matcher_of_the_editor_s_task_reads_what_the_task_prints(project, check):
    (task, *_) = json.loads((ROOT / ".vscode" / "tasks.json").read_text("utf-8"))["tasks"]
    pattern = task["problemMatcher"]["pattern"]
    write(project, ERROR.replace("How does", "How, in a year: why does"))
    out = check(*task["args"][1:])[1].splitlines()
    found = [re.match(pattern["regexp"], line) for line in out]
    assert [bool(match) for match in found] == [True, True, False]
    names = ("file", "line", "column", "severity", "code")
    assert [[match[pattern[name]] for name in names] for match in found if match] == [
        [TREE, "1", "22", "error", "QB012"],
        [TREE, "4", "13", "error", "QB104"],
    ]


def test_the_changes_of_a_bank_in_a_folder_of_a_repository_are_found(project, check, tmp_path):
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    write(project, FIXABLE)
    assert codes(check("--changed-since", "HEAD")[1]) == ["QB108"]


def test_history_without_a_common_commit_is_wrong_use(project, check):
    git(project, "init")
    git(project, "add", ".")
    git(project, "commit", "-m", "first")
    git(project, "checkout", "--orphan", "other")
    git(project, "commit", "-m", "unrelated")
    status, _, error = check("--changed-since", "main")
    assert (status, "no commit in common" in error) == (2, True)


# --- standard input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [TREE, "./questions/evaluation/tree.yml", "questions/../questions/evaluation/tree.yml"]
)
def test_standard_input_stands_for_a_file(project, check, monkeypatch, name):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ERROR.encode())))
    status, out, _ = check("-", "--stdin-filename", name)
    assert (status, codes(out)) == (1, ["QB104"])
    assert out.startswith(f"{TREE}:4:13:")
    assert not (project / TREE).exists()


def test_standard_input_stands_in_for_the_file_on_disk(project, check, monkeypatch):
    write(project, ERROR)
    monkeypatch.chdir(project / "questions")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))
    assert check("-", "--stdin-filename", "evaluation/tree.yml")[:2] == (0, "No problems found.\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"- id: evaluation\n  nmae: Evaluation\n")))
    assert set(codes(check("-", "--stdin-filename", "topics.yml")[1])) == {"QB102"}


def test_standard_input_need_not_be_text(project, check, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"title: caf\xe9\n")))
    status, out, _ = check("-", "--stdin-filename", TREE)
    assert (status, codes(out)) == (1, ["QB001"])
    assert out.startswith(f"{TREE}:1:11:")


def test_the_fixed_text_goes_to_standard_output_and_the_report_does_not(project, check, monkeypatch):
    text = FIXABLE.replace("easy", "eazy")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    status, out, error = check("-", "--stdin-filename", TREE, "--fix")
    assert (status, out) == (1, text.replace(", no]", ', "no"]'))
    assert "QB104" in error
    assert not (project / TREE).exists()


@pytest.mark.parametrize("text", [b"title: caf\xe9\r\n", b"\xef\xbb\xbfa: [\r\n", b""])
def test_a_file_that_cannot_be_fixed_is_passed_on_as_it_came(project, monkeypatch, capfdbinary, text):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert cli.main(["check", "-", "--stdin-filename", TREE, "--fix", "--ignore", "QB017,QB020"]) == 1
    assert capfdbinary.readouterr().out == text


# --- fixes -------------------------------------------------------------------------------------------------------


def test_fixes_are_written_and_told(project, check):
    write(project, FIXABLE)
    status, out, error = check("--fix")
    assert (status, out) == (0, "No problems found.\n")
    assert error == f"Fixed 1 problem:\n  {TREE}: 1 x QB108 ambiguous-text\n"
    assert (project / TREE).read_text() == FIXABLE.replace(", no]", ', "no"]')
    assert check("--fix") == (0, "No problems found.\n", "")


def test_unsafe_fixes_wait_to_be_asked_for(project, check):
    write(project, UNSAFE)
    assert "unsafe fix" in check("--fix")[1]
    assert (project / TREE).read_text() == UNSAFE
    check("--fix", "--unsafe-fixes")
    assert (project / TREE).read_text() != UNSAFE
    assert check()[:2] == (0, "No problems found.\n")


def test_only_what_is_reported_is_fixed(project, check):
    write(project, FIXABLE)
    check("--fix", "--ignore", "QB108")
    check("--fix", "questions/topics.yml")
    assert (project / TREE).read_text() == FIXABLE
    check("--fix", TREE, "--select", "QB108")
    assert (project / TREE).read_text() != FIXABLE


def test_a_byte_order_mark_and_carriage_returns_are_removed(project, check):
    write(project, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert set(codes(check()[1])) == {"QB017", "QB020"}
    assert check("--fix")[:2] == (0, "No problems found.\n")
    assert (project / TREE).read_bytes() == GOOD.encode()


def test_a_fix_keeps_line_ends_that_nobody_asked_to_change(project, check):
    write(project, FIXABLE.replace("\n", "\r\n").encode())
    check("--fix", "--select", "QB108")
    assert (project / TREE).read_bytes() == FIXABLE.replace(", no]", ', "no"]').replace("\n", "\r\n").encode()


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_a_fix_keeps_the_mode_of_the_file(project, check, mode):
    write(project, FIXABLE)
    (project / TREE).chmod(mode)
    check("--fix")
    assert (project / TREE).stat().st_mode & 0o777 == mode
    assert sorted(path.name for path in (project / TREE).parent.iterdir()) == ["roc-auc.yml", "tree.yml"]


def test_nothing_is_written_through_a_link(project, check, tmp_path):
    (project / TREE).symlink_to("roc-auc.yml.d/tree.yml")
    write(project, FIXABLE, "questions/evaluation/roc-auc.yml.d/tree.yml")
    before = (project / TREE).read_text()
    check("--fix", TREE)
    assert (project / TREE).is_symlink()
    assert (project / TREE).read_text() == before


def test_a_patch_changes_nothing(project, check):
    write(project, FIXABLE)
    status, out, error = check("--diff")
    assert status == 1
    assert out.startswith(f"--- a/{TREE}\n+++ b/{TREE}\n@@")
    assert '-tags: [decision-trees, no]\n+tags: [decision-trees, "no"]\n' in out
    assert error.startswith("Would fix 1 problem:")
    assert (project / TREE).read_text() == FIXABLE
    subprocess.run(["git", "apply", "-"], input=out, text=True, cwd=project, check=True)
    assert check("--diff") == (0, "", "")


# --- where reports go --------------------------------------------------------------------------------------------


def test_several_reports_go_to_several_files(project, check):
    write(project, ERROR)
    formats = ["concise", "json:report.json", "junit:junit.xml", "markdown:summary.md", "full:full.txt"]
    status, out, error = check(*(part for name in formats for part in ("--output-format", name)))
    assert (status, error) == (1, "")
    assert out.startswith(f"{TREE}:4:13: error QB104")
    assert json.loads((project / "report.json").read_text())["summary"]["errors"] == 1
    ElementTree.parse(project / "junit.xml")
    assert (project / "summary.md").read_text().startswith("### qbank check: 1 error in 1 file")
    assert "^^^^" in (project / "full.txt").read_text()


@pytest.mark.parametrize("name", reports.FORMATS)
def test_every_format_ends_its_last_line(project, check, name):
    write(project, ERROR)
    status, out, error = check("--output-format", name)
    assert (status, error) == (1, "")
    assert out.endswith("\n")
    assert not out.endswith("\n\n")


def test_statistics_take_the_place_of_the_findings(project, check):
    write(project, FIXABLE)
    _, out, error = check("--statistics")
    assert out.splitlines()[0] == "1  QB108  warning  [*]  ambiguous-text"
    assert "^^" not in out
    _, out, error = check("--statistics", "--output-format", "json")
    assert json.loads(out)["summary"]["warnings"] == 1
    assert error.startswith("1  QB108")


def test_colours_are_for_those_who_want_them(project, check, monkeypatch):
    write(project, ERROR)
    assert "\x1b" not in check()[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror" in check()[1]
    assert "\x1b[1;31merror" in check("--output-format", "concise")[1]
    for name in set(reports.FORMATS) - set(reports.TEXT_FORMATS):
        assert "\x1b" not in check("--output-format", name)[1]
    check("--output-format", "full:full.txt")
    assert "\x1b" not in (project / "full.txt").read_text()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in check()[1]


def test_a_terminal_gets_its_width_and_colours(project, check, monkeypatch):
    write(project, ERROR)
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    out = check()[1]
    assert "\x1b[" in out
    plain = re.sub(r"\x1b\[[\d;]*m", "", out)
    assert max(len(line) for line in plain.splitlines() if " " in line.strip()) <= 30
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in check()[1]


def test_a_reader_that_leaves_early_is_no_error(project):
    write(project, ERROR)
    command = [sys.executable, "-m", "qbank.cli", "check", "--output-format", "json"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=project)
    running.stdout.close()
    assert (running.stderr.read(), running.wait()) == (b"", 0)
    running.stderr.close()


# --- GitHub Actions ----------------------------------------------------------------------------------------------


@pytest.fixture
def actions(project, tmp_path, monkeypatch):
    """As in a job of GitHub Actions; the file of its summary."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    (tmp_path / "summary.md").write_text("before\n")
    return tmp_path / "summary.md"


def test_a_job_gets_annotations_and_a_summary_besides_the_report(project, actions, check):
    write(project, ERROR)
    status, out, error = check()
    assert (status, error) == (1, "")
    assert out.startswith(f"{TREE}:4:13: error QB104 not-a-choice")
    assert f"\n::error file=bank/{TREE},line=4,endLine=4,col=13,title=QB104 not-a-choice,endColumn=17::" in out
    assert actions.read_text().startswith("before\n### qbank check: 1 error in 1 file")


def test_a_job_that_asks_for_a_format_gets_only_that(project, actions, check):
    write(project, ERROR)
    assert "::error" not in check("--output-format", "full")[1]
    assert actions.read_text() == "before\n"


def test_a_summary_that_cannot_be_written_does_not_fail_the_check(project, actions, check, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "no" / "where"))
    status, _, error = check()
    assert (status, "summary" in error) == (0, True)


def test_a_patch_in_a_log_is_obeyed_by_none(project, actions, check):
    write(project, FIXABLE.replace("  It tries", "  ::error::forged\n\n  \x1b[31m##[error]x It tries"))
    _, out, _ = check("--diff", "--select", "QB108")
    first, *patch, last, end = out.split("\n")
    token = first.removeprefix("::stop-commands::")
    assert (last, end) == (f"::{token}::", "")
    assert len(token) >= 32
    assert "\x1b" not in out
    assert patch[0] == f"--- a/{TREE}"


def test_no_question_forges_an_annotation(project, actions, check):
    write(
        project, ERROR.replace("eazy", '"eazy%0A::error::x, ##[error]y @octocat"').replace("  It", "::error::x\n  It")
    )
    out = check()[1]
    commands = [line for line in out.splitlines() if line.lstrip().startswith("::")]
    assert all(line.startswith(f"::error file=bank/{TREE},line=") for line in commands)
    assert len(commands) == len({line.partition(",title")[0] for line in commands})
    assert not re.search(r"##\w*\[", out)
    assert all(line.count("%0A") <= 1 for line in commands)
    assert any("eazy%250A::error::x" in line for line in commands)
