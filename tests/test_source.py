"""Offsets become lines and columns as editors count them."""

import pytest

from qbank.source import Location, Place, Source, Span


@pytest.mark.parametrize(
    ("offset", "line", "column"),
    [(0, 1, 1), (1, 1, 2), (2, 1, 3), (3, 2, 1), (4, 2, 2), (5, 3, 1), (99, 3, 1), (-5, 1, 1)],
)
def test_an_offset_has_a_line_and_a_column_and_is_clamped_to_the_text(offset, line, column):
    assert Source("a.yml", "ab\nc\n").location(offset) == Location(line, column)


def test_columns_count_characters_and_not_bytes():
    text = "título: 😀x"
    assert Source("a.yml", text).location(text.index("x")) == Location(1, 10)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_that_editors_know_starts_a_line(end):
    source = Source("a.yml", f"one{end}two")
    assert (source.line(1), source.line(2)) == ("one", "two")
    assert source.location(source.text.index("two")) == Location(2, 1)


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029", "\x0b", "\x0c"])
def test_signs_that_only_yaml_breaks_lines_at_start_no_line(sign):
    assert Source("a.yml", f"one{sign}two").location(4) == Location(1, 5)


def test_a_line_that_does_not_exist_is_empty():
    source = Source("a.yml", "one\n")
    assert (source.line(0), source.line(2), source.line(3), source.line(-1)) == ("", "", "", "")


def test_a_place_knows_its_path_its_text_and_its_ends():
    place = Place(Source("questions/a.yml", "title: Bias\n"), Span(7, 11))
    assert (place.path, place.text) == ("questions/a.yml", "Bias")
    assert (str(place.start), str(place.end)) == ("1:8", "1:12")


def test_an_empty_text_has_one_line():
    assert Source("a.yml", "").location(0) == Location(1, 1)
    assert Source("a.yml", "").line(1) == ""
