"""Small projects as data: what `bad/` is told is `report.txt`, and `good/` is told nothing.

`_base/` is merged into every tree that has no `topics.yml` of its own. A new case is a new folder; its report is
written by `QBANK_REWRITE=1 python -m pytest tests/test_cases.py` and read as a diff.
"""

import re
import shutil

import pytest
from tests.builders import REWRITE, TESTS

from qbank import reports
from qbank.pipeline import examine
from qbank.project import read_files
from qbank.rules import RULES

CASES = sorted(path for path in (TESTS / "cases").iterdir() if path.is_dir() and path.name != "_base")
TODAY = "2026-11-21"


def examined(tree, folder):
    """What is found in a tree, merged with the base where it does not stand alone."""
    if not (tree / "questions" / "topics.yml").exists():
        shutil.copytree(TESTS / "cases" / "_base", folder, dirs_exist_ok=True)
    shutil.copytree(tree, folder, dirs_exist_ok=True)
    return examine(read_files(folder), today=TODAY).diagnostics


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_tree_gets_its_report(case, tmp_path):
    found = examined(case / "bad", tmp_path)
    report = reports.full(found) + "\n"
    golden = case / "report.txt"
    if REWRITE:
        golden.write_text(report, encoding="utf-8", newline="\n")
    assert case.name[:5] in {diagnostic.code for diagnostic in found}
    assert golden.is_file(), "run with QBANK_REWRITE=1 and read the report"
    assert report == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_good_tree_gets_no_finding(case, tmp_path):
    found = examined(case / "good", tmp_path)
    assert not found, reports.full(found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_named_after_its_rule_and_shows_little_else(case, tmp_path):
    code, _, name = case.name.partition("-")
    assert RULES[code].name == name
    assert re.fullmatch(r"QB[0-4]\d\d", code)
    others = {diagnostic.code for diagnostic in examined(case / "bad", tmp_path)} - {code}
    assert len(others) <= 2, f"also found: {sorted(others)}"
