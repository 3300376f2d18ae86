"""Pages as HTML: links that work from anywhere, text that stays text, and no trace of what is not there."""

import sys
from types import SimpleNamespace
from urllib.parse import urljoin

import jinja2
import pytest
from tests.builders import Html, article, bank, internal, pages, planned, question, renderer

from qbank.history import History
from qbank.model import Question
from qbank.policy import Policies
from qbank.project import Compiled, template_folders
from qbank.render import Renderer, keep_compiled, plural, preprocessing
from qbank.shape import fields_of

ADDRESSES = ["", "questions/", "questions/roc-auc/", "topics/ml/trees/", "companies/google/", "tags/cnn/"]


@pytest.mark.parametrize("start", ADDRESSES)
@pytest.mark.parametrize("target", ADDRESSES)
@pytest.mark.parametrize("fragment", ["", "#answer"])
def test_a_link_leads_from_any_page_to_any_other(start, target, fragment):
    link = renderer().relative(target + fragment, start)
    assert urljoin(f"https://example.org/bank/{start}", link) == f"https://example.org/bank/{target}{fragment}"
    assert not link.startswith("/")


@pytest.mark.parametrize("start", ADDRESSES)
@pytest.mark.parametrize("target", ADDRESSES)
@pytest.mark.parametrize("fragment", ["", "#answer"])
def test_without_directory_addresses_a_link_names_the_file(start, target, fragment):
    link = renderer(directory_urls=False).relative(target + fragment, start)
    base = f"file:///site/{start}index.html"
    assert urljoin(base, link) == f"file:///site/{target}index.html{fragment}"


def rendered(text, *others, **options):
    own = bank(question("here", answer=text), *others)
    return renderer(own, **options).article(pages(own)["questions/here/"])


def test_links_to_questions_lead_to_their_pages():
    html = Html(rendered("See [it](question:there).", question("there")))
    assert "../there/" in html.links


def test_a_link_to_a_former_id_leads_to_the_present_page():
    html = Html(rendered("See [it](question:before).", question("there", formerly=["before"])))
    assert "../there/" in html.links
    assert not any("before" in link for link in html.links)


def test_a_link_to_an_unknown_question_leads_to_the_table():
    html = rendered("See [it](question:nowhere).")
    assert internal(Html(html), "questions/here/").count("questions/") >= 1
    assert "nowhere" not in html
    assert "question:" not in html


def test_links_to_questions_name_files_where_addresses_do():
    html = Html(rendered("See [it](question:there).", question("there"), directory_urls=False))
    assert "../there/index.html" in html.links


@pytest.mark.parametrize("wrapped", ["{}", "`{}`", "```html\n{}\n```", "> {}"])
def test_text_that_looks_like_such_a_link_is_shown_as_it_is(wrapped):
    shown = '<a href="question:there">x</a>'
    assert shown in Html(rendered(wrapped.format(shown), question("there"))).text


# --- text stays text -------------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} {% raw %} {# x #} \"q\" 'p' & &x; end"
"""What must be seen by the reader exactly as it stands here."""


def named(field):
    """The hostile text with a word of its own, so that it is found again."""
    return f"the {field} {HOSTILE}"


def hostile_bank():
    """A bank with hostile text wherever text may stand."""
    everything = question(
        "everything",
        "ml/trees",
        title=f"Title {HOSTILE}",
        overview=named("overview"),
        prompt=named("prompt"),
        short_answer=named("short_answer"),
        answer=named("answer"),
        expectations=[named("expectations")],
        key_topics=[named("key_topics")],
        approach=[named("approach")],
        example=named("example"),
        story=named("story"),
        mistakes=[named("mistakes")],
        interviewer={key: [named(key)] for key in ("tests", "strong_signals", "red_flags")},
        follow_ups=[{"question": named("follow-up"), "answer": named("its answer")}, {"id": "other"}],
        references=[{"title": named("reference"), "url": "https://example.org/?a=1&b='2'(x)"}],
        adapted_from={"title": named("work"), "url": "https://example.org/'&", "licence": named("licence of it")},
        companies=[{"company": "evil", "source": "evil", "seen": "2026", "role": "evil", "round": "evil"}, "evil"],
        roles=["evil"],
        tags=["evil"],
        related=["other"],
    )
    other = question("other", "ml/trees", title=f"Other {HOSTILE}", tags=["evil"], difficulty="hard")

    def term(kind):
        return {"id": "evil", "name": named(kind), "description": named(f"description of {kind}")}

    address = {"url": "https://example.org/?a=1&b='2'(x)"}
    return bank(
        everything,
        other,
        settings={key: named(f"bank's {key}") for key in ("title", "description", "licence")},
        companies=[term("company") | address, {"id": "unit", "name": named("unit"), "parent": "evil"}],
        topics=[
            term("topic") | {"id": "ml"},
            term("subtopic") | {"id": "ml/trees"},
        ],
        roles=[term("role")],
        rounds=[term("round")],
        sources=[term("source") | address | {"kind": "public-post"}],
        tags=[term("tag")],
    )


