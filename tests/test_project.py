"""The bank on disk: found, read whatever lies in it, and written so that nobody sees half a file."""

import os
import time
from pathlib import Path

import pytest
from tests.builders import ROOT

from qbank import project
from qbank.project import (
    ConfigurationError,
    find_root,
    read_files,
    template_folders,
    write_atomically,
)
from qbank.source import Changed


@pytest.fixture
def root(tmp_path):
    (tmp_path / "questions" / "evaluation").mkdir(parents=True)
    return tmp_path


def put(root, name, data="title: x\n"):
    path = root / "questions" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def refusals(root):
    return [(found.code, found.at.path, str(found.at.start), found.message) for found in read_files(root).diagnostics]


def test_the_root_is_found_from_any_folder_below_it(root):
    assert find_root(root / "questions" / "evaluation") == root.resolve()
    assert find_root(root) == root.resolve()


def test_a_folder_outside_any_bank_is_a_matter_of_configuration(tmp_path):
    with pytest.raises(ConfigurationError, match="no folder `questions`"):
        find_root(tmp_path)


def test_a_root_without_questions_is_a_matter_of_configuration(tmp_path):
    with pytest.raises(ConfigurationError, match="no folder `questions`"):
        read_files(tmp_path)
    (tmp_path / "questions").write_text("a file")
    with pytest.raises(ConfigurationError, match="no folder `questions`"):
        read_files(tmp_path)


@pytest.fixture
def once_read(root, monkeypatch):
    """A file of a question, and a function that reads the bank again knowing what was known of it then."""
    path = put(root, "evaluation/a.yml", "title: one\r\n")
    monkeypatch.setattr(project, "SETTLED", 0)
    time.sleep(0.02)  # a clock of files has ticks
    (source,) = read_files(root).questions
    known = {source.path: (source.seen, source.digest)}
    return path, lambda: read_files(root, known=known).questions[0]


def test_a_file_that_nothing_has_happened_to_is_read_when_its_text_is_wanted(once_read, monkeypatch):
    path, again = once_read
    source = again()
    opened = []
    monkeypatch.setattr(project, "_read", lambda *arguments, read=project._read: opened.append(1) or read(*arguments))
    assert (source.path, again().digest == source.digest, opened) == ("questions/evaluation/a.yml", True, [])
    assert (source.text, source.has_crlf, source.has_bom, source.line(1)) == ("title: one\n", True, False, "title: one")
    assert (source.whole(), opened) == (read_files(path.parents[2]).questions[0], [1, 1])


def test_a_file_that_changes_after_the_bank_was_read_is_not_taken_for_the_one_that_was_known(once_read):
    path, again = once_read
    one, other = again(), again()
    path.write_text("title: two\n")
    with pytest.raises(Changed):
        one.whole()
    path.unlink()
    assert other.text == ""
    with pytest.raises(Changed):
        other.whole()


@pytest.mark.parametrize("happening", ["written", "in disguise", "a moment ago", "a link"])
def test_a_file_that_may_have_changed_is_read_at_once(once_read, monkeypatch, happening):
    path, again = once_read
    before, text = path.stat(), "title: one\n"
    if happening == "a link":
        path.rename(path.with_suffix(".txt"))
        path.symlink_to(path.with_suffix(".txt"))
        path = path.with_suffix(".txt")
    elif happening == "a moment ago":
        monkeypatch.setattr(project, "SETTLED", 3_600_000_000_000)
    else:
        path.write_bytes(b"title: two\r\n")
        text = "title: two\n"
    if happening == "in disguise":
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    source = again()
    path.unlink()
    assert source.text == text


def test_files_are_read_under_their_posix_paths_in_order(root):
    for name in ("ml/trees/b.yml", "evaluation/a.yml", "companies.yml", "topics.yml", "bank.yml", "ml/z.yaml"):
        put(root, name)
    files = read_files(root)
    assert [source.path for source in files.questions] == [
        "questions/evaluation/a.yml",
        "questions/ml/trees/b.yml",
        "questions/ml/z.yaml",
    ]
    assert set(files.vocabularies) == {"companies", "topics"}
    assert files.settings.path == "questions/bank.yml"
    assert files.diagnostics == ()


def test_a_question_whose_name_ends_in_capitals_is_read_so_that_it_is_told(root):
    put(root, "evaluation/a.YML")
    put(root, "evaluation/b.Yaml")
    assert [source.path for source in read_files(root).questions] == [
        "questions/evaluation/a.YML",
        "questions/evaluation/b.Yaml",
    ]


def test_hidden_files_and_folders_and_other_files_are_left_alone(root):
    for name in (
        "evaluation/.a.yml",
        ".git/a.yml",
        "evaluation/notes.md",
        "evaluation/a.yml.orig",
        "evaluation/a.yml~",
    ):
        put(root, name)
    assert read_files(root).questions == ()
    assert read_files(root).diagnostics == ()


def test_an_empty_bank_is_read(root):
    files = read_files(root)
    assert (files.questions, dict(files.vocabularies), files.settings, files.diagnostics) == ((), {}, None, ())


def test_a_question_beside_the_vocabularies_is_misplaced(root):
    put(root, "roc-auc.yml")
    put(root, "companies.yaml")
    assert [(code, path) for code, path, *_ in refusals(root)] == [
        ("QB001", "questions/companies.yaml"),
        ("QB001", "questions/roc-auc.yml"),
    ]


