"""Which packages are installed, in which versions: what is kept between runs depends on them.

The names of folders say it; `importlib.metadata` takes longer to import than a question to check.
"""

from __future__ import annotations

import os
import sys
from functools import cache


@cache
def installed() -> tuple[str, ...]:
    """The packages beside the interpreter, each with its version, such as `nh3-0.3.8`, sorted."""
    found = set()
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - names are all that is wanted
        except OSError:
            continue
        found.update(name.removesuffix(".dist-info").lower() for name in names if name.endswith(".dist-info"))
    return tuple(sorted(found))


def versions(*packages: str) -> tuple[str, ...]:
    """Those of some packages, named as their folders are, with `_` for `-`."""
    return tuple(name for name in installed() if name.partition("-")[0] in packages)
