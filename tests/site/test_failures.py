"""A bank that is wrong: located messages, the right exit status, and the old site untouched."""

from __future__ import annotations

import re
import shutil
import socket

import pytest

BROKEN = {
    "bad YAML": (1, r"questions/ml/first-question\.yml:2:9: error QB0\d\d"),
    "missing vocabulary": (1, r"questions/companies\.yml:1:1: error QB311"),
    "missing topics": (1, r"questions/topics\.yml:1:1: error QB311"),
    "unknown company": (1, r"questions/ml/first-question\.yml:5:23: error QB302 [^\n]*`some-cco`"),
    "two questions with one id": (1, r"questions/other/first-question\.yml:1:8: error QB301"),
    "no questions in the bank": (1, r"questions:1:1: error QB312"),
    "no folder questions": (2, r"no folder `questions`"),
    "a hand-written page at a question's address": (1, r"questions/ml/first-question\.yml:1:8: error QB401"),
    "a hand-written page at an index's address": (1, r"error QB401 [^\n]*`/tags/`"),
    "a hand-written page at a former address": (1, r"questions/ml/second-question\.yml:6:12: error QB401"),
}


def break_it(bank, what: str) -> None:
    question = "questions/ml/first-question.yml"
    match what:
        case "bad YAML":
            bank.replace(question, "prompt: Say", "prompt: {Say: that: it")
        case "missing vocabulary":
            (bank.root / "questions/companies.yml").unlink()
        case "missing topics":
            (bank.root / "questions/topics.yml").unlink()
        case "unknown company":
            bank.replace(question, "company: some-co", "company: some-cco")
        case "two questions with one id":
            bank.write("questions/topics.yml", "- {id: ml, name: ML}\n- {id: other, name: Other}\n")
            bank.write("questions/other/first-question.yml", (bank.root / question).read_text("utf-8"))
        case "no questions in the bank":
            shutil.rmtree(bank.root / "questions/ml")
        case "no folder questions":
            shutil.rmtree(bank.root / "questions")
        case "a hand-written page at a question's address":
            bank.write("docs/questions/first-question.md", "# Mine\n")
        case "a hand-written page at an index's address":
            bank.write("docs/tags/index.md", "# Mine\n")
        case "a hand-written page at a former address":
            bank.write("docs/questions/old-name.md", "# Mine\n")
            bank.replace("questions/ml/second-question.yml", "comes after.\n", "comes after.\nformerly: [old-name]\n")


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_bank_is_reported_and_its_site_stays(project, what):
    status, message = BROKEN[what]
    bank = project("small")
    for name in ("index.html", "questions/first-question/index.html", "keep/me.txt"):
        bank.write(f"site/{name}", f"the old {name}")
    old = bank.files()
    break_it(bank, what)
    for command in (bank.qbank("build"), bank.mkdocs("build")):
        assert command.returncode == status, command.stderr
        # MkDocs itself prints what ends a build to standard output.
        assert re.search(message, command.stdout + command.stderr), command.stderr
        assert "Traceback" not in command.stdout + command.stderr
        assert bank.files() == old
    assert [path.name for path in bank.root.iterdir() if path.name.startswith(".site")] == []


@pytest.mark.parametrize("page", ["questions/first-question/index.md", "questions/first-question/index.html"])
def test_an_address_is_taken_without_directory_urls_too(project, page):
    bank = project("small")
    bank.write("mkdocs.yml", (bank.root / "mkdocs.yml").read_text("utf-8") + "use_directory_urls: false\n")
    bank.write(f"docs/{page}", "# Mine\n")
    done = bank.qbank("build")
    assert done.returncode == 1
    assert "error QB401" in done.stderr


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("site_name: [", r"mkdocs\.yml"),
        ("site_name: Small\nplugins: [qbank, no-such-plugin]\n", r"no-such-plugin"),
        ("site_name: Small\ndocs_dir: nowhere\nplugins: [qbank]\n", r"nowhere"),
        ("site_name: Small\ntheme: material\n", r"does not list the plugin.*`- qbank`"),
        ("site_name: Small\nplugins: [qbank]\n", r"theme `mkdocs` is not Material.*`theme: material`"),
        ("site_name: Small\ntheme: material\nplugins: [qbank, qbank]\n", r"listed twice.*one `- qbank`"),
        (
            "site_name: Small\ntheme: {name: material, language: en-US}\nplugins: [qbank]\n",
            r"not speak `en-US`.*`language`",
        ),
        (
            "site_name: Small\ntheme: {name: material, icon: {logo: material/none}}\nplugins: [qbank]\n",
            r"no template or icon `\.icons/material/none\.svg`",
        ),
    ],
)
def test_wrong_settings_of_mkdocs_are_misuse(project, settings, message):
    bank = project("small")
    bank.write("mkdocs.yml", settings)
    bank.write("site/index.html", "old")
    done = bank.qbank("build")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert re.search(message, done.stderr)
    assert bank.files() == {"index.html": b"old"}


