"""Long lists become pages of fifty rows, each of which is linked."""

from itertools import pairwise
from urllib.parse import urldefrag, urljoin

import pytest
from tests.builders import Html, bank, pages, planned, question, renderer

from qbank.checks.pages import Published
from qbank.rules import run
from qbank.tables import SIZE, Listing


def listing(count):
    return Listing(address="tags/x/", title="Questions: x", preset="tag=x", questions=range(count), row=lambda n: n)


def test_every_question_is_on_one_page():
    found = listing(2 * SIZE + 1)
    assert found.last == 3
    assert [row for number in (1, 2, 3) for row in found.table(number).rows] == list(range(2 * SIZE + 1))
    assert [found.table(number).start for number in (1, 2, 3)] == [1, 51, 101]


@pytest.mark.parametrize(("count", "last"), [(0, 1), (1, 1), (SIZE, 1), (SIZE + 1, 2)])
def test_a_page_is_begun_when_it_is_needed(count, last):
    assert listing(count).last == last
    assert bool(listing(count).table().pages) == (last > 1)


def test_pages_know_the_ones_before_and_after():
    first, middle, last = (listing(150).table(number) for number in (1, 2, 3))
    assert (first.previous, first.next.address) == (None, "tags/x/page/2/")
    assert (middle.previous.address, middle.next.address) == ("tags/x/", "tags/x/page/3/")
    assert (last.previous.address, last.next) == ("tags/x/page/2/", None)


def test_each_page_of_ten_thousand_questions_is_one_click_from_the_first():
    table = listing(10_000).table()
    assert [link.address for link in table.pages] == ["tags/x/", *(f"tags/x/page/{n}/" for n in range(2, 201))]


def test_the_pages_of_a_huge_list_are_linked_in_steps():
    links = [int(link.text) for link in listing(1_000_000).table(1_234).pages]
    assert len(links) <= 203
    assert {1, 1_234, 20_000} <= set(links)
    assert max(after - before for before, after in pairwise(links)) == 100


def a_bank_of(count):
    return bank(
        *(
            question(
                f"question-{number:04}",
                ("evaluation", "ml/trees")[number % 2],
                title=f"What is the answer to number {number}?",
                tags=[f"tag-{number % 3}"],
                companies=[{"company": "deepmind", "source": "report", "round": "onsite", "role": "data-scientist"}],
            )
            for number in range(count)
        )
    )


def test_lists_of_every_kind_have_pages():
    found = set(pages(a_bank_of(301)))
    lists = ("questions", "companies/google", "companies/deepmind", "difficulty/medium", "roles/data-scientist")
    for address in (*lists, "rounds/onsite"):
        assert f"{address}/page/7/" in found, address
        assert f"{address}/page/8/" not in found, address
    assert {"topics/ml/page/3/", "topics/ml/trees/page/3/", "tags/tag-1/page/2/"} <= found
    assert not any(address.startswith("topics/empty/page") for address in found)


def test_a_further_page_shows_its_rows_and_leads_on_and_back():
    own = a_bank_of(120)
    page = pages(own)["companies/deepmind/page/2/"]
    html = Html(renderer(own).article(page))
    assert page.title == "Google DeepMind interview questions, page 2"
    assert html.headings == ["Google DeepMind interview questions"]
    assert "51–100 of 120 questions" in html.text
    rels = {attributes.get("rel"): attributes["href"] for name, attributes in html.elements if name == "a"}
    assert (rels["prev"], rels["next"]) == ("../../", "../3/")
    (current,) = [attributes["href"] for name, attributes in html.elements if "aria-current" in attributes]
    assert current == "./"


def test_every_question_is_three_clicks_from_home_without_a_script():
    """And on the way no page has so many elements that with the frame and a toolbar they would be over 1,500."""
    own = a_bank_of(520)
    plan = planned(own)
    by_address = {page.address: page for page in plan.pages}
    article = renderer(own).article
    reached, frontier = {""}, {""}
    for _ in range(3):
        following = set()
        for address in frontier:
            if address in by_address and not address.startswith("questions/question-"):
                html = Html(article(by_address[address]))
                assert len(html.elements) <= 1_150, address
                following |= {target(address, link) for link in html.links}
        frontier = following - reached
        reached |= following
    assert {f"questions/{found.id}/" for found in own.questions} <= reached


def target(address, link):
    return urldefrag(urljoin(f"https://site.example/{address}", link)).url.removeprefix("https://site.example/")


def test_a_topic_on_the_address_of_a_page_is_reported():
    topics = [{"id": id, "name": id} for id in ("evaluation", "evaluation/page", "evaluation/page/2")]
    own = bank(*(question(f"question-{number}") for number in range(60)), topics=topics)
    (found,) = run(Published(planned(own), frozenset()))
    assert (found.code, found.message) == ("QB401", "the address `/topics/evaluation/page/2/` is already taken")
    assert found.at.path == "questions/topics.yml"
