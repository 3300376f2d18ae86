"""Which diagnostics are shown: by rule, by place, by what changed."""

import pytest

from qbank import selection
from qbank.diagnostics import Diagnostic, Severity
from qbank.rules import Rule
from qbank.source import Place, Source

NAMES = {"QB001": "unreadable-file", "QB104": "not-a-choice", "QB105": "wrong-length", "QB202": "unsourced-sighting"}
RULES = {code: Rule(code=code, name=name, severity=Severity.ERROR, docstring="x") for code, name in NAMES.items()}


def diagnostic(path="questions/a/b.yml", code="QB105", related=()):
    places = tuple((Place(Source(other, "x")), "here") for other in related)
    at = Place(Source(path, "x"))
    return Diagnostic(code=code, rule="r", severity=Severity.ERROR, message="m", at=at, related=places)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["QB105"], {"QB105"}),
        (["qb105"], {"QB105"}),
        (["QB1"], {"QB104", "QB105"}),
        (["QB"], set(NAMES)),
        (["wrong-length"], {"QB105"}),
        (["QB105, unreadable-file", "QB2"], {"QB105", "QB001", "QB202"}),
        (["QB105,", ""], {"QB105"}),
        ([], set()),
    ],
)
def test_rules_are_named_by_code_by_its_beginning_and_by_name(words, expected):
    assert selection.codes(words, RULES) == expected


@pytest.mark.parametrize(
    ("word", "meant"),
    [("QB106", "`QB10"), ("QB9", "no rule `QB9`"), ("wrong-lenght", "`wrong-length`"), ("qbank", "no rule `qbank`")],
)
def test_a_word_that_names_no_rule_is_refused_with_the_one_that_was_meant(word, meant):
    with pytest.raises(selection.UnknownSelector, match=meant):
        selection.codes([word], RULES)


def test_ignoring_wins_over_selecting():
    found = [diagnostic(code=code) for code in NAMES]
    shown = selection.by_rule(found, select=frozenset({"QB104", "QB105"}), ignore=frozenset({"QB105"}))
    assert [each.code for each in shown] == ["QB104"]
    assert selection.by_rule(found) == tuple(found)
    assert selection.by_rule(found, select=frozenset()) == ()


def test_a_folder_stands_for_the_files_in_it_and_not_for_others_that_begin_like_it():
    found = [diagnostic(f"questions/{name}.yml") for name in ("a/b", "a/c/d", "ab/c", "a")]
    assert selection.below(found, ["questions/a"]) == tuple(found[:2])
    assert selection.below(found, ["questions/a.yml", "questions/ab"]) == tuple(found[2:])
    assert selection.below(found, []) == tuple(found)


def test_what_leads_to_a_changed_file_concerns_it():
    found = [
        diagnostic("questions/a/b.yml"),
        diagnostic("questions/a/c.yml", related=["questions/a/b.yml"]),
        diagnostic("questions/a/d.yml", related=["questions/a/c.yml"]),
    ]
    assert selection.touching(found, frozenset({"questions/a/b.yml"})) == tuple(found[:2])
