"""What a change of the bank changes on the site, and what it leaves alone."""

from __future__ import annotations

import re

from tests.builders import REQUIRED, written
from tests.hostile import bank as hostile
from tests.hostile.corpus import cases

from qbank.parse import parse_question
from qbank.source import Source

QUESTION = (
    "title: What does the third question add?\nprompt: Say it.\ndifficulty: hard\ntags: [endings]\nanswer: This.\n"
)


def test_a_new_question_is_one_file_and_a_deleted_one_leaves_nothing(project):
    bank = project("small")
    before = bank.built()
    file = bank.write("questions/ml/third-question.yml", QUESTION)
    with_it = bank.built()
    assert "questions/third-question/index.html" in with_it
    assert "tags/endings/index.html" in with_it
    assert b"third question" in with_it["topics/ml/index.html"]
    file.unlink()
    after = bank.built()
    assert after == before
    assert not any(b"third" in content for name, content in after.items() if name.endswith((".html", ".json", ".xml")))


def test_hostile_questions_change_no_byte_of_the_other_questions(project):
    """Except the cards of what is like them: in so small a bank, everything is."""
    bank = project("small")
    topics = (bank.root / "questions/topics.yml").read_text("utf-8")
    bank.write("questions/topics.yml", f"{topics}- {{id: hostile, name: Hostile}}\n")
    bank.write("questions/ml/roc-auc.yml", written(REQUIRED))
    before = _questions(bank.built())
    hostile.fill(bank, "hostile")
    bank.replace("questions/bank.yml", '"title": "Hostile", ', "")  # the name of the bank is on every page
    after = _questions(bank.built())
    assert (len(before), len(after.keys() - before.keys()) > 60) == (3, True)
    for id in before.keys() - {"roc-auc"}:  # which some of them link to
        assert _without_cards(after[id]) == _without_cards(before[id]), id


def _questions(site: dict[str, bytes]) -> dict[str, str]:
    """The pages of questions by their ids."""
    found = {re.fullmatch(r"questions/([^/]+)/index.html", name): text for name, text in site.items()}
    return {match[1]: text.decode() for match, text in found.items() if match and b"qb-reveal" in text}


def _without_cards(page: str) -> str:
    return re.sub(r'\n<li class="qb-card">.*?</li>\n', "", page, flags=re.DOTALL)


def test_hostile_files_with_errors_are_all_named_and_nothing_is_built(project):
    bank = project("small")
    before = bank.built()
    wrong = [
        case for case in cases() if case.kind != "path" and parse_question(Source(case.path, case.source))[0] is None
    ]
    assert len(wrong) > 100
    for case in wrong:
        bank.root.joinpath(f"questions/ml/case-{case}.yml").write_bytes(case.source.encode(errors="surrogatepass"))
    done = bank.qbank("build")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    for case in wrong:
        assert re.search(rf"questions/ml/case-{case}\.yml:\d+:\d+: error QB\d\d\d", done.stderr), case
    assert bank.files() == before


def test_mkdocs_too_leaves_no_stale_page(project):
    bank = project("small")
    bank.write("questions/ml/third-question.yml", QUESTION)
    assert bank.mkdocs("build").returncode == 0
    (bank.root / "questions/ml/third-question.yml").unlink()
    assert bank.mkdocs("build", "--dirty").returncode == 0
    assert bank.mkdocs("build").returncode == 0
    assert not [name for name in bank.files() if "third" in name or "endings" in name]


def test_the_projects_own_templates_take_precedence(project):
    bank = project("small")
    bank.write("templates/pages/term.html.j2", "<h1>Mine: {{ name }}</h1>")
    bank.write("templates/theme/404.html", "<p>Mine: nothing here</p>")
    site = bank.built()
    assert b"<h1>Mine: beginnings</h1>" in site["tags/beginnings/index.html"]
    assert site["404.html"] == b"<p>Mine: nothing here</p>"
    assert b"first question" in site["questions/first-question/index.html"]


def test_a_hand_written_page_that_is_left_out_leaves_its_place_to_ours(project):
    before = project("small", "before").built()
    bank = project("small")
    bank.write("docs/index.md", "# My own home\n")
    bank.write("docs/tags/index.md", "# My own tags\n")
    settings = (bank.root / "mkdocs.yml").read_text("utf-8")
    for left_out in ("exclude_docs", "draft_docs"):
        bank.write("mkdocs.yml", f"{settings}{left_out}: |\n  /index.md\n  tags/\n")
        after = bank.built(PYTHONWARNINGS="error::DeprecationWarning:mkdocs")
        assert (after["index.html"], after["tags/index.html"]) == (before["index.html"], before["tags/index.html"])


