"""Full text for the site: passages go to the program Pagefind, what it makes is kept in the cache and put into the site.

A search in prompts neither downloads nor shows anything of an answer: `pagefind/` has the index of the prompts and the
scripts, `pagefind/answers/0/` and so on those of the answers, which the browser merges when a visitor asks for them. An
edited answer makes its own part anew and no other. Of a large bank the prompts have parts too, the first of them in
`pagefind/`, the others in `pagefind/prompts/1/` and so on, since the program takes longer for each the more there are.
`pagefind/parts.json` says which parts there are beside the first.
"""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from qbank import indexer
from qbank.indexer import Failed, Unavailable
from qbank.installed import versions
from qbank.processes import Ahead, possible

_Told = tuple[str, str, str]
"""What the program is told of a passage."""
FOLDER = "pagefind"
MOST = 16
"""How many parts an index has at most: a browser loads some 25 KB of each for a word. Both together 32, see `fulltext.js`."""
KEPT = 3 * 2 * MOST
"""How many indexes stay in the cache: all parts of three states, such as two branches and a preview."""
_FEWEST = {"prompts": 10_000, "answers": 125}
"""How many passages the parts have on the average, at least: every search reads all prompts', and it takes the program
0.4 s to make one of the answers'."""
_FEWEST_AHEAD = 1_000
"""Fewer prompts are indexed sooner than a process has started."""
_FORMAT = "5"
ENTRY = "pagefind-entry.json"
"""The file of an index that a browser reads first."""
_DATA = (ENTRY, "*.pf_meta", "index/*", "fragment/*")
_SCRIPTS = ("pagefind.js", "wasm.*.pagefind")  # the rest are user interfaces, and a worker that ours does without


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What full text can find: where it is, what it is called, and its words."""

    url: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """A passage whose words are read when the program is to have them, so that nobody holds those of all."""

    url: str
    title: str
    read: Callable[[], str]

    @property
    def text(self) -> str:
        return self.read()


def begin(prompts: Sequence[Passage], language: str, cache: Path) -> Ahead | None:
    """Have the first index of the prompts made for the cache, in which there is none yet, while a build does other things.

    It wants to be sent the passages that come after these; None where nothing was begun.
    """
    if len(prompts) < _FEWEST_AHEAD or cache.exists() or possible(2) < 2:
        return None
    number = parts("prompts", len(prompts))

    def make(rest: Callable[[], Sequence[Passage]]) -> None:
        told: list[_Told] = []

        def telling() -> Iterator[_Told]:
            for given in (lambda: prompts, rest):
                for passage in given():
                    if part_of(passage.url, number) == 0:
                        told.append(_told(passage))
                        yield told[-1]

        files = _made(telling(), _DATA + _SCRIPTS, language)
        _keep(_place(told, _DATA + _SCRIPTS, language, cache), files)

    return Ahead(make)


def add_to(
    site: Path,
    *,
    prompts: Sequence[Passage],
    answers: Sequence[Passage | StoredPassage],
    language: str,
    cache: Path,
    jobs: int,
    begun: Ahead | None = None,
) -> None:
    """Put all indexes into a built site; only those in which a word changed are made anew, so many at once.

    Raises Unavailable or Failed; the site then has an empty script in their place, which tells the client.
    """
    split = {
        (kind, part): passages
        for kind, given in (("prompts", prompts), ("answers", answers))
        for part, passages in _split(kind, given).items()
    }
    written: list[str] = []

    def put(folder: str, passages: Sequence[Passage | StoredPassage]) -> None:
        kinds = _DATA + _SCRIPTS if folder == FOLDER else _DATA
        if begun and folder == FOLDER:
            begun.join()
        files = {f"{folder}/{name}": data for name, data in _index(passages, kinds, language, cache).items()}
        written.extend(files)
        _write(site, files)

    try:
        with ThreadPoolExecutor(jobs) as pool:  # of threads that wait for programs
            tasks = [pool.submit(put, folder_of(*part), passages) for part, passages in split.items()]
            try:
                for task in tasks:
                    task.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    except (Unavailable, Failed):
        for name in written:
            (site / name).unlink(missing_ok=True)
        _write(site, {f"{FOLDER}/pagefind.js": b"export {};\n", **_parts_file([])})
        raise
    _write(site, _parts_file(split))
    prune(cache)


def parts(kind: str, count: int) -> int:
    """How many parts the index of so many `prompts` or `answers` has.

    A power of two, so that all are made anew only when a bank has doubled, and 1 for a small bank.
    """
    fewest = _FEWEST[kind]
    return min(MOST, 1 << (count // fewest).bit_length() - 1) if count >= 2 * fewest else 1


def part_of(url: str, parts: int) -> int:
    """The part with a passage, whatever others there are."""
    return zlib.crc32(url.encode()) % parts


def folder_of(kind: str, part: int) -> str:
    """Where a site has a part."""
    return FOLDER if (kind, part) == ("prompts", 0) else f"{FOLDER}/{kind}/{part}"


def answers_part(passages: Sequence[Passage], language: str, cache: Path) -> dict[str, bytes]:
    """The files of a part of the answers, by their names in its folder, from the cache or made.

    Raises Unavailable or Failed.
    """
    return _index(passages, _DATA, language, cache)


def prune(cache: Path) -> None:
    """Remove the indexes that were not used for longest."""
    with suppress(OSError):
        for path in sorted(cache.iterdir(), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            path.unlink(missing_ok=True)


def _split(kind: str, passages: Sequence[Passage | StoredPassage]) -> dict[int, list[Passage | StoredPassage]]:
    """The passages of each part, in the order of the parts; the first is there even when it has none, for the scripts."""
    number = parts(kind, len(passages))
    found: dict[int, list[Passage | StoredPassage]] = {0: []} if kind == "prompts" else {}
    for passage in passages:
        found.setdefault(part_of(passage.url, number), []).append(passage)
    return dict(sorted(found.items()))


def _parts_file(made: Collection[tuple[str, int]]) -> dict[str, bytes]:
    """The file that tells a browser which parts there are beside the first, by their kinds."""
    found = {kind: [part for of, part in made if of == kind and folder_of(of, part) != FOLDER] for kind in _FEWEST}
    return {f"{FOLDER}/parts.json": json.dumps(found).encode()}


def _index(
    passages: Sequence[Passage | StoredPassage], kinds: Sequence[str], language: str, cache: Path
) -> dict[str, bytes]:
    """The files of an index that are of these kinds, from the cache or made."""
    told = list(map(_told, passages))
    kept = _place(told, kinds, language, cache)
    files = _read(kept)
    if files is None:
        files = _made(told, kinds, language)
        _keep(kept, files)
    return files


def _told(passage: Passage | StoredPassage) -> _Told:
    return passage.url, passage.title, passage.text


def _place(told: Sequence[_Told], kinds: Sequence[str], language: str, cache: Path) -> Path:
    """Where the cache has the index of these texts."""
    state = [_FORMAT, versions("pagefind_bin"), language, kinds, told]
    return cache / hashlib.sha256(json.dumps(state).encode()).hexdigest()


def _made(told: Iterable[_Told], kinds: Sequence[str], language: str) -> dict[str, bytes]:
    made = indexer.index(told, language)
    return {name: made[name] for name in sorted(made) if _matches(name, kinds)}


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _read(kept: Path) -> dict[str, bytes] | None:
    """The files that were kept; None when there are none, or not those that were written."""
    try:
        data = kept.read_bytes()
        content = memoryview(data)[_DIGEST:]
        if data[:_DIGEST] != _digest(kept, [content]):
            return None
        os.utime(kept)
    except OSError:
        return None
    at = data.index(b"\n", _DIGEST) + 1
    files = {}
    for name, size in json.loads(data[_DIGEST:at]).items():
        files[name] = data[at : at + size]
        at += size
    return files


def _keep(kept: Path, files: Mapping[str, bytes]) -> None:
    """Write one file: thousands would be slow, and could be damaged one by one. A disk that refuses costs only time.

    After its digest come the sizes of the files by their names, in a line of JSON, and then the files.
    """
    names = json.dumps({name: len(data) for name, data in files.items()}).encode()
    content = [names, b"\n", *files.values()]
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        with kept.open("wb") as stream:  # a part of it is as good as nothing
            stream.writelines([_digest(kept, content), *content])


_DIGEST = hashlib.sha256().digest_size


def _digest(kept: Path, content: Iterable[bytes | memoryview]) -> bytes:
    digest = hashlib.sha256(kept.name.encode())
    for data in content:
        digest.update(data)
    return digest.digest()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for parent in {posixpath.dirname(name) for name in files}:
        (folder / parent).mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
