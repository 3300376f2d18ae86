"""What git knows of a project: when its files changed, and where it is published. The only module that asks git."""

from __future__ import annotations

import os
from pathlib import Path

from qbank.history import LOG_ARGUMENTS, History, read_log
from qbank.project import ConfigurationError


def history(root: Path) -> dict[str, History]:
    """Each question file's history; empty outside git, without git, and in a shallow clone, whose log would lie."""
    if _git(root, "rev-parse", "--is-shallow-repository").strip() != "false":
        return {}
    prefix = _git(root, "rev-parse", "--show-prefix").strip()
    found = read_log(_git(root, *LOG_ARGUMENTS))
    return {path.removeprefix(prefix): entry for path, entry in found.items()}


def url(root: Path) -> str:
    """The web address of the remote `origin`, or nothing when it has none that a browser could open."""
    remote = _git(root, "remote", "get-url", "origin").strip().removesuffix(".git")
    if remote.startswith("git@") and ":" in remote:
        remote = "https://" + remote.removeprefix("git@").replace(":", "/", 1)
    host = remote.removeprefix("https://").partition("/")[0]
    return (
        remote
        if remote.startswith("https://") and host in ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org")
        else ""
    )


def commit(root: Path) -> str:
    """What `history` and `url` depend on; empty outside git."""
    return _git(root, "rev-parse", "HEAD", "--is-shallow-repository", "--show-prefix") + url(root)


def folder(root: Path) -> str:
    """The project's folder below the top of its repository, such as `bank/`; empty at the top and outside git."""
    return _git(root, "rev-parse", "--show-prefix").strip()


def changed_since(root: Path, ref: str) -> frozenset[str]:
    """The files below the root that differ from where HEAD and a ref parted, uncommitted and untracked ones included.

    Raises ConfigurationError with what git says when it does not know the ref.
    """
    if ref.startswith("-"):
        raise ConfigurationError(f"`{ref}` is not the name of a commit.")
    base = _asked(root, ref, "merge-base", ref, "HEAD").strip()
    changed = _asked(root, ref, "diff", "--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", base, "--")
    untracked = _asked(root, ref, "ls-files", "-z", "--others", "--exclude-standard")
    return frozenset(name for name in f"{changed}{untracked}".split("\0") if name)


def _asked(root: Path, ref: str, *arguments: str) -> str:
    """What git answers; raises ConfigurationError when it refuses."""
    import subprocess  # takes longer to import than a question to check

    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, env={**os.environ, "LC_ALL": "C"})
    except (OSError, subprocess.SubprocessError) as error:
        raise ConfigurationError(f"git cannot be asked what changed since `{ref}`: {error}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        # merge-base says nothing when there is no common commit, as in a shallow clone.
        said = said or "it has no commit in common with HEAD here; fetch more history (`fetch-depth: 0`)"
        raise ConfigurationError(f"git does not say what changed since `{ref}`: {said}")
    return os.fsdecode(done.stdout)


def _git(root: Path, *arguments: str) -> str:
    import subprocess

    command = ["git", "-C", str(root), "-c", "core.quotepath=off", "-c", "log.showSignature=false", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace")
