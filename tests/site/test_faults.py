"""Whatever cuts a build short, the old site stays whole and the next build succeeds; all of it: `make faults`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FAULTS = Path(__file__).with_name("faults.py")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="tries are forks of one process, which this system has not")
def test_a_build_that_is_cut_short_anywhere_leaves_a_whole_site():
    command = [sys.executable, str(FAULTS), "--every", "220", "--around", "0", "--short", "3", "--kills", "3"]
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


def test_a_read_only_checkout_is_checked_and_its_site_goes_elsewhere(project, mounted, tmp_path):
    bank = project("small")
    mounted(bank.root, "--bind", str(bank.root))
    mounted(bank.root, "-o", "remount,bind,ro")
    assert bank.qbank("check").returncode == 0
    refused = bank.qbank("build")
    assert (refused.returncode, "Traceback" in refused.stderr) == (2, False)
    assert "Read-only file system" in refused.stderr
    assert bank.qbank("build", "-d", str(tmp_path / "site")).returncode == 0
    assert (tmp_path / "site" / "index.html").is_file()


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
