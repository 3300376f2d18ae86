"""`qbank stats`: the bank in numbers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from qbank import project
from qbank.commands import status
from qbank.pipeline import examine
from qbank.stats import numbers


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "stats",
        help="count what the bank has",
        description="Count questions, sightings, tags and more, and show how complete the bank is.",
        epilog=status.EXPLAINED,
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    found = numbers(examine(project.read_files(project.find_root(Path()))).bank)
    print(json.dumps(found, indent=2) if options.json else "\n".join(_lines(found)))
    return status.CLEAN


def _lines(found: dict[str, Any]) -> list[str]:
    lines = []
    for name, value in found.items():
        if isinstance(value, dict):
            width = max((len(key) for key in value), default=0)
            lines += [f"{name}:", *(f"  {key:<{width}}  {count:>6,}" for key, count in value.items())]
        elif isinstance(value, list):
            lines.append(f"{name}: {', '.join(value) or 'none'}")
        else:
            lines.append(f"{name}: {value:,}")
    return lines
