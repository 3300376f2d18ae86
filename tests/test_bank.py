"""Words are found by id, name or alias, and questions by their former ids too."""

import pytest
from tests.builders import bank, question

from qbank.bank import VOCABULARIES, Bank, Vocabulary

COMPANIES = bank(
    companies=[
        {"id": "meta", "name": "Meta", "aliases": ["Facebook", "FB"]},
        {"id": "fb", "name": "Fancy Bank"},
        {"id": "x", "name": "X", "aliases": ["Twitter"]},
    ]
).companies


@pytest.mark.parametrize("word", ["meta", "Meta", "META", "Facebook", "facebook"])
def test_a_term_is_found_by_its_id_its_name_and_its_aliases_whatever_their_case(word):
    assert COMPANIES.find(word).id == "meta"
    assert COMPANIES.resolve(word) == "meta"


def test_an_id_goes_before_an_alias():
    assert COMPANIES.resolve("fb") == "fb"
    assert COMPANIES.resolve("FB") == "meta"


def test_a_word_that_is_not_listed_stands_for_itself():
    assert COMPANIES.find("acme") is None
    assert COMPANIES.resolve("acme") == "acme"
    assert Vocabulary("tags").resolve("pca") == "pca"


def test_every_vocabulary_of_the_bank_is_reached_by_its_kind():
    whole = bank()
    for kind in VOCABULARIES:
        assert whole.vocabulary(kind) is getattr(whole, kind)
        assert whole.vocabulary(kind).source.path == f"questions/{kind}.yml"


def test_a_question_is_found_by_its_former_ids():
    found = question("roc-auc", formerly=["auc", "roc"])
    assert set(bank(found).by_id) == {"roc-auc", "auc", "roc"}
    assert bank(found).by_id["auc"] is found


def test_a_present_id_goes_before_a_former_one():
    auc, roc = question("auc"), question("roc-auc", formerly=["auc"])
    assert bank(auc, roc).by_id["auc"] is auc


def test_an_empty_bank_has_a_title():
    assert Bank().settings.title == "Interview questions"
    assert Bank().by_id == {}
