"""The site in a real browser: nothing overflows, answers open, search finds, paper shows everything."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.builders import REQUIRED, written
from tests.conftest import BANKS, Built, Project

pytestmark = pytest.mark.browser

QUESTION = "questions/everything-question/"
ADDRESSES = {
    "home": "",
    "questions": "questions/",
    "question": "questions/roc-auc/",
    "companies": "companies/",
    "company": "companies/google/",
    "topics": "topics/",
    "topic": "topics/evaluation/",
    "tags": "tags/",
    "tag": "tags/classification-metrics/",
    "difficulties": "difficulty/",
    "difficulty": "difficulty/medium/",
    "roles": "roles/",
    "role": "roles/data-scientist/",
    "rounds": "rounds/",
    "about": "about/",
    "not found": "no/such/page/",
}
OVERFLOWING = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter(element => element.getBoundingClientRect().right > width + 1 || element.scrollWidth > width)
    .map(element => `<${element.localName} class="${element.className}">`);
}"""
CONTRAST = Path(__file__).with_name("contrast.js")
HIDDEN = "element => element.checkVisibility({contentVisibilityAuto: true}) === false"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_our_pages_fit_are_quiet_and_have_a_heading(our_site, open_page, scheme):
    page = open_page(our_site, color_scheme=scheme)
    faults = []
    for name, address in ADDRESSES.items():
        if name == "not found":
            page = open_page(our_site, address, color_scheme=scheme, missing=True)
        else:
            assert page.goto(page.base + address).status == 200, name
        shown = page.evaluate("document.body.getAttribute('data-md-color-scheme')")
        if shown != ("slate" if scheme == "dark" else "default"):
            faults.append(f"{name} is shown in {shown}")
        faults += _misfits(page, name)
    assert faults == []


def test_colours_are_chosen_before_material_s_script_has_come(our_site, open_page):
    page = open_page(our_site, color_scheme="dark")
    page.locator("label[for=__palette_1]").click()  # from what the system has to light
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")
    page.route("**/bundle.*.js", lambda route: route.fulfill(body=""))
    page.goto(page.base + "questions/roc-auc/")
    expect(page.locator("body")).to_have_attribute("data-md-color-media", "(prefers-color-scheme: light)")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")
    page.locator("label[for=__palette_2]").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.evaluate("localStorage.clear()")
    page.goto(page.base)
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.emulate_media(color_scheme="light")
    page.goto(page.base + "about/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")


def test_colours_are_chosen_by_a_click_or_a_key_and_kept(our_site, open_page):
    page = open_page(our_site, color_scheme="dark")
    body, shown = page.locator("body"), page.locator("label[for^=__palette]:visible")
    expect(shown).to_have_attribute("title", "Switch to light mode")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.emulate_media(color_scheme="light")  # the system's colours, as long as none were chosen
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    shown.click()
    page.emulate_media(color_scheme="dark")
    expect(body).to_have_attribute("data-md-color-media", "(prefers-color-scheme: light)")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    page.reload()
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    expect(shown).to_have_count(1)
    page.locator("#__palette_1").focus()
    page.keyboard.press("Enter")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    expect(page.locator("#__palette_2")).to_be_focused()
    assert page.url == page.base, "the key has sent the form"
    header = page.locator(".md-header").evaluate("header => getComputedStyle(header).backgroundColor")
    expect(page.locator("meta[name=theme-color]")).to_have_attribute("content", header)
    expect(page.locator("meta[name=color-scheme]")).to_have_attribute("content", "dark")
    expect(page.locator("body[data-md-color-switching]")).to_have_count(0)


@pytest.mark.parametrize(
    "kept",
    [
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }})",
        "localStorage.setItem('/.__palette', '{')",
        """localStorage.setItem('/.__palette', '{"index": "x"}')""",
    ],
    ids=["nothing", "no JSON", "no number"],
)
def test_colours_are_right_in_a_browser_that_keeps_nothing_or_something_else(our_site, open_page, kept):
    page = open_page(our_site, color_scheme="dark")
    page.add_init_script(kept)
    page.goto(page.base + "about/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.locator("label[for^=__palette]:visible").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")


