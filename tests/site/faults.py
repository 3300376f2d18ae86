"""Builds a bank again and again, each time with one fault at another of its steps on the disk: `make faults`.

A step is whatever Python's audit hooks see of opening a file to write, making, renaming, linking and removing. Before
each try the project is as it was: its site built, and a question edited since. After each, the site must be the old one
or the new one, whole; and the next build, without a fault, must give the new one and leave nothing else behind.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from qbank import cli, plugin  # noqa: F401 - imported once for all forks

HERE = Path(__file__).parent
STEPS = {
    *("os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate"),
    *("shutil.rmtree", "shutil.move", "tempfile.mkdtemp"),
}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def _raise(error: BaseException) -> None:
    raise error


FAULTS: dict[str, Callable[[], object]] = {
    "killed": lambda: os._exit(128 + signal.SIGKILL),
    "full": lambda: _raise(OSError(errno.ENOSPC, "No space left on device")),
    "denied": lambda: _raise(PermissionError(errno.EACCES, "Permission denied")),
    "memory": lambda: _raise(MemoryError()),
    "interrupted": lambda: _raise(KeyboardInterrupt()),
}


class Bench:
    """A project that is set back before each try."""

    def __init__(self, bank: Path, folder: Path) -> None:
        self.base, self.work = folder / "base", folder / "work" / "project"
        shutil.copytree(bank, self.base)
        os.environ |= {"GIT_CEILING_DIRECTORIES": str(folder), "NO_MKDOCS_2_WARNING": "1"}
        assert self.run(self.base)[0] == 0
        self.old = tree(self.base / "site")
        question = min(self.base.glob("questions/*/*.yml"))
        question.write_text(question.read_text("utf-8").replace("title: ", "title: Now, "), "utf-8")
        shutil.rmtree(self.base / ".cache")
        self.reset()
        status, said, self.steps = self.run(self.work)
        assert status == 0, said
        self.new = tree(self.work / "site")
        assert self.new != self.old

    def reset(self) -> None:
        shutil.rmtree(self.work.parent, ignore_errors=True)
        shutil.copytree(self.base, self.work)

    def run(
        self, root: Path, fault: Callable[[], object] | None = None, at: int = -1, kill_after: float | None = None
    ) -> tuple[int, str, list[str]]:
        """Build in a process of its own: its status, what it said, and the steps that it took."""
        log = root / "log"
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.chdir(root)
            with log.open("w", encoding="utf-8") as stream:
                os.dup2(stream.fileno(), 1)
                os.dup2(stream.fileno(), 2)
            steps = _count(str(root), fault, at)
            status = cli.main(["build", "--force"])
            os.write(writer, json.dumps(steps).encode())
            os._exit(status)
        os.close(writer)
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(child, signal.SIGKILL)
        with os.fdopen(reader) as stream:
            counted = stream.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = log.read_text("utf-8")
        log.unlink()
        return status, said, json.loads(counted or "[]")

    def attempt(self, kind: str, at: int = -1, kill_after: float | None = None) -> list[str]:
        """What is wrong after a build with a fault, and after the next one without."""
        self.reset()
        status, said, _ = self.run(self.work, FAULTS.get(kind), at, kill_after)
        site, problems = tree(self.work / "site"), []
        if site not in (self.old, self.new):
            problems.append("the site is neither the old one nor the new one")
        if status == 0 and site != self.new:
            problems.append("it says that all is well, and has the old site")
        if kind in ("full", "denied", "memory") and ("Traceback" in said or (status and "qbank: " not in said)):
            problems.append(f"it does not say what happened: {said[-300:]!r}")
        status, said, _ = self.run(self.work)
        if status or tree(self.work / "site") != self.new:
            problems.append(f"the next build fails: {said[-300:]!r}")
        if left := sorted(path.name for path in self.work.glob(".site*")):
            problems.append(f"{left} is left behind")
        return problems


def _count(below: str, fault: Callable[[], object] | None, at: int) -> list[str]:
    """Counts the steps of this process below a folder from now on, and has a fault at one of them."""
    steps: list[str] = []

    def hook(event: str, arguments: tuple) -> None:
        if event == "open":
            path, _, flags = arguments
            if not isinstance(flags, int) or not flags & WRITES or isinstance(path, int):
                return
        elif event not in STEPS:
            return
        else:
            path = arguments[0]
        if os.fspath(path) and Path(below, os.fsdecode(path)).is_relative_to(below):
            steps.append(event)
            if len(steps) == at and fault is not None:
                fault()

    sys.addaudithook(hook)
    return steps


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=20, help="try only each so manyth step")
    parser.add_argument("--around", type=int, default=3, help="and so many around each renaming, as of the folders")
    parser.add_argument("--kills", type=int, default=100, help="so many kills at random moments besides")
    parser.add_argument("--bank", type=Path, default=HERE / "banks" / "small")
    options = parser.parse_args()
    failures, tries, chance = [], dict.fromkeys([*FAULTS, "signal"], 0), random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.bank, Path(folder))
        started = time.monotonic()
        bench.reset()
        bench.run(bench.work)
        duration = time.monotonic() - started
        renamings = [at for at, step in enumerate(bench.steps, 1) if step in ("os.rename", "tempfile.mkdtemp")]
        wanted = {at for near in renamings for at in range(near - options.around, near + options.around + 1)}
        plan = [
            (kind, at, None)
            for offset, kind in enumerate(FAULTS)
            for at in range(1, len(bench.steps) + 1)
            if at in wanted or at % options.every == offset % options.every
        ]
        plan += [("signal", -1, chance.uniform(0, duration)) for _ in range(options.kills)]
        for number, (kind, at, kill_after) in enumerate(plan):
            if sys.stderr.isatty():
                print(f"\r{number + 1} of {len(plan)}", end="", file=sys.stderr)
            tries[kind] += 1
            failures += [f"{kind} at {at if kill_after is None else kill_after}: {problem}"
                         for problem in bench.attempt(kind, at, kill_after)]  # fmt: skip
    print(json.dumps({"steps": len(bench.steps), "tries": tries, "failures": failures}, indent=1))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
