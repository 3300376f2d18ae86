"""The same bank gives the same bytes: by either command, on any day, in any folder, with or without a cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import time
from contextlib import contextmanager

import pytest

from qbank import builds
from qbank.frames import Frames

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


@pytest.fixture
def elsewhere(tmp_path):
    """Another clock, time zone, locale and seed of hashes, and a file system that lists folders the other way round."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import os, time\n"
        "listed, walked = os.listdir, os.scandir\n"
        "os.listdir = lambda *where: sorted(listed(*where), reverse=True)\n"
        "class Scan:\n"
        "    def __init__(self, entries): self.entries = iter(entries)\n"
        "    def __iter__(self): return self\n"
        "    def __next__(self): return next(self.entries)\n"
        "    def __enter__(self): return self\n"
        "    def __exit__(self, *_): pass\n"
        "    def close(self): pass\n"
        "os.scandir = lambda *where: Scan(sorted(walked(*where), key=lambda entry: entry.name, reverse=True))\n"
        "real = time.time\n"
        "time.time = lambda: real() - 400 * 86400\n"
    )
    return {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH")))),
        "PYTHONHASHSEED": "1",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
    }


def test_neither_zone_nor_locale_nor_the_order_of_files_changes_a_byte(project, elsewhere):
    here = project("everything", "here").built(PYTHONHASHSEED="2", TZ="America/Adak", LC_ALL="C.UTF-8")
    assert _differences(here, project("everything", "there").built(**elsewhere)) == []


def test_a_damaged_or_exchanged_cache_changes_no_byte(project):
    bank = project("everything")
    clean = bank.built()
    entries = sorted(path for path in (bank.root / ".cache").rglob("*") if path.is_file())
    assert [path.suffix for path in entries].count(".pack") >= 1
    assert len(entries) > 2
    texts = [path.read_bytes() for path in entries]
    damages = (
        lambda index: texts[index - 1],  # another file
        lambda index: texts[index][: len(texts[index]) // 2],
        lambda index: texts[index].replace(b"<p>", b"<P>"),
        lambda index: _with_exchanged_entries(texts[index]),
        lambda index: b"",
        lambda index: b"\xff" + texts[index],
    )
    for damage in damages:
        for index, path in enumerate(entries):
            path.write_bytes(damage(index))
        assert _differences(clean, bank.built()) == []


def _with_exchanged_entries(pack):
    """A pack of fragments in which each question is said to have those of the next one."""
    if not pack.startswith(b"qbank-1"):
        return b"exchanged"
    count = int.from_bytes(pack[8:16], "little")
    assert count > 1
    index = [pack[start : start + 48] for start in range(16, 16 + 48 * count, 48)]
    turned = (entry[:32] + after[32:] for entry, after in zip(index, index[1:] + index[:1], strict=True))
    return pack[:16] + b"".join(turned) + pack[16 + 48 * count :]


def test_what_several_processes_made_is_kept_for_the_next_build(project):
    bank = project("small")
    bank.replace("mkdocs.yml", "[search, qbank]", "[qbank]")
    program = """
        from qbank import builds, press, project, text
        press.FEWEST_FOR_PROCESSES, project.processors = 1, lambda: 3
        builds.build("mkdocs.yml", force=True)
        text.render = None  # nothing is to be rendered again
        builds.build("mkdocs.yml", force=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, cwd=bank.root, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux only")
@pytest.mark.parametrize("directory_urls", ["true", "false"])
def test_full_text_that_another_process_has_begun_is_what_the_build_would_have_made(project, directory_urls):
    bank = project("small")
    bank.write(
        "mkdocs.yml", (bank.root / "mkdocs.yml").read_text("utf-8") + f"\nuse_directory_urls: {directory_urls}\n"
    )
    clean = bank.built()
    assert b"Written by hand" in clean["about/index.html" if directory_urls == "true" else "about.html"]  # the rest
    shutil.rmtree(bank.root / ".cache")
    program = """
        import os
        from qbank import builds, indexer, pagefind
        pagefind._FEWEST_AHEAD, here, index = 1, os.getpid(), indexer.index

        def not_prompts_here(told, language):
            told = list(told)
            assert os.getpid() != here or all(url.endswith("#answer") for url, _, _ in told), told
            return index(told, language)

        indexer.index = not_prompts_here
        builds.build("mkdocs.yml", force=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, cwd=bank.root, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert _differences(clean, bank.files()) == []


def test_a_cache_that_cannot_be_used_costs_only_time(project):
    bank = project("small")
    bank.write(".cache", "not a folder")
    assert "index.html" in bank.built()


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


def test_a_frame_for_many_pages_is_the_one_that_each_would_have(project, monkeypatch):
    bank = project("everything")
    builds.build(str(bank.root / "mkdocs.yml"))
    ours = bank.files()
    monkeypatch.setattr(Frames, "render", lambda self, kind, texts, render: render(texts))
    builds.build(str(bank.root / "mkdocs.yml"), force=True)
    assert _differences(ours, bank.files()) == []


def test_an_owners_template_may_do_with_a_page_what_it_wants(project):
    bank = project("small")
    bank.write(
        "overrides/main.html",
        "{% extends 'base.html' %}{% block announce %}{{ page.file.src_uri if page }}{% endblock %}",
    )
    bank.replace("mkdocs.yml", "name: material", "name: material, custom_dir: overrides")
    files = bank.built()
    pages = [name for name in files if name.startswith("questions/") and name.endswith("index.html")]
    assert len(pages) > 2
    for name in pages:
        assert name.replace("index.html", "index.md").encode() in files[name]


def test_our_own_bank_builds_to_the_same_bytes_again(our_site, root, tree_of, tmp_path):
    """By the other command, into another folder, and on one processor, where all is done in one process."""
    with one_processor():
        done = root.qbank("build", "--strict", "-d", str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    assert _differences(tree_of(our_site.folder), tree_of(tmp_path / "site")) == []


@contextmanager
def one_processor():
    """For this process and those that it starts; where a system knows no such thing, all of them."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
