"""Counts become bars whose lengths and shares can be relied on, with the same in words."""

from qbank.charts import WIDTH, bar_chart


def chart(*counts, total=10):
    return bar_chart("chart-x", "Difficulty", counts, total=total)


def test_bars_are_as_long_as_their_counts_and_the_longest_takes_the_width():
    bars = chart(("Easy", 2, "easy"), ("Hard", 8, "hard")).bars
    assert [bar.width for bar in bars] == [WIDTH / 4, WIDTH]
    assert [(bar.label, bar.count, bar.share, bar.style) for bar in bars] == [
        ("Easy", 2, 20, "easy"),
        ("Hard", 8, 80, "hard"),
    ]


def test_bars_stand_below_each_other_within_the_height():
    found = chart(("a", 1, ""), ("b", 1, ""), ("c", 1, ""))
    rows = [bar.y for bar in found.bars]
    assert rows == sorted(set(rows))
    assert rows[-1] + found.bar_top < found.height


def test_a_label_without_a_count_is_left_out():
    assert [bar.label for bar in chart(("a", 1, ""), ("b", 0, ""), ("c", 1, "")).bars] == ["a", "c"]


def test_fewer_than_two_bars_are_no_chart():
    assert chart() is None
    assert chart(("a", 5, "")) is None
    assert chart(("a", 5, ""), ("b", 0, "")) is None
    assert bar_chart("chart-x", "Nothing", [], total=0) is None


def test_the_chart_is_said_in_words():
    assert chart(("Easy", 1, ""), ("Hard", 3, ""), total=4).text == "Difficulty: Easy 1 (25 %), Hard 3 (75 %)."


def test_shares_are_of_the_total_even_where_one_question_counts_twice():
    assert [bar.share for bar in chart(("a", 3, ""), ("b", 3, ""), total=4).bars] == [75, 75]
