"""What pages say about a bank: counts, the order of sightings, neighbours, relations, charts."""

import pytest
from tests.builders import VOCABULARIES, bank, question

from qbank.facts import Facts, newest_first, newest_key
from qbank.history import History
from qbank.values import Difficulty


def facts(*questions, drafts=False, **vocabularies):
    return Facts(bank(*questions, **vocabularies), {}, drafts=drafts)


def sighting(company, source="report", **more):
    return {"company": company, "source": source} | more


def ids(questions):
    return [found.id for found in questions]


def counts(links):
    return {link.text: link.count for link in links}


def test_questions_are_listed_by_topic_in_its_order_and_from_easy_to_hard():
    found = facts(
        question("a", "ml/linear", difficulty="easy"),
        question("b", "evaluation", difficulty="hard"),
        question("c", "evaluation", difficulty="easy", title="Second by its title"),
        question("d", "evaluation", difficulty="medium"),
        question("e", "evaluation", difficulty="easy", title="first by its title"),
        question("f", "ml/trees", difficulty="hard"),
    )
    assert ids(found.live) == ["e", "c", "d", "b", "f", "a"]


def test_drafts_are_shown_only_when_asked_for_and_retired_questions_are_in_no_list():
    questions = (
        question("draft", status="draft"),
        question("old", status="retired", replaced_by="live"),
        question("live"),
    )
    assert (ids(facts(*questions).live), ids(facts(*questions).shown)) == (["live"], ["live", "old"])
    assert ids(facts(*questions, drafts=True).live) == ["draft", "live"]


def test_only_sourced_sightings_count_for_a_company():
    found = facts(
        question("a", companies=["google", sighting("meta")]),
        question("b", companies=[sighting("google"), sighting("google", seen="2026-01")]),
    )
    assert counts(found.company_counts(list(found.live))) == {"Google": 1, "Meta": 1}


def test_a_unit_counts_for_its_parent_too_and_each_question_once():
    found = facts(
        question("a", companies=[sighting("deepmind"), sighting("google")]),
        question("b", companies=[sighting("DM")]),
        question("c", companies=[sighting("google")]),
    )
    assert counts(found.company_counts(list(found.live))) == {"Google": 3, "Google DeepMind": 2}
    assert set(found.by_company["google"]) == {"a", "b", "c"}
    assert set(found.by_company["deepmind"]) == {"a", "b"}


def test_a_row_names_the_companies_that_a_source_reports_and_the_newest_sourced_date():
    found = facts(
        question(
            "a",
            companies=[
                sighting("netflix", seen="2025-11"),
                sighting("meta", seen="2026"),
                sighting("Facebook"),
                {"company": "google", "seen": "2026-10"},
            ],
        )
    )
    row = found.rows["a"]
    assert [link.text for link in row.companies] == ["Meta", "Netflix"]
    assert row.newest == "2026"


def as_sightings(*entries):
    return question(companies=list(entries)).companies


def test_the_newest_sourced_sighting_is_first_and_those_without_a_source_are_last():
    ordered = newest_first(
        as_sightings(
            {"company": "a", "seen": "2026-12"},
            sighting("b"),
            sighting("c", seen="2025"),
            sighting("d", seen="2026-05"),
            "e",
            sighting("f", seen="2026"),
        )
    )
    assert [found.company for found in ordered] == ["d", "f", "c", "b", "a", "e"]


def test_no_sighting_is_older_than_every_other():
    assert newest_key([]) <= newest_key(as_sightings("a")) < newest_key(as_sightings(sighting("a")))


def test_neighbours_are_the_questions_before_and_after_in_the_topic_from_easy_to_hard():
    found = facts(
        question("hard", difficulty="hard", title="The hard one"),
        question("easy", difficulty="easy", title="The easy one"),
        question("medium", difficulty="medium", title="The one between"),
        question("other", "ml/trees"),
    )
    titles = {id: tuple(link and link.text for link in pair) for id, pair in found.neighbours.items()}
    assert titles == {
        "easy": (None, "The one between"),
        "medium": ("The easy one", "The hard one"),
        "hard": ("The one between", None),
        "other": (None, None),
    }


