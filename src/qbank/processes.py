"""Work spread over processes that start as copies of this one, so that they have at once all that it has read.

Each takes the next batch of items that nobody has taken and writes what it makes of them into a pipe of its own: one whose
parent has other things to do waits, so that little is held in memory, and one whose parent has died finds nobody reading,
and ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from multiprocessing.sharedctypes import Synchronized

Item = TypeVar("Item")
Made = TypeVar("Made")


def possible(jobs: int) -> int:
    """As many jobs, or one where a process cannot be copied: something else runs in it that may hold a lock."""
    import threading

    return jobs if sys.platform == "linux" and threading.active_count() == 1 else 1


_WIDE = 1 << 20
"""Bytes: as many as Linux allows everybody."""


def widen(pipe: Connection | IO[bytes]) -> None:
    """Lets a process be further ahead of another; where the system refuses, it waits sooner."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _WIDE)


def spread(work: Callable[[Item], Made], items: Sequence[Item], *, jobs: int, batch: int = 1) -> Iterator[Made]:
    """What the work makes of each item, in their order; what it raises is raised here.

    With one job, in this process. Small results cost less when they come in batches.
    """
    if jobs < 2:
        yield from map(work, items)
        return
    from multiprocessing import get_context  # takes a while to import, and few runs need it
    from multiprocessing.connection import wait

    system = get_context("fork")
    batches = [items[start : start + batch] for start in range(0, len(items), batch)]
    try:
        taken = system.Value("L", 0)
    except OSError:  # nothing can be shared here
        yield from map(work, items)
        return
    pipes = [system.Pipe(duplex=False) for _ in range(jobs)]
    readers = [reader for reader, _ in pipes]
    for _, writer in pipes:
        widen(writer)
    workers = [
        system.Process(
            target=_worked, args=(work, batches, _untaken(taken, len(batches)), writer, readers), daemon=True
        )
        for _, writer in pipes
    ]
    for worker in workers:
        _start(worker)
    for _, writer in pipes:
        writer.close()
    working = list(readers)
    come: dict[int, tuple[Exception | None, list[Any]]] = {}
    try:
        for number in range(len(batches)):
            while number not in come:
                for reader in wait(working):
                    which, error, made = _received(reader)
                    if which is None:
                        working.remove(reader)
                    else:
                        come[which] = error, made
            error, made = come.pop(number)
            yield from made
            if error is not None:
                raise error
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
        for reader in readers:
            reader.close()


@contextmanager
def beside(*works: Callable[[], Made]) -> Iterator[Callable[[], Made]]:
    """What waits for the next result of pieces of work, which a copy of this process has begun to do one after the other.

    Where there can be no copy, it does that piece.
    """
    if possible(2) < 2:
        left = iter(works)
        yield lambda: next(left)()
        return
    from multiprocessing import get_context

    system = get_context("fork")
    reader, writer = system.Pipe(duplex=False)
    batches = [[work] for work in works]
    numbers = range(len(batches))
    worker = system.Process(target=_worked, args=(lambda work: work(), batches, numbers, writer, [reader]), daemon=True)
    _start(worker)
    writer.close()

    def result() -> Made:
        _, error, made = _received(reader)
        if error is not None:
            raise error
        return made[0]

    try:
        yield result
    finally:
        worker.terminate()
        worker.join()
        reader.close()


class Ahead:
    """A copy of this process that works ahead, for what that leaves on the disk; what it lacks is sent to it once it is known.

    The work is called with a function that waits for that. Where it fails, nobody is told.
    """

    def __init__(self, work: Callable[[Callable[[], Any]], object]) -> None:
        from multiprocessing import get_context

        system = get_context("fork")
        receiver, self._sender = system.Pipe(duplex=False)
        self._worker = system.Process(target=_worked_ahead, args=(work, receiver, self._sender), daemon=True)
        _start(self._worker)
        receiver.close()

    def send(self, lacking: object) -> None:
        with suppress(BrokenPipeError):
            self._sender.send(lacking)

    def join(self) -> None:
        """Wait for its end."""
        self._worker.join()

    def stop(self) -> None:
        """End it at once, if it has not ended."""
        self._sender.close()
        self._worker.terminate()
        self._worker.join()


def _worked_ahead(work: Callable[[Callable[[], Any]], object], receiver: Connection, sender: Connection) -> None:
    import signal

    _started()
    sender.close()

    def received() -> Any:
        try:
            return receiver.recv()
        except EOFError:
            signal.raise_signal(signal.SIGKILL)  # nobody waits any more

    with suppress(Exception):
        work(received)


def _start(worker: BaseProcess) -> None:
    """Start a copy. Signals that are to end it wait until it has `_started`: what it would do about them before may get lost."""
    import signal

    before = signal.pthread_sigmask(signal.SIG_BLOCK, _endings())
    try:
        worker.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _started() -> None:
    """In a copy: whatever its parent does about signals that are to end it, it has nothing to put away. What is ignored stays so."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts means the parent, which ends its workers
    for number in _endings():
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _endings())


def _endings() -> set[int]:
    import signal

    return {signal.SIGTERM, signal.SIGHUP}


def _received(reader: Connection) -> tuple[int | None, Exception | None, list[Any]]:
    """What a process sent next: the number of a batch, what stopped it, if anything did, and what it had made by then.

    No number is its farewell.
    """
    try:
        return reader.recv()
    except EOFError:
        raise RuntimeError("a process that worked for this one has ended before its work") from None


def _worked(
    work: Callable[[Any], object],
    batches: Sequence[Sequence[object]],
    numbers: Iterable[int],
    writer: Connection,
    readers: Sequence[Connection],
) -> None:
    _started()
    for reader in readers:
        reader.close()
    try:
        for number in numbers:
            made: list[object] = []
            error = None
            try:
                made.extend(map(work, batches[number]))  # as far as it comes
            except Exception as raised:
                error = raised
            writer.send((number, error, made))
        writer.send((None, None, []))
    except BrokenPipeError:
        return  # nobody reads any more


def _untaken(taken: Synchronized[int], count: int) -> Iterator[int]:
    """The numbers below a count, each for one of the processes that ask."""
    while True:
        with taken.get_lock():
            number = taken.value
            taken.value = number + 1
        if number >= count:
            return
        yield number
