"""The registry refuses what would make a rule ambiguous, and gives findings their identity."""

import pytest

from qbank.diagnostics import Edit, Finding, Severity
from qbank.rules import RETIRED, RULES, check, rule, run
from qbank.source import Place, Source, Span

PLACE = Place(Source("questions/a.yml", "title: Bias"), Span(7, 11))


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """Rules registered by a test are gone after it."""
    monkeypatch.setattr("qbank.rules.RULES", {})
    monkeypatch.setattr("qbank.rules._CHECKS", {})


def test_a_code_cannot_be_registered_twice():
    rule("QB199", "some-rule", "A manual.")
    with pytest.raises(ValueError, match="already taken"):
        rule("QB199", "other-rule", "A manual.")


def test_a_name_cannot_be_registered_twice():
    rule("QB198", "some-rule", "A manual.")
    with pytest.raises(ValueError, match="already taken"):
        rule("QB199", "some-rule", "A manual.")


def test_a_retired_code_cannot_come_back(monkeypatch):
    monkeypatch.setattr("qbank.rules.RETIRED", frozenset({"QB199"}))
    with pytest.raises(ValueError, match="already taken"):
        rule("QB199", "some-rule", "A manual.")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("QB1", "some-rule"),
        ("QB1000", "some-rule"),
        ("qb101", "some-rule"),
        ("QB501", "some-rule"),
        ("QB1\n01", "some-rule"),
        ("QB101", "Some-rule"),
        ("QB101", "some_rule"),
        ("QB101", "some rule"),
        ("QB101", "-some"),
        ("QB101", ""),
    ],
)
def test_a_malformed_rule_is_refused(code, name):
    with pytest.raises(ValueError, match="malformed"):
        rule(code, name, "A manual.")


def test_a_check_takes_its_name_and_manual_from_its_function_and_runs_on_its_subject_only():
    class Subject:
        pass

    @check("QB299", Subject, Severity.WARNING)
    def wrong_subject(subject):
        """A subject is wrong.

        Bad: `this`
        """
        yield Finding("wrong", PLACE, "Write it right.", ((PLACE, "see here"),), Edit(span=PLACE.span, text="b"))

    (found,) = run(Subject())
    assert (found.code, found.rule, found.severity) == ("QB299", "wrong-subject", Severity.WARNING)
    assert (found.message, found.help, found.at) == ("wrong", "Write it right.", PLACE)
    assert found.related == ((PLACE, "see here"),)
    assert found.edit == Edit(span=PLACE.span, text="b")
    assert list(run(object())) == []


def test_the_manual_has_no_indentation_of_the_code_around_it():
    assert rule("QB199", "some-rule", "First.\n\n        Second.\n    ").manual == "First.\n\nSecond."


def test_no_retired_code_is_in_use():
    assert RETIRED.isdisjoint(RULES)
