"""Diagnostics as text: carets under the place, counts, and nothing of a stranger's that a terminal would obey."""

import re

import pytest

from qbank import reports
from qbank.diagnostics import Diagnostic, Severity
from qbank.source import Place, Source, Span

PATH = "questions/evaluation/roc-auc.yml"


def diagnostic(text="title: Bias?\n", blamed="Bias?", *, path=PATH, message="`title` is short", help="", **options):
    start = text.index(blamed)
    severity = options.pop("severity", Severity.ERROR)
    place = Place(Source(path, text), Span(start, start + len(blamed)))
    return Diagnostic(
        code="QB105", rule="wrong-length", severity=severity, message=message, at=place, help=help, **options
    )


def test_a_line_for_editors_starts_with_the_place():
    assert reports.concise(diagnostic()) == f"{PATH}:1:8: error QB105 wrong-length: `title` is short"


def test_a_diagnostic_has_its_line_carets_help_and_related_places():
    first = Place(Source("questions/a/b.yml", "x\ny\n"), Span(2, 3))
    found = diagnostic(help="Write more.", related=((first, "first used here"),))
    assert reports.block(found) == (
        f"{PATH}:1:8: error QB105 wrong-length: `title` is short\n"
        "    1 | title: Bias?\n"
        "      |        ^^^^^\n"
        "  help: Write more.\n"
        "  questions/a/b.yml:2:1: first used here\n"
    )


def carets(text, blamed):
    """The columns of a terminal that are marked, and the width of what stands before them."""
    _, line, marks = reports.block(diagnostic(text, blamed)).splitlines()[:3]
    assert line.index("|") == marks.index("|")
    found = re.search(r"\^+", marks)
    return found.start() - marks.index("|") - 2, len(found[0])


@pytest.mark.parametrize(
    ("text", "blamed", "start", "width"),
    [
        ("title: Bias?", "Bias?", 7, 5),
        ("日本語: Bias", "Bias", 8, 4),
        ("a: 日本語", "日本語", 3, 6),
        ("a😀: x", "x", 5, 1),
        ("e\u0301te\u0301: x", "x", 5, 1),
        ("é: x", "x", 3, 1),
        ("ｆｕｌｌ: x", "x", 10, 1),
        ("a: ", "", 0, 1),
    ],
)
def test_carets_stand_under_the_place_whatever_the_width_of_the_signs(text, blamed, start, width):
    assert carets(text, blamed) == (start, width)


def test_a_place_of_several_lines_is_marked_to_the_end_of_its_first():
    assert carets("a: |\n  one\n  two\n", "|\n  one") == (3, 1)
    assert carets("answer: [a,\n  b]\n", "[a,\n  b]") == (8, 3)


def test_a_long_line_is_cut_around_the_place():
    lines = reports.block(diagnostic("a: " + "x" * 5_000 + " Bias " + "y" * 5_000, "Bias")).splitlines()
    assert "Bias" in lines[1]
    assert max(map(len, lines)) < 130
    assert lines[1].index("Bias") == lines[2].index("^")


def test_a_place_far_longer_than_the_line_shown_is_marked_within_it():
    lines = reports.block(diagnostic("a: " + "x" * 5_000, "x" * 5_000)).splitlines()
    assert len(lines[2]) <= len(lines[1])


def test_an_empty_line_has_no_excerpt():
    assert len(reports.block(diagnostic("\n\n", "")).splitlines()) == 1


HOSTILE = {
    "an escape sequence": "\x1b[2J\x1b]0;title\x07",
    "a C1 sequence": "\x9b2J",
    "a carriage return": "\rerased",
    "a backspace": "\x08\x08",
    "a null": "\x00",
    "a line break": "\nforged.yml:1:1: error",
    "a right-to-left override": "\u202efdp",
    "an isolate": "\u2066x\u2069",
    "a mark of direction": "\u200f\u200e\u061c",
    "a zero-width space": "\u200b",
    "a byte-order mark": "\ufeff",
    "a line separator": "\u2028x\u2029",
    "half a character": "\udcff",
}
OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_a_terminal_would_obey_reaches_it(name):
    hostile = HOSTILE[name]
    line = f"title: {hostile.splitlines()[0]}Bias"
    other = Place(Source(f"questions/{hostile}.yml", "x"), Span(0, 1))
    found = diagnostic(
        line,
        "Bias",
        path=f"questions/{hostile}.yml",
        message=f"`{hostile}` is wrong",
        help=f"Not `{hostile}`.",
        related=((other, f"`{hostile}`"),),
    )
    report = reports.full([found])
    assert not OBEYED.search(report)
    assert "Bias" in report
    assert not re.search(r"(?m)^forged", report)
    report.encode("utf-8")


def test_a_hidden_sign_takes_one_cell_so_that_the_carets_stay_in_place():
    assert carets("a\u202e\x1b: x", "x") == (5, 1)
    assert carets("a:\tx", "x") == (3, 1)


@pytest.mark.parametrize(
    ("severities", "files", "summary"),
    [
        ([], 1, "No problems found."),
        ([Severity.ERROR], 1, "1 error in 1 file"),
        ([Severity.WARNING] * 2, 1, "2 warnings in 1 file"),
        ([Severity.ERROR, Severity.WARNING, Severity.ERROR], 3, "2 errors, 1 warning in 3 files"),
    ],
)
def test_the_last_line_counts_errors_warnings_and_files(severities, files, summary):
    found = [
        diagnostic(path=f"questions/a/{index % files}.yml", severity=severity)
        for index, severity in enumerate(severities)
    ]
    assert reports.full(found).splitlines()[-1].startswith(summary)
    assert reports.summary(iter(found)) == summary


def test_a_report_is_the_blocks_in_the_order_given():
    found = [diagnostic(path="b.yml"), diagnostic(path="a.yml")]
    assert reports.full(found) == "\n".join([*map(reports.block, found), reports.summary(found)])
