"""What holds for the pages of every site: links, ids, markup, navigation, sitemap, search."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.metadata import distribution
from pathlib import Path

import pytest

SITES = ("everything", "everything_flat", "our_site")
QUESTION = "questions/everything-question/index.html"
RESOURCES = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}


@pytest.fixture(params=SITES)
def built(request: pytest.FixtureRequest):
    return request.getfixturevalue(request.param)


def test_every_internal_link_and_fragment_leads_somewhere(built):
    assert built.broken_links() == []


def test_an_id_stands_once_on_a_page(built):
    twice = {name: [id for id, count in Counter(page.ids).items() if count > 1] for name, page in built.pages.items()}
    assert {name: ids for name, ids in twice.items() if ids} == {}


def test_elements_are_closed_in_order(built):
    assert {name: page.unbalanced for name, page in built.pages.items() if page.unbalanced} == {}


def test_nothing_is_loaded_from_another_host(built):
    loaded = []
    for name, page in built.pages.items():
        for tag, attributes in page.elements:
            address = attributes.get(RESOURCES.get(tag, ""), "")
            if tag == "link" and attributes.get("rel") not in ("canonical", "prev", "next", "edit"):
                address = attributes.get("href", "")
            if re.match(r"(https?:)?//", address):
                loaded.append((name, tag, address))
        loaded += [
            (name, "style", text) for text in page.texts.get("style", []) if re.search(r"url\(.?(https?:)?//", text)
        ]
    for path in built.folder.rglob("*.css"):
        loaded += [
            (path.name, "css", url)
            for url in re.findall(r"""url\(["']?((?:https?:)?//[^)]*)""", path.read_text("utf-8"))
        ]
    assert loaded == []


def test_each_page_has_one_title_one_h1_and_a_language(built):
    for name, page in built.pages.items():
        redirect = page.attributes("meta", **{"http-equiv": "refresh"})
        assert len(page.texts["title"]) == 1, name
        assert len(page.texts.get("h1", [])) == (0 if redirect else 1), name
        assert page.attributes("html")[0]["lang"] == "en", name


def test_answers_are_closed_on_every_page(built):
    for name, page in built.pages.items():
        assert [found for found in page.attributes("details") if "open" in found] == [], name


# --- navigation, sitemap, edit links ---


def test_no_question_stands_in_the_navigation(built):
    """Material writes the whole navigation into every page: with questions in it, a site grows as their square."""
    home = built.pages["index.html"].source
    assert 'class="md-nav__link"' in home
    assert home.count('class="md-nav__link"') < 30
    assert not re.search(r'href="questions/[^"]+-', home[: home.index("<article")])


def test_no_question_stands_in_the_navigation_that_mkdocs_makes_itself(project):
    home = project("small").built()["index.html"].decode()
    menu = home[: home.index("<article")]
    assert 'href="questions/"' in menu
    assert 'href="about/"' in menu
    assert "first-question" not in menu
    assert "tags/beginnings" not in menu
    assert "md-nav__item--nested" not in menu, "a folder with nothing but its page is that page"


@pytest.mark.parametrize(
    ("theme", "asks"),
    [("material", False), ("{name: material}", False), ("{name: material, font: {text: Inter}}", True)],
)
def test_a_font_of_another_host_is_asked_for_where_the_settings_name_one(project, theme, asks):
    bank = project("small")
    bank.write("mkdocs.yml", f"site_name: Small\ntheme: {theme}\nplugins: [qbank]\n")
    assert bank.qbank("build").returncode == 0
    assert ("fonts.googleapis.com" in (bank.root / "site/index.html").read_text("utf-8")) is asks


def test_the_script_of_the_theme_waits_for_the_page_unless_scripts_of_the_owners_follow_it(project):
    made = project("small")
    assert re.search(r'<script src="assets/javascripts/bundle[^"]+" defer>', made.built()["index.html"].decode())
    made.write("docs/mine.js", "document$.subscribe(() => {});\n")
    made.replace("mkdocs.yml", "site_name:", "extra_javascript: [mine.js]\nsite_name:")
    home = made.built()["index.html"].decode()
    assert re.search(r'<script src="assets/javascripts/bundle[^"]+">', home)
    assert home.index("bundle") < home.index('<script src="mine.js">')


def test_the_sitemap_lists_every_page_with_its_date_from_git(everything):
    sitemap = (everything.folder / "sitemap.xml").read_text("utf-8")
    listed = dict(re.findall(r"<loc>(.*?)</loc>\s*(<lastmod>.*?</lastmod>)?", sitemap))
    base = "https://bank.example/everything/"
    redirects = {"questions/an-older-name/index.html", "questions/an-even-older-name/index.html"}
    pages = {base + name.removesuffix("index.html") for name in everything.pages.keys() - redirects - {"404.html"}}
    assert listed.keys() == pages
    assert listed[base + "questions/plain-question/"] == "<lastmod>2026-01-02</lastmod>"
    assert listed[base + "guides/first/"] == ""


