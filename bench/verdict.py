"""Seconds from a clean clone to the verdict on one changed question, as the first job of check.yml takes them.

The package cache is as warm as it is; run it twice to have it warm.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Print the seconds of each step."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        start = time.perf_counter()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        cloned = time.perf_counter()
        question = clone / "questions" / "evaluation" / "roc-auc.yml"
        question.write_text(question.read_text("utf-8").replace("difficulty: ", "difficulty: x", 1), "utf-8")
        environment = {**os.environ, "BASE": "HEAD", "GITHUB_ACTIONS": "true"}
        done = subprocess.run(
            ["make", "ci-questions"], cwd=clone, env=environment, capture_output=True, encoding="utf-8"
        )
        end = time.perf_counter()
        assert "QB104" in done.stdout, done.stdout + done.stderr
        print(f"clone {cloned - start:.1f} s, environment and verdict {end - cloned:.1f} s, in all {end - start:.1f} s")


if __name__ == "__main__":
    main()
