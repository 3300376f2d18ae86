"""The hostile cases through the real build, in a real browser: nothing acts, and the page around each is whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.builders import REQUIRED, written
from tests.conftest import BANKS, Built, Project
from tests.hostile.bank import files
from tests.hostile.bank import fill as fill_bank
from tests.hostile.corpus import cases
from tests.test_fragments import written as written_html

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


@pytest.fixture(scope="session")
def hostile(shared) -> Built:
    """The site of a bank that holds all cases. Read only."""

    def fill(folder: Path) -> None:
        made = Project(Path(shutil.copytree(BANKS / "small", folder)))
        made.write("questions/ml/roc-auc.yml", written(REQUIRED))
        fill_bank(made, "ml")
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
            written_html(case.text),
        )
        assert wrong == [], case
    assert page.url.endswith("questions/roc-auc/")
