"""A folder takes the place of another in one step, or not at all."""

import errno
import os
import sys

import pytest
from filelock import FileLock

from qbank import staging
from qbank.staging import Refused, staged


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("old")
    (tmp_path / "site" / "stale.html").write_text("old")
    return tmp_path / "site"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def build(target, text="new", **options):
    with staged(target, **options) as folder:
        (folder / "index.html").write_text(text)


@pytest.mark.parametrize("exchange", [True, False])
def test_a_finished_folder_takes_the_place_of_another(site, exchange, monkeypatch):
    if not exchange:
        monkeypatch.setattr(staging, "_exchange", lambda one, other: False)
    build(site)
    assert names(site.parent) == ["site"]
    assert names(site) == ["index.html"]
    assert (site / "index.html").read_text() == "new"


def test_a_first_folder_takes_an_empty_place(tmp_path):
    build(tmp_path / "deep" / "site")
    assert names(tmp_path / "deep") == ["site"]
    assert (tmp_path / "deep" / "site").stat().st_mode & 0o777 == 0o777 & ~umask()


def umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), MemoryError()])
def test_what_fails_changes_nothing_and_leaves_nothing(site, fault):
    with pytest.raises(type(fault)), staged(site) as folder:
        (folder / "index.html").write_text("half")
        raise fault
    assert names(site.parent) == ["site"]
    assert names(site) == ["index.html", "stale.html"]


def test_a_swap_that_fails_leaves_the_old_folder(site, monkeypatch):
    monkeypatch.setattr(staging, "_exchange", lambda one, other: False)
    real = os.rename

    def refuse(one, other):
        if str(other) == str(site) and str(one).endswith("new"):
            raise OSError(errno.EACCES, "refused")
        real(one, other)

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(OSError, match="refused"):
        build(site)
    assert names(site.parent) == ["site"]
    assert (site / "index.html").read_text() == "old"


def test_entries_that_start_with_a_dot_stay(site):
    (site / ".git").mkdir()
    (site / ".git" / "HEAD").write_text("ref: refs/heads/pages")
    build(site)
    assert names(site) == [".git", "index.html"]
    assert (site / ".git" / "HEAD").read_text() == "ref: refs/heads/pages"


def test_what_a_run_left_that_was_cut_short_is_put_away(site):
    for left in (".site.one", ".site.two"):
        (site.parent / left / "new").mkdir(parents=True)
        (site.parent / left / "new" / "index.html").write_text("half")
        (site.parent / left / "lock").touch()
    (site.parent / ".site.empty").mkdir()
    build(site)
    assert names(site.parent) == ["site"]
    assert (site / "index.html").read_text() == "new"


def test_a_folder_that_was_moved_away_and_not_replaced_comes_back_first(site):
    left = site.parent / ".site.left"
    (left / "new").mkdir(parents=True)
    (left / "lock").touch()
    (site / ".git").mkdir()
    site.rename(left / "old")
    with pytest.raises(ZeroDivisionError), staged(site):
        assert names(site) == [".git", "index.html", "stale.html"]
        raise ZeroDivisionError
    assert names(site.parent) == ["site"]


def test_a_run_that_still_works_is_left_alone_and_the_last_one_wins(site):
    with staged(site) as slow:
        (slow / "index.html").write_text("slow")
        build(site, "fast")
        assert (site / "index.html").read_text() == "fast"
    assert (site / "index.html").read_text() == "slow"
    assert names(site.parent) == ["site"]


def test_a_lock_that_another_process_holds_keeps_its_folder(site):
    folder = site.parent / ".site.busy"
    (folder / "new").mkdir(parents=True)
    with FileLock(folder / "lock"):
        build(site)
        assert (folder / "new").is_dir()


def test_a_link_stays_and_what_it_leads_to_is_replaced(site):
    link = site.parent / "public"
    link.symlink_to("site")
    build(link)
    assert link.is_symlink()
    assert (site / "index.html").read_text() == "new"


@pytest.mark.parametrize("place", [".", "questions", "questions/site"])
def test_no_folder_of_the_bank_is_ever_replaced(tmp_path, place):
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "bank.yml").write_text("title: Mine\n")
    with pytest.raises(Refused, match="questions"):
        build(tmp_path / place, keep=(tmp_path / "questions",))
    assert (tmp_path / "questions" / "bank.yml").exists()


def test_a_folder_that_is_no_site_is_not_replaced(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-mother.txt").write_text("dear")
    with pytest.raises(Refused, match="is not empty and is no site"):
        build(tmp_path / "letters")
    (tmp_path / "file").write_text("a file")
    with pytest.raises(Refused, match="is a file"):
        build(tmp_path / "file")
    assert (tmp_path / "letters" / "to-mother.txt").read_text() == "dear"
    assert (tmp_path / "file").read_text() == "a file"


NEW = {"index.html": b"new", "deep/page.html": b"new"}


def test_single_files_are_replaced_and_the_others_stay(site):
    (site / "other.html").write_text("old")
    staging.replace(site, NEW, ["stale.html"])
    assert names(site.parent) == ["site"]
    assert names(site) == ["deep", "index.html", "other.html"]
    assert [(site / name).read_bytes() for name in (*NEW, "other.html")] == [b"new", b"new", b"old"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is to be killed in the middle")
def test_a_replacement_that_is_cut_short_anywhere_is_finished_by_the_next_run_or_never_begun(site):
    seen = set()
    for step in range(1, 100):
        for name in ("index.html", "stale.html"):
            (site / name).write_text("old")
        (site / "deep" / "page.html").unlink(missing_ok=True)
        if _cut_short(step, lambda: staging.replace(site, NEW, ["stale.html"])):
            break
        staging.replace(site, {})
        assert names(site.parent) == ["site"], step
        found = [(site / name).read_bytes() if (site / name).exists() else None for name in (*NEW, "stale.html")]
        assert found in ([b"new", b"new", None], [b"old", None, b"old"]), step
        seen.add(found[0])
    assert seen == {b"old", b"new"}


def _cut_short(step, work) -> bool:
    """Works in a process that dies before the step that changes something on the disk; whether it came to its end first."""
    process = os.fork()
    if process == 0:
        steps = iter(range(1, step))

        def hook(event, arguments):
            changes = event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir")
            if (changes or (event == "open" and arguments[2] & os.O_CREAT)) and next(steps, None) is None:
                os._exit(1)

        try:
            sys.addaudithook(hook)
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
