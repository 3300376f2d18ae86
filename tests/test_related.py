"""Texts that share rare words are alike; the order of the result is certain."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from tests.conftest import ROOT

from qbank import project
from qbank.facts import Facts
from qbank.pipeline import examine
from qbank.related import Likeness, counted


def most_similar(texts: Mapping[str, str], *, count: int, floor: float = 0.05) -> dict[str, tuple[str, ...]]:
    likeness = Likeness(texts)
    return {key: tuple(other for other, _ in likeness.nearest(key, count=count, floor=floor)) for key in texts}


TEXTS = {
    "roc": "The ROC curve plots true positives against false positives. AUC is its area.",
    "auc": "AUC is the area below the ROC curve, a ranking measure.",
    "pca": "Principal components are directions of largest variance of the data.",
    "svd": "The singular value decomposition gives the principal components of centred data.",
    "cat": "A cat sleeps.",
}


def test_texts_on_one_subject_find_each_other():
    nearest = most_similar(TEXTS, count=1)
    assert nearest["roc"] == ("auc",)
    assert nearest["auc"] == ("roc",)
    assert nearest["pca"] == ("svd",)
    assert nearest["svd"] == ("pca",)


def test_a_text_that_shares_nothing_has_no_relatives():
    assert most_similar(TEXTS, count=3)["cat"] == ()


def test_every_key_is_there_and_none_is_its_own_relative():
    nearest = most_similar(TEXTS, count=10)
    assert nearest.keys() == TEXTS.keys()
    assert all(key not in others for key, others in nearest.items())


def test_no_more_than_the_count_are_given():
    same = {f"text-{number}": "gradient descent momentum" for number in range(6)} | {"other": "something else"}
    assert most_similar(same, count=2)["text-3"] == ("text-0", "text-1")


def test_ties_go_by_key_and_the_order_of_the_texts_does_not_matter():
    backwards = dict(reversed(TEXTS.items()))
    assert most_similar(TEXTS, count=3) == most_similar(backwards, count=3)


def test_case_and_plurals_do_not_keep_texts_apart():
    texts = {"a": "Gradients", "b": "gradient", "c": "something else"}
    assert most_similar(texts, count=1)["a"] == ("b",)


def test_a_high_floor_leaves_weak_relations_out():
    weak = {"a": "tree leaf root bark", "b": "tree snow rain hail", "c": "bark leaf root", "d": "snow rain hail"}
    assert "b" in most_similar(weak, count=3, floor=0.01)["a"]
    assert most_similar(weak, count=3, floor=0.5)["a"] == ("c",)


def test_few_or_empty_texts_have_no_relatives():
    assert most_similar({}, count=3) == {}
    assert most_similar({"a": "word"}, count=3) == {"a": ()}
    assert most_similar({"a": "", "b": "  \n"}, count=3) == {"a": (), "b": ()}


def test_a_word_in_every_text_relates_nothing():
    assert most_similar({"a": "model tree", "b": "model rain", "c": "model snow"}, count=3)["a"] == ()


def test_nearly_all_that_a_comparison_of_all_with_all_finds_is_found():
    bank = examine(project.read_files(ROOT)).bank
    facts = Facts(bank, {}, drafts=True)
    texts = {question.id: facts.about(question) for question in facts.live}
    counts = {id: counted(text) for id, text in texts.items()}
    found = most_similar(texts, count=4)
    shared = 0
    for id, others in everybody_compared(counts).items():
        shared += len(set(found[id]) & set(others))
    assert shared >= 0.98 * 4 * len(texts)


def test_most_of_what_is_found_is_what_authors_declare_to_be_related():
    facts = Facts(examine(project.read_files(ROOT)).bank, {}, drafts=True)
    found = [(question.id, other) for question in facts.live for other in facts.similar(question)]
    assert len(found) == 4 * len(facts.live)
    assert sum(other in facts.declared[id] for id, other in found) >= 0.7 * len(found)


def everybody_compared(counts: Mapping[str, Mapping[str, int]]) -> dict[str, list[str]]:
    """The four with the largest cosine, by the book."""
    frequency = Counter(word for words in counts.values() for word in words)
    weights = {
        id: {
            word: (1 + math.log(times)) * math.log((1 + len(counts)) / frequency[word]) for word, times in words.items()
        }
        for id, words in counts.items()
    }
    lengths = {id: math.hypot(*vector.values()) for id, vector in weights.items()}

    def cosine(one: str, other: str) -> float:
        shared = weights[one].keys() & weights[other].keys()
        return sum(weights[one][word] * weights[other][word] for word in shared) / lengths[one] / lengths[other]

    return {
        id: sorted((other for other in counts if other != id), key=lambda other: -cosine(id, other))[:4]
        for id in counts
    }
