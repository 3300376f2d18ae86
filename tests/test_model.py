"""A question knows its id, its topic, how complete it is, and where each of its values stands."""

import pytest
from tests.builders import fields, parsed, question

from qbank.model import Question, walk
from qbank.shape import fields_of
from qbank.source import Place, Span
from qbank.values import Completeness, Difficulty, Markdown, Refers, Status

GOOD = {
    "short_answer": "It is the expected error of the estimator, nothing more.",
    "follow_ups": ["And its variance?"],
    "references": [{"title": "A book", "url": "https://example.org"}],
    "key_topics": ["Expectation"],
}
COMPLETE = GOOD | {
    "approach": ["Define it."],
    "mistakes": ["Confusing it with variance."],
    "interviewer": {"tests": ["Definitions"]},
    "overview": "A word with two meanings.",
    "example": "The sample maximum.",
}


def test_the_id_is_the_name_of_the_file_and_the_topic_its_folder():
    found = question("roc-auc", "ml/trees")
    assert (found.id, found.topic, found.path) == ("roc-auc", "ml/trees", "questions/ml/trees/roc-auc.yml")


def test_a_question_cannot_be_changed():
    with pytest.raises(AttributeError):
        question().title = "Another title"


def test_optional_fields_are_empty_by_default():
    found = question()
    assert (found.status, found.difficulty) == (Status.PUBLISHED, Difficulty.MEDIUM)
    assert not found.interviewer
    assert (found.companies, found.overview, found.adapted_from) == ((), None, None)


def test_five_fields_make_a_stub():
    assert question().completeness is Completeness.STUB


@pytest.mark.parametrize("missing", GOOD)
def test_an_answer_without_one_of_the_four_parts_is_a_stub(missing):
    assert question(**GOOD).completeness is Completeness.GOOD
    assert question(**GOOD | {missing: None}).completeness is Completeness.STUB


@pytest.mark.parametrize("missing", sorted(COMPLETE.keys() - GOOD.keys()))
def test_an_answer_without_one_of_the_further_parts_is_not_complete(missing):
    assert question(**COMPLETE).completeness is Completeness.COMPLETE
    assert question(**COMPLETE | {missing: None}).completeness is Completeness.GOOD


def test_expectations_do_for_key_topics_and_a_story_for_an_example():
    other = COMPLETE | {"key_topics": None, "expectations": ["Says so."], "example": None, "story": "Once upon a time."}
    assert question(**other).completeness is Completeness.COMPLETE


def test_walking_gives_every_marked_text_with_its_path():
    found = question(
        companies=["google", {"company": "meta", "source": "report", "role": "data-scientist", "round": "onsite"}],
        follow_ups=["And its variance?", {"id": "variance"}],
        interviewer={"red_flags": ["Guesses"]},
        related=["variance"],
    )
    texts = {path: (marker, text) for path, marker, text in walk(found)}
    assert texts[("prompt",)] == (Markdown(), "Say what the bias of an estimator is.")
    assert texts[("follow_ups", 0, "question")] == (Markdown(inline=True), "And its variance?")
    assert texts[("interviewer", "red_flags", 0)] == (Markdown(inline=True), "Guesses")
    assert texts[("companies", 0, "company")] == (Refers("companies"), "google")
    assert texts[("companies", 1, "round")] == (Refers("rounds"), "onsite")
    assert texts[("follow_ups", 1, "id")] == (Refers("questions"), "variance")
    assert texts[("related", 0)] == (Refers("questions"), "variance")
    assert ("title",) not in texts


def test_a_value_knows_its_place_and_a_missing_one_that_of_what_is_around_it():
    text = "title: What is bias?\nprompt: Say it.\ndifficulty: easy\nanswer: So.\ntags: [a, b]\ninterviewer:\n  tests: [x]\n"
    found, _ = parsed(text)
    assert found.at("title").text == "What is bias?"
    assert found.at("tags", 1).text == "b"
    assert found.at("interviewer", "tests", 0).text == "x"
    assert found.at("interviewer", "red_flags", 3) == found.at("interviewer")
    assert found.at().text == text
    assert found.at("overview") == found.at()


def test_a_question_that_came_from_no_file_points_at_nothing():
    found = Question(**fields())
    assert found.at("title") == Place(found.at().source, Span(0, 0))
    assert found.path == ""


def test_every_field_says_what_it_is_and_gives_an_example():
    for name, field in fields_of(Question).items():
        assert field.description, name
        assert field.examples, name
