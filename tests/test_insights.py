"""What stands out among some questions, where to start with them, and what is near."""

import pytest
from tests.builders import VOCABULARIES, bank, question

from qbank.facts import Facts
from qbank.insights import FEWEST, Insights, lower_bound


def sighting(company, source="report", **more):
    return {"company": company, "source": source} | more


def many(count, topic="evaluation", prefix="", **changes):
    return [question(f"{prefix or topic.replace('/', '-')}-{number:03}", topic, **changes) for number in range(count)]


def insights(*questions, **vocabularies):
    return Insights(Facts(bank(*questions, **vocabularies), {}, drafts=False))


def ids(rows):
    return [row.id for row in rows]


# --- contrasts ---


def asked_mostly_about_trees():
    at_meta = {"companies": [sighting("meta")]}
    return insights(
        *many(80),
        *many(10, "ml/trees"),
        *many(8, "ml/trees", "meta-trees", **at_meta),
        *many(2, prefix="meta", **at_meta),
    )


def test_what_stands_out_is_told_with_its_counts_and_factor():
    found = asked_mostly_about_trees()
    (row,) = found.contrast(found.facts.reported("meta"), "topics")
    assert (row.link.text, row.here, row.bank, row.factor) == ("Trees", 8, 18, "4.4")  # 8 of 10, 18 of 100


def test_contrasts_come_in_the_order_of_what_is_asked_for_and_without_what_says_nothing():
    found = asked_mostly_about_trees()
    reported = found.facts.reported("meta")
    assert [table.heading for table in found.contrasts(reported, ("tags", "topics", "difficulty"))] == ["Topic"]


@pytest.mark.parametrize("here", [1, 3, FEWEST - 1])
def test_of_few_questions_no_difference_is_claimed(here):
    found = insights(*many(100), *many(here, "ml/trees"))
    assert found.contrast(found.facts.below("ml/trees"), "topics") == ()


def test_what_chance_may_do_is_not_told():
    """Three of ten where a fifth of the bank has it."""
    found = insights(
        *many(77),
        *many(17, "ml/trees"),
        *many(3, "ml/trees", "m", companies=[sighting("meta")]),
        *many(7, prefix="m-other", companies=[sighting("meta")]),
    )
    assert found.contrast(found.facts.reported("meta"), "topics") == ()


def test_the_whole_bank_does_not_differ_from_itself():
    found = insights(*many(50, tags=["one"]))
    assert found.contrast(found.facts.live, "tags") == ()


def test_an_unsourced_report_counts_for_no_contrast():
    found = insights(*many(40), *many(10, "ml/trees", companies=["meta"]))
    assert found.contrast(found.facts.below("ml/trees"), "companies") == ()


def test_the_lower_bound_is_wilsons():
    """Against the formula's well-known values at this width: 10 of 10, and 50 of 100."""
    assert lower_bound(0, 10) == pytest.approx(0, abs=1e-12)
    assert lower_bound(10, 10) == pytest.approx(10 / (10 + 2.576**2))
    assert lower_bound(50, 100) == pytest.approx(0.375, abs=0.001)


# --- where to start ---


def test_the_newest_reports_are_dated_and_sourced():
    found = insights(
        question("a", companies=[sighting("meta", seen="2025-11"), sighting("google", seen="2026-05")]),
        question("b", companies=[sighting("meta", seen="2026"), {"company": "meta", "seen": "2026-10"}]),
        question("c", companies=[sighting("meta")]),
    )
    told = [(report.row.id, report.sighting.seen) for report in found.newest(found.facts.live)]
    assert told == [("a", "2026-05"), ("b", "2026"), ("a", "2025-11")]
    of_google = found.newest(found.facts.reported("google"), "google")
    assert [(report.row.id, report.sighting.company.text) for report in of_google] == [("a", "Google")]


def test_the_hardest_are_hard_and_the_most_reported_come_first():
    found = insights(
        question("a", difficulty="hard"),
        question("b", difficulty="hard", companies=[sighting("meta"), sighting("netflix")]),
        question("c", difficulty="hard", companies=[sighting("meta"), "netflix", "google"]),
        question("d", difficulty="easy", companies=[sighting("meta"), sighting("netflix"), sighting("google")]),
    )
    assert ids(found.hardest(found.facts.live)) == ["b", "c", "a"]
    assert found.hardest([found.facts.by_id[id] for id in "abc"]) == ()


def test_a_path_goes_from_easy_to_hard_and_prefers_what_adds_tags():
    found = insights(
        *many(9, difficulty="easy", tags=["one"]),
        question("two", difficulty="easy", tags=["two", "three"]),
        question("asked", difficulty="medium", tags=["one"], companies=[sighting("meta")]),
        question("known", difficulty="medium", tags=["one"]),
        question("last", difficulty="hard", tags=["four"]),
    )
    path = found.path(found.facts.live)
    assert ids(path.rows) == ["two", "evaluation-000", "evaluation-001", "asked", "known", "last"]
    assert (path.tags, path.of_tags) == (4, 4)


def test_where_all_are_few_there_is_no_path():
    found = insights(*many(9))
    assert found.path(found.facts.live) is None


# --- what is near ---


def test_companies_that_ask_the_same_questions_are_alike_and_those_of_one_house_are_left_out():
    both = [sighting("meta"), sighting("deepmind"), sighting("netflix")]
    found = insights(
        *many(3, companies=both),
        *many(4, prefix="n", companies=[sighting("netflix")]),
        *many(2, prefix="u", companies=["meta"]),
    )
    companies = {company.id: company for company in found.facts.bank.companies.entries}
    near = found.companies_alike(companies["deepmind"], found.facts.reported("deepmind"))
    assert [(link.text, link.count) for link in near] == [("Meta", 3), ("Netflix", 3)]


def test_one_question_in_common_is_no_likeness():
    found = insights(question("a", companies=[sighting("meta"), sighting("netflix")]))
    companies = {company.id: company for company in found.facts.bank.companies.entries}
    assert found.companies_alike(companies["meta"], found.facts.reported("meta")) == ()


def test_tags_that_stand_on_the_same_questions_go_together():
    found = insights(
        *many(3, tags=["a", "b"]), *many(2, prefix="x", tags=["a", "c", "convnet"]), *many(9, prefix="y", tags=["c"])
    )
    near = found.tags_together("a", found.facts.terms_of["tags"]["a"])
    assert [(link.text, link.count) for link in near] == [("b", 3), ("Convolutional networks", 2), ("c", 2)]


def test_topics_with_the_same_tags_go_together_and_those_above_and_below_are_left_out():
    found = insights(
        question("a", "ml/trees", tags=["a", "b", "c"]),
        question("b", "evaluation", tags=["a", "b"]),
        question("c", "ml", tags=["a", "b", "c"]),
        question("d", "mlops", tags=["a", "z"]),
        topics=[*VOCABULARIES["topics"], {"id": "mlops", "name": "MLOps"}],
    )
    assert [(link.text, link.count) for link in found.topics_together("ml/trees")] == [("Evaluation", 2)]


def test_an_empty_bank_has_nothing_to_tell():
    found = insights()
    assert (found.contrasts([], ("topics",)), found.newest([]), found.hardest([]), found.path([])) == ((), (), (), None)
    assert found.topics_together("ml") == ()
