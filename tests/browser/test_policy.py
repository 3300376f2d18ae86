"""The Content-Security-Policy in a real browser: nothing of ours breaks it, and no hostile text gets past it alone."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Error, expect
from tests.browser.test_hostile import TRIPWIRE
from tests.builders import REQUIRED
from tests.builders import written as written_as_yaml
from tests.conftest import BANKS, Built, Project
from tests.hostile.corpus import cases

from qbank import builds, plugin, sheets
from qbank.fragments import Fragment
from qbank.model import walk
from qbank.values import Markdown

pytestmark = pytest.mark.browser

VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => {
  window.violations.push(`${location.pathname}: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""
META = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def redirects(built) -> set[str]:
    return {name for name, page in built.pages.items() if page.attributes("meta", **{"http-equiv": "refresh"})}


def walked(page, built, *, query: str) -> list[str]:
    """What the policy forbade on one page of every kind while it was used; errors fail through `open_page`."""
    found: list[str] = []

    def leave() -> None:
        found.extend(page.evaluate("window.violations"))

    kinds: dict[str, str] = {}
    for name in sorted(set(built.pages) - redirects(built) - {"404.html"}):
        # One page of each section and depth, and each kind of hand-written page.
        kinds.setdefault(f"{name.split('/')[0]} {name.count('/')}", name)
    assert len(kinds) > 10
    for name in kinds.values():
        page.goto(page.base + name.removesuffix("index.html"))
        leave()
    page.goto(page.base + "questions/")
    for toggle in page.locator("label.md-header__button[for^=__palette]:visible").all():
        toggle.click()
    page.keyboard.press("Control+k")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    # A moment after the key the browser closes the dialog and takes the focus out of its field.
    expect(page.locator("dialog input").first).not_to_be_focused()
    page.keyboard.press("/")
    with page.expect_response("**/pagefind/wasm*"):
        page.locator("dialog[open] input").first.fill(query)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator("[data-qb-finder] input, [data-qb-finder] button").first.click()
    leave()
    question = next(name for name in built.pages if re.fullmatch(r"questions/[^/]+/index.html", name))
    page.goto(page.base + question.removesuffix("index.html"))
    page.locator("details.qb-reveal summary").first.click()
    leave()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["our_site", "everything"])
def test_no_page_of_ours_breaks_the_policy(name, scheme, request, open_page):
    built = request.getfixturevalue(name)
    page = open_page(built, color_scheme=scheme)
    page.add_init_script(VIOLATIONS)
    assert walked(page, built, query="variance") == []


def test_an_old_address_leads_on_under_the_policy(everything, open_page):
    (name, *_) = sorted(redirects(everything))
    assert META.search((everything.folder / name).read_text("utf-8"))
    page = open_page(everything, name.removesuffix("index.html"))
    page.wait_for_url(lambda url: not url.endswith(name.removesuffix("index.html")))


@pytest.mark.parametrize("name", ["our_site", "everything"])
def test_nor_does_the_page_for_what_is_not_there(name, request, open_page):
    page = open_page(request.getfixturevalue(name), "no/such/page/", missing=True)
    page.add_init_script(VIOLATIONS)
    page.reload(wait_until="networkidle")
    assert page.evaluate("window.violations") == []
    assert META.search(page.content())


@pytest.fixture(scope="module")
def unsanitised(tmp_path_factory) -> Built:
    """A site built as if nothing were escaped or sanitised: texts and titles stand in its pages as they were written."""
    made = Project(Path(shutil.copytree(BANKS / "small", tmp_path_factory.mktemp("unsanitised") / "bank")))
    fields = {
        **REQUIRED,
        "title": "Does a title run? <script>alert('title')</script>",
        "answer": "<script>alert('answer')</script> <img src=x onerror=alert('image')>",
    }
    made.write("questions/ml/roc-auc.yml", written_as_yaml(fields))
    made.write("questions/bank.yml", written_as_yaml({"title": "Hostile"}))
    with pytest.MonkeyPatch.context() as patch:
        raw = SimpleNamespace(escape=lambda text: text, unescape=html.unescape)
        patch.setattr(plugin, "html", raw)
        patch.setattr(sheets, "html", raw)
        patch.setattr(
            plugin,
            "fragments_of",
            lambda question, *_: {
                path: Fragment(text) for path, marker, text in walk(question) if isinstance(marker, Markdown)
            },
        )
        builds.build(str(made.root / "mkdocs.yml"))
    return Built(made.site)


@pytest.fixture
def opened(chromium, serve, unsanitised):
    """Opens a page as it is given, which loads nothing else; returns it and the list of what acts in it."""
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(5_000)
    address = serve(unsanitised.folder, "/") + "questions/roc-auc/"
    bodies: list[str] = []
    acted: list[str] = []
    context.expose_binding("acted", lambda _, what: acted.append(what))
    page.add_init_script(f"{TRIPWIRE} window.tripped.push = what => window.acted(what);")
    page.route(
        "**/*",
        lambda route: (
            route.fulfill(body=bodies.pop(), content_type="text/html; charset=utf-8")
            if bodies and route.request.url == address and route.request.is_navigation_request()
            else route.fulfill(status=204)  # the page stays where it is, wherever a text would lead it
        ),
    )

    def open_(body: str):
        bodies[:] = [body]
        acted.clear()
        page.goto(address)
        page.evaluate(PAUSE)
        return page, acted

    yield open_
    context.close()


PAUSE = "() => new Promise(done => setTimeout(done, 300))"
INSERT = """html => {
  const body = document.querySelector("article .qb-reveal__body");
  const range = document.createRange();
  range.selectNode(body);
  body.replaceChildren(range.createContextualFragment(html)); // unlike innerHTML, this runs scripts
  for (const each of body.querySelectorAll(`[onclick], a[href^="javascript:" i]`)) each.click();
}"""


def built_page(unsanitised) -> str:
    return (unsanitised.folder / "questions" / "roc-auc" / "index.html").read_text("utf-8")


def test_a_build_allows_no_script_that_came_with_a_text(unsanitised, opened):
    built = built_page(unsanitised)
    for raw in ("<script>alert('answer')</script>", "<script>alert('title')</script>", "onerror=alert('image')"):
        assert raw in built
    assert opened(built)[1] == []
    assert len(opened(META.sub("", built))[1]) >= 3, "without the policy they run, so that this test means something"


def acting(texts: list[str], opened, body: str) -> set[str]:
    """The texts that act when they are put into the page as they are."""
    page, acted = opened(body)
    found = set()
    for text in texts:
        try:
            page.evaluate(INSERT, text)
        except Error:  # it led away from the page or broke it
            page, acted = opened(body)
        if acted:
            found.add(text)
            acted.clear()
    page.evaluate(PAUSE)
    return found | ({"one of them, later"} if acted else set())


def test_the_policy_alone_lets_no_hostile_text_act(unsanitised, opened):
    texts = [case.text for case in cases() if case.kind == "answer" and case.category not in ("resources", "yaml")]
    page = re.sub(r"<script>alert\('(answer|title)'\)</script>|<img src=x [^>]*>", "", built_page(unsanitised))
    assert acting(texts, opened, page) == set()
    assert len(acting(texts, opened, META.sub("", page))) > 30, "without the policy they act"
