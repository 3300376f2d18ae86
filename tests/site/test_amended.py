"""A site after edits is the one that a whole build makes of the edited bank, however little of it was made anew."""

from __future__ import annotations

import random
import shutil

import pytest

from qbank import amend, builds
from qbank import project as project_on_disk

TEXTS = (
    "Other words than before.",
    "With a formula, $a^2 + b^2$, and `code`.",
    "```python\nprint(1)\n```\n\n```text\n1\n```",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "See [the other](question:second-question).",
    "A [link](https://example.org/) with a footnote[^1].\n\n[^1]: Down here.",
)
ALONE = ("answer", "example", "story")
"""Fields that only the question's own page shows."""


@pytest.fixture
def bank(project):
    made = project("small")
    made.replace("mkdocs.yml", "[search, qbank]", "[qbank]")
    for number in range(4):
        made.write(f"questions/ml/number-{number}.yml", question(number))
    made.write("docs/about.md", "# About\n\nWritten by hand.\n")
    assert build(made) is None
    return made


def question(number: int, **fields: str) -> str:
    values = {
        "title": f"How is number {number} told from the others?",
        "prompt": f"Tell number {number} from the others.",
        "difficulty": "easy",
        "tags": "[numbers]",
        "answer": f"By its digit, which is {number}.",
        "short_answer": f"It is the one of all these whose only digit is {number}, and no other.",
        "example": "This one.",
        "story": "Once it was told.",
    } | fields
    lines = []
    for name, value in values.items():
        text = value if name in ("difficulty", "tags", "title") else "|\n" + indented(value)
        lines.append(f"{name}: {text}\n")
    return "".join(lines)


def indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.split("\n"))


def build(bank) -> int | None:
    """How many pages were made; None when all were."""
    return builds.build(str(bank.root / "mkdocs.yml")).made


def anew(bank, tmp_path) -> dict[str, bytes]:
    """What a first build makes of the bank."""
    other = tmp_path / "other"
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(bank.root, other, ignore=shutil.ignore_patterns("site", ".cache"))
    builds.build(str(other / "mkdocs.yml"))
    return {
        path.relative_to(other / "site").as_posix(): path.read_bytes()
        for path in (other / "site").rglob("*")
        if path.is_file()
    }


def stamps_of(bank) -> dict[str, int]:
    """When each file of the site was written."""
    return {name: (bank.site / name).stat().st_mtime_ns for name in bank.files()}


def assert_same(one: dict[str, bytes], other: dict[str, bytes], note: object) -> None:
    for name in sorted(one.keys() | other.keys()):
        assert one.get(name) == other.get(name), (note, name)


def test_an_edited_answer_changes_its_page_alone(bank, tmp_path):
    before, stamps = bank.files(), stamps_of(bank)
    bank.replace("questions/ml/number-1.yml", "By its digit", "By its only digit")
    bank.replace("questions/ml/number-1.yml", "It is the one", "It is that one")
    assert build(bank) == 1
    after = bank.files()
    assert b"By its only digit" in after["questions/number-1/index.html"]
    changed = {name for name in after if before.get(name) != after[name]}
    assert {name for name in changed if not name.startswith("pagefind/")} == {"questions/number-1/index.html"}
    assert {name for name, stamp in stamps_of(bank).items() if stamps.get(name) != stamp} == changed
    assert_same(after, anew(bank, tmp_path), "")
    assert build(bank) == 0


@pytest.mark.parametrize("file", ["site/index.html", "questions/ml/number-2.yml", "questions/topics.yml"])
def test_what_somebody_writes_meanwhile_is_seen_by_the_next_build(bank, tmp_path, monkeypatch, file):
    pages = amend.Amendment.pages

    def meanwhile(amendment):
        text = (bank.root / file).read_text("utf-8")
        bank.write(file, text + "\n" if file.startswith("questions") else "defaced")
        return pages(amendment)

    with monkeypatch.context() as patch:
        patch.setattr(amend.Amendment, "pages", meanwhile)
        bank.replace("questions/ml/number-1.yml", "By its digit", "By its only digit")
        assert build(bank) == 1
    assert build(bank) != 0
    assert_same(bank.files(), anew(bank, tmp_path), file)
    assert build(bank) == 0


