"""What safety costs, and what a hostile file costs: `make bench-hostile`.

Sanitising is measured on our own bank, beside a cold build of it. Each hostile case is read, checked, rendered and reported
in a process of its own, whose processor time and additional memory count.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.hostile.corpus import Case, cases  # noqa: E402

import qbank.checks  # noqa: E402, F401 - registers the checks
from qbank import fragments, sanitise  # noqa: E402
from qbank.parse import parse_question  # noqa: E402
from qbank.project import read_files  # noqa: E402
from qbank.reports import full  # noqa: E402
from qbank.rules import MOST_IN_A_FILE, run  # noqa: E402
from qbank.source import Source  # noqa: E402
from qbank.text import fragments_of  # noqa: E402


def sanitising() -> tuple[float, int]:
    """The seconds that the sanitiser takes for all questions of our bank, and how many they are.

    For each fragment that is the median of five, since a fragment takes 0.1 ms, and a virtual machine's pauses several.
    """
    questions = [question for source in read_files(ROOT).questions if (question := parse_question(source)[0])]
    clean = sanitise.clean

    def timed(html: str, *, scope: str) -> str:
        start = time.perf_counter()
        try:
            return clean(html, scope=scope)
        finally:
            spent[-1].append(time.perf_counter() - start)

    spent: list[list[float]] = []
    sanitise.clean = timed
    try:
        for _ in range(5):
            spent.append([])
            for question in questions:
                fragments_of(question)
    finally:
        sanitise.clean = clean
    return sum(map(median, zip(*spent, strict=True))), len(questions)


def cold_build() -> float:
    """The processor time of a build of our site with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("questions", "docs", "templates"):
            shutil.copytree(ROOT / name, Path(folder) / name)
        shutil.copy(ROOT / "mkdocs.yml", folder)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "qbank.cli", "build"], cwd=folder, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cost(case: Case) -> tuple[float, float]:
    """Processor seconds and additional megabytes of one case, from its text to its report."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        memory, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        question, found = parse_question(Source(case.path, case.source))
        if question is not None:
            found = (*found, *run(question, at_most=MOST_IN_A_FILE))
            fragments_of(question)
        full(list(found))
        spent = time.process_time() - start
        os.write(writing, f"{spent} {(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024}".encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as stream:
        seconds, megabytes = map(float, stream.read().split())
    return seconds, megabytes


if __name__ == "__main__":
    fragments.render("*warm* $x$ `up`\n\n```python\n1\n```", scope="answer")
    spent, count = sanitising()
    build = cold_build()
    print(
        f"sanitising: {1000 * spent / count:.3f} ms a page, {100 * spent / build:.1f} % of a cold build of {build:.1f} s"
    )
    costs = {case: cost(case) for case in cases()}
    for kind, wanted in (("data", ("file", "path")), ("markup", ("answer",))):
        for what, index, unit in (("time", 0, "s"), ("memory", 1, "MB")):
            worst = sorted((case for case in costs if case.kind in wanted), key=lambda case: -costs[case][index])[:4]
            print(f"{kind}, most {what}: " + ", ".join(f"{case} {costs[case][index]:.2f} {unit}" for case in worst))