@pytest.mark.parametrize(
    ("palette", "header", "dark"),
    [
        ("", "rgb(20, 66, 74)", "rgb(20, 66, 74)"),
        ("{scheme: slate}", "rgb(16, 40, 45)", "rgb(16, 40, 45)"),
        (
            "[{media: '(prefers-color-scheme: light)', primary: teal, toggle: {icon: material/weather-sunny, name: Dark}},"
            " {media: '(prefers-color-scheme: dark)', scheme: slate, primary: red, toggle: {icon: material/weather-night, name: Light}}]",
            "rgb(0, 148, 133)",
            "rgb(239, 85, 82)",
        ),
    ],
    ids=["none", "without colours", "with colours"],
)
def test_the_colours_that_an_owner_names_are_those_of_the_header(open_page, tmp_path, palette, header, dark):
    made = Project(Path(shutil.copytree(BANKS / "small", tmp_path / "bank")))
    named = f", palette: {palette}" if palette else ""
    made.write("mkdocs.yml", f"site_name: Small\ntheme: {{name: material, font: false{named}}}\nplugins: [qbank]\n")
    made.built()
    for scheme, colour in (("light", header), ("dark", dark)):
        page = open_page(Built(made.site), color_scheme=scheme)
        assert page.locator(".md-header").evaluate("header => getComputedStyle(header).backgroundColor") == colour


def test_a_closed_answer_is_found_in_the_page_and_its_code_can_be_copied(our_site, open_page):
    page = open_page(our_site, "questions/roc-auc/")
    # What has no box is not found by a browser's own search; what is only skipped is, and opens.
    page.wait_for_function("getComputedStyle(document.querySelector('.qb-reveal__body')).display !== 'none'")
    page.locator("#answer > summary").click()
    expect(page.locator("#answer pre .md-code__button").first).to_be_visible()


def test_pages_of_hostile_and_unusual_questions_fit_too(everything, open_page):
    page = open_page(everything)
    faults = []
    unusual = [name for name in everything.pages if "hostile" in name]
    assert len(unusual) > 5
    for name in (*unusual, "index.html", f"{QUESTION}index.html", "questions/retired-question/index.html"):
        page.goto(page.base + name.removesuffix("index.html"))
        faults += _misfits(page, name)
    assert faults == []


def _misfits(page, name: str) -> list[str]:
    """What is too wide or unseen on the page, at the width of a desk and of a phone, with everything opened."""
    faults = []
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        if wide := page.evaluate(OVERFLOWING):
            faults.append(f"{name} is wider than {width} px: {wide[:4]}")
        if not page.locator("h1").first.is_visible():
            faults.append(f"{name} has no visible heading at {width} px")
    page.set_viewport_size({"width": 1280, "height": 900})
    return faults


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("how", ["click", "keyboard"])
def test_answers_are_closed_until_asked_for(everything, open_page, scripts, how):
    page = open_page(everything, QUESTION, java_script_enabled=scripts)
    for within, secret in (("#answer", "aardvark"), (".qb-follow-ups", "narwhal")):
        summary = page.locator(f"{within} summary, {within} > summary").first
        text = page.get_by_text(secret)
        assert not text.is_visible()
        if how == "click":
            summary.click()
        else:
            _tab_to(page, summary)
            page.keyboard.press("Enter")
        text.wait_for(state="visible")
        summary.press("Enter")
        text.wait_for(state="hidden")


def _tab_to(page, target) -> None:
    handle = target.element_handle()
    for _ in range(80):
        page.keyboard.press("Tab")
        if handle.evaluate("element => element === document.activeElement"):
            return
    pytest.fail("Tab does not reach it")


def test_a_link_to_the_answer_opens_it(everything, open_page):
    """Browsers open a closed `<details>` only for a target inside it; a reader who follows a link sees where it is."""
    page = open_page(everything, "guides/first/")
    page.locator("a[href$='#answer']").click()
    page.wait_for_url("**/everything-question/#answer")
    assert page.locator("#answer summary").first.is_visible()


