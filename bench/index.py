"""How large the index of the site's search and filters is, column by column: `python bench/index.py [N ...]`."""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import time
from pathlib import Path

from generate import write

from qbank.columns import columns, index_files
from qbank.facts import Facts
from qbank.pipeline import examine
from qbank.project import read_files


def main(counts: list[int]) -> None:
    """Print a table for each size of bank: bytes as they are, after gzip, and the latter for each question."""
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), count)
            facts = Facts(examine(read_files(Path(folder))).bank, {}, drafts=False)
        start = time.process_time()
        files = index_files(facts)
        print(f"{count:,} questions; made in {time.process_time() - start:.2f} s of processor time")
        parts = {name: json.dumps(value, ensure_ascii=False) for name, value in columns(facts).items()}
        for name, text in {**files, **parts}.items():
            _print(name, text, count)


def _print(name: str, text: str, count: int) -> None:
    plain = text.encode()
    small = len(gzip.compress(plain, 9, mtime=0))
    print(f"{name:32} {len(plain):>10,} {small:>9,} {small / count:>7.2f}")


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1_000, 10_000])
