"""Diagnostics sort by place, are reported once, and suggest the nearest value."""

import random

from qbank.diagnostics import Diagnostic, Severity, has_errors, in_order, suggest
from qbank.source import Place, Source, Span

COMPANIES = ["google", "meta", "netflix", "openai"]


def diagnostic(path="questions/a.yml", start=0, code="QB101", message="wrong", severity=Severity.ERROR):
    place = Place(Source(path, "x" * 100), Span(start, start + 1))
    return Diagnostic(code=code, rule="some-rule", severity=severity, message=message, at=place)


def test_diagnostics_are_in_the_order_of_file_place_and_rule():
    ordered = [
        diagnostic("questions/a.yml", 1, "QB101"),
        diagnostic("questions/a.yml", 1, "QB102"),
        diagnostic("questions/a.yml", 9, "QB101"),
        diagnostic("questions/b.yml", 0, "QB101"),
    ]
    shuffled = random.Random(0).sample(ordered, len(ordered))
    assert list(in_order(shuffled)) == ordered


def test_the_same_diagnostic_is_given_once():
    assert len(in_order([diagnostic(), diagnostic(), diagnostic(message="other")])) == 2


def test_only_errors_count_as_errors():
    assert has_errors([diagnostic(severity=Severity.WARNING), diagnostic()])
    assert not has_errors([diagnostic(severity=Severity.WARNING)])
    assert not has_errors([])


def test_the_nearest_value_is_suggested():
    assert suggest("googel", COMPANIES) == "Did you mean `google`?"


def test_case_does_not_hide_the_nearest_value():
    assert suggest("GOOGLE", COMPANIES) == "Did you mean `google`?"
    assert suggest("jane-street", ["Jane-Street"]) == "Did you mean `Jane-Street`?"


def test_all_values_are_listed_when_none_is_near_and_they_are_few():
    assert suggest("zzz", COMPANIES) == "Use one of `google`, `meta`, `netflix`, `openai`."


def test_many_values_are_counted_instead_of_listed():
    assert suggest("zzz", [f"name-{number}" for number in range(17)]) == "None of the 17 known ones is near it."
    assert suggest("zzz", COMPANIES, limit=3) == "None of the 4 known ones is near it."


def test_no_value_to_suggest_is_said():
    assert suggest("zzz", []) == "None is defined yet."


def test_a_value_given_twice_is_listed_once_and_values_stand_in_their_order_if_they_have_one():
    assert suggest("zzz", ["b", "a", "b"]) == "Use one of `b`, `a`."
    assert suggest("zzz", {"b", "a"}) == "Use one of `a`, `b`."


def test_an_empty_word_gets_the_list():
    assert suggest("", ["easy", "hard"]) == "Use one of `easy`, `hard`."
