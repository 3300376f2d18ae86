"""Builds a bank again and again, each time with one fault at another of its steps on the disk: `make faults`.

A step is whatever Python's audit hooks see of opening a file to write, making, renaming, linking and removing; a file
that stays short is what a limit on the size of files gives. Before each try the project is as it was: its site built,
and a question edited since. After each, the site must be the old one or the new one, whole; and the next build, without
a fault, must give the new one and leave nothing else behind.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import jinja2

from qbank import builds, cli

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
        self.recovered: dict[str, list[str]] = {}
        shutil.copytree(bank, self.base)
        os.environ |= {"GIT_CEILING_DIRECTORIES": str(folder), "NO_MKDOCS_2_WARNING": "1"}
        _warm_up(folder / "other")
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
        self,
        root: Path,
        fault: Callable[[], object] | None = None,
        at: int = -1,
        *,
        kill_after: float | None = None,
        largest: int = resource.RLIM_INFINITY,
    ) -> tuple[int, str, list[str]]:
        """Build in a process of its own: its status, what it said, and the steps that it took."""
        log = root / "log"
        log.touch()  # a process that is killed at once has not come to it
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.chdir(root)
            with log.open("w", encoding="utf-8") as stream:
                os.dup2(stream.fileno(), 1)
                os.dup2(stream.fileno(), 2)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
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

    def attempt(self, kind: str, at: int | float) -> list[str]:
        """What is wrong after a build with a fault, and after the next one without."""
        self.reset()
        if kind == "signal":
            status, said, _ = self.run(self.work, kill_after=at)
        elif kind == "short":
            status, said, _ = self.run(self.work, largest=int(at))
        else:
            status, said, _ = self.run(self.work, FAULTS[kind], int(at))
        site, problems = tree(self.work / "site"), []
        if site not in (self.old, self.new):
            problems.append("the site is neither the old one nor the new one")
        if status == 0 and site != self.new:
            problems.append("it says that all is well, and has the old site")
        if kind in ("full", "denied", "memory", "short") and (
            "Traceback" in said or (status and "qbank: " not in said)
        ):
            problems.append(f"it does not say what happened: {said[-300:]!r}")
        return problems + self.recovery()

    def recovery(self) -> list[str]:
        """What is wrong after a build of what a fault has left; the same for all that have left the same."""
        if (state := self.state()) not in self.recovered:
            problems = self.recovered[state] = []
            status, said, _ = self.run(self.work)
            if status or tree(self.work / "site") != self.new:
                problems.append(f"the next build fails: {said[-300:]!r}")
            if left := sorted(path.name for path in self.work.glob(".site*")):
                problems.append(f"{left} is left behind")
        return self.recovered[state]

    def state(self) -> str:
        """A hash of all folders and files of the project, whatever a staging folder is called."""
        entries = sorted(
            (re.sub(r"^\.site\.[^/]+", ".site", path.relative_to(self.work).as_posix()), path)
            for path in self.work.rglob("*")
        )
        listed = [
            (name, hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "") for name, path in entries
        ]
        return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


def _warm_up(folder: Path) -> None:
    """Compile the templates once for all forks: that is half of a build, and none of its steps.

    The site that is built here is another one, so that nothing else is remembered of ours.
    """
    compiled: dict[tuple, object] = {}
    compile_ = jinja2.Environment.compile

    def remembered(self: jinja2.Environment, source: str, name: str, filename: str, **options: object) -> object:
        key = (self.preprocess(source, name, filename), name, filename, *sorted(self.extensions))
        if key not in compiled:
            compiled[key] = compile_(self, source, name, filename, **options)
        return compiled[key]

    jinja2.Environment.compile = remembered
    shutil.copytree(HERE / "banks" / "everything", folder)
    builds.build(str(folder / "mkdocs.yml"))


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
    parser.add_argument("--short", type=int, default=20, help="so many limits on the size of files")
    parser.add_argument("--kills", type=int, default=100, help="so many kills at random moments besides")
    parser.add_argument("--bank", type=Path, default=HERE / "banks" / "small")
    options = parser.parse_args()
    failures, tries, chance = [], dict.fromkeys([*FAULTS, "short", "signal"], 0), random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.bank, Path(folder))
        started = time.monotonic()
        bench.reset()
        bench.run(bench.work)
        duration = time.monotonic() - started
        renamings = [at for at, step in enumerate(bench.steps, 1) if step in ("os.rename", "tempfile.mkdtemp")]
        wanted = {at for near in renamings for at in range(near - options.around, near + options.around + 1)}
        sizes = sorted({len(content) for content in bench.new.values()})
        plan: list[tuple[str, int | float]] = [
            (kind, at)
            for offset, kind in enumerate(FAULTS)
            for at in range(1, len(bench.steps) + 1)
            if at in wanted or at % options.every == offset % options.every
        ]
        plan += [("short", chance.choice(sizes) - 1) for _ in range(options.short)]
        plan += [("signal", chance.uniform(0, duration)) for _ in range(options.kills)]
        for number, (kind, at) in enumerate(plan, 1):
            tries[kind] += 1
            found = [f"{kind} at {at}: {problem}" for problem in bench.attempt(kind, at)]
            failures += found
            print(*found, f"{number} of {len(plan)}", sep="\n", file=sys.stderr, flush=True)
    print(json.dumps({"steps": len(bench.steps), "tries": tries, "failures": failures}, indent=1))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
