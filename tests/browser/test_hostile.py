"""The hostile cases through the real build, in a real browser: nothing acts, and the page around each is whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.builders import REQUIRED
from tests.builders import written as written_as_yaml
from tests.conftest import BANKS, Built, Project
from tests.hostile.corpus import Case, cases

import qbank.checks  # noqa: F401 - registers the checks
from qbank.parse import parse_question
from qbank.rules import MOST_IN_A_FILE, RULES, run
from qbank.source import Source

pytestmark = pytest.mark.browser

FAULTS = Path(__file__).with_name("hostile.js").read_text("utf-8")
TRIPWIRE = """
window.tripped = [];
for (const name of ["alert", "confirm", "prompt", "print", "open", "fetch"]) {
  const before = window[name];
  window[name] = (...rest) => {
    if (name === "fetch" && new URL(rest[0]?.url ?? rest[0], location).host === location.host) return before(...rest);
    window.tripped.push(name);
  };
}
"""
MOST_OF_A_PAGE = 20_000


def files() -> dict[str, str]:
    """The question files that hold all cases which a bank can have: many texts a page, one title or overview a page."""
    found: dict[str, str] = {}
    texts: dict[str, list[list[Case]]] = {}
    for case in cases():
        if parse_question(Source(case.path, case.source))[0] is None:
            continue
        if "question:" in case.text.replace("question:roc-auc", ""):
            continue  # a link to a question that is not there is an error, which no bank may ignore
        if case.kind in ("title", "overview", "mistakes", "reference"):
            fields = json.loads(case.source)
            if case.kind != "title":
                fields["title"] = f"What is {case.kind} number {case.number} of {case.category}?"
            found[f"{case.category}-{case.number}"] = written_as_yaml(fields)
        elif case.kind == "answer" and not (case.category == "resources" and "```" in case.text):
            pages = texts.setdefault(case.category, [[]])
            if (pages[-1] and sum(len(each.text) for each in pages[-1]) + len(case.text) > MOST_OF_A_PAGE) or len(
                pages[-1]
            ) == 20:
                pages.append([])
            pages[-1].append(case)
    for category, pages in texts.items():
        for number, page in enumerate(pages):
            fields = REQUIRED | {
                "title": f"Hostile {category}, page {number}: does any of it act?",
                "prompt": page[0].text if len(page[0].text) < MOST_OF_A_PAGE / 4 else "Does it?",
                "answer": page[-1].text if len(page[-1].text) < MOST_OF_A_PAGE / 4 else "No.",
                "mistakes": list(
                    dict.fromkeys(
                        " ".join(case.text.split()) for case in page if case.text.strip() and len(case.text) < 900
                    )
                ),
                "follow_ups": [{"question": f"Case {case}", "answer": case.text} for case in page],
            }
            found[f"{category}-page-{number}"] = written_as_yaml(
                {name: value for name, value in fields.items() if value}
            )
    return found


@pytest.fixture(scope="session")
def hostile(shared) -> Built:
    """The site of a bank that holds all cases. Read only."""

    def fill(folder: Path) -> None:
        made = Project(Path(shutil.copytree(BANKS / "small", folder)))
        codes = set()
        for id, text in (files() | {"roc-auc": written_as_yaml(REQUIRED)}).items():
            question, wrong = parse_question(Source(f"questions/ml/{id}.yml", text))
            assert question is not None, (id, wrong)
            codes |= {found.code for found in run(question, at_most=MOST_IN_A_FILE)}
            made.write(f"questions/ml/{id}.yml", text)
        ignored = [{"rule": code, "reason": "The bank is hostile by intent."} for code in sorted(codes)]
        assert all(RULES[code].can_be_ignored for code in codes)
        made.write("questions/bank.yml", written_as_yaml({"title": "Hostile", "ignore": ignored}))
        done = made.qbank("build")
        assert done.returncode == 0, (
            "\n".join(line for line in done.stderr.splitlines() if "ERROR" in line) or done.stderr[-3_000:]
        )

    return Built(shared("hostile", fill) / "site")


def test_no_page_with_hostile_texts_acts_or_is_broken(hostile, open_page):
    page = open_page(hostile)
    page.add_init_script(TRIPWIRE)
    page.on("popup", lambda popup: faults.append(f"{page.url} opens {popup.url}"))
    faults: list[str] = []
    expected = files()
    assert len(expected) > 60
    for id, text in expected.items():
        address = page.base + f"questions/{id}/"
        page.goto(address)
        found = page.evaluate(FAULTS)
        found += page.evaluate("window.tripped")
        fields = json.loads(text)
        if page.locator("h1").text_content().strip() != fields["title"].strip():
            found.append(f"the title is {page.locator('h1').text_content()!r}")
        if page.locator("li.qb-follow-up").count() != len(fields.get("follow_ups", ())):
            found.append("a follow-up is missing")
        if page.url != address:
            found.append(f"it leads to {page.url}")
        faults += [f"{id}: {fault}" for fault in found]
    for address in ("", "questions/", "topics/ml/", "tags/estimators/"):
        page.goto(page.base + address)
        faults += [f"/{address}: {what}" for what in page.evaluate("window.tripped")]
    assert faults == []


def test_without_the_sanitiser_nothing_acts_either(hostile, open_page):
    """The writer's output alone, in the frame of a page that was built."""
    from tests.test_fragments import written

    page = open_page(hostile)
    page.add_init_script(TRIPWIRE)
    page.goto(page.base + "questions/roc-auc/")
    texts = [case for case in cases() if case.kind == "answer" and case.category not in ("resources", "yaml")]
    for case in texts:
        wrong = page.evaluate(
            """html => {
              const body = document.querySelector("article .qb-reveal__body");
              const range = document.createRange();
              range.selectNode(body);
              body.replaceChildren(range.createContextualFragment(html)); // unlike innerHTML, this runs scripts
              return [...window.tripped, ...body.querySelectorAll("script, style, iframe, form, img, svg, [onclick], [onerror], [style], [name]")].map(String);
            }""",
            written(case.text),
        )
        assert wrong == [], case
    assert page.url.endswith("questions/roc-auc/")
