"""Finished fragments on disk: a few packs of many entries each, since a thousand small files take longer than what is in them.

A pack is its index (the name of each entry, where it starts, how long it is) and then the entries, each a hash and a
value as JSON. It is written as a whole under a name of its own and never changed, so that builds at the same time, and
the processes of one, each write theirs. It is safe to delete any of them at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from struct import Struct
from struct import error as struct_error
from typing import NamedTuple

from qbank.project import write_atomically

_MAGIC = b"qbank-1\n"
_HEAD = Struct("<8sQ")
"""The format, and how many entries the index has."""
_ENTRY = Struct("<32sQQ")
_DIGEST = 32
_LARGE = 4 * 1024 * 1024
"""So much is held in memory before it is written."""
_SMALL, _MOST_SMALL = _LARGE // 8, 8
"""More packs of fewer bytes are made one."""
_ABANDONED = 3600
"""Seconds after which nobody still writes a file that has not got its name."""


class _Place(NamedTuple):
    """Where an entry is."""

    pack: str
    start: int
    size: int


class Cache:
    """Texts by names, which are hashes (64 hexadecimal digits) of what they are made of.

    An entry is looked at when it is read: a damaged one, or another's, is a miss. Those not in `used` when a run ends
    are left out by `prune` as soon as they are half of a pack.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._new: dict[bytes, bytes] = {}
        self._room = _LARGE
        self._places: dict[bytes, _Place] = {}
        self._before = frozenset(self.reload())
        self.used: set[str] = set()
        """The names that were asked for."""

    def get(self, key: str) -> dict[str, str] | None:
        """The stored value, or None."""
        self.used.add(key)
        entry = self._entry(bytes.fromhex(key))
        if entry is None:
            return None
        try:
            value = json.loads(entry[_DIGEST:])
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()) else None

    def put(self, key: str, value: dict[str, str]) -> None:
        """Store a value, on disk after the next `flush`."""
        name, payload = bytes.fromhex(key), json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        self._put(name, _digest(name, payload) + payload)

    def flush(self) -> bool:
        """Write what was stored since the last time; a process that works for another does it before it ends.

        A disk that refuses costs time later, not correctness now: then the answer is no.
        """
        if not self._new:
            return True
        new, self._new, self._room = self._new, {}, _LARGE
        pack, start = f"{os.urandom(16).hex()}.pack", _HEAD.size + len(new) * _ENTRY.size
        places = {}
        for name, entry in new.items():
            places[name] = _Place(pack, start, len(entry))
            start += len(entry)
        index = [_ENTRY.pack(name, place.start, place.size) for name, place in places.items()]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            data = b"".join([_HEAD.pack(_MAGIC, len(new)), *index, *new.values()])
            write_atomically(self._folder / pack, data, durable=False)
        except OSError:
            return False
        self._places |= places
        return True

    def reload(self) -> dict[str, int]:
        """Find also what other processes have written; returns the packs that are there now, and their sizes."""
        self._places = {}
        packs = {name: at for name, at in _files(self._folder).items() if name.endswith(".pack")}
        # What was damaged is stored again, in a newer pack.
        for pack in sorted(packs, key=lambda pack: (packs[pack].st_mtime_ns, pack)):
            self._places.update(_index(self._folder / pack))
        return {name: at.st_size for name, at in packs.items()}

    def prune(self) -> None:
        """Leave out what is not in use, where that is most of a pack; also write what was stored."""
        self.flush()
        sizes = self.reload()
        used: dict[str, list[bytes]] = {pack: [] for pack in sizes}
        for name in map(bytes.fromhex, self.used):
            if place := self._places.get(name):
                used[place.pack].append(name)
        small = [pack for pack, size in sizes.items() if used[pack] and size < _SMALL]
        gone = set(small if len(small) > _MOST_SMALL else ())
        for pack, names in used.items():
            if names:
                mostly_unused = 2 * sum(self._places[name].size for name in names) < sizes[pack]
            else:  # what appeared in the meantime is of a build that runs at the same time
                mostly_unused = pack in self._before
            if mostly_unused:
                gone.add(pack)
        for pack in sorted(gone):
            for name in used[pack]:
                if entry := self._entry(name):
                    self._put(name, entry)
        if self.flush():
            for pack in gone:
                _remove(self._folder / pack)
        for name, at in _files(self._folder).items():
            if not name.endswith(".pack") and at.st_mtime < time.time() - _ABANDONED:
                _remove(self._folder / name)

    def _put(self, name: bytes, entry: bytes) -> None:
        self._room -= len(entry)
        self._new[name] = entry
        if self._room < 0:
            self.flush()

    def _entry(self, name: bytes) -> bytes | None:
        """What is stored under a name, with its hash, unless it is not what was stored."""
        if entry := self._new.get(name):
            return entry
        if (place := self._places.get(name)) is None:
            return None
        try:
            with open(self._folder / place.pack, "rb", buffering=0) as stream:  # noqa: PTH123
                stream.seek(place.start)
                entry = stream.read(place.size)
        except OSError:
            return None
        if entry[:_DIGEST] != _digest(name, entry[_DIGEST:]):
            return None
        return entry


def _digest(name: bytes, payload: bytes) -> bytes:
    # With the name, so that an entry in another's place is a miss too.
    return hashlib.sha256(name + payload).digest()


def _index(path: Path) -> dict[bytes, _Place]:
    """Where the entries of a pack are; none of a file that is no pack, or not all of one."""
    try:
        with open(path, "rb", buffering=0) as stream:  # noqa: PTH123
            size = os.fstat(stream.fileno()).st_size
            magic, count = _HEAD.unpack(stream.read(_HEAD.size))
            if magic != _MAGIC or count > size // _ENTRY.size:
                return {}
            found = {
                name: _Place(path.name, start, length)
                for name, start, length in _ENTRY.iter_unpack(stream.read(count * _ENTRY.size))
            }
    except (OSError, ValueError, struct_error):
        return {}
    return found if all(place.start + place.size <= size for place in found.values()) else {}


def _files(folder: Path) -> dict[str, os.stat_result]:
    """The files of a folder by their names, with what the system knows of them; none where there is no folder."""
    found = {}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):  # removed in the meantime
                if entry.is_file():
                    found[entry.name] = entry.stat()
    return found


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
