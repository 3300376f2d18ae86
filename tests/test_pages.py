"""Which pages a bank becomes, at which addresses, and what each says."""

import pytest
from tests.builders import VOCABULARIES, Html, bank, internal, pages, planned, question, renderer

from qbank.checks.pages import Published
from qbank.history import History
from qbank.pages import Site
from qbank.rules import run


def sighting(company, source="report", **more):
    return {"company": company, "source": source} | more


def context(found, address):
    return found[address].context()


def ids(rows):
    return [row.id for row in rows]


def test_every_kind_of_page_is_at_its_address():
    found = pages(
        bank(
            question(
                "roc-auc",
                "ml/trees",
                roles=["data-scientist"],
                companies=[sighting("deepmind", round="onsite")],
                tags=["cnn", "pca"],
            )
        )
    )
    assert {address for address in found if not address.startswith("contribute/")} == {
        *("", "questions/", "questions/roc-auc/"),
        *("companies/", "companies/google/", "companies/deepmind/"),
        *("topics/", "topics/evaluation/", "topics/ml/", "topics/ml/trees/", "topics/ml/linear/", "topics/empty/"),
        *("tags/", "tags/cnn/", "tags/pca/"),
        *("difficulty/", "difficulty/medium/"),
        *("roles/", "roles/data-scientist/"),
        *("rounds/", "rounds/onsite/"),
    }


def test_a_bank_without_questions_has_its_ways_in():
    found = pages(bank())
    assert {"", "questions/", "companies/", "topics/", "tags/"} <= set(found)
    article = renderer().article
    for page in found.values():
        Html(article(page))


def test_home_counts_what_is_there():
    home = context(
        pages(
            bank(
                question("a", "ml/trees", companies=[sighting("deepmind"), "netflix"]),
                question("b", "ml", companies=[sighting("google")]),
                question("draft", "evaluation", status="draft", companies=[sighting("meta")]),
                question("old", "evaluation", status="retired", replaced_by="a"),
                settings={"title": "A bank", "description": "Of two.", "licence": "CC0"},
            )
        ),
        "",
    )
    assert (home.title, home.description, home.licence) == ("A bank", "Of two.", "CC0")
    assert home.questions == 2
    assert home.companies == 2
    assert {link.text: link.count for link in home.topics} == {"Evaluation": 0, "Machine learning": 2, "Nothing yet": 0}
    assert [(link.text, link.count) for link in home.top_companies] == [("Google", 2), ("Google DeepMind", 1)]


def test_home_says_what_to_do_in_ten_minutes():
    """The easiest question that most are reported to ask, a path through the largest topic, the company reported most."""
    own = bank(
        question("hard", difficulty="hard", companies=[sighting("meta"), sighting("netflix")]),
        question("easy", difficulty="easy"),
        question("easy-and-asked", difficulty="easy", companies=[sighting("meta")]),
        *(question(f"tree-{number:02}", "ml/trees") for number in range(12)),
    )
    home = context(pages(own), "")
    assert [(what, link.address) for what, link in home.ways] == [
        ("Answer one question", "questions/easy-and-asked/"),
        ("Follow a topic from easy to hard", "topics/ml/#path"),
        ("See what one company asks", "companies/meta/"),
    ]
    assert context(pages(bank()), "").ways == ()


def test_the_charts_of_home_lead_to_filtered_tables():
    own = bank(
        question("a", "ml/trees", difficulty="hard", companies=[sighting("deepmind"), "netflix"]),
        question("b", "evaluation", difficulty="easy", companies=[sighting("meta")]),
    )
    html = Html(renderer().article(pages(own)[""]))
    assert "questions/?topic=ml&difficulty=hard" in html.links
    assert "questions/?company=google&topic=ml&sourced=yes" in html.links
    assert not [link for link in html.links if "netflix" in link and "?" in link]


