"""The cache of fragments: what was stored is found again, and whatever became of it on disk, nothing else is."""

from __future__ import annotations

import errno
import hashlib
import os
import struct

import pytest

from qbank.packs import Cache

KEY, OTHER, THIRD = "ab" * 32, "cd" * 32, "ef" * 32
VALUE = {"answer": '<p>é 😀 "quoted"</p>\n', "prompt": ""}
ANOTHER = {"answer": "<p>another</p>"}
HEAD, ENTRY = struct.Struct("<8sQ"), struct.Struct("<32sQQ")


def stored(folder, *values):
    """A pack with these values under `KEY` and `OTHER`, as a build writes it."""
    cache = Cache(folder)
    for key, value in zip((KEY, OTHER, THIRD), values, strict=False):
        cache.put(key, value)
    assert cache.flush()
    (path,) = folder.iterdir()
    return path


def pack(entries):
    """The bytes of a pack: keys and what is stored under them, with hashes that hold."""
    index, values = b"", b""
    for key, payload in entries.items():
        name = bytes.fromhex(key)
        entry = hashlib.sha256(name + payload).digest() + payload
        index += ENTRY.pack(name, HEAD.size + len(entries) * ENTRY.size + len(values), len(entry))
        values += entry
    return HEAD.pack(b"qbank-1\n", len(entries)) + index + values


def size(folder):
    return sum(path.stat().st_size for path in folder.iterdir())


def test_what_was_stored_is_found_at_once_and_after_a_flush_by_others(tmp_path):
    cache = Cache(tmp_path / "cache")
    cache.put(KEY, VALUE)
    assert cache.get(KEY) == VALUE
    assert Cache(tmp_path / "cache").get(KEY) is None
    cache.flush()
    assert cache.get(KEY) == Cache(tmp_path / "cache").get(KEY) == VALUE


def test_what_was_not_stored_is_a_miss(tmp_path):
    stored(tmp_path, VALUE)
    assert Cache(tmp_path).get(OTHER) is None
    assert Cache(tmp_path / "nowhere").get(KEY) is None


def test_many_values_become_one_file_and_nothing_becomes_none(tmp_path):
    cache = Cache(tmp_path / "cache")
    assert cache.flush()
    assert not (tmp_path / "cache").exists()
    keys = [f"{number:064x}" for number in range(300)]
    for key in keys:
        cache.put(key, {"answer": key})
    cache.flush()
    cache.flush()
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert [Cache(tmp_path / "cache").get(key) for key in keys] == [{"answer": key} for key in keys]


def test_no_more_is_held_in_memory_than_a_pack(tmp_path):
    cache = Cache(tmp_path)
    for key in (KEY, OTHER, THIRD):
        cache.put(key, {"answer": "x" * 9_000_000})
    assert size(tmp_path) > 18_000_000
    assert len(cache.get(KEY)["answer"]) == 9_000_000


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[: HEAD.size + 5],
        lambda data: data.replace(b"quoted", b"script"),
        lambda data: b"\xff\xfe" + data,
        lambda data: data[8:],
        lambda data: b"[]",
        lambda data: HEAD.pack(b"qbank-1\n", 2**63) + data[HEAD.size :],
        lambda data: HEAD.pack(b"qbank-1\n", 1) + ENTRY.pack(bytes.fromhex(KEY), 64, 2**63),
        lambda data: HEAD.pack(b"qbank-1\n", 1) + ENTRY.pack(bytes.fromhex(KEY), 2**63, 40) + data,
        lambda data: HEAD.pack(b"qbank-1\n", 1) + ENTRY.pack(bytes.fromhex(KEY), 16, 0),
        lambda data: pack({KEY: b"[]"}),
        lambda data: pack({KEY: b'{"answer": 1}'}),
        lambda data: pack({KEY: b"[" * 200_000}),
        lambda data: pack({KEY: b'{"answer": "\xff"}'}),
        lambda data: pack({OTHER: b'{"answer": ""}'}).replace(bytes.fromhex(OTHER), bytes.fromhex(KEY)),
    ],
    ids=(
        "emptied,cut,half an index,changed,something before,no head,other file,huge index,huge entry,entry beyond,empty entry,"
        "other JSON,other value,deep,not UTF-8,entry of another"
    ).split(","),
)
def test_a_damaged_pack_is_a_miss_and_is_put_right_by_the_next_build(tmp_path, damage):
    path = stored(tmp_path, VALUE)
    path.write_bytes(damage(path.read_bytes()))
    os.utime(path, (1, 1))
    cache = Cache(tmp_path)
    assert cache.get(KEY) is None
    cache.put(KEY, VALUE)
    assert cache.get(KEY) == VALUE
    cache.prune()
    assert not path.exists()
    assert Cache(tmp_path).get(KEY) == VALUE


def test_whichever_byte_is_changed_no_other_value_is_read(tmp_path):
    path = stored(tmp_path, VALUE, ANOTHER)
    data = path.read_bytes()
    lost = 0
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :])
        found = [Cache(tmp_path).get(KEY), Cache(tmp_path).get(OTHER)]
        assert found[0] in (VALUE, None)
        assert found[1] in (ANOTHER, None)
        assert None in found
        lost += found.count(None)
    assert lost < 1.5 * len(data), "one damaged value should not take the others with it"


