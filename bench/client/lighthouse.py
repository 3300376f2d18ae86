"""Lighthouse on the kinds of pages, as a phone sees them: `python bench/client/lighthouse.py SITE [ADDRESS ...]`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from chromium import EXECUTABLE, machine
from host import served

ROOT = Path(__file__).parents[2]
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def main(site: Path, addresses: list[str]) -> None:
    """Print the scores, and below them what keeps them from 100."""
    rows, notes = [], []
    with served(site) as host:
        for address in addresses:
            report = _report(f"{host.address}{address}")
            scores = [round(100 * (report["categories"][name]["score"] or 0)) for name in CATEGORIES]
            rows.append(f"| `/{address}` | {' | '.join(map(str, scores))} |")
            notes += [f"- `/{address}`: {note}" for note in _notes(report)]
        version = report["lighthouseVersion"]
    print(f"{machine()} Lighthouse {version}, mobile.\n")
    print("| page | performance | accessibility | best practices | SEO |\n|---|---:|---:|---:|---:|")
    print("\n".join(rows + ([""] if notes else []) + notes))


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
