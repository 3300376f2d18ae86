"""How often Python looks for garbage: next to nothing that comes from files here is cyclic."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Looking for garbage takes a quarter of the time in which files are read."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Nearly all of what a build makes stays until its end, and to look for what does not takes longer than it is worth."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def frozen() -> Iterator[None]:
    """What there is now is not looked at, so that copies of this process leave alone what they share."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
