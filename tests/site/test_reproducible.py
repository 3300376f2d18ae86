"""The same bank gives the same bytes: by either command, on any day, in any folder, with or without a cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import pytest

ADDRESS = "site_url: https://bank.example/\n"


@pytest.mark.parametrize("name", ["small", "everything"])
def test_mkdocs_and_qbank_build_the_same_site(project, name):
    bank = project(name)
    ours = bank.built()
    shutil.rmtree(bank.site)
    # What the hostile bank is warned of would stop a strict build.
    done = bank.mkdocs("build", *(["--strict"] if name == "small" else []))
    assert done.returncode == 0, done.stderr
    assert bank.files() == ours


def test_a_strict_build_is_stopped_by_a_warning(project):
    bank = project("everything")
    done = bank.qbank("build", "--strict")
    assert done.returncode == 1
    assert "everything-question.yml:16:5: warning QB202" in done.stderr
    assert not bank.site.exists()


def test_neither_time_nor_folder_nor_cache_changes_a_byte(project, tomorrow):
    here, elsewhere = project("everything"), project("everything", "some where/else")
    for bank in (here, elsewhere):
        bank.write("docs/about.md", "# About\n\nWritten by hand.\n")
    first = here.built()
    cached = here.built(**tomorrow)
    shutil.rmtree(here.root / ".cache")
    fresh = here.built()
    assert _differences(first, cached) == []
    assert _differences(first, fresh) == []
    assert _differences(first, elsewhere.built()) == []


def test_source_date_epoch_dates_what_has_no_date_of_its_own(project):
    bank = project("small")
    bank.write("mkdocs.yml", (bank.root / "mkdocs.yml").read_text("utf-8") + ADDRESS)
    early = bank.built(SOURCE_DATE_EPOCH="1000000000")
    again = bank.built(SOURCE_DATE_EPOCH="1000000000")
    late = bank.built(SOURCE_DATE_EPOCH="1700000000")
    assert early == again
    assert b"<lastmod>2001-09-09</lastmod>" in early["sitemap.xml"]
    assert set(_differences(early, late)) == {"sitemap.xml", "sitemap.xml.gz"}


def test_a_bank_without_dates_and_hand_written_pages_builds(project):
    bank = project("small")
    (bank.root / "docs" / "about.md").unlink()
    bank.write("docs/.keep", "")
    bank.write("mkdocs.yml", (bank.root / "mkdocs.yml").read_text("utf-8") + ADDRESS)
    assert b"<lastmod>" not in bank.built()["sitemap.xml"]


def test_the_other_clock_is_noticed_where_it_matters(project, tomorrow):
    """Else the test above would prove nothing."""
    done = project("small").qbank("--version", **tomorrow)
    assert done.returncode == 0
    code = "import datetime, time; print(abs(datetime.datetime.now().timestamp() - time.time()) < 5, int(time.time()))"
    ahead = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | tomorrow, capture_output=True, text=True, check=True
    )
    same, seconds = ahead.stdout.split()
    assert same == "True"
    assert int(seconds) > time.time() + 39 * 86400


def test_our_own_bank_builds_to_the_same_bytes_again(our_site, root, tree_of, tmp_path):
    """By the other command, and into another folder."""
    done = root.qbank("build", "--strict", "-d", str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    assert _differences(tree_of(our_site.folder), tree_of(tmp_path / "site")) == []


def _differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