ABOUT = {
    "title": "How do trees choose splits?",
    "prompt": "Which impurity decides where a tree is split?",
    "tags": ["impurity", "tree-growing"],
    "overview": "Of impurities and gains.",
    "key_topics": ["Gini impurity and entropy"],
}
FURTHER = {
    "answer": "Zyzzyva quokka wombat.",
    "short_answer": "Zyzzyva quokka wombat, in thirty seconds or a little more.",
    "difficulty": "hard",
    "expectations": ["Zyzzyva"],
    "approach": ["Quokka"],
    "example": "Wombat zyzzyva.",
    "mistakes": ["Wombat"],
    "follow_ups": [{"question": "Zyzzyva?", "answer": "Quokka."}],
    "companies": [{"company": "meta", "source": "report"}],
    "related": ["other"],
}
FURTHER_OF_OTHER = {name: FURTHER[name] for name in ("answer", "short_answer", "mistakes")}


def lists_beside(**changes):
    """What is found to be like each question of a bank in which one is changed."""
    found = facts(
        question("changed", **ABOUT | changes),
        question("near", **ABOUT | {"title": "How are trees pruned?", "tags": ["tree-growing"]}),
        question(
            "other", "ml", title="What is a quokka?", prompt="Zyzzyva, wombat?", tags=["zyzzyva"], **FURTHER_OF_OTHER
        ),
        question("last", "ml/linear", title="What is a wombat?", prompt="Gini?", tags=["impurity"], overview="Gains."),
    )
    return {each.id: found.similar(each) for each in found.live}


@pytest.mark.parametrize("field", FURTHER)
def test_what_a_question_is_like_does_not_depend_on_answers(field):
    """A build that makes only some pages anew relies on it: an edited answer is seen on its own page alone."""
    assert lists_beside(**{field: FURTHER[field]}) == lists_beside()


@pytest.mark.parametrize(
    ("field", "value"),
    {
        "title": "What is a zyzzyva, a quokka, a wombat?",
        "prompt": "Zyzzyva, quokka, wombat?",
        "tags": ["zyzzyva", "quokka"],
        "overview": "Zyzzyva, quokka, wombat, zyzzyva, quokka and again a wombat.",
        "key_topics": ["Zyzzyva", "Quokka", "Wombat and zyzzyva"],
    }.items(),
)
def test_what_a_question_is_like_depends_on_what_it_is_about(field, value):
    assert "other" in lists_beside(**{field: value})["changed"]
    assert "other" not in lists_beside()["changed"]


def test_a_tag_counts_by_its_id_whatever_it_is_called_in_the_file():
    other = {"title": "What is shared here?", "prompt": "Why are weights the same everywhere?"}
    found = facts(
        question("a", tags=["convnet"]),
        question("b", "ml/trees", tags=["x"], **other),
        question("c", "ml", tags=["cnn"], **other),
    )
    assert found.similar(found.by_id["a"])[:1] == ("c",)


def test_declared_relations_hold_both_ways_and_by_former_ids():
    found = facts(
        question("a", related=["b", "c-before"]),
        question("b"),
        question("c", formerly=["c-before"]),
        question("d", related=["a"]),
    )
    assert found.declared == {"a": ["b", "c", "d"], "b": ["a"], "c": ["a"], "d": ["a"]}


def test_a_relation_to_what_is_not_shown_is_left_out():
    found = facts(
        question("a", related=["draft", "old"]),
        question("draft", status="draft"),
        question("old", status="retired", replaced_by="a"),
    )
    assert found.declared["a"] == []


def test_a_topic_has_its_own_questions_and_those_of_its_subtopics():
    found = facts(
        question("a", "ml"),
        question("b", "ml/trees"),
        question("c", "mlops"),
        topics=[*VOCABULARIES["topics"], {"id": "mlops", "name": "MLOps"}],
    )
    assert (ids(found.own("ml")), ids(found.below("ml"))) == (["a"], ["a", "b"])


