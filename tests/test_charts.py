"""Counts become bars whose lengths and shares can be relied on, with the same in words."""

from qbank.charts import REST, bar_chart, heat_map, stacked_bars


def chart(*counts, total=10):
    return bar_chart("Difficulty", counts, total=total)


def test_bars_are_as_long_as_their_counts_and_the_longest_takes_the_width():
    bars = chart(("Easy", 2, "easy"), ("Hard", 8, "hard")).bars
    assert [bar.width for bar in bars] == [25, 100]
    assert [(bar.label, bar.count, bar.share, bar.style) for bar in bars] == [
        ("Easy", 2, 20, "easy"),
        ("Hard", 8, 80, "hard"),
    ]


def test_the_rest_in_one_line_has_no_bar_and_does_not_shorten_those_of_the_others():
    found = chart(("a", 4, ""), ("b", 2, ""), ("9 others", 30, REST), total=36)
    assert [(bar.width, bar.count) for bar in found.bars] == [(100, 4), (50, 2), (0, 30)]


def test_a_label_without_a_count_is_left_out():
    assert [bar.label for bar in chart(("a", 1, ""), ("b", 0, ""), ("c", 1, "")).bars] == ["a", "c"]


def test_fewer_than_two_bars_are_no_chart():
    assert chart() is None
    assert chart(("a", 5, "")) is None
    assert chart(("a", 5, ""), ("b", 0, "")) is None
    assert bar_chart("Nothing", [], total=0) is None


def test_shares_are_of_the_total_even_where_one_question_counts_twice():
    assert [bar.share for bar in chart(("a", 3, ""), ("b", 3, ""), total=4).bars] == [75, 75]


# --- charts that are tables ---

TOPICS = [("ml", "ML", "topics/ml/"), ("nlp", "NLP", "topics/nlp/"), ("none", "None", "topics/none/")]
LEVELS = [("easy", "Easy", "difficulty/easy/"), ("hard", "Hard", "difficulty/hard/")]
COUNTS = {("ml", "easy"): 6, ("ml", "hard"): 2, ("nlp", "hard"): 4}


def leads_to(row, column):
    return f"questions/?a={row}&b={column}"


def test_the_parts_of_a_stacked_bar_lie_side_by_side_and_the_longest_takes_the_width():
    chart = stacked_bars("x", "Topics", TOPICS, LEVELS, COUNTS, leads_to)
    assert [(line.label, [(cell.x, cell.width) for cell in line.cells]) for line in chart.lines] == [
        ("ML", [(0, 75), (75, 25)]),
        ("NLP", [(0, 0), (0, 50)]),
    ]
    assert [cell.style for cell in chart.lines[0].cells] == ["easy", "hard"]


def test_a_number_leads_to_its_questions_and_nothing_leads_nowhere():
    for chart in (
        stacked_bars("x", "Topics", TOPICS, LEVELS, COUNTS, leads_to),
        heat_map("x", "Topics", TOPICS[:2], LEVELS, COUNTS, leads_to, totals={"ml": 8, "nlp": 4}),
    ):
        (nothing, nlp) = chart.lines[1].cells
        assert (nothing.count, nothing.address) == (0, "")
        assert (nlp.count, nlp.address) == (4, "questions/?a=nlp&b=hard")


def test_a_cell_is_the_warmer_the_larger_its_share_of_the_row():
    counts = {("ml", "easy"): 1, ("ml", "hard"): 30}
    chart = heat_map("x", "Topics", TOPICS[:2], LEVELS, counts, leads_to, totals={"ml": 100, "nlp": 1})
    assert [[cell.heat for cell in line.cells] for line in chart.lines] == [[1, 4], [0, 0]]


def test_one_row_or_one_column_is_no_chart():
    assert stacked_bars("x", "Topics", TOPICS[1:], LEVELS, COUNTS, leads_to) is None
    assert heat_map("x", "Topics", TOPICS[:1], LEVELS, COUNTS, leads_to, totals={"ml": 8}) is None
    assert heat_map("x", "Topics", TOPICS[:2], LEVELS[:1], COUNTS, leads_to, totals={"ml": 8, "nlp": 4}) is None
    assert stacked_bars("x", "Topics", [], LEVELS, {}, leads_to) is None
