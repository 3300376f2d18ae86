"""The scripts that the workflows call."""

import re
import shutil
import sys
import types
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.builders import bank, question
from tools import links, pictures, preview, scheduled, version
from tools.pages import Html

from qbank import __version__


def site(folder, **pages):
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html, "utf-8")
    return folder


def test_the_text_of_a_page_is_that_of_its_article():
    html = Html("<nav>menu</nav><article><h1>Title</h1><p>one\n<b>two</b></p><script>no</script></article><p>foot</p>")
    assert html.text == ["Title", "one", "two"]


def test_broken_links_and_places_are_found(tmp_path):
    site(
        tmp_path,
        index='<a href="other.html#here">x</a><a href="other.html#gone">y</a><a href="none/">z</a>',
        other='<p id="here"><a href="https://example.org/">out</a></p>',
    )
    assert list(links.broken(tmp_path)) == [
        "index.html: none/ leads to no file",
        "index.html: other.html#gone leads to no place in other.html",
    ]
    assert links.main(str(tmp_path)) == 1


def test_a_folder_without_a_page_is_no_site(tmp_path):
    assert links.main(str(tmp_path)) == 2


def test_a_preview_shows_what_changed():
    before, after = {"a": ["old"], "b": ["same"], "d": ["away"]}, {"a": ["new"], "b": ["same"], "c": ["more"]}
    changed = preview.changes(before, after, edited={"d"})
    assert changed == ["d", "a", "c"]
    text = preview.summary(changed, before, after, "No pictures.")
    assert text.startswith("### Preview: 3 changed pages\n\nNo pictures.\n")
    assert "<summary>a: changed</summary>\n\n```diff\n-old\n+new\n```" in text
    assert "c: new" in text
    assert "d: removed" in text
    assert "same" not in text


def test_text_of_a_page_does_not_leave_its_fence():
    text = preview.summary(["a", "<b>"], {}, {"a": ["````", "</details>", "::error::owned\x1b[31m"], "<b>": ["x"]})
    assert "\n`````diff\n" in text
    assert "\x1b" not in text
    assert "<b>" not in text
    assert not re.search(r"(?m)^(::|````$|</details>\n```)", text)


def test_a_huge_preview_is_cut():
    pages = {f"q-{number}": ["x" * 5_000] * 500 for number in range(100)}
    text = preview.summary(sorted(pages), {}, pages)
    assert len(text.encode()) < 1_048_576
    assert "And 80 more, in the artifact." in text


def test_pictures_show_a_page_before_and_after(tmp_path):
    pytest.importorskip("playwright.sync_api")
    if not any(map(shutil.which, pictures.PROGRAMS)):
        pytest.skip("there is no Chromium here")
    sites = {when: tmp_path / when for when in ("before", "after")}
    for when, site_folder in sites.items():
        (site_folder / "questions" / "a").mkdir(parents=True)
        text = f"<title>{when}</title><details><p style='height: 3000px'>{when}</p></details><img src=https://evil.example/x>"
        (site_folder / "questions" / "a" / "index.html").write_text(text, "utf-8")
    # Not in this thread, in which the browser of other tests may live: Playwright has one a thread.
    with ThreadPoolExecutor(1) as thread:
        note = thread.submit(pictures.take, sites, ["a", "gone"], tmp_path / "pictures").result()
    assert note.startswith("Pictures, before and after,")
    shot = {path.name: path.read_bytes() for path in (tmp_path / "pictures").glob("*.png")}
    assert sorted(shot) == [f"a-{name}-{when}.png" for name in ("desktop", "phone") for when in ("after", "before")]
    width, height = (int.from_bytes(shot["a-phone-after.png"][at : at + 4]) for at in (16, 20))
    assert (width, height > 3000) == (390, True)
    assert (tmp_path / "pictures" / "index.html").read_text("utf-8").count("<img") == 4


def test_without_a_browser_the_reason_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures.shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "playwright.sync_api", types.SimpleNamespace(sync_playwright=None))
    assert pictures.take({}, ["a"], tmp_path) == "No pictures: there is no Chromium here."
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    assert pictures.take({}, ["a"], tmp_path) == "No pictures: playwright is not installed."


def test_a_base_that_is_an_option_is_refused():
    assert preview.main("--upload-pack=x", "site", "out") == 2


def test_stale_sightings_and_lost_addresses_are_lines_of_harmless_markdown():
    own = bank(
        question("old", companies=[{"company": "google", "source": "report", "seen": "2020-05"}]),
        question("fresh", companies=[{"company": "google", "source": "report", "seen": "2026"}]),
        question("linked", references=[{"title": "A book", "url": "https://example.org/a_b"}]),
    )
    assert list(scheduled.stale(own, "2026-11-25")) == ["`questions/evaluation/old.yml`: last seen 2020-05"]
    found = scheduled.addresses(own)
    assert found["https://example.org/a_b"] == "questions/evaluation/linked.yml"
    (line,) = scheduled.lost({"https://example.org/a": "questions/x.yml"}, lambda _: "answers 404")
    assert line == "`https://example.org/a` answers 404, in `questions/x.yml`"


def test_a_machine_without_a_network_is_one_finding_and_not_one_for_each_address():
    found = {f"https://example.org/{number}": "questions/x.yml" for number in range(3)}
    (line,) = scheduled.lost(found, lambda _: "cannot be reached: URLError")
    assert line.startswith("none of 3 addresses could be reached")
    (line,) = scheduled.lost(found, lambda address: "cannot be reached: URLError" * address.endswith("1"))
    assert line == "`https://example.org/1` cannot be reached: URLError, in `questions/x.yml`"


def test_a_report_counts_its_findings():
    text, number = scheduled.report({"One": ["a", "b"], "Two": []})
    assert number == 2
    assert "### Two\n\nNothing.\n" in text


def test_a_tag_of_another_version_is_refused():
    assert version.main(f"v{__version__}") == version.main("") == 0
    assert version.main("v999") == 1
