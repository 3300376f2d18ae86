"""Search, filters, keys and status in a real browser, by keyboard and at the width of a desk and of a phone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
COMPLETE = """() => {
  const said = document.querySelector('.qb-active__count strong')?.textContent.replace(/\\D/g, '');
  const page = /Page (\\d+) of/.exec(document.querySelector('.qb-pages')?.textContent ?? '')?.[1] ?? 1;
  const rows = document.querySelectorAll('.qb-table tbody tr').length;
  return said === undefined || rows === Math.max(0, Math.min(50, said - 50 * (page - 1)));
}"""
"""The table has all the rows of its page: those out of sight come a moment later."""
INDEX = "**/assets/qbank/index.json"
RESULTS = ".qb-search[open] [role=option]"
TODAY = """Date = class extends Date {
  constructor(...given) { given.length ? super(...given) : super("2026-11-25T12:00:00Z"); }
};"""
"""The day of the tests for scripts that ask for it; clocks that count seconds go on."""
SIZES = pytest.mark.parametrize("width", [1280, 360], ids=["desk", "phone"])


def search_for(page, words: str, key: str = "/") -> None:
    """Opens the search by its key, and types."""
    page.keyboard.press(key)
    page.locator(".qb-search[open]").wait_for()
    page.keyboard.type(words)


def with_broken_index(page) -> None:
    """Loads the page again such that its index is none; only what a new document asks for is surely answered by us."""
    page.route(INDEX, lambda route: route.fulfill(body="{}", content_type="application/json"))
    page.reload()


def chosen(page) -> str:
    """The text of the result that Enter opens."""
    return page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.innerText ?? ''"
    )


def wait_for_choice(page, text: str) -> None:
    page.wait_for_function(
        "text => (document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))"
        "?.innerText ?? '').includes(text)",
        arg=text,
    )


def titles(page) -> list[str]:
    page.wait_for_function(COMPLETE)
    return page.locator(".qb-table tbody th a").all_inner_texts()


def count(page) -> int:
    """How many questions the table says that there are."""
    text = page.locator(".qb-active__count strong").inner_text()
    return int(text.split()[0].replace(",", ""))


# --- search -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("roc auc", "What do the ROC curve and AUC measure"),
        ("precison recal", "When do you optimise precision, recall or F1?"),
        ("decision tree random forest", "Why does a random forest beat a single decision tree?"),
        ("detect overfiting", "How do you detect overfitting"),
    ],
)
def test_a_question_is_found_as_one_types_and_enter_opens_it(our_site, open_page, words, title):
    page = open_page(our_site)
    search_for(page, words)
    wait_for_choice(page, title)
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/*/")
    assert title in page.locator("h1").inner_text()


def test_results_say_topic_difficulty_and_companies(our_site, open_page):
    page = open_page(our_site)
    search_for(page, "roc curve auc")
    wait_for_choice(page, "ROC")
    said = chosen(page)
    assert "Medium" in said
    assert "Evaluation" in said
    assert "Google" in said


def test_a_company_is_found_by_its_alias_and_its_page_comes_first(our_site, open_page):
    page = open_page(our_site)
    search_for(page, "Facebook")
    wait_for_choice(page, "Meta")
    page.keyboard.press("Enter")
    page.wait_for_url("**/companies/meta/")


def test_the_search_is_a_combobox_in_a_named_dialog_and_gives_the_focus_back(our_site, open_page):
    page = open_page(our_site, "questions/roc-auc/")
    button = page.get_by_role("button", name="Search questions")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Search questions, companies and topics")
    dialog.wait_for()
    field = page.get_by_role("combobox", name="Search questions, companies and topics")
    assert field.evaluate("element => element === document.activeElement")
    assert field.get_attribute("aria-expanded") == "false"
    page.keyboard.type("trees")
    page.locator(RESULTS).first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    first = chosen(page)
    page.keyboard.press("ArrowDown")
    second = chosen(page)
    assert first != second
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    last = chosen(page)
    assert last not in (first, second)
    assert page.locator(f"{RESULTS}[aria-selected=true]").count() == 1
    assert field.evaluate("element => element === document.activeElement")
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert button.evaluate("element => element === document.activeElement")


def test_what_is_found_is_announced_and_nothing_found_is_said(our_site, open_page):
    page = open_page(our_site)
    search_for(page, "clustering")
    status = page.locator(".qb-search [role=status]")
    status.get_by_text(re.compile(r"^\d+ questions?\.")).wait_for()
    page.locator(".qb-dialog__input").fill("qqqqqq")
    status.get_by_text("No title, company, topic or tag fits “qqqqqq”.").wait_for()
    assert page.locator(RESULTS).count() == 0


def test_all_results_open_in_the_table(our_site, open_page):
    page = open_page(our_site)
    search_for(page, "how do you")
    more = page.get_by_role("option", name=re.compile(r"All \d+ questions in the table"))
    more.wait_for()
    number = int(re.search(r"\d+", more.inner_text())[0])
    more.click()
    page.wait_for_url("**/questions/?q=how%20do%20you")
    page.locator(".qb-active__count").wait_for()
    assert count(page) == number


def test_texts_are_a_group_of_their_own_and_answers_are_in_it_only_when_asked_for(everything, open_page):
    page = open_page(everything)
    search_for(page, "quokka")
    group = page.get_by_role("group", name="In the text")
    group.get_by_role("option", name=re.compile("every single field")).wait_for()
    assert group.locator("mark").first.inner_text().lower() == "quokka"
    page.locator(".qb-search [role=status]", has_text="1 in the text").wait_for()
    page.locator(".qb-dialog__input").fill("aardvark")
    page.locator(".qb-search [role=status]", has_text="No title").wait_for()
    page.wait_for_timeout(600)
    assert page.locator(RESULTS).count() == 0
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    found = page.get_by_role("group", name="In the text, answers included").get_by_role("option")
    found.filter(has_text="in the answer").wait_for()
    found.first.click()
    page.wait_for_url("**/everything-question/#answer")


def test_drafts_are_not_found(everything, open_page):
    page = open_page(everything)
    search_for(page, "draft shown")
    page.locator(".qb-search [role=status]", has_text=re.compile("No title|question")).wait_for()
    assert "draft" not in page.locator(".qb-results").inner_text().lower()


def test_titles_with_markup_are_text(everything, open_page):
    page = open_page(everything)
    search_for(page, "raise")
    page.locator(RESULTS, has_text="<script>alert('q')</script>").first.wait_for()
    page.goto(page.base + "questions/?q=raise")
    page.locator(".qb-table th", has_text="<script>alert('q')</script>").first.wait_for()
    page.goto(page.base + "questions/?company=<img src=x onerror=alert(1)>&q=<b>raise</b>")
    page.locator(".qb-active__unknown", has_text="<img src=x onerror=alert(1)>").wait_for()


@pytest.mark.parametrize("site", ["everything", "everything_flat"])
def test_addresses_are_right_below_a_folder_and_with_file_names(site, request, open_page):
    built = request.getfixturevalue(site)
    page = open_page(built, "" if site == "everything" else "index.html")
    end = "" if site == "everything" else "index.html"
    search_for(page, "every single field")
    wait_for_choice(page, "every single field")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{page.base}questions/everything-question/{end}")
    search_for(page, "companies", key="Control+k")
    wait_for_choice(page, "Companies")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{page.base}companies/{end}")


def test_what_a_search_needs_is_asked_for_when_its_button_goes_down(our_site, open_page):
    page = open_page(our_site, "about/")
    button = page.locator("button[data-qb-search]").first
    button.hover()
    with page.expect_response(INDEX):
        page.mouse.down()
    assert page.locator(".qb-search[open]").count() == 0
    page.mouse.up()
    page.locator(".qb-search[open]").wait_for()


@pytest.mark.parametrize("address", ["", "questions/", "questions/roc-auc/", "companies/google/", "about/"])
def test_nothing_is_fetched_for_search_and_filters_while_neither_is_used(our_site, open_page, address):
    page = open_page(our_site)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.base + address)
    page.wait_for_load_state("networkidle")
    unwanted = r"index\.json|overviews\.json|search|minisearch|pagefind|find\.css|dialog|table\.js|filters"
    assert [url for url in asked if re.search(unwanted, url.removeprefix(page.base))] == []


def test_without_scripts_the_header_leads_to_the_table(our_site, open_page):
    page = open_page(our_site, "about/", java_script_enabled=False)
    page.locator(".md-header a.qb-find").click()
    page.wait_for_url("**/questions/")
    assert page.locator(".qb-tools").is_hidden()
    assert page.locator(".qb-table tbody tr").count() == 50


def test_a_search_that_cannot_be_loaded_says_so_and_offers_the_table(our_site, open_page):
    page = open_page(our_site)
    with_broken_index(page)
    search_for(page, "trees")
    page.locator(".qb-search [role=status]", has_text="could not be loaded").wait_for()
    assert page.get_by_role("link", name="All questions as a table").get_attribute("href") == page.base + "questions/"


@pytest.mark.parametrize(("key", "module"), [("/", "dialog"), ("?", "help")])
def test_a_dialog_whose_script_cannot_be_had_is_said_to_be_missing(our_site, open_page, key, module):
    page = open_page(our_site)
    page.route(f"**/{module}.js", lambda route: route.fulfill(body="throw 1", content_type="text/javascript"))
    page.keyboard.press(key)
    expect(page.locator(".md-dialog")).to_have_text("This could not be loaded. Try again.")


def test_a_place_on_this_page_is_not_covered_by_the_search_that_led_there(our_site, open_page):
    page = open_page(our_site, "questions/roc-auc/")
    search_for(page, "probability that a random positive")
    page.get_by_label("also inside answers").check()
    page.locator(f"{RESULTS}[href$='/questions/roc-auc/#answer']").click(modifiers=["Control"])
    assert page.locator(".qb-search").is_visible()
    page.locator(f"{RESULTS}[href$='/questions/roc-auc/#answer']").click()
    page.wait_for_url("**/questions/roc-auc/#answer")
    expect(page.locator(".qb-search")).to_be_hidden()


def test_words_are_found_while_they_are_composed(our_site, open_page):
    """As an input method composes them, and keyboards of phones do with every word."""
    page = open_page(our_site, "questions/")
    keyboard = page.context.new_cdp_session(page)
    composed = {"text": "boosting", "selectionStart": 8, "selectionEnd": 8}
    page.locator(".qb-tools__words").click()  # which, unlike `focus`, waits until the toolbar is there
    keyboard.send("Input.imeSetComposition", composed)
    page.wait_for_url("**/questions/?q=boosting")
    keyboard.send("Input.insertText", {"text": "boosting"})
    page.locator("h1").click()
    search_for(page, "")
    keyboard.send("Input.imeSetComposition", composed)
    wait_for_choice(page, "Boosting")


@SIZES
def test_a_word_without_end_does_not_widen_the_page(our_site, open_page, width):
    page = open_page(our_site, f"questions/?q={'x' * 500}", width=width)
    page.locator(".qb-empty").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    search_for(page, "y" * 500)
    page.locator(".qb-search [role=status]", has_text="No title").wait_for()
    assert page.locator(".qb-search").evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chosen_result_and_found_words_are_seen_where_colours_are_forced(our_site, open_page, scheme):
    page = open_page(our_site, forced_colors="active", color_scheme=scheme)
    search_for(page, "boosting")
    wait_for_choice(page, "Boosting")
    assert (
        page.locator(f"{RESULTS}[aria-selected=true]").evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    )
    assert (
        page.locator(f"{RESULTS}[aria-selected=false]").first.evaluate("one => getComputedStyle(one).outlineStyle")
        == "none"
    )
    colours = "mark => [mark, mark.parentElement].map(one => getComputedStyle(one).color)"
    word, around = page.locator(f"{RESULTS} mark").first.evaluate(colours)
    assert word == around


# --- keys and palette ---------------------------------------------------------------------------------------------


def test_keys_lead_on_and_back_and_reveal_the_answer(our_site, open_page):
    page = open_page(our_site, "topics/evaluation/")
    page.goto(page.base + page.locator(".qb-table th a").first.get_attribute("href").replace("../../", ""))
    first = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url != first)
    page.keyboard.press("k")
    page.wait_for_url(first)
    answer = page.locator("details#answer")
    page.keyboard.press("r")
    page.locator("details#answer[open]").wait_for()
    page.keyboard.press("r")
    page.locator("details#answer:not([open])").wait_for()
    assert answer.locator("summary").evaluate("element => element === document.activeElement")


def test_a_key_that_is_held_is_pressed_once(our_site, open_page):
    page = open_page(our_site, "questions/roc-auc/")
    for _ in range(4):  # without a release, as a keyboard repeats it
        page.keyboard.down("r")
    page.locator("details#answer[open]").wait_for()
    page.keyboard.up("r")
    page.keyboard.press("r")
    page.locator("details#answer:not([open])").wait_for()


def test_keys_do_nothing_while_one_types_or_holds_another_key(our_site, open_page):
    page = open_page(our_site, "questions/")
    page.locator(".qb-tools__words").click()
    page.keyboard.type("/?nrdf")
    assert page.locator("dialog[open]").count() == 0
    assert page.locator(".qb-tools__words").input_value() == "/?nrdf"
    page.locator("h1").click()
    for chord in ("Alt+/", "Control+Shift+?"):
        page.keyboard.press(chord)
    assert page.locator("dialog[open]").count() == 0


@pytest.mark.parametrize(
    ("address", "control"), [("questions/roc-auc/", ".qb-status input:checked"), ("questions/", ".qb-tools__sort")]
)
def test_the_focus_is_seen_before_search_and_filters_were_used(our_site, open_page, address, control):
    page = open_page(our_site, address)
    page.locator(".qb-status:not([hidden]), .qb-tools:not([hidden])").wait_for()
    page.keyboard.press("Tab")
    page.locator(control).focus()
    page.wait_for_function("getComputedStyle(document.activeElement).outlineStyle === 'solid'")


def test_the_search_opens_again_at_once_after_it_was_closed(our_site, open_page):
    page = open_page(our_site)
    search_for(page, "trees")
    # Nothing else had the focus: until the next frame the field of the closed dialog keeps it, and has the key.
    page.evaluate(
        """() => {
          const field = document.activeElement;
          document.querySelector(".qb-search").close();
          field.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true }));
        }"""
    )
    page.locator(".qb-search[open]").wait_for()


def test_the_help_sheet_says_the_keys_and_turns_single_ones_off(our_site, open_page):
    page = open_page(our_site, "questions/roc-auc/")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    sheet.wait_for()
    assert "Reveal or close the answer" in sheet.inner_text()
    sheet.get_by_label("Single keys act").press("Space")
    sheet.get_by_text("Single keys are off").wait_for()
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    for key in "/?rn":
        page.keyboard.press(key)
    page.reload()
    page.keyboard.press("/")
    page.keyboard.press("Control+k")
    page.locator(".qb-search[open]").wait_for()
    assert page.url.endswith("/roc-auc/")
    assert page.locator("details#answer[open], .qb-help[open]").count() == 0


def test_the_palette_finds_actions_pages_and_questions(our_site, open_page):
    page = open_page(our_site, "questions/roc-auc/")
    search_for(page, "dark", key="Control+k")
    wait_for_choice(page, "Light, dark")
    page.keyboard.press("Enter")
    page.wait_for_function("document.body.getAttribute('data-md-color-media') !== '(prefers-color-scheme)'")
    search_for(page, "google deepmind", key="Control+k")
    wait_for_choice(page, "Google DeepMind")
    page.keyboard.press("Enter")
    page.wait_for_url("**/companies/google-deepmind/")
    search_for(page, "random", key="Control+k")
    page.get_by_role("option", name="Random question").click()
    page.wait_for_url(re.compile(r"/questions/[a-z0-9-]+/$"))


# --- filters ------------------------------------------------------------------------------------------------------


def large_index(count: int = 10_000) -> str:
    """An index of so many questions: what the question at each number has follows from the number."""

    def encoded(numbers) -> str:
        return "".join(chr(35 + number + (35 + number >= 92)) for number in numbers)

    rows = range(count)
    two = [offset for row in rows for offset in (row, row * 7 + 3)]
    return json.dumps(
        {
            "version": 1,
            "state": "large",
            "companies": [["google", "Google", [], -1], ["google-deepmind", "Google DeepMind", [], 0]]
            + [[f"company-{number}", f"Company {number}", [], -1] for number in range(58)],
            "topics": [["ml", "Learning", []], ["ml/evaluation", "Evaluation", []], ["data", "Data", []]],
            "tags": [[f"tag-{number}", f"Tag {number}", []] for number in range(80)],
            "roles": [["data-scientist", "Data scientist", ["DS"]], ["engineer", "Engineer", []]],
            "rounds": [["onsite", "Onsite", []], ["phone", "Phone", []]],
            "sources": [["report", "A report"]],
            "newest": 12 * 56 + 10,
            "ids": [f"question-{row}" for row in rows],
            "titles": [f"What does method {row % 997} do in case {row}?" for row in rows],
            "difficulty": encoded(row // 3 % 3 for row in rows),
            "completeness": encoded(row // 5 % 3 for row in rows),
            "topic": encoded(row % 3 for row in rows),
            "tag_counts": encoded(2 for _ in rows),
            "tag": encoded(number for row in rows for number in (row % 80, (row % 80 + 1 + row % 7) % 80)),
            "role_counts": encoded(1 for _ in rows),
            "role": encoded(row // 7 % 2 for row in rows),
            "sighting_counts": encoded(2 for _ in rows),
            "sighting_company": encoded(offset % 60 for offset in two),
            "sighting_source": encoded(int(offset % 5 > 0) for offset in two),
            "sighting_seen": encoded(1 + offset % 40 for offset in two),
            "sighting_precision": encoded(1 for _ in two),
            "sighting_role": encoded(0 for _ in two),
            "sighting_round": encoded(offset % 3 for offset in two),
        }
    )


@pytest.fixture(params=["our bank", "10,000 questions"])
def questions_page(request, our_site, open_page):
    """Opens the page of all questions, of our bank or of a large one, in November 2026."""

    def open_(width: int):
        page = open_page(our_site, "about/", width=width)
        page.add_init_script(TODAY)
        if request.param != "our bank":
            page.route(INDEX, lambda route: route.fulfill(body=large_index(), content_type="application/json"))
        page.goto(page.base + "questions/")
        return page

    open_.large = request.param != "our bank"
    return open_


def tick(page, group: str, choice: str) -> int:
    """Ticks a choice by keyboard, opening its group and its whole list where need be; returns its count."""
    section = page.locator("details.qb-facet", has=page.locator("summary", has_text=re.compile(f"^{group}")))
    if section.get_attribute("open") is None:
        section.locator("summary").press("Enter")
    box = section.get_by_label(re.compile(rf"^{choice}\s*[\d,]*$"))
    if not box.is_visible():
        section.get_by_role("button", name=re.compile("Show all")).press("Enter")
        page.keyboard.type(choice[:6])
    number = int(box.locator("xpath=..").locator(".qb-choice__count").inner_text().replace(",", ""))
    box.press("Space")
    return number


@SIZES
def test_the_sentence_that_filters_are_for(questions_page, width):
    """Which questions did Google ask data scientists about evaluation in the last year, medium, that I have not done?"""
    page = questions_page(width)
    page.locator(".qb-tools").wait_for()
    page.locator(".qb-tools__filter").press("Enter")
    page.locator(".qb-panel").wait_for()
    sheet = page.locator("dialog.qb-sheet[open]")
    assert sheet.count() == (1 if width == 360 else 0)
    for group, choice in (
        ("Company", "Google"),
        ("Role", "Data scientist"),
        ("Topic", "Evaluation"),
        ("Difficulty", "Medium"),
        ("My status", "To do"),
        ("Last reported", "12 months"),
    ):
        number = tick(page, group, choice)
        page.wait_for_function(
            "number => +document.querySelector('.qb-active__count strong').textContent.split(' ')[0].replace(',', '') === number",
            arg=number,
        )
    assert page.url.endswith(
        "/questions/?company=google&topic=" + ("ml/" if questions_page.large else "") + "evaluation"
        "&difficulty=medium&role=data-scientist&seen=12m&status=todo"
    )
    if width == 360:
        page.keyboard.press("Escape")
        sheet.wait_for(state="hidden")
    if questions_page.large:
        titles(page)
        assert 0 < count(page) == page.locator(".qb-table tbody tr").count() <= 50
        assert page.locator(".qb-table tbody tr", has_text="Google").count() == count(page)
    else:
        # None of our sources says when: the way out is offered.
        assert count(page) == 0
        page.get_by_role("button", name=re.compile("Without Last reported: 12 months: ")).press("Enter")
        titles(page)
        assert count(page) == page.locator(".qb-table tbody tr").count() > 0
        assert "seen" not in page.url
        assert set(page.locator(".qb-table__level").all_inner_texts()) == {"Medium"}
        assert set(page.locator(".qb-table__topic").all_inner_texts()) == {"Evaluation"}
    # What was found last is what the address brings back, also for somebody else.
    shown, address = titles(page), page.url
    page.goto(page.base + "about/")
    page.goto(address)
    page.locator(".qb-active__count").wait_for()
    assert titles(page) == shown


def test_back_and_forward_walk_through_the_states(our_site, open_page):
    page = open_page(our_site, "questions/")
    every = titles(page)
    page.locator(".qb-tools__filter").click()
    tick(page, "Difficulty", "Hard")
    hard = titles(page)
    page.locator(".qb-tools__sort").select_option("title")
    by_title = titles(page)
    assert len({tuple(every), tuple(hard), tuple(by_title)}) == 3
    page.go_back()
    assert titles(page) == hard
    page.go_back()
    assert titles(page) == every
    assert not page.get_by_label(re.compile("^Hard")).is_checked()
    page.go_forward()
    assert titles(page) == hard
    assert page.get_by_label(re.compile("^Hard")).is_checked()


def test_a_step_back_takes_the_words_from_the_field_that_has_the_focus(our_site, open_page):
    page = open_page(our_site, "questions/")
    words = page.locator(".qb-tools__words")
    words.fill("boosting")
    page.wait_for_url("**/questions/?q=boosting")
    page.go_back()
    expect(words).to_have_value("")
    expect(words).to_be_focused()
    page.go_forward()
    expect(words).to_have_value("boosting")


def test_words_sent_at_once_are_a_step_of_their_own(our_site, open_page):
    page = open_page(our_site, "questions/")
    words = page.locator(".qb-tools__words")
    words.fill("boosting")
    words.press("Enter")
    page.wait_for_url("**/questions/?q=boosting")
    words.fill("trees")
    page.wait_for_url("**/questions/?q=trees")
    page.go_back()
    expect(words).to_have_value("boosting")


def test_words_that_no_company_has_are_said_to_find_nothing(our_site, open_page):
    page = open_page(our_site, "questions/")
    page.locator(".qb-tools__filter").click()
    group = page.locator(".qb-facet").first
    group.get_by_role("button", name=re.compile("Show all")).click()
    group.get_by_role("textbox").fill("nobody of that name")
    expect(group.get_by_role("status")).to_have_text("Nothing has that name.")
    group.get_by_role("textbox").fill("")
    expect(group.get_by_role("status")).to_be_empty()


def test_the_key_that_opens_the_filters_closes_them_and_the_focus_stays_near(our_site, open_page):
    page = open_page(our_site, "questions/")
    page.locator(".qb-tools").wait_for()
    page.keyboard.press("f")
    expect(page.locator(".qb-panel summary").first).to_be_focused()
    page.keyboard.press("f")
    expect(page.locator(".qb-panel")).to_be_hidden()
    expect(page.locator(".qb-tools__filter")).to_be_focused()


def test_filters_stay_open_when_a_phone_is_turned(our_site, open_page):
    page = open_page(our_site, "questions/", width=500)
    page.locator(".qb-tools__filter").click()
    page.locator(".qb-sheet[open] .qb-panel").wait_for()
    page.evaluate("document.querySelector('.qb-sheet').addEventListener('close', () => (window.told = true))")
    page.set_viewport_size({"width": 1280, "height": 500})
    page.wait_for_function("window.told")
    expect(page.locator(".qb-finder--open > .qb-panel")).to_be_visible()
    page.set_viewport_size({"width": 500, "height": 900})
    page.locator(".qb-sheet[open] .qb-panel").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".qb-panel")).to_be_hidden()


def test_filters_can_be_chosen_on_a_screen_that_is_magnified_four_times(our_site, open_page):
    page = open_page(our_site, "questions/", width=320)
    page.set_viewport_size({"width": 320, "height": 225})
    page.locator(".qb-tools__filter").click()
    expect(page.locator(".qb-sheet .qb-choice").nth(1)).to_be_in_viewport(ratio=1)


def test_rows_that_the_script_writes_are_those_of_the_build(our_site, open_page):
    rows = "all => all.map(row => row.outerHTML.replace(/ href=\"[^\"]*\"/g, '').replace(/>\\s+</g, '><').replace(/\\s+/g, ' '))"
    links = "all => all.map(link => link.href)"
    for address in ("questions/", "companies/google/", "topics/evaluation/", "tags/boosting/"):
        page = open_page(our_site, address)
        table = page.locator(".qb-table tbody tr")
        before = table.evaluate_all(rows), page.locator(".qb-table tbody a").evaluate_all(links)
        first = titles(page)
        page.locator(".qb-tools__sort").select_option("title")
        page.locator(".qb-active__count").wait_for()
        assert titles(page) != first
        page.locator(".qb-tools__sort").select_option("")
        assert titles(page) == first
        page.wait_for_function("document.querySelector('.qb-table__overview')")
        after = table.evaluate_all(rows), page.locator(".qb-table tbody a").evaluate_all(links)
        assert after == before, address


def test_the_page_of_a_company_is_filtered_within_it_and_can_be_widened(our_site, open_page):
    page = open_page(our_site, "companies/google/?difficulty=hard")
    page.locator(".qb-active__count").wait_for()
    within = count(page)
    assert set(page.locator(".qb-table__level").all_inner_texts()) == {"Hard"}
    assert page.locator("details.qb-facet summary", has_text="Company").count() == 0
    page.get_by_role("link", name="Search the whole bank").click()
    page.wait_for_url("**/questions/?difficulty=hard")
    page.locator(".qb-active__count").wait_for()
    assert count(page) > within


def test_chips_take_filters_away_and_the_focus_stays_near(our_site, open_page):
    page = open_page(our_site, "questions/?company=google,meta&difficulty=hard&q=learning")
    page.locator(".qb-active__count").wait_for()
    assert page.locator(".qb-active__chips button").all_text_contents() == [
        "Company: Google✕",
        "Company: Meta✕",
        "Difficulty: Hard✕",
        "Words: learning✕",
        "Clear all",
    ]
    page.get_by_role("button", name="Remove Company: Meta").press("Enter")
    assert page.url.endswith("?company=google&difficulty=hard&q=learning")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Remove Difficulty: Hard"
    page.get_by_role("button", name="Clear all").press("Enter")
    assert page.url.endswith("/questions/")
    assert page.locator(".qb-tools__words").input_value() == ""
    assert page.evaluate("document.activeElement.matches('.qb-active__count')")


def test_what_the_address_asks_for_in_vain_is_said(our_site, open_page):
    page = open_page(our_site, "questions/?company=nobody&difficulty=easy")
    page.locator(".qb-active__unknown", has_text="company “nobody”").wait_for()
    assert set(page.locator(".qb-table__level").all_inner_texts()) == {"Easy"}


def test_words_sort_pages_and_chance_work_on_the_table(our_site, open_page):
    page = open_page(our_site, "questions/")
    page.locator(".qb-tools__words").fill("boosting")
    page.wait_for_url("**/questions/?q=boosting")
    page.locator(".qb-table th", has_text="XGBoost").first.wait_for()
    assert count(page) < 20
    page.locator(".qb-tools__words").fill("")
    page.wait_for_url(re.compile(r"/questions/$"))
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**/questions/?page=2")
    titles(page)
    assert page.locator(".qb-table tbody tr").count() == 50
    assert page.get_by_text("Page 2 of 4").is_visible()
    page.locator(".qb-tools__sort").select_option("title")
    page.wait_for_url("**/questions/?sort=title")
    found = titles(page)
    assert found == sorted(found, key=str.casefold)
    page.goto(page.base + "questions/?tag=calibration")
    page.locator(".qb-active__count").wait_for()
    titles(page)
    some = page.locator(".qb-table tbody tr").evaluate_all("rows => rows.map(row => row.dataset.id)")
    page.get_by_role("button", name="Random").click()
    page.wait_for_url(re.compile(r"/questions/[a-z0-9-]+/$"))
    assert page.url.rstrip("/").rpartition("/")[2] in some


def test_filters_that_cannot_be_loaded_say_so_leave_the_table_and_try_again(our_site, open_page):
    page = open_page(our_site, "questions/")
    before = titles(page)
    with_broken_index(page)
    page.locator(".qb-tools__filter").click()
    page.locator(".qb-finder__message", has_text="could not be loaded").wait_for()
    assert titles(page) == before
    page.get_by_role("button", name="Try again").press("Enter")
    expect(page.locator(".qb-tools__filter")).to_be_focused()
    page.unroute(INDEX)
    page.reload()
    page.locator(".qb-tools__filter").click()
    page.locator(".qb-panel").wait_for()


def test_the_document_never_holds_more_than_one_slice_of_rows(our_site, open_page):
    page = open_page(our_site, "about/")
    page.route(INDEX, lambda route: route.fulfill(body=large_index(), content_type="application/json"))
    page.goto(page.base + "questions/?sort=newest&page=150")
    page.locator(".qb-active__count strong", has_text="10,000 questions").wait_for()
    titles(page)
    assert page.locator(".qb-finder tr").count() == 51
    assert page.get_by_text("Page 150 of 200").is_visible()


# --- my status ----------------------------------------------------------------------------------------------------


def test_a_question_marked_as_done_is_marked_in_lists_and_can_be_left_out(our_site, open_page):
    page = open_page(our_site, "questions/roc-auc/")
    page.get_by_label("Done").check()
    page.goto(page.base + "topics/evaluation/")
    page.locator("tr[data-id=roc-auc] .qb-mark", has_text="Done").wait_for()
    page.goto(page.base + "topics/evaluation/?status=todo")
    page.locator(".qb-active__count").wait_for()
    assert page.locator("tr[data-id=roc-auc]").count() == 0
    page.goto(page.base + "questions/?status=done")
    page.locator("tr[data-id=roc-auc] .qb-mark").wait_for()
    assert count(page) == 1
    assert json.loads(page.evaluate("localStorage['qbank.progress.v1']"))["roc-auc"]["status"] == "done"


def test_a_mark_that_is_made_by_a_key_is_said(our_site, open_page):
    page = open_page(our_site, "questions/roc-auc/")
    page.locator("[data-qb-status]:not([hidden])").wait_for()
    page.keyboard.press("d")
    expect(page.locator(".qb-status").get_by_role("status")).to_have_text("My status: Done")
    expect(page.locator(".md-dialog")).to_have_text("My status: Done")
    page.get_by_label("Again").check()
    expect(page.locator(".qb-status").get_by_role("status")).to_be_empty()


def test_another_tab_follows_a_change_of_status(our_site, open_page):
    page = open_page(our_site, "questions/roc-auc/")
    other = page.context.new_page()
    other.goto(page.base + "topics/evaluation/")
    page.keyboard.press("g")
    other.locator("tr[data-id=roc-auc] .qb-mark", has_text="Again").wait_for()
    page.get_by_label("To do").check()
    other.locator("tr[data-id=roc-auc] .qb-mark").wait_for(state="detached")


def test_a_browser_that_keeps_nothing_is_said_to_forget(our_site, open_page):
    page = open_page(our_site, "about/")
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
    page.goto(page.base + "questions/roc-auc/")
    page.get_by_label("Done").check()
    page.locator(".qb-status__message", has_text="forgotten").wait_for()
    assert page.get_by_label("Done").is_checked()


@pytest.mark.parametrize("kept", ["[1]", "null", '"x"', "{", '{"roc-auc": null}', '{"roc-auc": {"status": "<b>"}}'])
def test_what_else_stands_in_the_browser_harms_nothing(our_site, open_page, kept):
    page = open_page(our_site, "about/")
    page.evaluate("text => localStorage.setItem('qbank.progress.v1', text)", kept)
    page.goto(page.base + "questions/?status=todo&tag=roc")
    page.locator(".qb-active__count").wait_for()
    page.goto(page.base + "questions/roc-auc/")
    page.get_by_role("radio", name="To do", checked=True).wait_for()


# --- all states ---------------------------------------------------------------------------------------------------


def states(page):
    """Puts the page into each state in turn, and yields its name."""
    page.goto(page.base + "questions/roc-auc/")
    page.locator(".qb-status").wait_for()
    yield "question"
    search_for(page, "facebook boosting")
    page.locator(RESULTS).first.wait_for()
    yield "search open"
    page.locator(".qb-dialog__input").fill("classifier threshold")
    page.get_by_role("group", name="In the text").get_by_role("option").first.wait_for()
    yield "texts found"
    page.locator(".qb-dialog__input").fill("qqqqqq")
    page.locator(".qb-search", has_text="No title").wait_for()
    yield "nothing found"
    page.keyboard.press("Escape")
    search_for(page, "", key="Control+k")
    yield "palette"
    page.keyboard.press("Escape")
    page.locator(".qb-search[open]").wait_for(state="hidden")
    page.keyboard.press("?")
    page.locator(".qb-help[open]").wait_for()
    yield "help"
    page.goto(page.base + "questions/")
    page.locator(".qb-tools").wait_for()
    yield "list"
    page.locator(".qb-tools__filter").click()
    page.locator(".qb-panel").wait_for()
    page.evaluate("document.querySelectorAll('.qb-facet').forEach(group => group.open = true)")
    yield "filters open"
    page.goto(page.base + "companies/google/?difficulty=hard&q=learning")
    page.locator(".qb-active__count").wait_for()
    yield "filtered company"
    page.goto(page.base + "questions/?company=google&seen=3m&difficulty=hard&tag=boosting&company=nobody")
    page.locator(".qb-empty").wait_for()
    yield "empty result"


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_state_has_a_fault_that_axe_knows_or_is_too_wide(our_site, open_page, scheme, width):
    if not AXE.is_file():
        pytest.skip("axe-core needs `npm ci`")
    page = open_page(our_site, width=width, color_scheme=scheme, reduced_motion="reduce")
    faults = []
    for name in states(page):
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        faults += [f"{name}: {fault['id']}: {node['html'][:140]}" for fault in found for node in fault["nodes"][:3]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{name} is too wide")
    assert not faults, "\n".join(faults)


def test_paper_has_neither_toolbar_nor_filters(our_site, open_page):
    page = open_page(our_site, "questions/?difficulty=hard")
    page.locator(".qb-active__count").wait_for()
    page.emulate_media(media="print")
    assert page.locator(".qb-tools, .qb-panel, .qb-active, .md-header").evaluate_all(
        "all => all.every(one => !one.checkVisibility())"
    )
    assert page.locator(".qb-table tbody tr").first.is_visible()
