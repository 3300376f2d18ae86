"""Texts as numbers: what is kept of them comes back, and texts that share their rare words are alike."""

from __future__ import annotations

import pytest

from qbank.terms import alike, packed, terms, unpacked

_TEXTS = {
    "a": "Gradient descent follows the slope of the loss down to a minimum, with momentum over ravines.",
    "b": "Momentum carries gradient descent over ravines down the slope of the loss to its minimum.",
    "c": "A calibration curve compares predicted probabilities with observed frequencies in bins.",
    "d": "Observed frequencies in bins, beside predicted probabilities, are a calibration curve.",
    "e": "A cat sleeps on the mat.",
}


def test_numbers_come_back_as_they_were():
    numbers = [0, 1, 255, 2**31, 2**32 - 1]
    assert list(unpacked(packed(numbers))) == numbers
    assert list(unpacked("")) == []


def test_what_was_not_packed_is_refused():
    with pytest.raises(ValueError):
        unpacked("AAA=")


def test_a_text_has_its_words_once_each_without_the_commonest_and_knows_how_often_they_stand_in_it():
    found = terms("The model models the data, and the DATA fit the model.")
    assert sorted(found.counts) == ["\x01", "\x02", "\x03"]  # fit, data, model
    assert len(set(found.numbers)) == 3


def test_of_a_word_that_stands_often_the_count_stays_small():
    assert terms("loss " * 1_000).counts == "\x7f"


def test_texts_of_the_same_words_find_each_other():
    found = alike({key: terms(text) for key, text in _TEXTS.items()}, count=2, floor=0.5)
    pairs = {key: [other for other, _ in others] for key, others in found.items()}
    assert pairs == {"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]}


def test_the_order_of_the_texts_does_not_matter():
    forwards = {key: terms(text) for key, text in _TEXTS.items()}
    backwards = dict(reversed(forwards.items()))
    assert alike(forwards, count=2, floor=0.1) == alike(backwards, count=2, floor=0.1)


def test_no_more_than_the_count_are_given_and_ties_go_by_key():
    same = {f"text-{number}": terms("gradient descent momentum ravines") for number in range(5)}
    same["other"] = terms("something else")
    found = alike(same, count=2, floor=0.5)
    assert [other for other, _ in found["text-3"]] == ["text-0", "text-1"]
    assert "other" not in found