def test_home_without_reports_or_with_one_topic_has_no_empty_charts():
    home = context(pages(bank(question("a"), question("b"))), "")
    assert (home.levels, home.heat) == (None, None)
    html = renderer().article(pages(bank(question("a")))[""])
    assert "By company" not in html
    assert 'href="topics/evaluation/"' in html


def test_a_company_page_tells_other_companies_apart_from_its_own_reports():
    own = bank(question("a", companies=[sighting("deepmind", seen="2026-05"), sighting("meta"), "netflix"]))
    (row,) = context(pages(own), "companies/google/").table.rows
    assert [view.company.text for view in row.reports] == ["Google DeepMind"]
    assert [link.text for link in row.companies] == ["Meta"]


def test_home_shows_the_questions_that_changed_last():
    history = {
        "questions/evaluation/a.yml": History("2026-01-01", ("Ada",)),
        "questions/evaluation/b.yml": History("2026-02-01", ("Ada",)),
        "questions/evaluation/draft.yml": History("2026-03-01", ("Ada",)),
    }
    own = bank(question("a"), question("b"), question("draft", status="draft"), question("never-committed"))
    assert [(day, row.id) for day, row in context(pages(own, history=history), "").recent] == [
        ("2026-02-01", "b"),
        ("2026-01-01", "a"),
    ]


def test_a_company_has_its_newest_sourced_sighting_first():
    found = pages(
        bank(
            question("undated", companies=[sighting("meta")]),
            question("older", companies=[sighting("meta", seen="2025-12")]),
            question("newer", companies=[sighting("meta", seen="2026-05"), sighting("meta", seen="2024")]),
            question("unsourced", companies=[{"company": "meta", "seen": "2026-10"}]),
        )
    )
    page = context(found, "companies/meta/")
    assert ids(page.table.rows) == ["newer", "older", "undated", "unsourced"]
    assert [view.seen for view in page.table.rows[0].reports] == ["2026-05", "2024"]
    assert (page.note.sightings, page.note.sourced) == (5, 4)


def test_a_unit_is_counted_on_its_own_page_and_on_its_parents():
    found = pages(bank(question("a", companies=[sighting("deepmind")]), question("b", companies=[sighting("google")])))
    parent, unit = context(found, "companies/google/"), context(found, "companies/deepmind/")
    assert sorted(ids(parent.table.rows)) == ["a", "b"]
    assert [(link.text, link.count) for link in parent.units] == [("Google DeepMind", 1)]
    assert (ids(unit.table.rows), unit.parent.text) == (["a"], "Google")


def test_an_unsourced_sighting_is_counted_nowhere():
    found = pages(
        bank(question("a", companies=["google", sighting("meta")]), question("b", companies=["meta", "deepmind"]))
    )
    listed = {link.text: link.count for _, links in context(found, "companies/").groups for link in links}
    assert {name: count for name, count in listed.items() if count} == {"Meta": 1}
    assert [(link.text, link.count) for link in context(found, "").top_companies] == [("Meta", 1)]
    assert all(not unit.count for unit in context(found, "companies/google/").units)
    assert found["companies/meta/"].description.startswith("1 question ")


def test_drafts_have_pages_only_when_asked_for():
    own = bank(question("a", related=["draft"]), question("draft", status="draft", tags=["only-in-a-draft"]))
    assert "questions/draft/" not in pages(own)
    assert "tags/only-in-a-draft/" not in pages(own)
    found = pages(own, drafts=True)
    assert context(found, "questions/draft/").draft
    assert "draft" in ids(context(found, "questions/").table.rows)


def test_a_retired_question_is_reachable_and_leads_on_but_is_in_no_list():
    old = question("old", status="retired", replaced_by="new", companies=[sighting("meta")], tags=["estimators"])
    found = pages(bank(old, question("new")))
    page = found["questions/old/"]
    assert not page.listed
    assert page.context().replaced_by.address == "questions/new/"
    assert "companies/meta/" not in found
    for address, other in found.items():
        table = getattr(other.context(), "table", None)
        assert table is None or "old" not in ids(table.rows), address


