"""What the indexes add to a build, cold and when nothing changed: `python bench/client/building.py BANK [ROUNDS]`.

The bank's folder is not touched; it is copied. Seconds are of the wall, of a whole build and of what makes the
indexes of search, filters and full text in it. What a process beside the build does for it meanwhile is in the first alone.
"""

from __future__ import annotations

import logging
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from chromium import machine

from qbank import builds, pagefind, pages, project

_spent: dict[str, float] = {}


def main(bank: Path, rounds: int) -> None:
    """Print the table."""
    _timed(pagefind, "add_to")
    _timed(pages, "index_files")
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
                before = _indexes(folder)
                start = time.perf_counter()
                builds.build(str(folder / "mkdocs.yml"), force=True)
                whole = time.perf_counter() - start
                found[kind].append(
                    (whole, _spent.get("index_files", 0), _spent["add_to"], len(_indexes(folder) - before))
                )
    for kind, runs in found.items():
        whole, columns, text, made = (statistics.median(values) for values in zip(*runs, strict=True))
        share = f"{(columns + text) / whole:.0%}"
        print(f"| {kind} | {whole:.1f} | {columns:.2f} | {text:.2f} | {share} | {made:.0f} |")


def _indexes(bank: Path) -> set[str]:
    """What was made for full text and kept."""
    return {path.name for path in (bank / project.CACHE / pagefind.FOLDER).glob("*")}


def _timed(module: object, name: str) -> None:
    plain = getattr(module, name)

    def timed(*arguments: object, **options: object) -> object:
        start = time.perf_counter()
        try:
            return plain(*arguments, **options)
        finally:
            _spent[name] = _spent.get(name, 0) + time.perf_counter() - start

    setattr(module, name, timed)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
