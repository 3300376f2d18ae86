"""What is kept between checks changes how long they take, and never what they find."""

import json
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import VOCABULARIES, fields, written

from qbank import checkcache, pipeline, project
from qbank.bank import VOCABULARIES as MODELS
from qbank.checkcache import CheckCache
from qbank.files import VOCABULARY_FILES
from qbank.findings import decoded, encoded
from qbank.pipeline import Files, diagnose, examine
from qbank.source import Source, Unread
from qbank.verdicts import read, verdict

TODAY = "2026-11-21"


def texts(count=6):
    """A bank by paths: some questions without findings, some with."""
    sentence = "This very sentence of eight words stands everywhere."
    found = {f"{kind}.yml": written(entries) for kind, entries in VOCABULARIES.items()}
    for number in range(count):
        changes = [
            {"related": [f"q-{(number + 1) % count}"]},
            {"answer": f"{sentence} See [it](question:q-{number}).\n"},
            {"companies": [{"company": "googel", "source": "report", "seen": "2077"}], "tags": ["pca", "pcas"]},
            {"answer": f"{sentence}\n\n```python\nprint(\n```\n"},
            {"formerly": ["q-0"], "roles": ["nobody"]},
        ][number % 5]
        answer = {"answer": f"{sentence} And {number} more.\n"} | changes
        found[f"evaluation/q-{number}.yml"] = written(fields(title=f"A question with number {number}", **answer))
    return found


def files(by_path):
    sources = {path: Source(f"questions/{path}", text) for path, text in by_path.items()}
    return Files(
        questions=tuple(source for path, source in sources.items() if "/" in path),
        vocabularies={path[:-4]: source for path, source in sources.items() if "/" not in path},
    )


class Memory(dict):
    """Verdicts by what decides them."""

    def get(self, source):
        return super().get((source.path, source.text))

    def put(self, source, verdict):
        self[source.path, source.text] = verdict


def edited(by_path, chance):
    """The bank after one edit: a sign replaced or lost, a file gone, copied or renamed."""
    path = chance.choice(sorted(path for path in by_path if "/" in path))
    text = by_path[path]
    at = chance.randrange(len(text))
    match chance.randrange(6):
        case 0:
            return {other: value for other, value in by_path.items() if other != path}
        case 1:
            return by_path | {f"evaluation/copy-{at}.yml": text}
        case 2:
            return {(f"other/{at}.yml" if other == path else other): value for other, value in by_path.items()}
        case _:
            return by_path | {path: text[:at] + chance.choice(("", "x", ":", "$", "\n", " #", "`")) + text[at + 1 :]}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000))
def test_what_is_known_from_before_changes_no_diagnostic(seed):
    chance, known, now = random.Random(seed), Memory(), texts()
    for _ in range(4):
        plain = examine(files(now), today=TODAY).diagnostics
        assert diagnose(files(now), today=TODAY, known=known) == plain
        assert diagnose(files(now), today=TODAY) == plain
        now = edited(now, chance) or now
        if not any("/" in path for path in now):
            break


def test_the_number_of_processes_and_the_order_of_files_change_no_diagnostic(monkeypatch):
    monkeypatch.setattr(pipeline, "FEWEST_FOR_PROCESSES", 2)
    monkeypatch.setattr(pipeline, "_AT_ONCE", 3)
    now = texts(20)
    plain = examine(files(now), today=TODAY).diagnostics
    assert len(plain) > 20
    assert diagnose(files(dict(reversed(now.items()))), today=TODAY, jobs=1) == plain
    assert diagnose(files(dict(reversed(now.items()))), today=TODAY, jobs=3) == plain


def test_a_verdict_of_anything_else_is_refused():
    source = Source("questions/evaluation/q.yml", texts()["evaluation/q-0.yml"])
    good = json.loads(verdict(source))
    assert read(json.dumps(good), source)
    for bad in ("", "[]", "{}", "3", '{"found":[[1]],"brief":null}', '{"found":[],"brief":{}}', "[" * 100_000):
        with pytest.raises(ValueError):
            read(bad, source)


def test_a_diagnostic_comes_back_as_it_was():
    own = files(texts())
    found = examine(own, today=TODAY).diagnostics
    assert any(each.edit for each in found)
    assert any(each.related for each in found)
    sources = {source.path: source for source in own.sources}
    assert tuple(decoded(json.loads(json.dumps(encoded(each))), sources) for each in found) == found


@pytest.fixture
def check(tmp_path):
    """What a check finds that keeps its knowledge in a folder, and whether it looked or only remembered."""
    looked = []

    def run(by_path, today=TODAY):
        known = CheckCache(tmp_path / "check")

        def made(own):
            looked.append(own)
            return diagnose(own, today=today, known=known)

        looked.clear()
        found = checkcache.diagnose(known, files(by_path), today, made)
        assert found == examine(files(by_path), today=today).diagnostics
        return bool(looked)

    run.folder = tmp_path / "check"
    return run


