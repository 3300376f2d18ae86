"""What the last check found, on disk: verdicts of files that have not changed, and the whole result when none has.

Everything is JSON that is looked at again when it is read, never code, since a cache may come from anywhere; what is
damaged or was written by another version is a miss. Each run keeps what it used and drops the rest.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

from qbank import project
from qbank.diagnostics import Diagnostic
from qbank.files import Files
from qbank.findings import decoded, encoded
from qbank.installed import versions
from qbank.project import CACHE, keep, kept
from qbank.source import Changed, Source, Unread

FOLDER = "check"
"""Where in the cache the verdicts are, those of `check` and those of builds."""
_SEEN = "seen"
_SHARDS = 16
_PACKAGES = ("math_core", "pygments", "pyromark", "pyyaml")
"""Those on which findings depend."""


class CheckCache:
    """The verdicts on a folder's files, in a few files by a hash of their paths, so that one edit rewrites little."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._old: dict[int, dict[str, str]] = {}
        self._new: dict[int, dict[str, str]] = {}
        self._changed: set[int] = set()

    def get(self, source: Source) -> str | None:
        number = _shard(source)
        if number not in self._old:
            self._old[number] = self._read(number)
        if not self._old[number] and number not in self._new:
            return None  # without a look at what would be its name
        key = _key(source)
        verdict = self._new.get(number, {}).get(key) or self._old[number].get(key)
        if verdict is not None:
            self._new.setdefault(number, {})[key] = verdict
        return verdict

    def put(self, source: Source, verdict: str) -> None:
        number, key = _shard(source), _key(source)
        self._new.setdefault(number, {})[key] = verdict
        self._changed.add(number)

    def save(self) -> None:
        """Write what has changed; a disk that refuses costs time later, not correctness now."""
        for number in set(range(_SHARDS)) - set(self._old):
            with suppress(OSError):  # no file of the bank belongs there any more
                (self.folder / f"{number:02}").unlink(missing_ok=True)
        for number, old in self._old.items():
            new = self._new.get(number, {})
            if number in self._changed or len(new) != len(old):
                lines = "".join(f"{key} {verdict}\n" for key, verdict in new.items())
                keep(self.folder / f"{number:02}", lines)

    def _read(self, number: int) -> dict[str, str]:
        return dict(line.split(" ", 1) for line in kept(self.folder / f"{number:02}").split("\n") if " " in line)


def read_files(root: Path) -> Files:
    """The files of a bank; a question's that nothing has happened to since it was read is read again when its text is wanted.

    Raises ConfigurationError when there is no folder `questions`.
    """
    files = project.read_files(root, known=_noted(root))
    if any(not isinstance(source, Unread) and source.seen for source in files.questions):
        note(root, files)
    return files


def note(root: Path, files: Files) -> None:
    """Remember what the system knows of questions' files that were read."""
    seen = {source.path: [source.seen, source.digest.hex()] for source in files.questions if source.seen}
    keep(root / CACHE / FOLDER / _SEEN, json.dumps(seen))


def _noted(root: Path) -> dict[str, tuple[str, bytes]]:
    """What the system knew of files that were read before, and their digests."""
    try:
        written = json.loads(kept(root / CACHE / FOLDER / _SEEN) or "{}")
        return {path: (seen, bytes.fromhex(digest)) for path, (seen, digest) in written.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def diagnose(
    verdicts: CheckCache,
    files: Files,
    today: str,
    make: Callable[[Files], tuple[Diagnostic, ...]],
    *,
    keeping: bool = True,
) -> tuple[Diagnostic, ...]:
    """The diagnostics of the last run when nothing has changed since; otherwise those that `make` finds, if it is `keeping` them."""
    last = verdicts.folder / "last"
    # A file that could not be read has no text to compare.
    if not files.diagnostics and (found := _replayed(last, files, today)) is not None:
        return found
    diagnostics = make(files)
    verdicts.save()
    if keeping and not files.diagnostics:
        keep(last, json.dumps([_state(files, today), [encoded(diagnostic) for diagnostic in diagnostics]]))
    return diagnostics


def judged(root: Path, files: Files, today: str, *, without: Collection[str] = (), jobs: int) -> tuple[Diagnostic, ...]:
    """All that is wrong with a bank, in the time that what has changed of it takes; without some rules of the bank, sooner."""
    verdicts = CheckCache(root / CACHE / FOLDER)

    def made(files: Files) -> tuple[Diagnostic, ...]:
        from qbank import pipeline  # takes long to import, which a bank that has not changed need not wait for

        return pipeline.diagnose(files, today=today, known=verdicts, without=without, jobs=jobs)

    try:
        return diagnose(verdicts, files, today, made, keeping=not without)
    except Changed:
        return diagnose(verdicts, project.read_files(root), today, made, keeping=not without)


def _replayed(file: Path, files: Files, today: str) -> tuple[Diagnostic, ...] | None:
    """The diagnostics that were kept, if nothing has changed since."""
    if not (text := kept(file)):
        return None
    try:
        written, found = json.loads(text)
        if written != _state(files, today):
            return None
        sources = {source.path: source for source in files.sources}
        return tuple(decoded(item, sources) for item in found)
    except (ValueError, TypeError, IndexError, RecursionError):
        return None


def _state(files: Files, today: str) -> str:
    """A hash of all that a check depends on."""
    whole = blake2b(f"{_version()} {today}".encode(), digest_size=20)
    for source in files.sources:
        whole.update(source.digest)
    return whole.hexdigest()


def _shard(source: Source) -> int:
    """The number of the file that has a source's verdict."""
    return crc32(source.path.encode("utf-8", "surrogatepass")) % _SHARDS


def _key(source: Source) -> str:
    """The verdict's name in it."""
    return blake2b(source.digest, digest_size=20, key=_version().encode()[:64]).hexdigest()


@cache
def _version() -> str:
    """A hash of qbank's own code and of the versions of what it uses; any change of either makes all verdicts old."""
    found = blake2b(sys.version.encode(), digest_size=20)
    package = Path(__file__).parent
    for file in sorted(package.rglob("*.py")):
        found.update(file.read_bytes())
    found.update(repr(versions(*_PACKAGES)).encode())
    return found.hexdigest()
