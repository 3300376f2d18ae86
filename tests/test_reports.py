"""Diagnostics as text: carets under the place, counts, and nothing of a stranger's that a terminal would obey."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import laws

from qbank import reports
from qbank.diagnostics import Diagnostic, Edit, Severity
from qbank.reports.paint import wants_colour
from qbank.reports.wording import cells
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
    assert reports.block(found).startswith(
        f"{PATH}:1:8: error QB105 wrong-length: `title` is short\n"
        "    1 | title: Bias?\n"
        "      |        ^^^^^\n"
        "  help: Write more.\n"
        "  questions/a/b.yml:2:1: first used here\n"
        "    2 | y\n"
        "      | ^\n"
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


def test_a_place_of_several_lines_shows_its_last_line_too():
    text = "answer: [a,\n  b,\n  c]\nnext: x\n"
    assert reports.block(diagnostic(text, "[a,\n  b,\n  c]")).splitlines()[1:] == [
        "    1 | answer: [a,",
        "      |         ^^^",
        "  ...",
        "    3 |   c]",
        "      |   ^^",
    ]
    assert reports.block(diagnostic(text, "[a,\n  b,\n  c]\n")).splitlines()[4:] == ["    3 |   c]", "      |   ^^"]
    assert reports.block(diagnostic(text, "[a,\n  b")).splitlines()[3:] == ["    2 |   b,", "      |   ^"]


def edited(text, blamed, new, **options):
    start = text.index(blamed)
    return diagnostic(text, blamed, edit=Edit(span=Span(start, start + len(blamed)), text=new, **options))


def test_a_fix_is_shown_as_the_lines_that_it_would_write():
    assert reports.block(edited("a: x\ntitle: b: c\n", "b: c", '"b: c"')).splitlines()[3:] == [
        "  fix:",
        "    2 - title: b: c",
        '    2 + title: "b: c"',
    ]
    assert reports.block(edited("a: x\nb: y\n", "x", "1\n2", safe=False)).splitlines()[3:] == [
        "  unsafe fix (read it before you take it):",
        "    1 - a: x",
        "    1 + a: 1",
        "    2 + 2",
    ]


def test_a_fix_that_takes_lines_away_shows_only_those():
    shown = reports.block(edited("a: x\nb: y\nc: z\n", "b: y\n", "")).splitlines()[3:]
    assert shown == ["  fix:", "    2 - b: y"]


def test_a_fix_that_changes_no_text_says_how_the_file_is_written():
    shown = reports.block(diagnostic(edit=Edit(span=Span(0, 0), text=""))).splitlines()[3:]
    assert shown == ["  fix: write the file as plain UTF-8 with Unix line ends"]


def test_a_long_fix_is_counted_instead_of_shown_in_full():
    shown = reports.block(edited("a: x\n", "x", "1\n" * 30)).splitlines()
    assert shown[-1] == "  ... 25 more lines"
    assert len(shown) < 15


@pytest.mark.parametrize("width", [20, 24, 33, 40, 60, 80, 200])
def test_a_report_is_as_wide_as_the_terminal_at_most(width):
    found = edited("k: " + "日本 e\u0301\t" * 60 + "Bias " + "word " * 60, "Bias", "Variance " * 40)
    related = ((Place(Source("q/a.yml", "日" * 300), Span(100, 130)), "it stands here too, among many other words"),)
    found = found._replace(help="Write something else here. " * 4, related=related)
    for line in reports.full([found], width=width).splitlines():
        assert cells(line) <= width or " " not in line.strip(), line
        assert line == line.rstrip()


def test_a_cut_line_says_so_and_keeps_the_marks_under_the_place():
    for width in (30, 50, 80):
        text = "k: " + "日x" * 200 + "Bias" + "y日" * 200
        line, marks = reports.block(diagnostic(text, "Bias"), width=width).splitlines()[-2:]
        assert line.count("…") == 2
        assert cells(line[: line.index("Bias")]) == marks.index("^")


@laws
@given(
    st.text("ab \t日e\u0301\n##[\x1b😀\u1160", max_size=60),
    st.integers(0, 60),
    st.integers(0, 60),
    st.sampled_from([None, 14, 20, 39, 40, 50]),
    st.sampled_from([None, "", "x\ny", "日"]),
)
def test_every_place_of_every_text_can_be_shown(text, a, b, width, new):
    span = Span(min(a, b, len(text)), min(max(a, b), len(text)))
    edit = None if new is None else Edit(span=span, text=new)
    found = diagnostic()._replace(at=Place(Source("q.yml", text), span), edit=edit)
    for line in reports.full([found], width=width).splitlines():
        assert line == line.rstrip()
        assert not OBEYED.search(line)
        assert width is None or " | " not in line or cells(line) <= max(width, 18)


def test_colours_change_no_text():
    first = Place(Source("questions/a/b.yml", "x\ny\n"), Span(2, 3))
    found = [
        edited("title: b: c\n", "b: c", '"b: c"'),
        diagnostic(help="Write `more`.", related=((first, "first used here"),), severity=Severity.WARNING),
    ]
    for width in (None, 40):
        coloured = reports.full(found, colour=True, width=width)
        assert "\x1b[1;31m" in coloured
        assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == reports.full(found, width=width)
        assert not any(line.endswith(" ") for line in coloured.splitlines())


@pytest.mark.parametrize(
    ("environment", "is_terminal", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "xterm"}, False, False),
    ],
)
def test_the_environment_decides_on_colours(environment, is_terminal, wanted):
    assert wants_colour(environment, is_terminal=is_terminal) is wanted


def test_the_last_line_says_what_can_be_fixed():
    safe, unsafe = edited("a: x", "x", "y"), edited("a: x", "x", "y", safe=False)
    assert reports.summary([safe]) == "1 error in 1 file; 1 can be fixed with `qbank check --fix`"
    assert reports.summary([unsafe]).endswith("; 1 can be fixed with `--fix --unsafe-fixes`")
    assert reports.summary([safe, unsafe, diagnostic()]).endswith("; 1 more with `--fix --unsafe-fixes`")


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
    "a command to a log": "##[error]forged ##vso[task.complete] ###[x]",
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
    assert not re.search(r"##\w*\[", report)
    report.encode("utf-8")


def test_a_hidden_sign_takes_one_cell_so_that_the_carets_stay_in_place():
    assert carets("a\u202e\x1b: x", "x") == (5, 1)


def test_a_tab_moves_the_carets_as_it_moves_the_text():
    _, line, marks = reports.block(diagnostic("a:\tx", "x")).splitlines()[:3]
    assert line.index("x") == marks.index("^")
    assert "\t" not in line


@pytest.mark.parametrize(("text", "start"), [("\tx", 4), ("a:\tx", 4), ("abc\tx", 4), ("abcd\tx", 8), ("日\tx", 4)])
def test_tabs_end_at_every_fourth_cell(text, start):
    assert carets(text, "x") == (start, 1)


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