def test_values_that_have_changed_their_places_are_misses(tmp_path):
    path = stored(tmp_path, VALUE, ANOTHER)
    data = path.read_bytes()
    swapped = data.replace(bytes.fromhex(KEY), b"?" * 32).replace(bytes.fromhex(OTHER), bytes.fromhex(KEY))
    path.write_bytes(swapped.replace(b"?" * 32, bytes.fromhex(OTHER)))
    assert Cache(tmp_path).get(KEY) is None
    assert Cache(tmp_path).get(OTHER) is None


def test_pruning_removes_what_was_not_asked_for(tmp_path):
    stored(tmp_path, VALUE, {"answer": "x" * 1000})
    cache = Cache(tmp_path)
    cache.get(KEY)
    cache.prune()
    assert Cache(tmp_path).get(KEY) == VALUE
    assert Cache(tmp_path).get(OTHER) is None
    assert size(tmp_path) < 500


def test_a_pack_that_is_mostly_used_is_not_written_anew(tmp_path):
    path = stored(tmp_path, {"answer": "x" * 1000}, VALUE)
    cache = Cache(tmp_path)
    cache.get(KEY)
    cache.prune()
    assert list(tmp_path.iterdir()) == [path]
    nothing_asked = Cache(tmp_path)
    nothing_asked.prune()
    assert list(tmp_path.iterdir()) == []


def test_what_was_asked_for_and_then_stored_survives_pruning(tmp_path):
    cache = Cache(tmp_path)
    assert cache.get(KEY) is None
    cache.put(KEY, VALUE)
    cache.prune()
    assert cache.get(KEY) == Cache(tmp_path).get(KEY) == VALUE


def test_after_many_edits_the_cache_is_as_large_as_the_bank_and_has_few_files(tmp_path):
    texts = {f"{number:064x}": {"answer": f"{number} " * 500} for number in range(30)}
    for edit in range(100):
        old = list(texts)[edit % 30]
        del texts[old]
        texts[f"{1000 + edit:064x}"] = {"answer": f"{edit} " * 500}
        cache = Cache(tmp_path)
        for key, value in texts.items():
            if cache.get(key) is None:
                cache.put(key, value)
        cache.prune()
        cache = Cache(tmp_path)
        assert {key: cache.get(key) for key in texts} == texts
    assert size(tmp_path) < 2.5 * sum(len(value["answer"]) for value in texts.values())
    assert len(list(tmp_path.iterdir())) <= 10


def test_builds_at_the_same_time_find_what_is_theirs_or_nothing(tmp_path):
    stored(tmp_path, VALUE, ANOTHER)
    one, other = Cache(tmp_path), Cache(tmp_path)
    assert one.get(KEY) == VALUE
    other.put(THIRD, ANOTHER)
    other.flush()
    one.put(KEY, VALUE)
    one.prune()
    assert other.get(THIRD) == ANOTHER
    assert other.get(OTHER) in (ANOTHER, None)
    other.prune()
    assert one.get(KEY) in (VALUE, None)
    assert Cache(tmp_path).get(THIRD) == ANOTHER


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are copied on Linux only")
def test_each_process_of_a_build_stores_its_own_and_the_first_one_keeps_it(tmp_path):
    cache = Cache(tmp_path)
    cache.put(THIRD, VALUE)
    for key in (KEY, OTHER):
        if not (child := os.fork()):
            cache.put(key, {"answer": key})
            os._exit(0 if cache.flush() else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    cache.reload()
    assert cache.get(KEY) == {"answer": KEY}
    cache.used |= {OTHER, THIRD}
    cache.prune()
    found = Cache(tmp_path)
    assert [found.get(key) for key in (KEY, OTHER, THIRD)] == [{"answer": KEY}, {"answer": OTHER}, VALUE]


def test_what_a_killed_build_left_behind_is_removed_later(tmp_path):
    stored(tmp_path, VALUE)
    (tmp_path / ".old.pack.0123").write_bytes(b"half")
    (tmp_path / ".new.pack.4567").write_bytes(b"half")
    os.utime(tmp_path / ".old.pack.0123", (1, 1))
    cache = Cache(tmp_path)
    cache.get(KEY)
    cache.prune()
    assert not (tmp_path / ".old.pack.0123").exists()
    assert (tmp_path / ".new.pack.4567").exists()


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path):
    (tmp_path / "cache").write_text("a file where a folder is due")
    cache = Cache(tmp_path / "cache")
    cache.put(KEY, VALUE)
    assert not cache.flush()
    assert cache.get(KEY) is None
    cache.put(KEY, VALUE)
    cache.prune()
    assert (tmp_path / "cache").read_text() == "a file where a folder is due"


def test_a_full_disk_leaves_what_is_there(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = stored(tmp_path, VALUE, {"answer": "x" * 1000})
    monkeypatch.setattr("qbank.packs.write_atomically", refuse)
    cache = Cache(tmp_path)
    cache.get(KEY)
    cache.prune()
    assert list(tmp_path.iterdir()) == [path]
    assert cache.get(KEY) == Cache(tmp_path).get(KEY) == VALUE
