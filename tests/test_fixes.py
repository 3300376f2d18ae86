"""Fixes: edits become text, pass after pass, and what they lead to has no finding that they were for."""

import shutil
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import TESTS, laws

from qbank import fixes
from qbank.diagnostics import Diagnostic, Edit, Severity
from qbank.pipeline import Files, examine
from qbank.project import read_files
from qbank.source import Place, Source, Span

PATH = "questions/a/b.yml"
CASES = sorted(path for path in (TESTS / "cases").iterdir() if path.is_dir() and path.name != "_base")


def edit(start, end, text, **options):
    return Edit(span=Span(start, end), text=text, **options)


def diagnostic(source, edit, code="QB105", severity=Severity.ERROR):
    at = Place(source, edit.span if edit else Span(0, 0))
    return Diagnostic(code=code, rule="some-rule", severity=severity, message="wrong", at=at, edit=edit)


# --- edits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], "0123456789"),
        ([(2, 4, "x")], "01x456789"),
        ([(6, 8, ""), (2, 4, "x")], "01x4589"),
        ([(3, 3, "x")], "012x3456789"),
        ([(0, 0, "x"), (10, 10, "y")], "x0123456789y"),
        ([(2, 4, "x"), (4, 6, "y")], "01xy6789"),
        ([(2, 4, "x"), (4, 4, "y")], "01xy456789"),
    ],
)
def test_edits_are_made_where_they_stand(edits, expected):
    made = [edit(*each) for each in edits]
    assert fixes.apply("0123456789", made) == (expected, frozenset(made))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((2, 5, "x"), (4, 6, "y"), "01x56789"),
        ((2, 8, "x"), (4, 5, "y"), "01x89"),
        ((3, 3, "x"), (3, 3, "y"), "012x3456789"),
        ((3, 3, "x"), (3, 4, "y"), "012x3456789"),
        ((3, 3, "x"), (3, 3, "x"), "012x3456789"),
    ],
)
def test_of_overlapping_edits_the_first_wins_and_the_other_waits(first, second, expected):
    both = (edit(*first), edit(*second))
    for order in (both, both[::-1]):
        assert fixes.apply("0123456789", order) == (expected, frozenset(both[:1]))


def test_two_rules_that_want_the_same_get_it_once():
    safe, unsafe = edit(2, 4, "x"), edit(2, 4, "x", safe=False)
    assert fixes.apply("0123456789", [safe, unsafe]) == ("01x456789", frozenset([safe, unsafe]))


def test_an_edit_that_changes_nothing_keeps_no_other_from_being_made():
    empty, other = edit(0, 0, ""), edit(0, 3, "x")
    assert fixes.apply("0123456789", [empty, other]) == ("x3456789", frozenset([empty, other]))


@laws
@given(
    st.text(max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.text("xy\n", max_size=3)), max_size=8),
)
def test_edits_that_were_made_do_not_overlap_and_those_that_wait_do(text, numbers):
    edits = [edit(min(a, b, len(text)), min(max(a, b), len(text)), new) for a, b, new in numbers]
    after, made = fixes.apply(text, edits)
    spans = sorted({(each.span, each.text) for each in made if each.text or each.span.start != each.span.end})
    assert all(one.end <= other.start and one.start < other.start for (one, _), (other, _) in pairwise(spans))
    removed = sum(span.end - span.start for span, _ in spans)
    assert len(after) == len(text) - removed + sum(len(new) for _, new in spans)
    if edits:
        assert made


# --- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("has_bom", "has_crlf"), [(True, False), (False, True), (True, True), (False, False)])
def test_a_file_keeps_its_mark_and_line_ends_unless_that_is_the_fix(has_bom, has_crlf):
    source = Source(PATH, "a: x\nb: y\n", has_bom=has_bom, has_crlf=has_crlf)
    after, _ = fixes.fixed(source, [diagnostic(source, edit(3, 4, "z"))])
    end = "\r\n" if has_crlf else "\n"
    assert fixes.written(after) == f"{chr(0xFEFF) if has_bom else ''}a: z{end}b: y{end}"
    after, made = fixes.fixed(source, [diagnostic(source, edit(0, 0, ""))])
    assert fixes.written(after) == "a: x\nb: y\n"
    assert len(made) == 1


def test_only_the_edits_of_a_file_are_made_in_it():
    source = Source(PATH, "a: x\n")
    other = Source("questions/a/c.yml", "a: x\n")
    assert fixes.fixed(source, [diagnostic(other, edit(3, 4, "z")), diagnostic(source, None)]) == (source, ())


def by_words(files):
    """Finds every `x` (safe) and `u` (unsafe) that stands alone, and `open` as unreadable."""
    found = []
    for source in files.questions:
        for index, sign in enumerate(source.text):
            if sign in "xu":
                found.append(diagnostic(source, edit(index, index + 1, "o", safe=sign == "x")))
        if "open" in source.text:
            found.append(diagnostic(source, None, code="QB011"))
    return tuple(found)


def safe(found):
    return found.edit.safe


def test_fixes_are_made_until_none_is_left():
    files = Files(questions=(Source(PATH, "xx u x"), Source("questions/a/c.yml", "fine")))
    fixed = fixes.fix(files, by_words, safe)
    assert [source.text for source in fixed.files.questions] == ["oo u o", "fine"]
    assert [(before.text, after.text) for before, after in fixed.changed] == [("xx u x", "oo u o")]
    assert (len(fixed.made), len(fixed.left), fixed.refused) == (3, 1, ())
    again = fixes.fix(fixed.files, by_words, safe)
    assert (again.made, again.changed) == ((), ())


