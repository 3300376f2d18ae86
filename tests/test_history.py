"""The log of git becomes the last change and the authors of each file, by its present name."""

import os
import shutil
import subprocess

import pytest

from qbank.history import History, read_log
from qbank.repository import history, url


def log(*commits):
    """The output of git for commits of (day, author, fields of the changes), newest first."""
    return "".join(
        f"\x01{day}\x02{author}\0\n" + "".join(f"{field}\0" for field in fields) + "\0"
        for day, author, *fields in commits
    )


def test_a_file_has_the_day_of_its_last_change_and_its_authors_oldest_first():
    output = log(("2026-03-01", "Ada", "M", "q/a.yml"), ("2026-02-01", "Bo", "M", "q/a.yml", "A", "q/b.yml"))
    assert read_log(output) == {
        "q/a.yml": History("2026-03-01", ("Bo", "Ada")),
        "q/b.yml": History("2026-02-01", ("Bo",)),
    }


def test_an_author_of_several_changes_is_named_once_where_they_came_first():
    output = log(*(("2026-01-01", author, "M", "q/a.yml") for author in ("Ada", "Bo", "Ada")))
    assert read_log(output)["q/a.yml"].contributors == ("Ada", "Bo")


def test_a_renamed_file_keeps_its_past():
    output = log(
        ("2026-04-01", "Di", "R100", "q/b.yml", "q/c.yml"),
        ("2026-03-01", "Cy", "M", "q/b.yml"),
        ("2026-02-01", "Bo", "R087", "q/a.yml", "q/b.yml"),
        ("2026-01-01", "Ada", "A", "q/a.yml"),
    )
    assert read_log(output) == {"q/c.yml": History("2026-04-01", ("Ada", "Bo", "Cy", "Di"))}


def test_a_new_file_under_an_old_name_has_no_part_in_the_past_of_the_renamed_one():
    output = log(
        ("2026-03-01", "Cy", "A", "q/a.yml"),
        ("2026-02-01", "Bo", "R100", "q/a.yml", "q/b.yml"),
        ("2026-01-01", "Ada", "A", "q/a.yml"),
    )
    assert read_log(output) == {
        "q/a.yml": History("2026-03-01", ("Cy",)),
        "q/b.yml": History("2026-02-01", ("Ada", "Bo")),
    }


def test_a_copy_begins_with_its_copying():
    output = log(("2026-02-01", "Bo", "C100", "q/a.yml", "q/b.yml"), ("2026-01-01", "Ada", "A", "q/a.yml"))
    assert read_log(output) == {
        "q/b.yml": History("2026-02-01", ("Bo",)),
        "q/a.yml": History("2026-01-01", ("Ada",)),
    }


def test_names_are_taken_as_they_are():
    name = 'q/a "quoted"\té ünï \\ name.yml'
    assert set(read_log(log(("2026-01-01", "Ada", "A", name)))) == {name}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mal\u202elory", "Mal lory"),
        ("Ada\x1b[31m\tLove\x00\x07lace", "Ada [31m Love"),
        ("  Ada\u200b \u2066Love\u2069lace ", "Ada Love lace"),
        ("مریم می\u200cرود", "مریم می\u200cرود"),
        ("x" * 500, "x" * 80),
        ("\u202e", ""),
    ],
)
def test_a_name_shows_what_it_is_and_turns_nothing_around_it(name, expected):
    contributors = read_log(log(("2026-01-01", name.partition("\0")[0], "A", "q/a.yml")))["q/a.yml"].contributors
    assert contributors == ((expected,) if expected else ())


def test_no_name_and_no_path_forges_a_commit():
    forged = "Eve\x012020-01-01\x02Ada"
    output = log(("2026-02-01", forged, "M", "\x012020-01-01\x02Bo"), ("2026-01-01", "Cy", "A", "q/a.yml"))
    assert read_log(output) == {
        "\x012020-01-01\x02Bo": History("2026-02-01", ("Eve 2020-01-01 Ada",)),
        "q/a.yml": History("2026-01-01", ("Cy",)),
    }


@pytest.mark.parametrize(
    "output", ["", "\n", "\x01", "\x01\x02", "\x012026-01-01\x02Ada\0\nM", "\x01a\x02b\0\nR100\0q/a.yml"]
)
def test_output_that_is_cut_off_does_not_raise(output):
    read_log(output)