HISTORY = {"questions/ml/trees/everything.yml": History("2026-01-01", (named("author"),))}


def squeezed(text):
    return " ".join(text.split()).casefold()


def test_hostile_text_is_shown_as_text_on_every_page():
    own = hostile_bank()
    site = planned(own, history=HISTORY)
    seen = ""
    show = renderer(own).article
    for page in site.pages:
        html = Html(show(page, edit_url="https://example.org/\"'<x>&"))
        assert html.names.isdisjoint({"script", "img", "x", "b"}), page.address
        assert not any(name.startswith("on") for _, attributes in html.elements for name in attributes), page.address
        assert "49" not in html.text.replace("1492", ""), page.address
        seen += squeezed(html.text)
    fields = [
        *("overview", "prompt", "short_answer", "answer", "expectations", "key_topics", "approach", "example", "story"),
        *("mistakes", "tests", "strong_signals", "red_flags", "follow-up", "its answer", "reference", "work"),
        *("licence of it", "author", "bank's title", "bank's description", "bank's licence"),
        *("company", "topic", "subtopic", "role", "round", "source", "tag"),
        *(f"description of {kind}" for kind in ("company", "topic", "subtopic", "role", "round", "source", "tag")),
    ]
    assert [field for field in fields if squeezed(named(field)) not in seen] == []
    assert squeezed(f"Title {HOSTILE}") in seen
    assert squeezed(f"Other {HOSTILE}") in seen


def test_hostile_text_is_text_in_redirects_and_search_records_too():
    own = bank(question("new", title=f"Title {HOSTILE}", formerly=["old"]))
    site = planned(own)
    redirect = Html(renderer(own).redirect(site.redirects[0]).removeprefix("<!doctype html>"))
    assert squeezed(f"Title {HOSTILE}") in squeezed(redirect.text)
    assert "script" not in redirect.names
    record = renderer(own).search_record
    for page in site.pages:
        assert Html(record(page)).names <= {"h1", "h2", "p"}


def test_the_search_record_of_a_question_has_no_answer_and_no_code():
    own = bank(question("a", prompt="What of this?\n\n```python\nsecret_code()\n```", answer="The hidden answer."))
    record = renderer(own).search_record(pages(own)["questions/a/"])
    assert "What of this?" in record
    assert "secret_code" not in record
    assert "hidden answer" not in record


def test_addresses_in_text_lead_only_where_links_may_lead():
    hostile = "[a](javascript:alert(1)) [b](data:text/html,x) <javascript:alert(1)> [c](https://example.org)"
    own = bank(question("a", answer=hostile, follow_ups=[hostile], mistakes=[hostile]))
    links = Html(renderer(own).article(pages(own)["questions/a/"])).links
    assert not [link for link in links if link.split(":")[0].strip().lower() in ("javascript", "data", "vbscript")]
    assert links.count("https://example.org") == 3


# --- what is not there leaves no trace -------------------------------------------------------------------------

