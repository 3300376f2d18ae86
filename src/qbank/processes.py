"""Work spread over processes that start as copies of this one, so that they have at once all that it has read.

Each takes every so-manieth item and writes what it makes of it into a pipe of its own: one that is far ahead waits, so
that little is held in memory, and one whose parent has died finds nobody reading, and ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Item = TypeVar("Item")
Made = TypeVar("Made")


def possible(jobs: int) -> int:
    """As many jobs, or one where a process cannot be copied: something else runs in it that may hold a lock."""
    import threading

    return jobs if sys.platform == "linux" and threading.active_count() == 1 else 1


def spread(work: Callable[[Item], Made], items: Sequence[Item], *, jobs: int) -> Iterator[Made]:
    """What the work makes of each item, in their order; what it raises is raised here.

    With one job, in this process.
    """
    if jobs < 2:
        yield from map(work, items)
        return
    from multiprocessing import get_context  # takes a while to import, and few runs need it

    system = get_context("fork")
    pipes = [system.Pipe(duplex=False) for _ in range(jobs)]
    readers = [reader for reader, _ in pipes]
    workers = [
        system.Process(target=_worked, args=(work, items[number::jobs], writer, readers), daemon=True)
        for number, (_, writer) in enumerate(pipes)
    ]
    for worker in workers:
        worker.start()
    for _, writer in pipes:
        writer.close()
    try:
        for number in range(len(items)):
            try:
                error, made = readers[number % jobs].recv()
            except EOFError:
                raise RuntimeError("a process that worked for this one has ended before its work") from None
            if error is not None:
                raise error
            yield made
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
        for reader in readers:
            reader.close()


def _worked(
    work: Callable[[Any], object], items: Sequence[object], writer: Connection, readers: Sequence[Connection]
) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts means the parent, which ends its workers
    for reader in readers:
        reader.close()
    try:
        for item in items:
            try:
                result = None, work(item)
            except Exception as error:
                result = error, None
            writer.send(result)
    except BrokenPipeError:
        return  # nobody reads any more
