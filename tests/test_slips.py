"""What `bench/` measures of the check holds: every slip is one finding at its place, and no edit leads to a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import fuzz, generate, slips

from qbank import reports
from qbank.pipeline import diagnose, examine
from qbank.project import read_files, with_file

SLIPS = tuple(slips.expected())
TODAY = "2026-11-25"


def test_every_file_is_expected_to_be_something() -> None:
    files = {path for group in ("broken", "wrong") for path in (slips.SLIPS / group).iterdir()}
    assert {slip.file for slip in SLIPS} == files
    assert [sum(slip.name.startswith(group) for slip in SLIPS) for group in ("broken", "wrong")] == [13, 18]


def test_the_file_without_a_slip_is_sound() -> None:
    assert examine(read_files(slips.BANK), today=TODAY).diagnostics == ()


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_is_one_finding_at_its_place_with_what_to_write(slip: slips.Expected) -> None:
    files = with_file(read_files(slips.BANK), slips.SOUND, slip.file.read_bytes())
    found = examine(files, today=TODAY).diagnostics
    assert [(str(item.at.start), item.rule) for item in found] == [(slip.place, slip.rule)], reports.full(found)
    said = [found[0].message, found[0].help, *(note for _, note in found[0].related)]
    assert slip.says.search("\n".join(said)), said


def test_a_random_edit_never_raises_and_every_place_lies_in_its_file(tmp_path: Path) -> None:
    for files in fuzz.banks(tmp_path):
        assert diagnose(files, today=TODAY) == ()
        assert [(edit.what, problem) for edit, _, problem in fuzz.tried(files, 60, "a sample") if problem] == []


def test_nothing_is_found_in_two_hundred_generated_questions(tmp_path: Path) -> None:
    generate.write(tmp_path, 200)
    found = diagnose(read_files(tmp_path), today=TODAY)
    assert found == (), reports.full(found[:5])


def test_what_is_found_does_not_depend_on_jobs_or_on_the_order_of_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qbank import pipeline

    generate.write(tmp_path, 40)
    files = read_files(tmp_path)
    broken = tuple(
        source._replace(text=source.text.replace("difficulty: ", "difficulty: very ").replace("references:", "refs:"))
        if number % 3 == 0
        else source
        for number, source in enumerate(files.questions)
    )
    first = diagnose(files._replace(questions=broken), today=TODAY)
    assert len(first) > 20
    monkeypatch.setattr(pipeline, "FEWEST_FOR_PROCESSES", 1)
    assert diagnose(files._replace(questions=broken), today=TODAY, jobs=3) == first
    assert diagnose(files._replace(questions=broken[::-1]), today=TODAY) == first
    assert diagnose(files._replace(questions=broken[7:] + broken[:7]), today=TODAY, jobs=2) == first
    assert examine(files._replace(questions=broken[::-1]), today=TODAY).diagnostics == first