def test_a_replacement_is_found_by_its_former_id():
    old = question("old", status="retired", replaced_by="newer")
    found = pages(bank(old, question("newest", formerly=["newer"])))
    assert context(found, "questions/old/").replaced_by.address == "questions/newest/"


def test_a_topic_has_its_subtopics_and_their_questions():
    found = pages(bank(question("a", "ml"), question("b", "ml/trees"), question("c", "evaluation")))
    page = context(found, "topics/ml/")
    assert [(link.text, link.count) for link in page.subtopics] == [("Trees", 1), ("Linear models", 0)]
    assert sorted(ids(page.table.rows)) == ["a", "b"]
    assert ids(context(found, "topics/ml/trees/").table.rows) == ["b"]
    assert context(found, "topics/empty/").table.rows == ()


def test_breadcrumbs_lead_from_home_through_every_level():
    found = pages(bank(question("a", "ml/trees")))
    addresses = [link.address for link in context(found, "questions/a/").breadcrumbs]
    assert addresses == ["", "topics/ml/", "topics/ml/trees/"]
    addresses = [link.address for link in context(found, "topics/ml/trees/").breadcrumbs]
    assert addresses == ["", "topics/", "topics/ml/"]


def test_previous_and_next_follow_the_topic_from_easy_to_hard():
    found = pages(bank(question("a", difficulty="hard"), question("b", difficulty="easy"), question("c", "ml")))
    easy, hard = context(found, "questions/b/"), context(found, "questions/a/")
    assert (easy.previous, easy.next.address) == (None, "questions/a/")
    assert (hard.previous.address, hard.next) == ("questions/b/", None)


def test_related_questions_are_shown_on_both_ends_declared_ones_first():
    found = pages(bank(question("a", related=["z"]), question("b"), question("z", "ml")))
    assert ids(context(found, "questions/a/").related)[0] == "z"
    assert ids(context(found, "questions/z/").related)[0] == "a"


def test_a_question_is_not_related_to_itself():
    found = pages(bank(question("a", related=["b"]), question("b", related=["a"])))
    for id in "ab":
        assert id not in ids(context(found, f"questions/{id}/").related)
        assert len(ids(context(found, f"questions/{id}/").related)) == 1


def test_a_follow_up_is_words_or_another_question_and_one_that_is_not_shown_is_left_out():
    found = pages(
        bank(
            question("a", follow_ups=["Why?", {"id": "b"}, {"id": "draft"}, {"question": "How?", "answer": "So."}]),
            question("b"),
            question("draft", status="draft"),
        )
    )
    views = context(found, "questions/a/").follow_ups
    assert [view.row.id if view.row else view.question.html for view in views] == ["Why?", "b", "How?"]
    assert "So." in views[2].answer.html


def test_the_table_of_contents_leads_to_what_is_on_the_page():
    own = bank(
        question("only-drafts", follow_ups=[{"id": "draft"}]),
        question("stub"),
        question(
            "full",
            short_answer="A short answer that is long enough to be taken.",
            approach=["x"],
            example="x",
            story="x",
            mistakes=["x"],
            follow_ups=["x"],
            expectations=["x"],
            companies=["meta"],
            references=[{"title": "x", "url": "https://example.org"}],
        ),
        question("draft", status="draft"),
    )
    article = renderer(own).article
    for page in pages(own).values():
        assert {id for id, _ in page.toc} <= set(Html(article(page)).ids), page.address
    assert len(pages(own)["questions/full/"].toc) == 10


def test_an_old_address_redirects_to_the_present_one():
    redirects = planned(bank(question("new", formerly=["old", "older"]))).redirects
    assert [(redirect.address, redirect.target) for redirect in redirects] == [
        ("questions/old/", "questions/new/"),
        ("questions/older/", "questions/new/"),
    ]
    assert planned(bank(question("new", status="draft", formerly=["old"]))).redirects == ()


