"""What the indexes add to a build, cold and when nothing changed: `python bench/client/building.py BANK [ROUNDS]`.

The bank's folder is not touched; it is copied. Seconds are of the wall, of a whole build and of what makes the
indexes of search, filters and full text in it.
"""

from __future__ import annotations

import logging
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from chromium import machine

from qbank import builds, indexer, pagefind, pages

_spent: dict[str, float] = {}
_made: list[int] = []


def main(bank: Path, rounds: int) -> None:
    """Print the table."""
    _timed(pagefind, "add_to")
    _timed(pages, "index_files")
    _timed(indexer, "index", lambda: _made.append(1))
    logging.disable()
    print(f"{machine()}\n\n| build | seconds | columns | full text | share | indexes of full text made |")
    print("|---|---:|---:|---:|---:|---:|")
    found: dict[str, list[tuple[float, float, float, int]]] = {"cold": [], "nothing changed": []}
    # Nothing is removed before the end: a disk may take many times as long for new files in the minutes after.
    with tempfile.TemporaryDirectory() as name:
        for number in range(rounds):
            folder = Path(name, str(number))
            folder.mkdir()
            for part in ("questions", "docs", "mkdocs.yml"):
                source = bank / part
                (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / part)
            for kind in found:
                _spent.clear()
                _made.clear()
                start = time.perf_counter()
                builds.build(str(folder / "mkdocs.yml"), force=True)
                whole = time.perf_counter() - start
                found[kind].append((whole, _spent.get("index_files", 0), _spent["add_to"], len(_made)))
    for kind, runs in found.items():
        whole, columns, text, made = (statistics.median(values) for values in zip(*runs, strict=True))
        share = f"{(columns + text) / whole:.0%}"
        print(f"| {kind} | {whole:.1f} | {columns:.2f} | {text:.2f} | {share} | {made:.0f} |")


def _timed(module: object, name: str, also: Callable[[], object] = lambda: None) -> None:
    plain = getattr(module, name)

    def timed(*arguments: object, **options: object) -> object:
        also()
        start = time.perf_counter()
        try:
            return plain(*arguments, **options)
        finally:
            _spent[name] = _spent.get(name, 0) + time.perf_counter() - start

    setattr(module, name, timed)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
