"""A sign of life on a terminal while something takes long; nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading

_PATIENCE = 0.5


@contextmanager
def shown(what: str) -> Iterator[None]:
    """Say on standard error what is being done, and for how long already, until it is done."""
    if not sys.stderr.isatty():
        yield
        return
    import threading

    done = threading.Event()
    clock = threading.Thread(target=_tick, args=(what, done), daemon=True)
    clock.start()
    try:
        yield
    finally:
        done.set()
        clock.join()


def _tick(what: str, done: threading.Event) -> None:
    start = time.monotonic()
    line = ""
    while not done.wait(_PATIENCE):
        line = f"{what} … {time.monotonic() - start:.0f} s"
        print(f"\r{line}", end="", file=sys.stderr, flush=True)
    if line:
        print(f"\r{' ' * len(line)}\r", end="", file=sys.stderr, flush=True)
