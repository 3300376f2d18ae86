"""Check a finished site with the Nu HTML checker: `python -m tools.html FOLDER…`.

It needs Java 11 or newer and `npm ci`, which puts the checker where package-lock.json says.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from qbank.reports import visible

CHECKER = Path(__file__).parents[1] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
NOT_OURS = (
    # MathML Core allows these on every element; the checker knows MathML 3.
    "Attribute “displaystyle” not allowed on element",
    "Attribute “scriptlevel” not allowed on element",
    # <input type="checkbox" autocomplete="off">, the switches of its menus
    "Attribute “autocomplete” is only allowed when the input type is",
    # <label for="__toc"> on pages whose table of contents is hidden
    "The value of the “for” attribute of the “label” element must be the ID of a non-hidden form control.",
)
"""Beginnings of what the checker says of Material's pages, and of newer standards."""


def missing() -> str:
    """What has to be installed first; empty when all is there."""
    return "" if shutil.which("java") and CHECKER.is_file() else "the HTML checker needs java and `npm ci`"


def messages(*folders: Path) -> list[dict[str, Any]]:
    """All that the checker says of the pages in the folders."""
    command = ["java", "-Xss8m", "-jar", str(CHECKER), "--skip-non-html", "--format", "json", "--exit-zero-always"]
    done = subprocess.run([*command, *map(str, folders)], capture_output=True, encoding="utf-8", timeout=600)
    return json.loads(done.stderr)["messages"]


def faults(found: list[dict[str, Any]]) -> list[str]:
    """A line for each kind of fault that is ours, the most frequent first."""
    counted = Counter(
        f"{message['message']} {message.get('extract', '')!r}"
        for message in found
        if message["type"] != "info" and not message["message"].startswith(NOT_OURS)
    )
    return [f"{count} times {fault}" for fault, count in counted.most_common()]


def main(*folders: str) -> int:
    """Print the faults; the exit status is 1 when there are any, 2 when the checker is not here."""
    if lacking := missing():
        print(lacking, file=sys.stderr)
        return 2
    found = faults(messages(*map(Path, folders)))
    for line in found:
        print(visible(line))
    print(f"{len(found):,} kinds of faults" if found else "All pages are valid HTML.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