def test_edits_that_overlap_are_made_in_the_next_pass():
    def check(files):
        (source,) = files.questions
        return tuple(
            diagnostic(source, edit(index, index + 2, "b"))
            for index in range(len(source.text) - 1)
            if source.text[index] == "a"
        )

    fixed = fixes.fix(Files(questions=(Source(PATH, "aaaa"),)), check, safe)
    assert fixed.files.questions[0].text == "bb"
    fixed = fixes.fix(Files(questions=(Source(PATH, "aaac"),)), check, safe)
    assert (fixed.files.questions[0].text, len(fixed.made)) == ("bb", 2)


def test_a_fix_that_makes_a_file_unreadable_is_taken_back():
    def check(files):
        return tuple(
            diagnostic(source, edit(0, 1, "open" if "bad" in source.text else "o"))
            for source in files.questions
            if source.text.startswith("x")
        ) + tuple(found for found in by_words(files) if found.code == "QB011")

    files = Files(questions=(Source(PATH, "x bad"), Source("questions/a/c.yml", "x good")))
    fixed = fixes.fix(files, check, safe)
    assert [source.text for source in fixed.files.questions] == ["x bad", "o good"]
    assert fixed.refused == (PATH,)
    assert [found.at.path for found in fixed.made] == ["questions/a/c.yml"]


def test_fixes_that_never_settle_end_and_are_told():
    def check(files):
        (source,) = files.questions
        return (diagnostic(source, edit(0, 1, "b" if source.text[0] == "a" else "a")),)

    fixed = fixes.fix(Files(questions=(Source(PATH, "a"),)), check, safe, passes=4)
    assert fixed.refused == (PATH,)


# --- patches -----------------------------------------------------------------------------------------------------


def test_a_patch_says_what_changes():
    before, after = Source(PATH, "a: x\nb: y\n"), Source(PATH, "a: z\nb: y\n")
    assert fixes.diff([(before, after)]) == (f"--- a/{PATH}\n+++ b/{PATH}\n@@ -1,2 +1,2 @@\n-a: x\n+a: z\n b: y\n")
    assert fixes.diff([]) == ""


def test_a_patch_shows_line_ends_and_a_missing_last_one():
    before, after = Source(PATH, "a\u2028b\x0bc", has_crlf=False), Source(PATH, "a\u2028b\x0bd\n")
    assert fixes.diff([(before, after)]).splitlines(keepends=False)[0] == f"--- a/{PATH}"
    assert "-a\u2028b\x0bc\n\\ No newline at end of file\n+a\u2028b\x0bd\n" in fixes.diff([(before, after)])
    before, after = Source(PATH, "a\n", has_bom=True, has_crlf=True), Source(PATH, "a\n")
    assert "-\ufeffa\r\n+a\n" in fixes.diff([(before, after)])


# --- our rules ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_safe_fixes_lead_to_files_without_these_findings_in_one_pass(case, tmp_path):
    if not (case / "bad" / "questions" / "topics.yml").exists():
        shutil.copytree(TESTS / "cases" / "_base", tmp_path, dirs_exist_ok=True)
    shutil.copytree(case / "bad", tmp_path, dirs_exist_ok=True)

    def check(files):
        return examine(files, today="2026-11-21").diagnostics

    def is_safe(found):
        return found.edit is not None and found.edit.safe

    files = read_files(tmp_path)
    wanted = [found for found in check(files) if is_safe(found)]
    if not wanted:
        pytest.skip("nothing here has a safe fix")
    fixed = fixes.fix(files, check, is_safe)
    paths = {found.at.path for found in wanted}
    assert fixed.refused == ()
    assert not [found for found in fixed.left if is_safe(found)]
    kinds = {(found.at.path, found.code) for found in wanted}
    assert not kinds & {(found.at.path, found.code) for found in fixed.left if found.code.startswith("QB0")}
    once = fixes.fix(files, check, is_safe, passes=1)
    assert [source.text for source in once.files.questions] == [source.text for source in fixed.files.questions]
    assert {before.path for before, _ in fixed.changed} == paths
    again = fixes.fix(fixed.files, check, is_safe)
    assert (again.made, again.changed) == ((), ())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_fixes_of_one_rule_alone_are_made_in_one_pass_and_once(case, tmp_path):
    if not (case / "bad" / "questions" / "topics.yml").exists():
        shutil.copytree(TESTS / "cases" / "_base", tmp_path, dirs_exist_ok=True)
    shutil.copytree(case / "bad", tmp_path, dirs_exist_ok=True)

    def check(files):
        return examine(files, today="2026-11-21").diagnostics

    def is_its(found):
        return found.edit is not None and found.code == case.name[:5]

    files = read_files(tmp_path)
    if not any(is_its(found) for found in check(files)):
        pytest.skip("this rule has no fix here")
    once = fixes.fix(files, check, is_its, passes=1)
    assert once.changed
    assert not [found for found in once.left if is_its(found)]
    again = fixes.fix(once.files, check, is_its)
    assert (again.made, again.changed, again.refused) == ((), (), ())
