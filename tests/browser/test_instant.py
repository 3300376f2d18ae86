"""Material's `navigation.instant`, which puts the next page into the present one: all works on every page, under the policy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.test_hostile import TRIPWIRE
from tests.browser.test_policy import VIOLATIONS
from tests.builders import REQUIRED, written
from tests.conftest import BANKS, Built, Project

pytestmark = pytest.mark.browser

HOSTILE = {
    **REQUIRED,
    "title": "Does a <script>alert('title')</script> run?",
    "answer": "<script>alert('answer')</script> <img src=x onerror=alert('image')>",
}


@pytest.fixture(scope="module")
def instant(tmp_path_factory, serve) -> Built:
    made = Project(Path(shutil.copytree(BANKS / "small", tmp_path_factory.mktemp("instant") / "bank")))
    made.write("questions/ml/hostile.yml", written(HOSTILE))
    made.replace("mkdocs.yml", "font: false", "font: false, features: [navigation.instant]")
    # Only pages of the sitemap are put into others, so that it has to say where they are.
    made.replace("mkdocs.yml", "site_name", f"site_url: {serve(made.site)}\nsite_name")
    made.built()
    return Built(made.site)


def test_what_a_page_can_do_it_can_also_when_it_takes_the_place_of_another(instant, open_page):
    page = open_page(instant)
    page.add_init_script(VIOLATIONS + TRIPWIRE)
    page.goto(page.base + "questions/")
    page.evaluate("window.stays = true")
    page.locator("[data-qb-finder] tbody th a").first.click()
    page.wait_for_url("**/questions/*/")
    status = page.locator("[data-qb-status]")
    expect(status).to_be_visible()
    expect(page.locator("head link[href$='/question.css']")).to_have_count(1)
    status.get_by_label("Done").check(force=True)
    page.go_back()
    page.wait_for_url("**/questions/")
    expect(page.locator("[data-qb-finder] .qb-mark")).to_have_count(1)
    titles = page.locator("[data-qb-finder] tbody th a")
    in_order = sorted(titles.all_text_contents(), key=str.casefold)
    page.locator(".qb-tools__sort").select_option("title")
    page.wait_for_url("**/questions/?sort=title")
    expect(titles).to_have_text(in_order)
    page.get_by_role("link", name="alert('title')").click()
    page.wait_for_url("**/questions/hostile/")
    expect(page.locator("h1")).to_contain_text("<script>")
    page.keyboard.press("r")
    expect(page.locator("details#answer .qb-reveal__body")).to_be_visible()
    assert page.evaluate("[window.stays, window.tripped, window.violations]") == [True, [], []]


def test_what_leads_to_another_page_does_not_cover_it(instant, open_page):
    page = open_page(instant, "questions/")
    page.evaluate("window.stays = true")
    page.locator(".qb-tools__filter").click()
    page.locator(".qb-finder--open > .qb-panel").wait_for()
    page.keyboard.press("Control+k")
    page.locator(".qb-dialog__input").fill("alert")
    page.get_by_role("option", name="alert('title')").click()
    page.wait_for_url("**/questions/hostile/")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.set_viewport_size({"width": 500, "height": 900})  # the filters of the page before are no sheet on this one
    page.locator("article .qb-crumbs a").first.click()
    page.wait_for_url(page.base)
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator(".qb-ask").click()
    expect(page.locator(".qb-search")).to_be_visible()
    assert page.evaluate("window.stays")
