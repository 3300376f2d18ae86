"""A folder that is made beside another and takes its place when it is finished, in one step.

Whatever ends the making (a fault, a signal, a full disk, the machine), the present folder stays as it is, and the next
run puts away what is left. Two runs at once do not meet: each works in a folder of its own, and the last one wins.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

# In a staging folder: the new folder, then the one that it replaced; and what says that somebody works there.
_NEW, _OLD, _LOCK = "new", "old", "lock"
# And where single files are replaced: a folder of them, numbered, that is complete, and the list of their places.
_READY, _LIST = "ready", "list"


class Refused(Exception):
    """The place is not one that may be replaced; the message says why and what to do."""


@contextmanager
def staged(target: Path, *, keep: tuple[Path, ...] = ()) -> Iterator[Path]:
    """Yields an empty folder that takes the target's place when the block ends without an exception.

    Entries of the target whose names start with a dot stay, as in MkDocs: `.git` of a published branch, for one.
    Raises `Refused` when the target holds one of the folders to `keep`, or something that is no site.
    """
    target = Path(os.path.realpath(target))  # a link stays, and what it leads to is replaced
    apart(target, keep)
    _refuse(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    _recover(target)
    folder, lock = _started(target)
    try:
        yield folder / _NEW
        _put_in_place(folder, target)
    finally:
        _put_away(folder, target, lock)


def replace(target: Path, files: Mapping[str, bytes], gone: Iterable[str] = ()) -> None:
    """Give some files of the target another content, in this order, and then remove those that are gone.

    Each file is the old one or the new one, never a part. Until all new ones are written, nothing is replaced; from then
    on, whatever ends this, the next run does the rest.
    """
    target = Path(os.path.realpath(target))
    _recover(target)
    folder, lock = _started(target)
    try:
        new = folder / _NEW
        for number, content in enumerate(files.values()):
            (new / str(number)).write_bytes(content)
        (new / _LIST).write_text(json.dumps([list(files), list(gone)]), "utf-8")
        new.rename(folder / _READY)
    finally:
        _put_away(folder, target, lock)


def _carry_out(ready: Path, target: Path) -> None:
    """Put the files into their places that a run had made ready."""
    names, gone = json.loads((ready / _LIST).read_text("utf-8"))
    for number, name in enumerate(names):
        if (ready / str(number)).exists():  # not put there yet
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (ready / str(number)).replace(target / name)
    for name in gone:
        (target / name).unlink(missing_ok=True)


def apart(target: Path, keep: tuple[Path, ...]) -> None:
    """Raises `Refused` when the target holds one of the folders to `keep`, or lies in one."""
    target = Path(os.path.realpath(target))
    for folder in map(os.path.realpath, keep):
        if Path(folder).is_relative_to(target) or target.is_relative_to(folder):
            raise Refused(
                f"`{target.name}` cannot be replaced: it holds, or lies in, `{Path(folder).name}`; name another folder."
            )


def _refuse(target: Path) -> None:
    if target.is_dir():
        names = [entry.name for entry in target.iterdir() if not entry.name.startswith(".")]
        if names and not {"index.html", "404.html"}.intersection(names):
            raise Refused(f"`{target.name}` is not empty and is no site; name another folder, or empty it first.")
    elif target.exists():
        raise Refused(f"`{target.name}` is a file; name a folder.")


def _started(target: Path) -> tuple[Path, FileLock]:
    """A new staging folder and the lock that says that somebody works there."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        lock = FileLock(folder / _LOCK)
        try:
            lock.acquire()
            (folder / _NEW).mkdir()  # with the mode that the umask allows, where mkdtemp's is private
            return folder, lock
        except FileNotFoundError:  # another run took it for one that was left behind, before it was locked
            lock.release()


def _put_in_place(folder: Path, target: Path) -> None:
    new = folder / _NEW
    if not target.exists():
        new.rename(target)
        return
    if _exchange(new, target):
        new.rename(folder / _OLD)
        return
    # Without the system's exchange there is a moment without a target, out of which `_recover` helps.
    target.rename(folder / _OLD)
    try:
        new.rename(target)
    except OSError:
        (folder / _OLD).rename(target)
        raise


def _recover(target: Path) -> None:
    """Put away what runs have left that were cut short; those that still work are left alone."""
    for folder in sorted(target.parent.glob(f".{target.name}.*/")):
        lock = FileLock(folder / _LOCK)
        with suppress(Timeout, OSError):
            lock.acquire(blocking=False)
            _put_away(folder, target, lock)


def _put_away(folder: Path, target: Path, lock: FileLock) -> None:
    """Remove a staging folder; first what it holds of the target's goes to its place."""
    if (folder / _READY).is_dir() and target.is_dir():
        with suppress(ValueError):  # somebody else has written there
            _carry_out(folder / _READY, target)
        (folder / _READY).rename(folder / _NEW)  # nothing in it is wanted any more
    for old in (folder / _OLD, folder / _NEW):
        if not old.is_dir():
            continue
        if old.name == _OLD and not target.exists():
            old.rename(target)
            continue
        for entry in old.glob(".*"):
            if target.is_dir() and not os.path.lexists(target / entry.name):
                with suppress(OSError):
                    entry.rename(target / entry.name)
    # The lock goes last, and with its file: without one, nobody would ever look at the rest.
    for entry in (_NEW, _OLD):
        shutil.rmtree(folder / entry, ignore_errors=True)
    lock.release()
    shutil.rmtree(folder, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders take each other's place at once; False where the system cannot.

    Linux: renameat2(2) with RENAME_EXCHANGE. macOS: renamex_np(2) with RENAME_SWAP.
    """
    names = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return library.renamex_np(*names, ctypes.c_uint(2)) == 0
        at_working_folder = ctypes.c_int(-100)
        return library.renameat2(at_working_folder, names[0], at_working_folder, names[1], ctypes.c_uint(2)) == 0
    except (AttributeError, OSError, TypeError):
        return False
