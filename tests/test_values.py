"""Each kind of text accepts what its field is for and says what to write instead of anything else."""

import pytest

from qbank.shape import Form
from qbank.values import Kebab, Line, PartialDate, TopicPath, Url


def problem(kind, text):
    """What is wrong with the text and what to write instead; nothing when it is accepted as it is."""
    (form,) = [mark for mark in kind.__metadata__ if isinstance(mark, Form)]
    return form.check(text)


@pytest.mark.parametrize("text", ["pca", "k-means", "l1", "2", "a-b-c", "no", "null"])
def test_lower_case_words_with_hyphens_are_kebab_case(text):
    assert problem(Kebab, text) is None


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("K-Means", "Write `k-means`."),
        ("k means", "Write `k-means`."),
        ("a--b", "Write `a-b`."),
        ("-a", "Write `a`."),
        ("a_b", "Write `a-b`."),
        ("a\n", "Write `a`."),
        ("é", "Use words such as `cross-validation`."),
        ("٣", "Use words such as `cross-validation`."),
    ],
)
def test_other_words_are_refused_with_the_word_to_write(text, help):
    assert problem(Kebab, text) == (f"`{text}` is not lower-case words joined by hyphens", help)


@pytest.mark.parametrize("text", ["evaluation", "ml/evaluation", "a/b/c"])
def test_a_topic_is_a_folder_or_a_path_of_folders(text):
    assert problem(TopicPath, text) is None


@pytest.mark.parametrize("text", ["/ml", "ml/", "ml//trees", "../ml", "ML", "ml\\trees"])
def test_other_paths_are_no_topics(text):
    assert problem(TopicPath, text)


@pytest.mark.parametrize(
    "text", ["https://example.org", "http://example.org/a?b=c&d=%20#e", "https://例え.jp/", "https://[::1]:8000/"]
)
def test_web_addresses_are_accepted(text):
    assert problem(Url, text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("example.org", "//example.org", "ftp://example.org", "javascript:alert(1)", "https://", "https:///path"),
        *("https://exa mple.org", "https://example.org/a b", "https://[::1", "data:text/html,x", ""),
        "https://example.org\n",
    ],
)
def test_what_a_browser_would_not_open_as_a_page_is_no_web_address(text):
    message, help = problem(Url, text)
    assert message == f"`{text}` is not a web address"
    assert "https://" in help


@pytest.mark.parametrize("text", ["2026", "2026-05", "2026-05-12", "2024-02-29"])
def test_a_year_a_month_and_a_day_are_dates(text):
    assert problem(PartialDate, text) is None


FORMS = "Write `2026`, `2026-05` or `2026-05-12`."


@pytest.mark.parametrize(
    ("text", "help"),
    [
        *((text, FORMS) for text in ("26", "2026-13", "2026-05-12T10", "٢٠٢٦", "", "Mab 2026", "13/2026", "20265")),
        *((text, "Write `2026-05`.") for text in ("2026-5", "2026/05", "05/2026", "May 2026", "may, 2026")),
        *((text, "Write `2026-05-02`.") for text in ("2026-5-2", "2026.05.02", "2 May 2026")),
        ("2025-02-29", "February 2025 has 28 days; without the day, write `2025-02`."),
        ("2026-13-01", f"There is no month 13. {FORMS}"),
        *((text, "Check the year.") for text in ("0000", "0206-05", "2206-05-12")),
    ],
)
def test_other_text_is_no_date(text, help):
    assert problem(PartialDate, text) == (f"`{text}` is not a date", help)


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("doi.org/10.1/x", "Write `https://doi.org/10.1/x`."),
        ("htps://doi.org/10.1/x", "Write `https://doi.org/10.1/x`."),
        ("https://doi.org/ 10.1/x", "Write `https://doi.org/10.1/x`."),
        ("a book", "Write the whole address, such as `https://arxiv.org/abs/1706.03762`."),
    ],
)
def test_an_address_that_lacks_little_is_written_out(text, help):
    assert problem(Url, text) == (f"`{text}` is not a web address", help)


def test_a_line_is_one_line():
    assert problem(Line, "one line\n") is None
    assert problem(Line, "one\ntwo") == ("is more than one line", "Write it on one line.")