def test_a_bank_that_has_not_changed_is_not_looked_at_again(check):
    now = texts()
    assert check(now)
    assert not check(now)
    assert check(now | {"evaluation/q-1.yml": now["evaluation/q-1.yml"] + "overview: More of it.\n"})
    assert check(now)
    assert check(now, today="2078-01-01")
    assert check({path: text for path, text in now.items() if path != "evaluation/q-1.yml"})


def test_only_files_that_have_changed_are_read_again(check, monkeypatch):
    now = texts()
    check(now)
    read_again = []
    made = pipeline.verdicts.verdict
    monkeypatch.setattr(pipeline.verdicts, "verdict", lambda source: read_again.append(source.path) or made(source))
    check(now | {"evaluation/q-1.yml": now["evaluation/q-1.yml"] + "overview: More of it.\n"})
    assert read_again == ["questions/evaluation/q-1.yml"]


@pytest.fixture
def on_disk(tmp_path, monkeypatch):
    """Writes a bank, and gives what is found in it with what is known from before, which has to be what is found without."""
    monkeypatch.setattr(project, "SETTLED", 0)

    def run(by_path):
        for path, text in by_path.items():
            file = tmp_path / "questions" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists() or file.read_text("utf-8") != text:
                file.write_text(text, "utf-8")
        time.sleep(0.02)  # a clock of files has ticks
        files = checkcache.read_files(tmp_path)
        run.unread = {source.path[len("questions/") :] for source in files.questions if isinstance(source, Unread)}
        run.before()
        found = [encoded(each) for each in checkcache.judged(tmp_path, files, TODAY, jobs=1)]
        assert found == [encoded(each) for each in examine(project.read_files(tmp_path), today=TODAY).diagnostics]
        return found

    run.root, run.before = tmp_path, lambda: None
    return run


def test_files_that_nothing_has_happened_to_are_not_read_and_what_was_found_in_them_stays(on_disk):
    now = texts()
    paths = {path for path in now if "/" in path}
    found = on_disk(now)
    assert (len(found) > 5, on_disk.unread) == (True, set())
    assert (on_disk(now) == found, on_disk.unread) == (True, paths)
    path = "evaluation/q-2.yml"
    assert len(on_disk(now | {path: now[path].replace("googel", "google")})) == len(found) - 1
    assert on_disk.unread == paths - {path}
    for name in ("last", "seen"):
        (on_disk.root / project.CACHE / checkcache.FOLDER / name).unlink()
    assert (on_disk(now) == found, on_disk.unread) == (True, set())


@pytest.mark.parametrize("left", [(), ("seen",)])
def test_a_file_that_changes_between_two_looks_is_judged_as_it_is(on_disk, left):
    now = texts()
    path = "evaluation/q-2.yml"
    found = on_disk(now)

    def meanwhile():
        for file in (on_disk.root / project.CACHE / checkcache.FOLDER).iterdir():
            if file.name not in left:
                file.unlink()
        (on_disk.root / "questions" / path).write_text(now[path].replace("googel", "google"), "utf-8")

    on_disk.before = meanwhile
    assert len(on_disk(now)) == len(found) - 1
    on_disk.before = lambda: None
    assert on_disk(now) == found


@pytest.mark.parametrize("damage", ["", "[]", "0\n", "\xff", "{" * 10])
def test_a_damaged_cache_is_a_miss(check, damage):
    now = texts()
    check(now)
    for file in check.folder.iterdir():
        file.write_text(damage, encoding="latin-1")
    assert check(now)
    assert not check(now)


def test_a_cache_with_its_digests_right_and_its_contents_wrong_is_a_miss(check):
    now = texts()
    check(now)
    for file in check.folder.iterdir():
        lines = file.read_text().split("\n")[1:]
        checkcache.keep(file, "\n".join(line.split(" ")[0] + " {}" for line in lines if line))
    assert check(now)


def test_the_cache_keeps_no_more_than_the_bank_has(check):
    now = texts(40)
    check(now)
    full = sum(file.stat().st_size for file in check.folder.iterdir())
    for number in range(3):
        check({path: text + f"# {number}\n" for path, text in now.items()})
    assert sum(file.stat().st_size for file in check.folder.iterdir()) < 1.2 * full
    check(texts(1))
    assert sum(file.stat().st_size for file in check.folder.iterdir()) < full / 4


def test_a_bank_that_cannot_be_written_to_is_checked_all_the_same(check):
    check.folder.parent.joinpath("check").write_text("a file where the folder would be")
    assert check(texts())
    assert check(texts())


def test_the_files_of_vocabularies_are_those_that_have_models():
    assert tuple(MODELS) == VOCABULARY_FILES
