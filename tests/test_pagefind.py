"""Full text as files: made from passages in their order, kept, and left out where Pagefind cannot run."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.builders import bank as bank_of
from tests.builders import pages, question

from qbank import indexer, pagefind
from qbank.pagefind import Failed, Passage, StoredPassage, Unavailable
from qbank.text import prose


class Nowhere:
    """Keeps nothing."""

    def get(self, key: str) -> None:
        return None

    def put(self, key: str, value: dict[str, str]) -> None:
        pass


def words(*markdown: str) -> str:
    return prose(markdown, Nowhere())[0]


PROMPTS = [
    Passage(url=f"questions/q{number}/", title=f"Question {number}", text=words(f"What does `f{number}` compute?"))
    for number in range(30)
]
ANSWERS = [
    Passage(url=f"questions/q{number}/#answer", title=f"Question {number}", text=words("It **computes** an aardvark."))
    for number in range(30)
]


MANY = [
    Passage(url=f"questions/q{number}/#answer", title=f"Question {number}", text=f"It computes a w{number}.")
    for number in range(510)
]


def put(site: Path, cache: Path, prompts=PROMPTS, answers=ANSWERS, jobs=2) -> dict[str, bytes]:
    """What a site gets."""
    pagefind.add_to(site, prompts=prompts, answers=answers, language="en", cache=cache, jobs=jobs)
    folder = site / "pagefind"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


NOTHING = {"pagefind.js": "export {};\n", "parts.json": '{"prompts": [], "answers": []}'}
"""All that a site has where full text could not be made."""


def left_in(site: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in site.rglob("*") if path.is_file()}


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Puts a script in Pagefind's place."""

    def replace(script: str) -> None:
        path = tmp_path / "pagefind-program"
        path.write_text(script)
        path.chmod(0o755)
        monkeypatch.setattr("pagefind_bin.get_executable", lambda: path)

    return replace


def contents(files: dict[str, bytes], folder: str) -> list[dict[str, object]]:
    """The records as browsers read them, in the order of their addresses."""
    packed = [gzip.decompress(data) for name, data in files.items() if name.startswith(folder)]
    found = [json.loads(data.removeprefix(b"pagefind_dcd")) for data in packed]
    found = [record | {"url": record["url"][::-1]} for record in found]
    return sorted(found, key=lambda record: int("".join(filter(str.isdigit, record["url"]))))


def test_prompts_and_answers_are_two_indexes_of_plain_prose(tmp_path):
    files = put(tmp_path / "site", tmp_path / "cache")
    prompts, answers = contents(files, "fragment/"), contents(files, "answers/0/fragment/")
    assert prompts[2]["url"] == "questions/q2/"
    assert prompts[2]["content"] == "What does f2 compute?"
    assert prompts[2]["meta"] == {"title": "Question 2"}
    assert answers[2]["content"] == "It computes an aardvark."
    assert "aardvark" not in json.dumps(prompts)
    assert {name for name in files if name.endswith((".js", ".css"))} == {"pagefind.js"}


def test_the_same_passages_give_the_same_bytes(tmp_path):
    first = put(tmp_path / "one", tmp_path / "cache-1")
    assert all(first.values())
    for number in range(5):
        assert put(tmp_path / f"again-{number}", tmp_path / f"cache-again-{number}") == first


def test_only_what_changed_is_indexed_again(tmp_path, program, monkeypatch):
    first = put(tmp_path / "one", tmp_path / "cache")
    program("#!/bin/sh\nexit 3\n")
    assert put(tmp_path / "two", tmp_path / "cache") == first
    changed = [*ANSWERS[1:], Passage(url="questions/q0/#answer", title="Question 0", text="A narwhal.")]
    with pytest.raises(Failed, match="status 3"):
        put(tmp_path / "three", tmp_path / "cache", answers=changed)
    monkeypatch.undo()
    third = put(tmp_path / "four", tmp_path / "cache", answers=changed)
    assert {name for name in third if third[name] != first.get(name)} <= {n for n in third if n.startswith("answers/")}
    assert b"narwhal" in b"".join(gzip.decompress(data) for name, data in third.items() if "answers/0/fragment" in name)


@pytest.mark.parametrize(
    ("count", "number"), [(0, 1), (249, 1), (250, 2), (999, 4), (1_000, 8), (2_000, 16), (10_000, 16)]
)
def test_parts_double_with_the_bank_and_are_at_most_sixteen(count, number):
    assert pagefind.parts("answers", count) == number
    assert pagefind.parts("prompts", 80 * count) == number