def test_every_internal_link_leads_to_a_page():
    own = bank(
        question(
            "a",
            "ml/trees",
            companies=["netflix", sighting("DM", round="onsite", role="data-scientist")],
            roles=["ml-engineer"],
            related=["b"],
            follow_ups=[{"id": "b"}],
            answer="See [b](question:b), [this](question:b-before), [nothing](question:nothing).",
        ),
        question("b", formerly=["b-before"], tags=["convnet"]),
        settings={"title": "A bank"},
    )
    plan = planned(own)
    known = {page.address for page in plan.pages}
    assert broken(own, plan, known) == []


def test_every_link_of_a_retired_question_leads_to_a_page():
    old = question(
        "old",
        "ml/linear",
        status="retired",
        replaced_by="new",
        tags=["only-in-the-old-one"],
        difficulty="hard",
        roles=["ml-engineer"],
        companies=[sighting("netflix", round="phone-screen", role="data-scientist")],
    )
    own = bank(old, question("new"))
    plan = planned(own)
    assert broken(own, plan, {page.address for page in plan.pages}) == []


def test_no_link_leads_to_a_draft():
    own = bank(
        question("old", status="retired", replaced_by="draft"),
        question("a", answer="See [the draft](question:draft).", related=["draft"], follow_ups=[{"id": "draft"}]),
        question("draft", status="draft"),
    )
    plan = planned(own)
    assert broken(own, plan, {page.address for page in plan.pages}) == []


def test_a_subtopic_whose_parent_is_not_listed_has_no_dead_breadcrumb():
    own = bank(topics=[{"id": "ml/trees", "name": "Trees"}])
    plan = planned(own)
    assert broken(own, plan, {page.address for page in plan.pages}) == []


def broken(own, plan, known):
    """The links of all pages that lead to no page: from where, and where to."""
    article = renderer(own).article
    html = {page.address: Html(article(page)) for page in plan.pages}
    found = []
    for address, page in html.items():
        for link in internal(page, address):
            target, _, fragment = link.partition("#")
            target = target.partition("?")[0]
            if target not in known or (fragment and fragment not in html[target].ids):
                found.append((address, link))
    return found


# --- QB401, which no folder of cases can show -------------------------------------------------------------------


def taken(*questions, hand_written=()):
    published = Published(planned(bank(*questions)), frozenset(hand_written))
    return [(found.code, found.message, found.at.path) for found in run(published)]


def test_pages_of_an_honest_bank_have_one_address_each():
    assert taken(question("a", formerly=["b"]), question("c", "ml/trees")) == []


def test_two_pages_on_one_address_are_reported_with_both_places():
    plan = planned(bank(question("a"), question("b", "ml")))
    (a,) = [page for page in plan.pages if page.address == "questions/a/"]
    (found,) = run(Published(Site((*plan.pages, a), ())))
    assert (found.code, found.message) == ("QB401", "the address `/questions/a/` is already taken")
    assert [place.path for place, _ in found.related] == ["questions/evaluation/a.yml"]


def test_a_redirect_on_the_address_of_a_page_is_reported():
    assert taken(question("a", formerly=["b"]), question("b")) == [
        ("QB401", "the address `/questions/b/` is already taken", "questions/evaluation/a.yml")
    ]


def test_a_hand_written_page_on_the_address_of_a_question_is_reported_at_the_question():
    assert taken(question("a"), hand_written=["questions/a/", "about/"]) == [
        ("QB401", "a page in `docs/` has the address `/questions/a/` already", "questions/evaluation/a.yml")
    ]


@pytest.mark.parametrize("kind", sorted(VOCABULARIES))
def test_pages_are_in_one_order_whatever_the_order_of_the_questions(kind):
    questions = [question(id, tags=[id, "shared"], companies=[sighting("meta")]) for id in ("b", "a", "c")]
    forward, backward = planned(bank(*questions)), planned(bank(*reversed(questions)))
    assert [page.address for page in forward.pages] == [page.address for page in backward.pages]
    article = renderer().article
    assert [article(page) for page in forward.pages if kind in page.address] == [
        article(page) for page in backward.pages if kind in page.address
    ]
