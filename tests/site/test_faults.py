"""Whatever cuts a build short, the old site stays whole and the next build succeeds; all of it: `make faults`."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.conftest import PATIENCE

FAULTS = Path(__file__).with_name("faults.py")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="tries are forks of one process, which this system has not")
def test_a_build_that_is_cut_short_anywhere_leaves_a_whole_site():
    command = [sys.executable, str(FAULTS), "--every", "400", "--around", "0", "--short", "3", "--kills", "3"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=900)
    said = json.loads(done.stdout or "{}")
    assert said.get("failures") == [], done.stderr
    assert min(said["tries"].values()) >= 3


@pytest.fixture
def mounted(tmp_path):
    """Mounts a small file system, or the same folder for reading only; skips where that is not allowed."""
    mounts = []

    def mount(target: Path, *options: str) -> None:
        if (
            not shutil.which("mount")
            or subprocess.run(["mount", *options, str(target)], capture_output=True).returncode
        ):
            pytest.skip("file systems cannot be mounted here")
        if target not in mounts:
            mounts.append(target)

    yield mount
    for target in reversed(mounts):
        subprocess.run(["umount", "-l", str(target)], check=True)


def test_a_full_disk_keeps_the_old_site_and_is_named(project, mounted):
    bank = project("small")
    old = bank.built()
    public = bank.root / "public"
    public.mkdir()
    size = sum(map(len, old.values())) * 3 // 2  # room for one site, not for two
    mounted(public, "-t", "tmpfs", "-o", f"size={size}", "tmpfs")
    assert bank.qbank("build", "-d", "public/site").returncode == 0
    bank.replace("questions/ml/first-question.yml", "title: ", "title: Now, ")
    done = bank.qbank("build", "-d", "public/site")
    assert done.returncode == 2
    assert "qbank: the site was not built, and the old one stays: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in public.iterdir()) == ["site"]
    assert {
        path.relative_to(public / "site").as_posix() for path in (public / "site").rglob("*") if path.is_file()
    } == set(old)


def test_a_read_only_checkout_is_checked_and_its_site_goes_elsewhere(project, mounted, tmp_path, monkeypatch):
    bank = project("small")
    home = tmp_path / "home"
    home.mkdir()
    for folder in (bank.root, home):
        mounted(folder, "--bind", str(folder))
        mounted(folder, "-o", "remount,bind,ro")
    monkeypatch.setenv("HOME", str(home))
    assert bank.qbank("check").returncode == 0
    refused = bank.qbank("build")
    assert (refused.returncode, "Traceback" in refused.stderr) == (2, False)
    assert "Read-only file system" in refused.stderr
    assert bank.qbank("build", "-d", str(tmp_path / "site")).returncode == 0
    assert (tmp_path / "site" / "index.html").is_file()
    formatted = bank.qbank("fmt")
    assert formatted.returncode == 2
    assert re.fullmatch(r"qbank: `questions/\S+\.yml` cannot be written: Read-only file system\n", formatted.stderr)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the system knows no such signal")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_build_whose_terminal_goes_away_puts_away_what_it_has_made(project, tmp_path, name):
    bank = project("small")
    running = bank.start("qbank.cli", "build", log=tmp_path / "log")
    while not list(bank.root.glob(".site.*/new/*")):
        assert running.poll() is None, (tmp_path / "log").read_text("utf-8")
        time.sleep(0.01)
    running.send_signal(getattr(signal, name))
    assert running.wait(PATIENCE) == 128 + getattr(signal, name)
    assert [path.name for path in bank.root.iterdir() if path.name.startswith(".site")] == []


WATCH = """
import os, sys
log = os.open(os.environ["WATCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
STEPS = {"os.rename": 2, "os.link": 2, "os.symlink": 2, "os.mkdir": 1, "os.remove": 1, "os.rmdir": 1, "os.truncate": 1, "os.chmod": 1}
def hook(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES:
        paths = arguments[:1]
    else:
        paths = arguments[:STEPS.get(event, 0)]
    if event in ("os.remove", "os.rmdir") and arguments[1] != -1:
        return  # within a folder that is removed, which is seen itself
    for path in paths:
        if isinstance(path, (str, bytes, os.PathLike)):
            os.write(log, os.path.realpath(os.fsencode(path)) + b"\\n")
sys.addaudithook(hook)
"""


@pytest.mark.parametrize("command", ["qbank", "mkdocs"])
def test_a_build_writes_only_the_site_and_the_cache(project, tmp_path, command):
    bank = project("everything")
    watch, home, log = tmp_path / "watch", tmp_path / "home", tmp_path / "log"
    watch.mkdir()
    home.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH, "utf-8")
    before = {path: path.stat().st_mtime_ns for path in _others(bank.root)}
    environment = {"HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": str(watch), "WATCH_LOG": str(log)}
    done = getattr(bank, command)("build", PYTHONDONTWRITEBYTECODE="1", **environment)
    assert done.returncode == 0, done.stderr
    written = {Path(line) for line in log.read_text("utf-8").splitlines()} - {Path(os.devnull)}
    root = bank.root.resolve()
    written -= {root}  # which is there: a site's folder is made with its parents
    assert root / "site" / "index.html" in written or command == "qbank"  # which writes beside it
    assert [
        path for path in written if not re.match(r"(site|\.site\.[^/]*|\.cache)(/|$)", os.path.relpath(path, root))
    ] == []
    assert list(home.iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in _others(bank.root)} == before
    assert sorted(path.name for path in bank.root.iterdir()) == [
        ".cache",
        "docs",
        "hooks.py",
        "mkdocs.yml",
        "questions",
        "site",
    ]


def _others(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.relative_to(root).parts[0] not in ("site", ".cache")]


def test_two_builds_at_once_both_succeed(project, tmp_path):
    bank = project("small")
    expected = bank.built()
    running = [bank.start("qbank.cli", "build", "--force", log=tmp_path / f"log{number}") for number in range(3)]
    assert [process.wait(120) for process in running] == [0, 0, 0]
    assert bank.files() == expected
    assert [path.name for path in bank.root.glob(".site*")] == []


@pytest.mark.parametrize("folder", [".", "questions", "docs", "letters"])
def test_a_folder_that_is_no_site_is_never_replaced(project, folder):
    bank = project("small")
    bank.write("letters/to-mother.txt", "dear")
    done = bank.qbank("build", "-d", folder)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert (bank.root / "letters" / "to-mother.txt").read_text() == "dear"
    assert (bank.root / "questions" / "topics.yml").exists()