def test_every_answer_is_in_the_part_of_its_address_and_the_site_says_which_parts_there_are(tmp_path):
    files = put(tmp_path / "site", tmp_path / "cache", answers=MANY)
    assert json.loads(files["parts.json"]) == {"prompts": [], "answers": [0, 1, 2, 3]}
    found = {record["url"]: part for part in range(4) for record in contents(files, f"answers/{part}/fragment/")}
    assert found == {passage.url: pagefind.part_of(passage.url, 4) for passage in MANY}
    assert not [name for name in files if name.startswith("answers/") and name.endswith((".js", "wasm.en.pagefind"))]


def test_prompts_of_a_large_bank_have_parts_too_and_the_first_has_the_scripts(tmp_path, monkeypatch):
    monkeypatch.setitem(pagefind._FEWEST, "prompts", 125)
    many = [Passage(url=each.url.removesuffix("#answer"), title=each.title, text=each.text) for each in MANY]
    files = put(tmp_path / "site", tmp_path / "cache", prompts=many)
    assert json.loads(files["parts.json"]) == {"prompts": [1, 2, 3], "answers": [0]}
    folders = {0: "", **{part: f"prompts/{part}/" for part in (1, 2, 3)}}
    found = {record["url"]: part for part in folders for record in contents(files, f"{folders[part]}fragment/")}
    assert found == {passage.url: pagefind.part_of(passage.url, 4) for passage in many}
    assert [name for name in files if name.endswith(".js")] == ["pagefind.js"]