@pytest.mark.parametrize("address", [QUESTION, "questions/hostile-question/"])
def test_paper_shows_everything_that_is_closed_on_the_screen(everything, open_page, address):
    page = open_page(everything, address)
    bodies = page.locator("article details > :not(summary)")
    assert bodies.count() > 5
    assert not any(bodies.nth(index).is_visible() for index in range(bodies.count()))
    page.emulate_media(media="print")
    heights = bodies.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(heights) > 5
    assert bodies.evaluate_all(f"all => all.filter({HIDDEN}).map(one => one.outerHTML.slice(0, 80))") == []
    assert page.locator("article .qb-pager").count() == 0 or not page.locator("article .qb-pager").is_visible()
    assert page.locator(".md-header").is_hidden()
    page.emulate_media(media="screen")


def test_paper_does_not_ask_for_a_status(our_site, open_page):
    page = open_page(our_site, "questions/roc-auc/")
    page.locator(".qb-status").wait_for()
    page.emulate_media(media="print")
    assert page.locator(".qb-status").is_hidden()


def test_paper_is_white_where_the_screen_is_dark(our_site, open_page):
    page = open_page(our_site, color_scheme="dark")
    page.emulate_media(media="print")
    faults = set()
    for address in ("", "questions/roc-auc/", "companies/google/"):
        page.goto(page.base + address)
        faults |= {f"{address}: {fault}" for fault in page.evaluate(CONTRAST.read_text("utf-8"))}
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(253, 252, 249)"
    assert not faults, "\n".join(sorted(faults))


def test_the_home_page_is_not_too_wide_when_its_text_is_spaced(our_site, open_page):
    """WCAG 2.2, 1.4.12, at the width of 1.4.10."""
    page = open_page(our_site, width=320, bypass_csp=True)
    page.add_style_tag(content="* { letter-spacing: .12em !important; word-spacing: .16em !important; }")
    assert page.evaluate(OVERFLOWING) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_told_from_what_is_behind_it(our_site, open_page, scheme):
    """WCAG 2.2, 1.4.3: a contrast of 4.5, or of 3 for large text."""
    page = open_page(our_site, color_scheme=scheme)
    faults = set()
    for address in ("", "questions/", "questions/roc-auc/", "companies/google/", "topics/evaluation/", "about/"):
        page.goto(page.base + address)
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        faults |= {f"{address}: {fault}" for fault in page.evaluate(CONTRAST.read_text("utf-8"))}
    assert not faults, "\n".join(sorted(faults))


def test_an_old_address_leads_on_without_scripts(everything, open_page):
    page = open_page(everything, "questions/an-older-name/", java_script_enabled=False)
    page.wait_for_url(page.base + QUESTION)
    assert "every single field" in page.locator("h1").inner_text()


def test_the_page_of_a_missing_address_leads_back_into_the_site(everything, open_page):
    page = open_page(everything, "questions/no-such-question/", missing=True)
    page.get_by_role("link", name="all questions").click()
    page.wait_for_url(page.base + "questions/")


def test_the_button_of_each_block_copies_that_block(tmp_path, open_page):
    made = Project(Path(shutil.copytree(BANKS / "small", tmp_path / "bank")))
    made.replace("mkdocs.yml", "font: false", "font: false, features: [content.code.copy]")
    code = "\n\n```python\nx = 1\n```\n\n```python\ny = 2\n```\n"
    made.write("questions/ml/roc-auc.yml", written(REQUIRED | {"prompt": f"Read.{code}", "answer": f"So.{code}"}))
    made.built()
    page = open_page(Built(made.site), "questions/roc-auc/")
    buttons = page.locator("[data-clipboard-target]")
    expect(buttons).to_have_count(4)
    copied = buttons.evaluate_all(
        "all => all.map(each => document.querySelector(each.dataset.clipboardTarget).textContent)"
    )
    assert [text.strip() for text in copied] == ["x = 1", "y = 2"] * 2
