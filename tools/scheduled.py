"""What changes without a commit: `python -m tools.scheduled FOLDER` looks at addresses, dates and libraries.

FOLDER receives `report.md` and `findings`, their number. The text of the bank in the report is harmless.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from qbank import project
from qbank.bank import Bank
from qbank.pipeline import examine
from qbank.reports.markdown import code, escaped

STALE_YEARS = 3
MOST = 100
_GONE = (404, 410)
"""Others say no more than that a host does not like programs."""
_UNREACHED = "cannot be reached"


def addresses(bank: Bank) -> dict[str, str]:
    """The addresses that questions and sources refer to, each with the first file that does."""
    found: dict[str, str] = {}
    for question in bank.questions:
        works = (question.adapted_from,) if question.adapted_from else ()
        for work in (*question.references, *works):
            found.setdefault(work.url, question.path)
    for source in bank.sources.entries:
        if source.url:
            found.setdefault(source.url, "questions/sources.yml")
    return found


def gone(address: str) -> str:
    """Why an address leads nowhere; empty when it leads somewhere, or nobody can say."""
    request = urllib.request.Request(address, headers={"User-Agent": "Mozilla/5.0 (qbank link check)"})
    try:
        with urllib.request.urlopen(request, timeout=20):
            return ""
    except urllib.error.HTTPError as error:
        return f"answers {error.code}" if error.code in _GONE else ""
    except (OSError, ValueError) as error:
        return f"{_UNREACHED}: {type(error).__name__}"


def lost(found: dict[str, str], gone: Callable[[str], str] = gone) -> Iterator[str]:
    """A line of Markdown for each address that leads nowhere."""
    with ThreadPoolExecutor(8) as pool:
        reasons = list(pool.map(gone, found))
    if len(reasons) > 1 and all(why.startswith(_UNREACHED) for why in reasons):
        yield f"none of {len(reasons)} addresses could be reached, so that this says more of the network than of them"
        return
    for (address, path), why in zip(found.items(), reasons, strict=True):
        if why:
            yield f"{code(address)} {escaped(why)}, in {code(path)}"


def stale(bank: Bank, today: str) -> Iterator[str]:
    """A line of Markdown for each question whose newest dated sighting is older than three years."""
    limit = str(int(today[:4]) - STALE_YEARS) + today[4:]
    for question in bank.questions:
        seen = [sighting.seen for sighting in question.companies if sighting.seen]
        if seen and max(seen) < limit:
            yield f"{code(question.path)}: last seen {escaped(max(seen))}"


def failing() -> Iterator[str]:
    """A line of Markdown when the code of answers no longer prints what it printed."""
    command = [sys.executable, "-m", "qbank.cli", "check", "--run", "--select", "QB22", "--output-format", "markdown"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env={**os.environ, "GITHUB_ACTIONS": ""})
    if done.returncode:
        yield f"the newest libraries change what code prints:\n\n{done.stdout}"


def report(sections: dict[str, Iterable[str]]) -> tuple[str, int]:
    """The sections in Markdown, and how many findings they have."""
    number, lines = 0, ["Looked at once a week; this text is replaced each time."]
    for title, found in sections.items():
        items = list(found)
        number += len(items)
        lines += ["", f"### {title}", "", *(f"- {item}" for item in items[:MOST])]
        lines += [] if items else ["Nothing."]
        lines += [f"- and {len(items) - MOST} more"] if len(items) > MOST else []
    return "\n".join(lines) + "\n", number


def main(folder: str) -> int:
    """Write the report."""
    bank = examine(project.read_files(project.find_root(Path()))).bank
    text, number = report(
        {
            "Addresses that lead nowhere": lost(addresses(bank)),
            "Sightings that have grown stale": stale(bank, datetime.now(UTC).date().isoformat()),
            "Code of answers": failing(),
        }
    )
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    (target / "report.md").write_text(text, "utf-8")
    (target / "findings").write_text(f"{number}\n", "utf-8")
    print(f"{number} findings")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