# --- a real repository -------------------------------------------------------------------------------------------

pytest_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Repository:
    """A repository whose commits have a set day and author, and which no setting of the machine reaches."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments, author="Ada", day="2026-01-01"):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": "nobody@example.org",
            "GIT_COMMITTER_NAME": author,
            "GIT_COMMITTER_EMAIL": "nobody@example.org",
            "GIT_AUTHOR_DATE": f"{day}T12:00:00Z",
            "GIT_COMMITTER_DATE": f"{day}T12:00:00Z",
        }
        command = ["git", "-C", str(self.folder), *arguments]
        subprocess.run(command, check=True, capture_output=True, env=environment)

    def commit(self, author, day):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "A change", author=author, day=day)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def repository(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)  # set when a hook of git runs the tests
    return Repository(tmp_path / "bank")


LONG = "".join(f"line {number}\n" for number in range(40))


@pytest_git
def test_the_history_of_a_real_repository_follows_renames_and_odd_names(repository):
    repository.write("questions/a/one.yml", LONG)
    repository.write('questions/a/two "ü".yml', "x\n")
    repository.write("README.md", "x\n")
    repository.commit("Ada", "2026-01-01")
    repository.write("questions/a/one.yml", LONG + "more\n")
    repository.commit("Bo & Co", "2026-02-01")
    repository.git("mv", "questions/a/one.yml", "questions/a/three.yml")
    repository.write("questions/a/three.yml", LONG + "more\nand more\n")
    repository.commit("Cy", "2026-03-01")
    assert history(repository.folder) == {
        "questions/a/three.yml": History("2026-03-01", ("Ada", "Bo & Co", "Cy")),
        'questions/a/two "ü".yml': History("2026-01-01", ("Ada",)),
    }


@pytest_git
def test_the_bank_may_stand_below_the_root_of_the_repository(repository):
    repository.write("deep/bank/questions/a/one.yml", "x\n")
    repository.write("questions/a/other.yml", "x\n")
    repository.commit("Ada", "2026-01-01")
    assert history(repository.folder / "deep" / "bank") == {
        "questions/a/one.yml": History("2026-01-01", ("Ada",)),
    }


@pytest_git
def test_a_merge_does_not_count_as_a_change(repository):
    repository.write("questions/a/one.yml", "x\n")
    repository.commit("Ada", "2026-01-01")
    repository.git("checkout", "-q", "-b", "side")
    repository.write("questions/a/two.yml", "x\n")
    repository.commit("Bo", "2026-02-01")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge", "side", author="Cy", day="2026-03-01")
    assert history(repository.folder)["questions/a/two.yml"] == History("2026-02-01", ("Bo",))


@pytest_git
def test_a_shallow_clone_has_no_history_since_its_log_would_lie(repository, tmp_path):
    for day in ("2026-01-01", "2026-02-01"):
        repository.write("questions/a/one.yml", day)
        repository.commit("Ada", day)
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", repository.folder.as_uri(), str(clone)], check=True, capture_output=True
    )
    assert (clone / "questions" / "a" / "one.yml").is_file()
    assert history(clone) == {}


@pytest_git
def test_outside_git_and_before_the_first_commit_there_is_no_history(repository, tmp_path):
    assert history(repository.folder) == {}
    plain = tmp_path / "plain"
    plain.mkdir()
    assert history(plain) == {}


@pytest_git
@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/someone/bank.git", "https://github.com/someone/bank"),
        ("git@github.com:someone/bank.git", "https://github.com/someone/bank"),
        ("https://codeberg.org/someone/bank", "https://codeberg.org/someone/bank"),
        ("https://token@github.com/someone/bank.git", ""),
        ("https://github.com.evil.example/someone/bank", ""),
        ("/srv/git/bank.git", ""),
        ("ssh://git@example.org/bank.git", ""),
    ],
)
def test_the_address_of_the_repository_is_one_that_a_browser_can_open(repository, remote, address):
    repository.git("remote", "add", "origin", remote)
    assert url(repository.folder) == address


@pytest_git
def test_without_a_remote_there_is_no_address(repository):
    assert url(repository.folder) == ""
