"""The command line as people meet it: statuses, what goes to which stream, and never a traceback."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.builders import VOCABULARIES, fields, written

from qbank import __version__
from qbank.cli import _parser, main

COMMANDS = sorted(
    name for action in _parser()._actions if isinstance(action, argparse._SubParsersAction) for name in action.choices
)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A bank of one question without findings, as the present folder."""
    question = fields(
        roles=["data-scientist"],
        companies=[{"company": "google", "source": "report", "round": "onsite"}],
    )
    vocabularies = {kind: VOCABULARIES[kind][:1] for kind in ("companies", "topics", "roles", "rounds")}
    vocabularies["sources"] = VOCABULARIES["sources"][1:]
    put(tmp_path, "evaluation/estimators.yml", written(question))
    for kind, entries in vocabularies.items():
        put(tmp_path, f"{kind}.yml", written(entries))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(root, name, text):
    path = root / "questions" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def run(capsys, *arguments):
    """The status, what was printed, and what was said on the error stream."""
    try:
        status = main(arguments)
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return status, out, err


def process(*arguments, cwd, **environment):
    """The same in a process of its own, with the streams as a terminal or a pipe would have them."""
    return subprocess.run(
        [sys.executable, "-m", "qbank", *arguments],
        cwd=cwd,
        capture_output=True,
        env=os.environ | environment,
        timeout=60,
        check=False,
    )


def test_a_clean_bank_gives_status_0(root, capsys):
    assert run(capsys, "check") == (0, "No problems found.\n", "")


def test_findings_give_status_1_and_are_printed(root, capsys):
    put(root, "evaluation/estimators.yml", written(fields(difficulty="moderate")))
    status, out, err = run(capsys, "check")
    assert (status, err) == (1, "")
    assert out.startswith("questions/evaluation/estimators.yml:1:")
    assert "QB104 not-a-choice" in out
    assert out.endswith("1 error in 1 file\n")


def test_warnings_are_printed_and_fail_a_strict_check(root, capsys):
    put(root, "tags.yml", written([{"id": "never-used", "name": "Never used"}]))
    status, out, _ = run(capsys, "check")
    assert (status, "QB320" in out) == (0, True)
    assert run(capsys, "check", "--strict")[0] == 1


def test_no_bank_is_wrong_use(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, "check")
    assert (status, out) == (2, "")
    assert err.startswith("qbank: no folder `questions`")
    assert str(tmp_path) not in err


def test_the_bank_is_found_from_a_folder_inside_it(root, monkeypatch, capsys):
    monkeypatch.chdir(root / "questions" / "evaluation")
    assert run(capsys, "check")[0] == 0
    monkeypatch.chdir("/")
    assert run(capsys, "check", str(root))[0] == 0


@pytest.mark.parametrize(
    "arguments", [(), ("nonsense",), ("check", "--nonsense"), ("check", "--select"), ("serve", "--address")]
)
def test_wrong_arguments_give_status_2_and_the_usage(root, capsys, arguments):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("usage: qbank")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(capsys, command):
    status, out, err = run(capsys, command, "--help")
    assert (status, err) == (0, "")
    assert out.startswith(f"usage: qbank {command}")
    assert len(out.splitlines()) > 4


def test_the_commands_and_their_statuses_are_listed(capsys):
    status, out, _ = run(capsys, "--help")
    assert status == 0
    assert "Exit status: 0 clean, 1 findings, 2 wrong use" in " ".join(out.split())
    assert set(COMMANDS) >= {"check", "build", "serve"}
    for command in COMMANDS:
        assert f"\n    {command}" in out


def test_the_version_is_said(capsys):
    assert run(capsys, "--version") == (0, f"qbank {__version__}\n", "")


@pytest.mark.parametrize("command", [("build",), ("serve",), ("build", "--config-file", "nowhere.yml")])
def test_a_site_without_its_configuration_is_wrong_use(root, command):
    done = process(*command, cwd=root)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
    assert b"mkdocs.yml" in done.stderr or b"nowhere.yml" in done.stderr


def test_a_bank_with_errors_is_not_built_and_the_old_site_stays(root):
    (root / "mkdocs.yml").write_text("site_name: x\nplugins: [qbank]\ntheme: {name: material, font: false}\n")
    (root / "docs").mkdir()
    (root / "site").mkdir()
    (root / "site" / "index.html").write_text("old")
    put(root, "evaluation/estimators.yml", written(fields(difficulty="moderate")))
    done = process("build", cwd=root)
    assert done.returncode == 1
    assert b"QB104" in done.stderr
    assert b"Traceback" not in done.stderr
    assert (root / "site" / "index.html").read_text() == "old"
    assert sorted(path.name for path in root.iterdir() if "site" in path.name) == ["site"]


def test_checking_does_not_import_mkdocs():
    code = "import sys, qbank.cli, qbank.pipeline; print([name for name in sys.modules if name.startswith('mkdocs')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
def test_a_file_name_that_is_no_text_is_reported(root):
    folder = os.fsencode(root / "questions" / "evaluation")
    with open(folder + b"/\xff\x1b.yml", "w") as stream:  # noqa: PTH123 - a name of bytes
        stream.write(written(fields(title="Another title of a question")))
    done = process("check", cwd=root)
    assert done.returncode == 1
    assert b"QB009" in done.stdout
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


def test_a_terminal_that_knows_no_unicode_gets_the_report_too(root):
    put(root, "evaluation/estimators.yml", written(fields(difficulty="é😀")))
    done = process("check", cwd=root, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert b"QB104" in done.stdout
    assert b"Traceback" not in done.stderr


def test_a_reader_that_stops_reading_is_no_error(root):
    for number in range(400):
        put(root, f"evaluation/broken-{number}.yml", "title: x\n")
    command = [sys.executable, "-m", "qbank.cli", "check"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.read(10)
        running.stdout.close()
        said = running.stderr.read()
    assert said == b""


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&-", ">&- 2>&-"])
def test_a_stream_that_is_closed_is_no_error(root, redirection):
    put(root, "evaluation/a.yml", "title: x\n")
    done = subprocess.run(
        f"{sys.executable} -m qbank.cli check {redirection}", shell=True, cwd=root, capture_output=True
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (1, False), done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_report_for_which_there_is_no_room_is_said_to_be_one(root):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "qbank.cli", "check"], cwd=root, stdout=full, stderr=subprocess.PIPE
        )
    assert (done.returncode, done.stderr) == (2, b"qbank: No space left on device\n")


def test_an_error_of_ours_is_said_to_be_one(root, monkeypatch, capsys):
    def fail(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr("qbank.project.read_files", fail)
    status = main(["check"])
    out, err = capsys.readouterr()
    assert (status, out) == (3, "")
    assert err.endswith("internal error; please report it with the lines above\n")
