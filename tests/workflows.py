"""Runs the jobs of a workflow from its file: every `run:` step in order, in a clean clone, as the host's runner does.

Actions are replaced by their local equals: the clone stands for the checkout, the environment for the set-up, and
what is uploaded has to be there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from tests.builders import ROOT

FOLDER = ROOT / ".github" / "workflows"
NAMES = sorted(path.name for path in FOLDER.glob("*.yml"))
_PATIENCE = 1_800
"""Seconds after which a step counts as stuck: those of the program's own tests take minutes."""
_OLDER_THAN_ENVIRONMENT = ("pyproject.toml", "hatch_build.py", "package-lock.json")
_LIBRARIES = "templates/theme/assets/qbank/vendor"
"""What comes from npm when the package is installed."""
_IDENTITY = ("-c", "user.name=A. Writer", "-c", "user.email=a@example.org")


def read(name: str) -> dict[str, Any]:
    """A workflow as data; its trigger stands under `on`, which YAML 1.1 takes for true."""
    found = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    found["on"] = found.pop(True)
    return found


@dataclass(frozen=True)
class Done:
    """How a job went: whether all steps passed, what they printed, and what they wrote to the summary."""

    passed: bool
    log: str
    summary: str

    @property
    def annotations(self) -> list[str]:
        return [line for line in self.log.splitlines() if line.startswith("::")]


@dataclass(frozen=True)
class Clone:
    """A clean clone of what is here, committed or not, with the environment that the set-up would make."""

    root: Path

    @property
    def base(self) -> str:
        """The commit that stands for the default branch."""
        return self.git("rev-list", "--max-parents=0", "HEAD").strip()

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")

    def git(self, *arguments: str) -> str:
        command = ["git", *_IDENTITY, *arguments]
        return subprocess.run(command, cwd=self.root, check=True, capture_output=True, encoding="utf-8").stdout

    def shell(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a script as the runner runs a step; what it says of mistakes is part of its output."""
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.root,
            env=_runner(self.root) | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=_PATIENCE,
        )

    def run(self, workflow: str, job: str, **environment: str) -> Done:
        """Run a job until a step fails."""
        summary = self.root.parent / f"{workflow}-{job}.md"
        summary.write_text("", "utf-8")
        log, passed = "", True
        for step in read(workflow)["jobs"][job]["steps"]:
            if "uses" in step:
                _local(step["uses"].partition("@")[0], step.get("with", {}), self.root)
                continue
            given = {name: self._value(str(value)) for name, value in step.get("env", {}).items()}
            done = self.shell(step["run"], **{"GITHUB_STEP_SUMMARY": str(summary)} | given | environment)
            log += done.stdout
            if done.returncode:
                passed = False
                break
        return Done(passed, log, summary.read_text("utf-8"))

    def _value(self, text: str) -> str:
        """A value with its expressions replaced; an expression that is not known here is an error."""
        known = {"github.event.pull_request.base.sha": self.base}
        return re.sub(r"\$\{\{ *(\S+) *\}\}", lambda match: known[match[1]], text)


def clone(root: Path) -> None:
    """Make the clone at a place that does not exist yet."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    for name in (".venv", "node_modules"):
        if (ROOT / name).is_dir():
            (root / name).symlink_to(ROOT / name)
    if (ROOT / _LIBRARIES).is_dir():
        shutil.copytree(ROOT / _LIBRARIES, root / _LIBRARIES)
    for name in _OLDER_THAN_ENVIRONMENT:
        os.utime(root / name, (0, 0))
    with (root / ".gitignore").open("a", encoding="utf-8") as stream:
        stream.write("/.venv\n/node_modules\n")  # which are links here
    made = Clone(root)
    made.git("init", "--quiet", "--initial-branch", "main")
    made.commit()


def _runner(root: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(root),
        # The environment is that of this checkout; the program is the clone's.
        "PYTHONPATH": str(root / "src"),
    }


def _local(action: str, given: dict[str, Any], root: Path) -> None:
    """What an action would do here; an action that is not known is an error."""
    if action == "actions/checkout":
        assert given["persist-credentials"] is False
    elif action == "actions/upload-artifact":
        assert (root / given["path"]).exists()
        if given["name"] == "github-pages":
            with tarfile.open(root / "artifact.tar") as archive:
                assert "./index.html" in archive.getnames()
    else:
        assert action == "actions/setup-python"