def test_terms_are_gathered_under_their_canonical_ids_and_those_without_questions_are_left_out():
    found = facts(
        question("a", tags=["convnet", "cnn", "pca"], roles=["DS"], difficulty="hard"),
        question("b", tags=["bias"], companies=[sighting("meta", round="onsite"), sighting("google", round="Onsite")]),
    )
    terms = {
        kind: {id: ids(questions) for id, questions in entries.items()} for kind, entries in found.terms_of.items()
    }
    assert terms == {
        "tags": {"bias": ["b"], "cnn": ["a"], "pca": ["a"]},
        "difficulty": {"medium": ["b"], "hard": ["a"]},
        "roles": {"data-scientist": ["a"]},
        "rounds": {"onsite": ["b"]},
    }


def test_tags_are_counted_once_a_question_and_the_most_frequent_come_first():
    found = facts(question("a", tags=["cnn", "convnet", "bias"]), question("b", tags=["pca", "bias"]))
    assert [(link.text, link.count) for link in found.tag_counts(list(found.live))] == [
        ("bias", 2),
        ("Convolutional networks", 1),
        ("pca", 1),
    ]


def test_a_term_links_to_the_page_of_its_canonical_id():
    found = facts()
    assert found.term_link("companies", "DM").address == "companies/deepmind/"
    assert found.term_link("tags", "convnet").address == "tags/cnn/"
    assert found.term_link("tags", "never-listed").text == "never listed"
    assert found.term_link("difficulty", "easy").text == "Easy"


def test_the_note_says_how_many_sightings_have_a_source_and_a_date():
    found = facts(
        question(
            "a",
            companies=[
                sighting("google", seen="2026"),
                sighting("meta", "collection"),
                {"company": "netflix", "seen": "2026"},
            ],
        )
    )
    note = found.note(found.live[0].companies)
    assert (note.sightings, note.sourced, note.dated) == (3, 2, 1)
    assert [(view.name, view.count, view.kind) for view in note.sources] == [
        ("A collection", 1, "collection"),
        ("A report", 1, "first hand"),
    ]


def test_sightings_stand_under_their_sources_with_unsourced_ones_last():
    found = facts(question("a", companies=["google", sighting("meta", seen="2026"), sighting("netflix", "collection")]))
    groups = found.by_source(found.live[0].companies)
    assert [(group.name, [view.company.text for view in group.sightings]) for group in groups] == [
        ("A report", ["Meta"]),
        ("A collection", ["Netflix"]),
        ("", ["Google"]),
    ]
    assert [group.sightings[0].sourced for group in groups] == [True, True, False]


def test_the_chart_of_difficulties_is_in_their_order():
    found = facts(question("a", difficulty="hard"), question("b", difficulty="easy"), question("c", difficulty="hard"))
    chart = found.difficulty_chart(list(found.live))
    assert [(bar.label, bar.count) for bar in chart.bars] == [("Easy", 1), ("Hard", 2)]
    assert [bar.style for bar in chart.bars] == [Difficulty.EASY, Difficulty.HARD]


def test_the_chart_of_topics_has_the_largest_first_and_the_rest_in_one_bar():
    topics = [{"id": f"t{number}", "name": f"Topic {number}"} for number in range(5)]
    questions = [question(f"q{t}-{n}", f"t{t}") for t in range(5) for n in range(5 - t)]
    found = facts(*questions, topics=topics)
    bars = found.topic_chart(list(found.live), most=2).bars
    assert [(bar.label, bar.count) for bar in bars] == [("Topic 0", 5), ("Topic 1", 4), ("3 other topics", 6)]
    assert sum(bar.count for bar in bars) == len(questions)
    assert len(found.topic_chart(list(found.live)).bars) == 5


def test_the_chart_of_rounds_says_how_many_are_not_reported():
    found = facts(
        question("a", companies=[sighting("meta", round="onsite"), sighting("google"), sighting("netflix")]),
    )
    bars = found.round_chart(found.live[0].companies).bars
    assert [(bar.label, bar.count) for bar in bars] == [("Onsite", 1), ("Not reported", 2)]
    assert facts().round_chart(as_sightings(sighting("meta"))) is None


@pytest.mark.parametrize("history", [{}, {"questions/evaluation/roc-auc.yml": History("2026-01-01", ("Ada",))}])
def test_facts_about_an_empty_bank_are_empty(history):
    found = Facts(bank(), history, drafts=True)
    assert (found.live, found.rows, found.declared, found.neighbours) == ((), {}, {}, {})
    assert found.difficulty_chart([]) is None
    assert found.topic_chart([]) is None
