"""Runs the programs of answers in processes of their own, several at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from qbank import runner
from qbank.programs import Program

Result = dict[str, Any]
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LOKY_MAX_CPU_COUNT"), "1")


def execute(
    programs: Iterable[Program],
    *,
    jobs: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[tuple[Program, Result]]:
    """Each program with the runner's result, in the order given.

    `progress` is told how many of how many are done. A runner that dies is replaced; its program counts as stopped.
    """
    waiting = list(programs)
    if not waiting:
        return []
    count = max(1, min(jobs or os.cpu_count() or 1, len(waiting)))
    idle: SimpleQueue[_Runner] = SimpleQueue()
    runners = [_Runner() for _ in range(count)]
    for each in runners:
        idle.put(each)
    done = 0

    def run(program: Program) -> Result:
        nonlocal done
        mine = idle.get()
        try:
            return mine.run(program)
        finally:
            idle.put(mine)
            done += 1
            progress(done, len(waiting))

    try:
        with ThreadPoolExecutor(count) as pool:
            return list(zip(waiting, pool.map(run, waiting), strict=True))
    finally:
        for each in runners:
            each.stop()


class _Runner:
    """A runner process and the pipes to it; started when it is first needed, and again when it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(self, program: Program) -> Result:
        process = self._started()
        assert process.stdin and process.stdout
        try:
            process.stdin.write(json.dumps({"id": program.id, "blocks": program.sources}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        if not line:
            self.stop()
            return {
                "outputs": [],
                "error": {"kind": "limit", "message": "it ends the interpreter", "block": 0, "line": 1},
            }
        return json.loads(line)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            # No secret of the caller's environment reaches code that strangers wrote; `-I` keeps the bank off the path.
            environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-W", "ignore", str(Path(runner.__file__))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env=environment | _ONE_THREAD | {"PYTHONHASHSEED": "0"},
            )
        return self._process