def test_without_an_address_of_the_site_the_sitemap_is_empty(everything_flat):
    assert "<loc>" not in (everything_flat.folder / "sitemap.xml").read_text("utf-8")


def test_the_edit_link_points_at_the_question_file(everything):
    (edit,) = everything.pages[QUESTION].attributes("a", rel="edit")
    folder = "https://github.com/someone/bank/edit/main"
    # With or without `docs/..`, which browsers resolve before they ask.
    path = edit["href"].replace("/docs/../", "/")
    assert path == f"{folder}/questions/ml/evaluation/everything-question.yml"


def test_without_a_repository_the_file_is_named_and_nothing_is_linked(everything_flat):
    page = everything_flat.pages[QUESTION]
    assert page.attributes("a", rel="edit") == []
    assert "<code>questions/ml/evaluation/everything-question.yml</code>" in page.source


def test_the_history_of_a_question_comes_from_git(everything, everything_flat):
    assert '<time datetime="2026-01-02">' in everything.pages[QUESTION].source
    assert "onmouseover=" in everything.pages[QUESTION].source  # the author's name, as text
    assert "Last changed" not in everything_flat.pages[QUESTION].source


# --- which pages there are ---


def test_drafts_are_not_on_the_site(everything):
    assert "questions/draft-question/index.html" not in everything.pages
    assert "questions/an-older-draft/index.html" not in everything.pages
    assert "companies/draft-co/index.html" not in everything.pages
    assert "tags/only-in-drafts/index.html" not in everything.pages
    for name, page in everything.pages.items():
        assert "Is a draft shown" not in page.source, name
    assert "Is a draft shown" not in (everything.folder / "search" / "search_index.json").read_text("utf-8")


def test_a_retired_question_keeps_its_address_and_leaves_the_lists(everything):
    page = everything.pages["questions/retired-question/index.html"]
    assert "../plain-question/" in page.links
    for name in ("questions/index.html", "topics/ml/index.html", "difficulty/easy/index.html", "index.html"):
        assert "What became of a retired question?" not in everything.pages[name].source


@pytest.mark.parametrize("old", ["an-older-name", "an-even-older-name"])
def test_a_former_address_leads_to_the_present_one(everything, everything_flat, old):
    for built, target in (
        (everything, "../everything-question/"),
        (everything_flat, "../everything-question/index.html"),
    ):
        page = built.pages[f"questions/{old}/index.html"]
        assert page.attributes("meta", **{"http-equiv": "refresh"})[0]["content"] == f"0; url={target}"
        assert page.links == [target]


def test_links_between_questions_follow_former_ids_and_avoid_drafts(everything):
    page = everything.pages[QUESTION]
    assert "../plain-question/" in page.links
    assert page.source.count("question:") == 0
    assert not any("draft-question" in link or "an-older-name" in link for link in page.links)


def test_a_parent_company_counts_its_units(everything):
    source = everything.pages["companies/parent-co/index.html"].source
    assert "every single field" in source
    assert "How does a hard question" in source
    assert "every single field" in everything.pages["companies/unit-co/index.html"].source


# --- hand-written pages and other plugins ---


def test_hand_written_pages_keep_what_markdown_extensions_and_other_plugins_do(everything):
    page = everything.pages["guides/first/index.html"]
    assert "The answer is forty-two." in page.source
    assert page.attributes("div", **{"class": "admonition warning"})
    assert page.attributes("p", id="marked-here")[0]["class"] == "marked"
    assert "guide_code" in page.source
    assert "guide.py" in page.source
    assert "../../questions/everything-question/#answer" in page.links
    assert page.attributes("meta", name="description")[0]["content"] == "A page that a person wrote."


def test_another_plugin_reaches_our_pages_too(everything):
    assert everything.pages[QUESTION].attributes("p", **{"class": "from-another-plugin"})
    assert "from-another-plugin" in everything.pages["guides/first/index.html"].source


# --- search ---


def index_of(built) -> dict[str, str]:
    """Address (without fragment) -> all that the index holds about it."""
    found: dict[str, str] = {}
    for record in json.loads((built.folder / "search" / "search_index.json").read_text("utf-8"))["docs"]:
        address = record["location"].partition("#")[0]
        found[address] = found.get(address, "") + "\n".join(
            (record["title"], record["text"], " ".join(record.get("tags", ())))
        )
    return found


def test_the_index_of_our_search_has_the_title_of_each_question(built):
    index = json.loads((built.folder / "assets" / "qbank" / "index.json").read_text("utf-8"))
    titles = dict(zip(index["ids"], index["titles"], strict=True))
    for name, page in built.pages.items():
        found = re.fullmatch(r"questions/([^/]+)/index\.html", name)
        if not found or page.attributes("meta", **{"http-equiv": "refresh"}) or "retired-question" in name:
            continue
        assert titles.pop(found[1]) == page.texts["h1"][0].strip(), name
    assert titles == {}