@pytest.mark.parametrize("folder", ["questions", "questions/site", "templates", "."])
def test_mkdocs_too_empties_no_folder_of_the_bank(project, folder, tree_of):
    bank = project("small")
    shutil.copytree(bank.root, bank.root.with_name("copy"))
    bank.write("mkdocs.yml", (bank.root / "mkdocs.yml").read_text("utf-8") + "docs_dir: ../pages\n")
    bank.write("../pages/about.md", "# About\n")
    (bank.root / "templates").mkdir()
    done = bank.mkdocs("build", "-d", folder)
    assert (done.returncode, "name another folder" in done.stdout + done.stderr) == (2, True), done.stderr
    assert tree_of(bank.root / "questions") == tree_of(bank.root.with_name("copy") / "questions")


def test_nothing_is_served_where_the_plugin_is_not_listed(project):
    bank = project("small")
    bank.write("mkdocs.yml", "site_name: Small\ntheme: material\n")
    done = bank.qbank("serve")
    assert (done.returncode, "does not list the plugin" in done.stderr) == (2, True), done.stderr


def test_a_missing_configuration_is_misuse(project):
    bank = project("small")
    (bank.root / "mkdocs.yml").unlink()
    for arguments, message in (((), "no mkdocs.yml here"), (("-f", "docs"), "`docs` cannot be read: Is a directory")):
        done = bank.qbank("build", *arguments)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
        assert message in done.stderr


MISTAKES = {
    "overrides/main.html": [
        ("{% extends 'base.html' %}\n{% block x", r"overrides/main\.html:2: TemplateSyntaxError: unexpected end"),
        (
            "{% extends 'base.html' %}{% block content %}\n{{ x.y }}{% endblock %}",
            r"overrides/main\.html:2: UndefinedError: 'x' is undefined",
        ),
        ("{% extends 'none.html' %}", r"no template or icon `none\.html`"),
    ],
    "templates/pages/term.html.j2": [("\n{{ x.y }}", r"templates/pages/term\.html\.j2:2: UndefinedError: 'x'")],
    "hook.py": [
        ("def on_page_content(*_, **__):\n    1 / 0\n", r"hook\.py:2: ZeroDivisionError"),
        ("def on_page_content(:\n", r"invalid syntax \(hook\.py, line 1\)"),
        ("1 / 0\n", r"a hook could not be loaded: hook\.py:1: ZeroDivisionError"),
        ("import none_such\n", r"No module named 'none_such'"),
    ],
}


@pytest.mark.parametrize(("file", "text", "message"), [(file, *each) for file in MISTAKES for each in MISTAKES[file]])
def test_a_mistake_in_an_owners_template_or_hook_is_theirs_and_the_old_site_stays(project, file, text, message):
    bank = project("small")
    old = bank.built()
    (bank.root / "overrides").mkdir()
    bank.write(file, text)
    bank.replace("mkdocs.yml", "name: material", "name: material, custom_dir: overrides")
    if file == "hook.py":
        bank.write("mkdocs.yml", (bank.root / "mkdocs.yml").read_text("utf-8") + "hooks: [hook.py]\n")
    done = bank.qbank("build")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert re.search(message, done.stderr), done.stderr
    assert bank.files() == old


def test_an_address_that_cannot_be_served_is_misuse(project):
    bank = project("small")
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = f"127.0.0.1:{server.getsockname()[1]}"
        for address, message in (
            (taken, f"no preview at {taken}: Address already in use; name another"),
            ("127.0.0.1:70000", "port must be 0-65535"),
            ("here", "dev_addr"),
        ):
            done = bank.qbank("serve", "-a", address)
            assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
            assert message in done.stderr


def test_every_mistake_of_every_file_is_reported_in_one_run(project):
    bank = project("small")
    bank.replace("questions/ml/first-question.yml", "difficulty: easy", "difficulty: simple")
    bank.replace("questions/ml/second-question.yml", "answer:", "anwser:")
    done = bank.qbank("build")
    assert done.returncode == 1
    assert "first-question.yml:3:13: error" in done.stderr
    assert "second-question.yml:5:1: error" in done.stderr