def test_an_owners_main_template_changes_its_blocks_and_keeps_all_else(project):
    bank = project("everything")
    before = bank.built()
    bank.write(
        "overrides/main.html", "{% extends 'base.html' %}\n{% block extrahead %}<meta name='mine'>{% endblock %}\n"
    )
    bank.replace("mkdocs.yml", "name: material", "name: material\n  custom_dir: overrides")
    after = bank.built()
    pages = [name for name in before if name.endswith(".html") and b"</header>" in before[name]]
    assert len(pages) > 50
    for name in pages:
        assert b"<meta name='mine'>" in after[name], name
        assert after[name].replace(b"<meta name='mine'>", b"") == before[name], name


def test_docs_index_takes_the_place_of_the_home_page(project):
    for name in ("index.md", "README.md"):
        bank = project("small", name)
        bank.write(
            f"docs/{name}", "# My own home\n\n[All](questions/index.md) of [one](questions/first-question/index.md)\n"
        )
        done = bank.mkdocs("build", "--strict")
        assert done.returncode == 0, done.stderr
        home = bank.files()["index.html"].decode()
        assert "My own home" in home
        assert "qb-home" not in home
        assert 'href="questions/first-question/"' in home


def test_front_matter_of_any_kind_is_a_page(project):
    bank = project("small")
    values = ("title: 5", "title: 2026-01-02", "search: exclude", "search:", "search: [exclude]", "description: 7")
    for number, line in enumerate(values):
        bank.write(f"docs/page-{number}.md", f"---\n{line}\n---\n\nA page.\n")
    bank.replace("mkdocs.yml", "[search, qbank]", "[qbank]")
    done = bank.qbank("build")
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if "WARN" in line] == [
        "WARNING page-2.md: `search: exclude` says nothing. Write `search: {exclude: true}`.",
        "WARNING page-4.md: `search: ['exclude']` says nothing. Write `search: {exclude: true}`.",
    ]
    assert "<title>5 - Small</title>" in bank.files()["page-0/index.html"].decode()


def test_edit_links_follow_repo_url_of_mkdocs_yml_and_the_host_of_the_remote(project):
    settings = {
        "repo_url: https://git.example/our/bank\nedit_uri: src/branch/trunk/docs/\n": (
            "https://git.example/our/bank/src/branch/trunk/questions/ml/first-question.yml"
        ),
        "repo_url: https://github.com/our/bank\n": (
            "https://github.com/our/bank/edit/master/questions/ml/first-question.yml"
        ),
    }
    for number, (lines, expected) in enumerate(settings.items()):
        bank = project("small", f"set-{number}")
        bank.write("mkdocs.yml", (bank.root / "mkdocs.yml").read_text("utf-8") + lines)
        assert _edit_link(bank) == expected
    bank = project("small", "remote")
    bank.git("init", "-q")
    bank.git("remote", "add", "origin", "https://gitlab.com/our/bank.git")
    assert _edit_link(bank) == "https://gitlab.com/our/bank/-/edit/main/questions/ml/first-question.yml"


def test_edit_links_are_right_when_the_bank_is_a_folder_of_its_repository(project):
    bank = project("small", "repository/bank")
    bank.git("init", "-q", "..")
    bank.git("remote", "add", "origin", "https://github.com/our/everything.git")
    assert _edit_link(bank) == "https://github.com/our/everything/edit/main/bank/questions/ml/first-question.yml"


def _edit_link(bank) -> str:
    page = bank.built()["questions/first-question/index.html"].decode()
    (link,) = re.findall(r'<a [^>]*href="([^"]+)"[^>]*rel="edit"', page)
    while re.search(r"/[^/.]+/\.\./", link):  # as browsers do
        link = re.sub(r"/[^/.]+/\.\./", "/", link, count=1)
    return link


def test_a_menu_may_name_any_page_and_marks_it(project):
    bank = project("small")
    bank.write(
        "mkdocs.yml",
        (bank.root / "mkdocs.yml").read_text("utf-8").replace("[search, qbank]", "[qbank]")
        + "nav: [index.md, questions/first-question/index.md]\n",
    )
    site = bank.built()
    marked = re.compile(r'<a href="([^"]*)" class="md-nav__link md-nav__link--active"')
    page = site["questions/first-question/index.html"].decode()
    assert marked.search(page)
    for name in ("index.html", "questions/second-question/index.html"):
        shown = site[name].decode()
        menu = shown[shown.index("md-nav--primary") :].partition("</nav>")[0]
        assert "What is the first question about?" in menu, name
        assert not any("first-question" in address for address in marked.findall(shown)), name
