"""Lighthouse on the kinds of pages, as a phone sees them: `python bench/client/lighthouse.py SITE [ADDRESS ...]`.

Scores are medians of five visits, each page visited once before the first is visited again: a visit is seconds long,
and a score of a hundred is thousandths of them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from chromium import EXECUTABLE, machine
from host import served

ROOT = Path(__file__).parents[2]
VISITS = 5
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def main(site: Path, addresses: list[str]) -> None:
    """Print the scores, and below them what keeps them from 100."""
    rows, notes = [], []
    with served(site) as host:
        reports = [[_report(f"{host.address}{address}") for address in addresses] for _ in range(VISITS)]
        for address, visits in zip(addresses, zip(*reports, strict=True), strict=True):
            scores = [_scores(visits, category) for category in CATEGORIES]
            performance, *others = map(statistics.median, scores)
            cells = [f"{performance} ({min(scores[0])} to {max(scores[0])})", *map(str, others)]
            rows.append(f"| `/{address}` | {' | '.join(cells)} |")
            middle = sorted(visits, key=lambda report: report["categories"][CATEGORIES[0]]["score"])[VISITS // 2]
            notes += [f"- `/{address}`: {note}" for note in _notes(middle)]
        version = middle["lighthouseVersion"]
    print(f"{machine()} Lighthouse {version}, mobile.\n")
    print("| page | performance (of five visits) | accessibility | best practices | SEO |\n|---|---:|---:|---:|---:|")
    print("\n".join(rows + ([""] if notes else []) + notes))


def _scores(visits: Sequence[dict], category: str) -> list[int]:
    return [round(100 * (report["categories"][category]["score"] or 0)) for report in visits]


def _report(address: str) -> dict:
    command = [ROOT / "node_modules/.bin/lighthouse", address, "--quiet", "--output=json"]
    options = [f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
    environment = {**os.environ, "CHROME_PATH": EXECUTABLE or ""}
    done = subprocess.run([*command, *options], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def _notes(report: dict) -> list[str]:
    notes = []
    for category in CATEGORIES:
        for reference in report["categories"][category]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if (
                reference["weight"]
                and audit["score"] is not None
                and audit["score"] < (0.9 if category == "performance" else 1)
            ):
                items = (audit.get("details") or {}).get("items") or []
                where = [
                    (item.get("node") or {}).get("selector") or item.get("url") or item.get("description") or ""
                    for item in items[:4]
                ]
                shown = "; ".join(f"`{text}`" for text in map(str, where) if text)
                notes.append(f"{category}, {audit['title']} {audit.get('displayValue', '')} {shown}".strip())
    return notes


if __name__ == "__main__":
    given = Path(sys.argv[1])
    question = min(
        path.parent.name
        for path in given.glob("questions/*/index.html")
        if (path.parent / "index.html").read_text("utf-8").count("<details")
    )
    company = min(path.parent.name for path in given.glob("companies/*/index.html"))
    main(given, sys.argv[2:] or ["", "questions/", f"questions/{question}/", f"companies/{company}/"])