def test_bytes_that_are_not_utf8_are_shown_where_they_are(root):
    put(root, "evaluation/a.yml", "title: é\nprompt: caf".encode() + b"\xe9 au lait\n")
    ((code, path, where, message),) = refusals(root)
    assert (code, path, where) == ("QB001", "questions/evaluation/a.yml", "2:12")
    assert message.startswith("byte 0xE9 is not UTF-8")
    assert read_files(root).questions == ()


@pytest.mark.parametrize(
    "data", ["title".encode("utf-16"), b"\xff\xfe", b"\xed\xa0\x80", b"a\xc3"], ids=["utf-16", "mark", "half", "cut"]
)
def test_other_encodings_are_refused(root, data):
    put(root, "evaluation/a.yml", data)
    assert [code for code, *_ in refusals(root)] == ["QB001"]


def test_a_byte_order_mark_is_no_part_of_the_text(root):
    put(root, "evaluation/a.yml", b"\xef\xbb\xbftitle: x\n")
    (source,) = read_files(root).questions
    assert source.text == "title: x\n"


def test_line_ends_of_windows_become_those_of_unix(root):
    put(root, "evaluation/a.yml", b"title: x\r\nprompt: |\r\n  y\r\n")
    (source,) = read_files(root).questions
    assert source.text == "title: x\nprompt: |\n  y\n"


def test_a_link_out_of_the_bank_is_not_followed(root):
    secret = root / "secret.yml"
    secret.write_text("token: s3cret\n")
    (root / "questions" / "evaluation" / "a.yml").symlink_to(secret)
    (root / "questions" / "evaluation" / "b.yml").symlink_to("/dev/zero")
    assert read_files(root).questions == ()
    assert [message for *_, message in refusals(root)] == ["the file is a link out of `questions/`"] * 2


def test_a_folder_that_is_a_link_is_not_entered(root):
    (root / "elsewhere").mkdir()
    (root / "elsewhere" / "a.yml").write_text("title: x\n")
    (root / "questions" / "linked").symlink_to(root / "elsewhere", target_is_directory=True)
    assert read_files(root).questions == ()
    assert refusals(root) == [("QB001", "questions/linked", "1:1", "this folder is a link, which is not followed")]


def test_a_folder_questions_that_leads_out_of_the_project_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "questions").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(ConfigurationError, match="a link out of the project"):
        read_files(tmp_path / "project")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_is_not_waited_for(root):
    os.mkfifo(root / "questions" / "evaluation" / "a.yml")
    assert [message for *_, message in refusals(root)] == ["this is not a regular file"]


def test_more_files_than_a_bank_may_have_are_not_read(root, monkeypatch):
    monkeypatch.setattr(project, "MAX_FILES", 2)
    for name in "abc":
        put(root, f"evaluation/{name}.yml")
    files = read_files(root)
    assert [source.path for source in files.questions] == ["questions/evaluation/a.yml", "questions/evaluation/b.yml"]
    assert [found.message for found in files.diagnostics] == ["the bank has 3 files, more than 2; the rest is not read"]


def test_a_link_that_leads_nowhere_or_to_itself_is_reported(root):
    (root / "questions" / "evaluation" / "a.yml").symlink_to("gone.yml")
    (root / "questions" / "evaluation" / "b.yml").symlink_to("b.yml")
    found = read_files(root)
    assert found.questions == ()
    assert [diagnostic.code for diagnostic in found.diagnostics] == ["QB001", "QB001"]


def test_a_folder_named_like_a_file_is_a_folder(root):
    put(root, "evaluation.yml/a.yml")
    assert [source.path for source in read_files(root).questions] == ["questions/evaluation.yml/a.yml"]


def test_a_huge_file_is_not_read(root):
    put(root, "evaluation/a.yml", b"#" * (1024 * 1024 + 1))
    assert [(code, message) for code, _, _, message in refusals(root)] == [
        ("QB001", "the file is larger than 1,048,576 bytes")
    ]


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
def test_a_name_that_is_not_utf8_is_no_reason_to_stop(root):
    Path(os.fsdecode(os.fsencode(root / "questions" / "evaluation") + b"/\xff.yml")).write_text("title: x\n")
    assert len(read_files(root).questions) == 1


def test_the_templates_of_qbank_are_there_and_those_of_a_project_go_before_them(tmp_path):
    (shipped,) = template_folders()
    assert (shipped / "pages" / "question.html.j2").is_file()
    assert template_folders(tmp_path) == (shipped,)
    (tmp_path / "templates").mkdir()
    assert template_folders(tmp_path) == (tmp_path / "templates", shipped)
    assert template_folders(ROOT) == (shipped,)


# --- writing -----------------------------------------------------------------------------------------------------


def test_a_file_is_written_as_given_and_nothing_else_stays(tmp_path):
    write_atomically(tmp_path / "a.txt", "old\n")
    write_atomically(tmp_path / "a.txt", "é\nnew\r\n")
    assert (tmp_path / "a.txt").read_bytes() == "é\nnew\r\n".encode()
    write_atomically(tmp_path / "a.txt", b"\xff\r\n")
    assert (tmp_path / "a.txt").read_bytes() == b"\xff\r\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "a.txt"]


def test_text_that_cannot_be_written_leaves_the_old_file(tmp_path):
    write_atomically(tmp_path / "a.txt", "old\n")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(tmp_path / "a.txt", "\ud800")
    assert (tmp_path / "a.txt").read_text() == "old\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "a.txt"]
