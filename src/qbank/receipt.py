"""What a finished site was made of, kept beside the cache, so that making the same again can be left out.

Files are told apart by what the system knows of them without reading: size, times of change, and which file it is. Any
write sets the time of change of the file itself, which no program can choose, so that a file that only looks unchanged
is not taken for one; a file that was written anew with the same content costs a build.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock

from qbank import project, repository
from qbank.installed import installed

_INHERITS = re.compile(r"(?m)^INHERIT\s*:\s*(.+)$")
_FORMAT = 4


class Inputs(NamedTuple):
    """Where all that a site depends on is found: a project, its configuration, the folders beside its questions."""

    root: str
    config_file: str
    folders: tuple[str, ...]
    strict: bool

    def state(self) -> State:
        """As it is now."""
        questions: dict[str, str] = {}
        around = []
        for name, seen in _files(os.path.join(self.root, project.QUESTIONS)):  # noqa: PTH118
            # Vocabularies stand directly in the folder, questions in those of their topics.
            if name.count("/") > 1 and name.endswith((".yml", ".yaml")):
                questions[f"{project.QUESTIONS}{name}"] = seen
            else:
                around.append((name, seen))
        configuration = [*_chain(self.config_file)]
        root = Path(self.root)
        day = os.environ.get("SOURCE_DATE_EPOCH"), project.today()
        more = self, configuration, day, repository.commit(root), sys.version, installed(), around
        return State(fingerprint(map(Path, self.folders), more), questions)


class State(NamedTuple):
    """Fingerprints: of what all pages may depend on, and of each file of a question by its path."""

    around: str
    questions: dict[str, str]

    def edited_since(self, before: State) -> list[str] | None:
        """The questions' files that have changed; None when there are others now, or what is around them has changed, too."""
        if self.around != before.around or self.questions.keys() != before.questions.keys():
            return None
        return [path for path, seen in self.questions.items() if seen != before.questions[path]]


class Built(NamedTuple):
    """A finished site: what it was made of, and its folder."""

    inputs: Inputs
    state: State
    site: str


class Known(NamedTuple):
    """A site as it was finished, with what was remembered of its pages, which few runs have to read."""

    built: Built
    seen: str
    pages: str

    def remembered(self) -> Mapping[str, Any]:
        """What was `packed`, where that is anything."""
        return json.loads(self.pages)

    def files(self) -> dict[str, str] | None:
        """Its files by what the system knows of them; None when any was changed since."""
        files = listed(self.built.site)
        return files if _hash_of(files) == self.seen else None


class Receipt:
    """For one configuration and one place of its site, in a file of the cache."""

    def __init__(self, cache: Path, *named: object) -> None:
        name = hashlib.sha256(repr(named).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        self._file = cache / "built" / name

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Wait until no other run works on this site, and keep others waiting; not where there is no place for a lock."""
        lock = FileLock(self._file.with_suffix(".lock"))
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except OSError:
            yield
            return
        try:
            yield
        finally:
            lock.release()

    def read(self) -> Known | None:
        """The site as it was finished; None when that is not known."""
        try:
            head, _, pages = project.kept(self._file).partition("\n")
            written, inputs, state, site, seen = json.loads(head or "[]")
            root, config_file, folders, strict = inputs
            built = Built(Inputs(root, config_file, tuple(folders), strict), State(*state), site)
            return Known(built, seen, pages) if written == _FORMAT else None
        except (ValueError, TypeError, RecursionError):
            return None

    def write(self, built: Built, files: Mapping[str, str], pages: str) -> None:
        """Remember it, its files as they are, and what is `packed` of its pages; a disk that refuses costs time later, not correctness now."""
        project.keep(self._file, f"{json.dumps([_FORMAT, *built, _hash_of(files)])}\n{pages}")

    def amend(self, built: Built, files: Mapping[str, str], pages: str, changed: Iterable[str]) -> None:
        """Remember a site whose files are known, but for some that were replaced since, or removed."""
        files = dict(files)
        for name in changed:
            try:
                files[f"/{name}"] = project.seen(os.stat(f"{built.site}/{name}"))  # noqa: PTH116
            except OSError:
                files.pop(f"/{name}", None)
        self.write(built, files, pages)


def packed(pages: Mapping[str, Any] | None) -> str:
    """What is remembered of pages, as it is kept; nothing where that is not known."""
    return "" if pages is None else json.dumps(pages)


def listed(folder: str) -> dict[str, str]:
    """The files below a folder, each with what the system knows of it without reading."""
    return dict(_files(folder))


def fingerprint(folders: Iterable[Path], *more: object) -> str:
    """A hash of all files below the folders, by what the system knows of them, and of more words."""
    found = hashlib.sha256(repr(more).encode("utf-8", "surrogatepass"))
    for folder in folders:
        for name, seen in _files(os.fspath(folder)):
            found.update(f"{name}\0{seen}\n".encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _hash_of(files: Mapping[str, str]) -> str:
    """A hash of files by their names and what the system knows of them."""
    listed = "\n".join(f"{name}\0{files[name]}" for name in sorted(files))
    return hashlib.sha256(listed.encode("utf-8", "surrogatepass")).hexdigest()


def _chain(config_file: str) -> Iterator[str]:
    """A configuration's text and those that it inherits from, and the environment where they ask for it."""
    seen: set[str] = set()
    while config_file and config_file not in seen:
        seen.add(config_file)
        try:
            text = Path(config_file).read_text("utf-8")
        except (OSError, ValueError):
            yield os.urandom(8).hex()  # cannot be known, and so may have changed
            return
        yield text
        if "!ENV" in text:
            yield repr(sorted(os.environ.items()))
        parent = _INHERITS.search(text)
        if "INHERIT" in text and not parent:
            yield os.urandom(8).hex()
        config_file = os.path.join(os.path.dirname(config_file), parent[1].strip().strip("'\"")) if parent else ""  # noqa: PTH118, PTH120


def _files(folder: str, name: str = "", found: list[tuple[str, str]] | None = None) -> list[tuple[str, str]]:
    """The files below a folder in a fixed order, each with what the system knows of it."""
    found = [] if found is None else found
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=_NAME)
    except OSError as error:
        found.append((name, str(error.errno)))
        return found
    for entry in ordered:
        if entry.name in (".git", "__pycache__"):  # no part of a bank, nor of a site
            continue
        at = f"{name}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            _files(entry.path, at, found)
            continue
        try:
            # What is behind a link to a folder is not known, and may have changed.
            is_unknown = entry.is_symlink() and entry.is_dir()
            found.append((at, os.urandom(8).hex() if is_unknown else project.seen(entry.stat())))
        except OSError as error:
            found.append((at, str(error.errno)))
    return found


_NAME = attrgetter("name")
