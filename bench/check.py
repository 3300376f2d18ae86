"""How long `qbank check` takes, beside check-jsonschema and yamllint on the same files: `make bench-check`.

Every contender runs once a round, and rounds follow each other, so that what else the machine does hits all of them.
Medians are of wall-clock and processor time; the ratio is the processor time over that of the first row, in the same
rounds. Memory is the most that any of a command's processes had. Of more than 1,000 files there are three rounds at most.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import generate

HERE = Path(__file__).parent
PYTHON = sys.executable
QBANK = [PYTHON, "-m", "qbank.cli", "check"]
TOOLS = HERE / ".venv" / "bin"


@dataclass
class Contender:
    """A command, what is done before each run of it, and the times that it took."""

    name: str
    command: list[str]
    before: Callable[[], object] = lambda: None
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def run(self, folder: Path) -> None:
        self.before()
        start = time.perf_counter()
        # As installed: with its modules compiled, whatever the machine's habit is.
        compiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
        running = subprocess.Popen(self.command, cwd=folder, env=compiled, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        self.wall.append(time.perf_counter() - start)
        self.cpu.append(used.ru_utime + used.ru_stime)  # with that of its own processes
        self.memory.append(used.ru_maxrss / 1024)
        if running.returncode:
            raise SystemExit(f"{self.name} ended with {running.returncode}")

    def forget(self) -> None:
        for measured in (self.wall, self.cpu, self.memory):
            measured.clear()


def contenders(folder: Path, baselines: bool) -> list[Contender]:
    cache = folder / ".cache"
    edited = min(folder.glob("questions/*/*.yml"))
    text = edited.read_text(encoding="utf-8")

    def empty() -> None:
        shutil.rmtree(cache, ignore_errors=True)

    def edit() -> None:
        edited.write_text(text.replace("?\n", f" {time.monotonic_ns()}?\n", 1), encoding="utf-8")

    def restore() -> None:
        edited.write_text(text, encoding="utf-8")

    found = [
        Contender("python -c 'import pydantic, yaml'", [str(TOOLS / "python"), "-c", "import pydantic, yaml"], restore),
        Contender("qbank check, nothing known", QBANK, empty),
        Contender("qbank check, unchanged", QBANK),
        Contender("qbank check, one question edited", QBANK, edit),
        Contender("qbank check --changed-since HEAD, one edited", [*QBANK, "--changed-since", "HEAD"], edit),
        Contender("qbank check --no-cache --jobs 1", [*QBANK, "--no-cache", "--jobs", "1"], restore),
    ]
    if baselines:
        files = [str(path.relative_to(folder)) for path in sorted(folder.glob("questions/*/*.yml"))]
        schema = folder / "question.schema.json"
        subprocess.run(
            [
                PYTHON,
                "-c",
                "import json; from qbank.schema import question_schema; print(json.dumps(question_schema()))",
            ],
            stdout=schema.open("w", encoding="utf-8"),
            check=True,
        )
        rules = "{extends: default, rules: {line-length: disable, document-start: disable}}"
        found += [
            Contender("check-jsonschema", [str(TOOLS / "check-jsonschema"), "--schemafile", str(schema), *files]),
            Contender("yamllint", [str(TOOLS / "yamllint"), "-d", rules, *files]),
        ]
    return found


def table(count: int, rounds: int, baselines: bool) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate.write(folder, count)
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        subprocess.run(["git", "add", "questions"], cwd=folder, check=True)
        author = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
        subprocess.run(["git", *author, "commit", "-q", "-m", "all"], cwd=folder, check=True)
        running = contenders(folder, baselines)
        for each in running:  # compiles what is not compiled yet
            each.run(folder) if count == 1 else None
            each.forget()
        for number in range(rounds):
            for each in running:
                each.run(folder)
                print(f"{count:,} files, round {number + 1}: {each.name} {each.wall[-1]:.2f} s", file=sys.stderr)
        lines = [f"### {count:,} question{'' if count == 1 else 's'}, {rounds} rounds", ""]
        lines += ["| command | wall, s | processor, s | × import | memory, MB |", "|---|---:|---:|---:|---:|"]
        base = statistics.median(running[0].cpu)
        for each in running:
            wall, cpu = statistics.median(each.wall), statistics.median(each.cpu)
            most = max(each.memory)
            lines.append(f"| {each.name} | {wall:.2f} | {cpu:.2f} | {cpu / base:.1f} | {most:.0f} |")
        return "\n".join(lines) + "\n"


def machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    ours = ", ".join(f"{name} {version(name)}" for name in ("PyYAML", "pyromark", "math-core"))
    theirs = subprocess.run(
        [TOOLS / "pip", "list", "--format=freeze"], capture_output=True, text=True, check=False
    ).stdout
    tools = ", ".join(
        line.replace("==", " ") for line in theirs.split() if line.startswith(("check-js", "pydantic=", "yamll"))
    )
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{model}, {os.cpu_count()} processors, load at the start {load}. Python {platform.python_version()}, {ours}; {tools}.\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1, 100, 1_000, 10_000])
    parser.add_argument("--most-for-others", type=int, default=1_000, help="the other tools take minutes beyond")
    options = parser.parse_args()
    report = [f"# `qbank check`\n\nMade by `make bench-check`. {__doc__.split(chr(10) * 2, 1)[1]}\n", machine()]
    report += [
        table(size, options.rounds if size <= 1_000 else min(options.rounds, 3), size <= options.most_for_others)
        for size in options.sizes
    ]
    (HERE / "RESULTS.md").write_text("\n".join(report), encoding="utf-8")
    print("\n".join(report))