OPTIONAL = {
    "overview": "optional words of the overview",
    "roles": ["ml-engineer"],
    "companies": [{"company": "netflix", "source": "report", "seen": "2026-05", "round": "onsite"}],
    "short_answer": "optional words of the short answer, long enough to be taken",
    "expectations": ["optional words of the expectations"],
    "key_topics": ["optional words of the key topics"],
    "approach": ["optional words of the approach"],
    "example": "optional words of the example",
    "story": "optional words of the story",
    "mistakes": ["optional words of the mistakes"],
    "interviewer": {"tests": ["optional words of the tests"], "red_flags": ["optional words of the red flags"]},
    "follow_ups": ["optional words of the follow-ups"],
    "references": [{"title": "optional words of the reference", "url": "https://reference.example"}],
    "adapted_from": {"title": "optional words of the work", "url": "https://work.example", "licence": "CC0"},
}
SHOWN = {
    "roles": "ML engineer",
    "companies": "Netflix",
    "interviewer": "optional words of the tests",
    "references": "optional words of the reference",
    "adapted_from": "optional words of the work",
}
SHARED = {"expectations": "grading", "key_topics": "grading", "interviewer": "grading"}
"""Fields whose lines stand in one section with others."""


def words(field):
    value = OPTIONAL[field]
    return SHOWN.get(field) or (value if isinstance(value, str) else value[0])


def test_these_are_the_optional_fields_that_a_page_shows():
    elsewhere = {"related", "not_duplicate_of", "formerly", "status", "replaced_by"}
    required = {name for name, field in fields_of(Question).items() if field.required}
    assert set(OPTIONAL) == set(fields_of(Question)) - required - elsewhere


@pytest.mark.parametrize("field", OPTIONAL)
def test_an_optional_field_is_shown_when_it_is_there_and_leaves_no_trace_when_it_is_not(field):
    full = Html(article(question(**OPTIONAL)))
    without = Html(article(question(**OPTIONAL | {field: None})))
    assert words(field) in full.text
    assert words(field) not in without.text
    assert set(without.ids) <= set(full.ids)
    assert without.empty == []
    gone = [heading for heading in full.headings if heading not in without.headings]
    if field not in ("overview", "roles", "adapted_from"):
        assert gone, "its heading stays behind"
    if field not in ("overview", "roles", "adapted_from", *SHARED):
        assert set(full.ids) - set(without.ids), "its section stays behind"


@pytest.mark.parametrize("field", OPTIONAL)
def test_an_optional_field_alone_brings_no_empty_element(field):
    assert Html(article(question(**{field: OPTIONAL[field]}))).empty == []


def test_a_question_of_five_fields_has_the_headings_of_its_title_and_answer_only():
    html = Html(article(question()))
    assert html.headings == ["What is the bias of an estimator?", "Model answer"]
    assert html.empty == []
    assert "None" not in html.text
    assert "()" not in html.text


def test_the_answer_is_closed_until_it_is_asked_for():
    html = Html(article(question(**OPTIONAL)))
    closed = [attributes for name, attributes in html.elements if name == "details"]
    assert closed
    assert not any("open" in attributes for attributes in closed)
    answer = article(question(answer="The only answer."))
    assert answer.index("<details") < answer.index("The only answer.") < answer.index("</details>")


def test_every_page_has_one_main_heading_that_comes_first():
    own = hostile_bank()
    show = renderer(own).article
    for page in planned(own, drafts=True).pages:
        html = Html(show(page))
        headings = [int(name[1]) for name, _ in html.elements if name in ("h1", "h2", "h3", "h4", "h5", "h6")]
        assert headings.count(1) == 1, page.address
        assert headings[0] == 1, page.address


def test_the_history_and_the_address_for_edits_are_shown_where_they_are_known():
    own = bank(question("a"))
    history = {"questions/evaluation/a.yml": History("2026-05-12", ("Ada", "Bo"))}
    html = renderer(own).article(pages(own, history=history)["questions/a/"], edit_url="https://example.org/edit")
    assert "https://example.org/edit" in Html(html).links
    assert all(word in Html(html).text for word in ("2026-05-12", "Ada", "Bo"))
    bare = Html(article(question("a")))
    assert "2026-05-12" not in bare.text
    assert not [link for link in bare.links if "edit" in link]


def test_rendering_twice_gives_the_same_bytes():
    own = hostile_bank()
    first, second = renderer(own), renderer(own)
    assert [first.article(page) for page in planned(own).pages] == [second.article(page) for page in planned(own).pages]


