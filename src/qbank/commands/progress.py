"""A sign of life on a terminal while something takes long; nothing elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE = 0.5


@contextmanager
def shown(what: str) -> Iterator[None]:
    """Say on standard error what is being done, and for how long already, until it is done."""
    if not sys.stderr.isatty():
        yield
        return
    start = time.monotonic()
    line = ""

    def tell(text: str) -> None:
        # Not by way of `sys.stderr`, which may just be writing.
        os.write(sys.stderr.fileno(), text.encode())

    def tick(*_: object) -> None:
        nonlocal line
        line = f"{what} … {time.monotonic() - start:.0f} s"
        tell(f"\r{line}")

    try:
        with _again_and_again(tick):
            yield
    finally:
        if line:
            tell(f"\r{' ' * len(line)}\r")


@contextmanager
def _again_and_again(tick: Callable[..., None]) -> Iterator[None]:
    """Calls something every half second. With a signal where there is one: a process with threads is not copied to work in parallel."""
    import signal

    if hasattr(signal, "setitimer"):
        before = signal.signal(signal.SIGALRM, tick)
        signal.setitimer(signal.ITIMER_REAL, _PATIENCE, _PATIENCE)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        return
    import threading

    done = threading.Event()

    def wait() -> None:
        while not done.wait(_PATIENCE):
            tick()

    clock = threading.Thread(target=wait, daemon=True)
    clock.start()
    try:
        yield
    finally:
        done.set()
        clock.join()
