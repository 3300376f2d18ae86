"""A site that would come out the same is not made again; whatever could change it makes it anew."""

from __future__ import annotations

import os

import pytest

from qbank import builds

NOTHING = "Nothing has changed since site was built"


@pytest.fixture
def bank(project):
    """A project whose site is made, in git."""
    made = project("small")
    made.write("docs/about.md", "# About\n\nWritten by hand.\n")
    made.write("overrides/partials/mine.html", "mine")
    made.replace("mkdocs.yml", "name: material", "name: material, custom_dir: overrides")
    made.write(".gitignore", "site/\n.cache/\n")
    made.git("init", "-q", "-b", "main")
    made.git("add", ".")
    made.git("commit", "-qm", "All")
    assert is_made_anew(made)
    return made


def is_made_anew(bank) -> bool:
    """Builds the site; whether it had to be made."""
    return builds.build(str(bank.root / "mkdocs.yml")).made != 0


def test_nothing_is_made_when_nothing_has_changed(bank):
    before = {path: path.stat().st_ino for path in bank.site.rglob("*")}
    done = bank.qbank("build")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(NOTHING)
    assert {path: path.stat().st_ino for path in bank.site.rglob("*")} == before
    assert bank.qbank("build", "--force").stdout.startswith("Built ")


def same_size_and_time(bank) -> None:
    """A change that shows neither in the size of the file nor in its time of modification."""
    file = bank.root / "questions" / "ml" / "first-question.yml"
    before = file.stat()
    text = file.read_text("utf-8")
    with file.open("r+", encoding="utf-8") as stream:
        stream.write(text.replace("title: W", "title: V", 1))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES = {
    "a question": lambda bank: bank.replace("questions/ml/first-question.yml", "title: ", "title: Now, "),
    "a question, in disguise": same_size_and_time,
    "a question more": lambda bank: bank.write(
        "questions/ml/third-question.yml",
        (bank.root / "questions/ml/first-question.yml").read_text("utf-8").replace("title: ", "title: Once more, "),
    ),
    "a question less": lambda bank: (bank.root / "questions/ml/second-question.yml").unlink(),
    "a vocabulary": lambda bank: bank.replace("questions/topics.yml", "name: ", "name: All of "),
    "a hand-written page": lambda bank: bank.write("docs/about.md", "# About us\n"),
    "the configuration": lambda bank: bank.replace("mkdocs.yml", "site_name: Small", "site_name: Tiny"),
    "a template of the bank's": lambda bank: bank.write("templates/pages/mine.html.j2", "mine"),
    "an override of the theme": lambda bank: bank.write("overrides/partials/mine.html", "other"),
    "a commit": lambda bank: bank.git("commit", "-q", "--allow-empty", "-m", "Nothing"),
    "the remote": lambda bank: bank.git("remote", "add", "origin", "git@github.com:someone/bank.git"),
    "a page of the site": lambda bank: bank.write("site/index.html", "defaced"),
    "a page of the site is gone": lambda bank: (bank.site / "index.html").unlink(),
    "the cache is gone": lambda bank: [file.unlink() for file in (bank.root / ".cache/qbank/built").iterdir()],
    "the receipt is damaged": lambda bank: [
        file.write_text("{[") for file in (bank.root / ".cache/qbank/built").iterdir()
    ],
}


def test_whatever_changes_makes_it_anew(bank):
    for what, change in CHANGES.items():
        change(bank)
        assert is_made_anew(bank), what
        assert not is_made_anew(bank), what


def test_warnings_are_told_by_every_build(bank):
    bank.replace("questions/ml/first-question.yml", "answer: ", "answer: <b>bold</b> ")
    first, second = bank.qbank("build"), bank.qbank("build")
    assert "QB211" in first.stderr
    assert (second.stdout, second.stderr) == (first.stdout, first.stderr)


@pytest.mark.parametrize(
    "setting", ["hooks: [mine.py]", "markdown_extensions: [pymdownx.snippets]", "markdown_extensions: [mdx_mine]"]
)
def test_what_could_read_anything_is_always_asked(bank, setting, monkeypatch):
    monkeypatch.syspath_prepend(bank.root)
    bank.write("mine.py", "")
    bank.write("mdx_mine.py", "from markdown.extensions.tables import makeExtension\n")
    bank.write("mkdocs.yml", (bank.root / "mkdocs.yml").read_text("utf-8") + setting + "\n")
    assert is_made_anew(bank)
    assert is_made_anew(bank)