@pytest.mark.parametrize("directory_urls", [True, False])
def test_a_page_looks_the_same_whatever_was_rendered_before_it(directory_urls):
    topics = ("ml", "ml/trees", "ml/linear", "evaluation")
    sightings = [{"company": company, "source": "report"} for company in ("google", "meta", "netflix", "deepmind")]
    questions = [
        question(f"q{index}", topics[index % 4], related=[f"q{(index + 1) % 110}"], companies=sightings)
        for index in range(110)
    ]
    own = bank(*questions)
    found = list(pages(own).values())
    there, back = renderer(own, directory_urls=directory_urls), renderer(own, directory_urls=directory_urls)
    forwards = {page.address: there.article(page) for page in found}
    backwards = {page.address: back.article(page) for page in reversed(found)}
    assert [address for address, html in forwards.items() if html != backwards[address]] == []


def with_own_template(folder, text, own):
    """Renders a page of the bank with the text as the template of questions."""
    (folder / "pages").mkdir()
    (folder / "pages" / "question.html.j2").write_text(text, encoding="utf-8")
    own_renderer, found = Renderer([folder, *template_folders()]), pages(own)
    return lambda id: own_renderer.article(found[f"questions/{id}/"])


def test_a_bank_has_templates_of_its_own_which_use_what_ours_use(tmp_path):
    template = """{% import "partials/_macros.html.j2" as ui %}
<h1>{{ title }}</h1> {{ ui.level_sign(level) }} {{ ui.chips(tags, url) }} {{ ui.bullets(mistakes) }}
<a href="{{ url(topics[0].address) }}">{{ topics[0].text }}</a>
{% for row in related %}{{ ui.card(row, url) }}{% endfor %}"""
    own = bank(question("a", related=["b"], mistakes=["A slip."]), question("b"))
    html = with_own_template(tmp_path, template, own)("a")
    assert Html(html).links == ["../../tags/estimators/", "../../topics/evaluation/", "../b/"]


def test_what_is_remembered_of_a_page_leads_to_it_from_itself_too(tmp_path):
    template = """{% import "partials/_macros.html.j2" as ui %}
{% for follow_up in follow_ups %}{{ follow_up.row | remembered(ui.card, url) }}{% endfor %}"""
    own = bank(*(question(id, follow_ups=[{"id": "b"}]) for id in "abc"))
    show = with_own_template(tmp_path, template, own)
    assert [Html(show(id)).links for id in "abcb"] == [["../b/"], ["./"], ["../b/"], ["./"]]


@pytest.mark.parametrize(
    ("number", "arguments", "shown"),
    [
        (0, ("question",), "0 questions"),
        (1, ("question",), "1 question"),
        (1234, ("question",), "1,234 questions"),
        (2, ("company", "companies"), "2 companies"),
    ],
)
def test_numbers_have_their_nouns(number, arguments, shown):
    assert plural(number, *arguments) == shown


def test_templates_as_code_are_kept_beside_our_modules_and_a_damaged_one_is_compiled_again(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    page = pages(bank(question("here")))["questions/here/"]

    def made():
        return Renderer(template_folders(), compiled=Compiled()).article(page)

    first = made()
    (folder,) = tmp_path.rglob("templates-*")
    kept = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert len(kept) > 1
    for name, data in kept.items():
        (folder / name).write_bytes(data[: len(data) // 2])
    assert made() == first
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == kept


def test_a_theme_kept_as_code_has_the_mark_of_each_build(monkeypatch):
    kept: dict[str, bytes] = {}
    store = SimpleNamespace(get=kept.get, put=kept.__setitem__)

    def made(policies):
        theme = jinja2.Environment(loader=jinja2.DictLoader({"main.html": "<script>{{ text }}</script>"}))
        if policies:
            theme.add_extension(preprocessing(policies.mark))
        keep_compiled(theme, store, policies.word if policies else "")
        return theme.get_template("main.html").render(text="theirs()")

    first, second = Policies({}), Policies({})
    assert made(first) == f"<script {first.word}>theirs()</script>"
    assert not any(first.word.encode() in code for code in kept.values())
    assert made(None) == "<script>theirs()</script>"
    monkeypatch.setattr(jinja2.Environment, "compile", None)
    assert made(second) == f"<script {second.word}>theirs()</script>"
    assert made(None) == "<script>theirs()</script>"