def test_search_holds_prompt_overview_short_answer_tags_and_companies(everything):
    record = index_of(everything)["questions/everything-question/"]
    for word in ("zebrafish", "quokka", "wombat", "Unit Co", "Parent Co", "Unsourced Co", "ranking", "thresholds"):
        assert word.casefold() in record.casefold(), word


def test_search_holds_no_code_and_no_answer(everything):
    text = "\n".join(index_of(everything).values())
    for word in ("aardvark", "narwhal", "answercode", "promptcode", "inner", "<math", "Leaving"):
        assert word not in text, word


def test_search_leaves_retired_questions_and_redirects_out(everything):
    index = index_of(everything)
    assert not [address for address in index if "retired" in address or "older-name" in address]


def test_search_of_hand_written_pages_is_as_material_makes_it(everything):
    assert "A paragraph." in index_of(everything)["guides/first/"]


# --- hostile text ---


def test_no_text_of_the_bank_becomes_markup(everything, everything_flat):
    for built in (everything, everything_flat):
        for name, page in built.pages.items():
            for text in (*page.texts.get("script", ()), *page.texts.get("style", ())):
                assert "alert(" not in text, name
                assert "display: none }" not in text, name
            for tag, attributes in page.elements:
                assert not [key for key in attributes if key.startswith("on")], (name, tag, attributes)
                if tag == "a":
                    assert not attributes.get("href", "").lower().startswith(("javascript:", "data:")), name
                assert tag not in ("iframe", "object", "embed", "base"), name


def test_question_pages_carry_no_inline_styles(everything):
    for name, page in everything.pages.items():
        assert page.styled == [], name


def test_hostile_titles_are_shown_as_written(everything):
    page = everything.pages["questions/hostile-question/index.html"]
    title = "</title><script>alert('q')</script> & \"q\" {{ 7 * 7 }} {% raise %}"
    assert page.texts["h1"][0].strip() == title
    assert page.texts["title"] == [f"{title} - Everything"]
    home = everything.pages["index.html"]
    assert home.texts["h1"][0].strip() == "Everything </title><script>alert('title')</script> & \"more\""
    description = page.attributes("meta", name="description")[0]["content"]
    assert description == "</p><script>alert('overview')</script><img src=x onerror=alert('overview')>"
    company = everything.pages["companies/hostile-co/index.html"]
    assert company.texts["h1"][0].strip() == "</title><script>alert('company')</script> & Sons"
    tag = everything.pages["tags/hostile-tag/index.html"]
    assert tag.texts["title"] == ["</title><script>alert('tag')</script> - Everything"]


def test_the_search_index_holds_escaped_text(everything):
    """Material puts titles and texts of the index into the page as HTML."""
    text = (everything.folder / "search" / "search_index.json").read_text("utf-8")
    assert "<script" not in text
    assert "<img" not in text
    assert "alert('q')" in text.replace("&#x27;", "'").replace("&#39;", "'")


def test_jinja_in_questions_stays_text(everything):
    page = everything.pages["questions/hostile-question/index.html"]
    assert "{{ 7 * 7 }}" in page.source
    assert "root:" not in page.source


def test_the_files_of_a_site_are_those_of_its_pages(everything):
    """Nothing of the bank's sources, of git or of the cache is published."""
    endings = Counter(Path(name).suffix for name in (p.name for p in everything.folder.rglob("*") if p.is_file()))
    assert not {".yml", ".j2", ".py", ".md"} & endings.keys()


def test_the_notices_name_whose_work_is_served(everything):
    notices = (everything.folder / "assets/qbank/NOTICE.txt").read_text("utf-8")
    material = distribution("mkdocs-material").read_text("licenses/LICENSE") or ""
    holder = re.search(r"Copyright \(c\) [\d-]+ [\w ]+", material)
    assert holder
    assert holder[0].strip() in notices
    for vendored in (everything.folder / "assets/qbank/vendor").glob("*.LICENSE.txt"):
        assert vendored.read_text("utf-8").partition("\n")[0] in notices
    assert "Pagefind" in notices
    framed = [page for page in everything.pages.values() if "md-footer" in page.source]
    assert framed and all("assets/qbank/NOTICE.txt" in page.source for page in framed)


def test_our_site_leads_to_the_notices_to_how_it_is_hosted_and_to_the_way_to_have_a_text_taken_down(our_site):
    about = our_site.pages["about/index.html"]
    assert {"../assets/qbank/NOTICE.txt", "../hosting/"} <= set(about.links)
    assert "taken down first" in " ".join(about.source.split())