def test_several_jobs_with_and_without_cache_give_the_same_bytes(tmp_path):
    first = put(tmp_path / "one", tmp_path / "cache", answers=MANY, jobs=1)
    assert put(tmp_path / "two", tmp_path / "another", answers=MANY, jobs=3) == first
    assert put(tmp_path / "three", tmp_path / "cache", answers=MANY, jobs=3) == first


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux only")
def test_what_was_begun_before_all_was_known_is_finished_with_the_rest_and_the_same(tmp_path):
    program = f"""
import sys
from pathlib import Path
from qbank import indexer, pagefind
from qbank.pagefind import Passage

PROMPTS = [Passage(url=f"questions/q{{n}}/", title=f"Question {{n}}", text=f"What is a w{{n}}?") for n in range(1_000)]
REST = [Passage(url="about/", title="About", text="An aardvark wrote this.")]
index, asked = indexer.index, []
indexer.index = lambda *arguments: asked.append(1) or index(*arguments)
at = Path({str(tmp_path)!r})


def sites():
    for name in ("ahead", "alone"):
        cache = at / f"cache-{{name}}"
        begun = pagefind.begin(PROMPTS, "en", cache) if name == "ahead" else None
        if begun:
            begun.send(REST)
        pagefind.add_to(
            at / name, prompts=PROMPTS + REST, answers=[], language="en", cache=cache, jobs=1, begun=begun
        )
        print(name, "made by this process:", len(asked))
        files = {{path.relative_to(at / name): path.read_bytes() for path in (at / name).rglob("*") if path.is_file()}}
        yield files


one, other = sites()
print("the same:", one == other, len(one) > 1_000)
print("where there is a cache:", pagefind.begin(PROMPTS, "en", at / "cache-alone"))
print("of a few:", pagefind.begin(PROMPTS[1:], "en", at / "nothing"))
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert told.stdout.splitlines() == [
        "ahead made by this process: 0",
        "alone made by this process: 1",
        "the same: True True",
        "where there is a cache: None",
        "of a few: None",
    ]


def test_an_edited_an_added_and_a_removed_answer_make_one_part_anew(tmp_path, monkeypatch):
    files = put(tmp_path / "one", tmp_path / "cache", answers=MANY)
    asked = []
    index = indexer.index
    monkeypatch.setattr(indexer, "index", lambda *arguments: asked.append(1) or index(*arguments))
    edited = Passage(url=MANY[7].url, title=MANY[7].title, text="A narwhal.")
    added = Passage(url="questions/new/#answer", title="Something new", text="A wombat.")
    for name, answers, at in (
        ("two", [*MANY[:7], edited, *MANY[8:]], MANY[7]),
        ("three", [*MANY[:150], added, *MANY[150:]], added),
        ("four", MANY[1:], MANY[0]),
    ):
        asked.clear()
        changed = put(tmp_path / name, tmp_path / "cache", answers=answers)
        assert len(asked) == 1
        different = {path for path in files.keys() | changed if files.get(path) != changed.get(path)}
        assert different
        assert not [path for path in different if not path.startswith(f"answers/{pagefind.part_of(at.url, 4)}/")]


def test_a_part_by_itself_is_the_folder_of_that_part_in_a_site(tmp_path):
    put(tmp_path / "site", tmp_path / "cache", answers=MANY)
    own = [passage for passage in MANY if pagefind.part_of(passage.url, 4) == 2]
    folder = tmp_path / "site" / pagefind.folder_of("answers", 2)
    there = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert there == pagefind.answers_part(own, "en", tmp_path / "cache")
    assert there == pagefind.answers_part(own, "en", tmp_path / "another")


def test_a_program_that_fails_in_one_part_leaves_nothing_of_the_others(tmp_path, monkeypatch):
    index = indexer.index

    def fail(texts, language):
        if any("w7." in text for _, _, text in texts):
            raise Failed("no room")
        return index(texts, language)

    monkeypatch.setattr(indexer, "index", fail)
    with pytest.raises(Failed, match="no room"):
        put(tmp_path / "site", tmp_path / "cache", answers=MANY)
    assert left_in(tmp_path / "site") == NOTHING


def test_the_cache_keeps_what_was_used_last(tmp_path, monkeypatch):
    monkeypatch.setattr(pagefind, "KEPT", 6)
    for number in range(2 * pagefind.KEPT):
        put(tmp_path / "site", tmp_path / "cache", prompts=PROMPTS[: number + 1])
    assert len(list((tmp_path / "cache").iterdir())) == pagefind.KEPT
    assert not list((tmp_path / "cache").glob(".*"))


def test_an_empty_bank_has_an_empty_index(tmp_path):
    files = put(tmp_path / "site", tmp_path / "cache", prompts=[], answers=[])
    assert "pagefind.js" in files
    assert json.loads(files["parts.json"]) == {"prompts": [], "answers": []}


@pytest.mark.parametrize(
    ("script", "error", "message"),
    [
        ("not a program", Unavailable, "does not start"),
        (f"#!{sys.executable}\nimport sys\nsys.stdin.read(1)\n", Failed, "ended before"),
        (
            f"#!{sys.executable}\nimport base64, sys\nsys.stdin.read(1)\n"
            """print(base64.b64encode(b'{"payload": {"type": "Error", "message": "no room"}}').decode(), end=",")\n""",
            Failed,
            "no room",
        ),
    ],
)
def test_without_pagefind_a_site_says_so_to_its_client(tmp_path, program, script, error, message):
    program(script)
    with pytest.raises(error, match=message):
        put(tmp_path / "site", tmp_path / "cache")
    assert left_in(tmp_path / "site") == NOTHING


def test_where_one_index_fails_a_site_has_no_part_of_the_others(tmp_path, monkeypatch):
    index = indexer.index

    def fails_for_prompts(texts, language):
        if any(url == PROMPTS[0].url for url, _, _ in texts):
            raise Failed("no more memory")
        return index(texts, language)

    monkeypatch.setattr(indexer, "index", fails_for_prompts)
    with pytest.raises(Failed, match="no more memory"):
        put(tmp_path / "site", tmp_path / "cache", answers=MANY)
    assert left_in(tmp_path / "site") == NOTHING


def test_words_are_read_only_for_an_index_and_are_those_of_the_passage(tmp_path):
    reads: list[str] = []

    def stored(passage: Passage) -> StoredPassage:
        return StoredPassage(
            url=passage.url, title=passage.title, read=lambda: reads.append(passage.url) or passage.text
        )

    given = [stored(passage) for passage in ANSWERS]
    assert not reads
    assert put(tmp_path / "a", tmp_path / "one", answers=given) == put(tmp_path / "b", tmp_path / "two")
    assert reads == [passage.url for passage in ANSWERS]


def test_a_missing_package_is_no_full_text(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pagefind_bin", None)
    with pytest.raises(Unavailable, match="pagefind_bin"):
        put(tmp_path / "site", tmp_path / "cache")


def test_prompts_say_nothing_of_answers_and_neither_has_code():
    own = bank_of(
        question(
            "a",
            overview="The teaser.",
            prompt="Asked.\n\n```python\nprompt_code\n```\n",
            answer="Told.\n\n```python\nanswer_code\n```\n",
            short_answer="What one says in the first half of a minute, told in brief.",
            follow_ups=[{"question": "And then?", "answer": "Then this."}],
        )
    )
    page = pages(own)["questions/a/"]
    prompt, answer = (words(*texts) for texts in (page.prompt, page.answer()))
    assert prompt == "The teaser. Asked."
    for told in ("Told.", "in brief.", "And then?", "Then this."):
        assert told in answer
    assert "code" not in answer
    assert "Asked" not in answer