def test_the_command_makes_an_edited_page_alone_and_sees_the_next_mistake(bank):
    bank.replace("questions/ml/number-1.yml", "By its digit", "By its only digit")
    assert bank.qbank("build").stdout.startswith("Built 1 of ")
    bank.replace("questions/ml/number-1.yml", "By its only digit", "By its only digit, as [all](question:nobody) know")
    done = bank.qbank("build")
    assert (done.returncode, "`nobody`" in done.stderr) == (1, True)


@pytest.mark.parametrize("seed", range(2))
def test_after_any_edits_a_site_is_what_a_first_build_makes(bank, tmp_path, monkeypatch, seed):
    if seed:  # of one that was changed a moment ago, a file is always read
        monkeypatch.setattr(project_on_disk, "SETTLED", 0)
    chance = random.Random(seed)
    amended = 0
    for step in range(6):
        there = [n for n in range(4) if (bank.root / f"questions/ml/number-{n}.yml").exists()]
        number = chance.choice(there)
        path = f"questions/ml/number-{number}.yml"
        edit = chance.choice(("alone", "two") if step % 2 else ("title", "tags", "new", "gone", "vocabulary", "moved"))
        if edit in ("alone", "two"):
            for one in {number, there[-1]} if edit == "two" else {number}:
                fields = {name: chance.choice(TEXTS) for name in chance.sample(ALONE, 2)}
                bank.write(f"questions/ml/number-{one}.yml", question(one, **fields))
        elif edit == "title":
            bank.write(path, question(number, title=f"What about number {number}, at step {step}?"))
        elif edit == "tags":
            bank.write(path, question(number, tags=f"[numbers, step-{step}]"))
        elif edit == "new":
            bank.write(f"questions/ml/step-{step}.yml", question(step + 10))
        elif edit == "gone":
            (bank.root / path).unlink(missing_ok=True)
        elif edit == "moved":
            bank.write(f"questions/ml/renamed-{step}.yml", question(step + 20) + f"formerly: [old-{step}]\n")
        else:
            bank.replace("questions/topics.yml", "name: ", "name: The ")
        made = build(bank)
        amended += made is not None
        assert_same(bank.files(), anew(bank, tmp_path), (seed, step, edit))
        assert build(bank) == 0
    assert amended


def test_a_mistake_is_told_and_the_old_page_stays(bank):
    before = bank.files()
    bank.replace("questions/ml/number-1.yml", "difficulty: easy", "difficulty: simple")
    done = bank.qbank("build")
    assert (done.returncode, "number-1.yml:4:13: error" in done.stderr) == (1, True)
    assert bank.files() == before


def test_a_warning_is_told_by_every_build(bank):
    bank.replace("questions/ml/number-1.yml", "By its digit", "By its <b>digit</b>")
    first, second = bank.qbank("build"), bank.qbank("build")
    assert "QB211" in first.stderr
    assert first.stderr == second.stderr


def test_a_question_that_others_show_changes_them_too(bank, tmp_path):
    bank.replace("questions/ml/number-1.yml", "How is number 1", "How, then, is number 1")
    assert build(bank) is None
    assert b"How, then, is number 1" in bank.files()["tags/numbers/index.html"]
    assert bank.files() == anew(bank, tmp_path)


def test_a_question_in_the_menu_is_made_with_the_whole_and_stays_in_full_text(bank, tmp_path):
    bank.write("mkdocs.yml", (bank.root / "mkdocs.yml").read_text("utf-8") + "nav: [questions/number-2/index.md]\n")
    assert build(bank) is None
    for number, made in ((1, 1), (2, None)):
        bank.replace(f"questions/ml/number-{number}.yml", "By its digit", "By its only digit")
        assert build(bank) == made
        assert_same(bank.files(), anew(bank, tmp_path), number)
