"""What a finished site was made of, kept beside the cache, so that making the same again can be left out.

Files are told apart by what the system knows of them without reading: size, times of change, and which file it is. Any
write sets the time of change of the file itself, which no program can choose, so that a file that only looks unchanged
is not taken for one; a file that was written anew with the same content costs a build.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from qbank.project import write_atomically


class Receipt:
    """For one site folder, in a file of the cache."""

    def __init__(self, cache: Path, site: Path) -> None:
        self._site = site
        name = hashlib.sha256(os.fsencode(site)).hexdigest()[:16]
        self._file = cache / "built" / name

    def holds(self, made_of: str) -> bool:
        """Whether the site was made of this, and nobody has changed it since."""
        try:
            return json.loads(self._file.read_text("utf-8")) == [made_of, fingerprint([self._site])]
        except (OSError, ValueError, RecursionError):
            return False

    def write(self, made_of: str) -> None:
        """Remember it; a disk that refuses costs time later, not correctness now."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._file, json.dumps([made_of, fingerprint([self._site])]), durable=False)
        except OSError:
            return


def fingerprint(folders: Iterable[Path], *more: object) -> str:
    """A hash of all files below the folders, by what the system knows of them, and of more words."""
    found = hashlib.sha256(repr(more).encode("utf-8", "surrogatepass"))
    for folder in folders:
        for line in _lines(os.fspath(folder), ""):
            found.update(line.encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def installed() -> list[str]:
    """The interpreter and the packages beside it, with their versions."""
    found = {sys.version}
    for folder in sys.path:
        try:
            found.update(name for name in os.listdir(folder or ".") if name.endswith(".dist-info"))  # noqa: PTH208
        except OSError:
            continue
    return sorted(found)


def _lines(folder: str, name: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield f"{name}\0{error.errno}\n"
        return
    for entry in ordered:
        if entry.name in (".git", "__pycache__"):  # no part of a bank, nor of a site
            continue
        at = f"{name}/{entry.name}"
        if entry.is_symlink() and entry.is_dir():
            yield f"{at}\0{os.urandom(8).hex()}\n"  # what is behind it is not known, and may have changed
            continue
        if entry.is_dir():
            yield from _lines(entry.path, at)
            continue
        try:
            seen = entry.stat()
        except OSError as error:
            yield f"{at}\0{error.errno}\n"
            continue
        yield f"{at}\0{seen.st_dev} {seen.st_ino} {seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns}\n"
