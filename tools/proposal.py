"""A filled-in form -> a patch and a report: `python -m tools.proposal EVENT FOLDER`.

The patch is what `qbank new --from-issue` changed, the report what `qbank check` says of it, in harmless Markdown.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def qbank(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "qbank.cli", *arguments], stdout=subprocess.PIPE, encoding="utf-8")


def main(event: str, folder: str) -> int:
    """The exit status is that of `qbank new`; without a change there is no patch."""
    made = qbank("new", "--from-issue", event)
    print(made.stdout, end="")
    if made.returncode:
        return made.returncode
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "add", "--all", "questions"], check=True)
    patch = subprocess.run(["git", "diff", "--cached", "--binary"], check=True, stdout=subprocess.PIPE).stdout
    (target / "patch").write_bytes(patch)
    (target / "report.md").write_text(
        qbank("check", "--changed-since", "HEAD", "--output-format", "markdown").stdout + "\n", "utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
