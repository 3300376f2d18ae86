"""Where reports go: the terminal, files, and what GitHub Actions reads."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import NamedTuple, TextIO

from qbank import project, reports
from qbank.diagnostics import Diagnostic, suggest
from qbank.reports.paint import wants_colour

Diagnostics = tuple[Diagnostic, ...]


class Output(NamedTuple):
    """A format, and the file that it goes to; without one it goes to the terminal."""

    format: str
    file: Path | None = None


def requested(text: str) -> Output:
    """`FORMAT` or `FORMAT:FILE`, as an argument has it."""
    name, _, file = text.partition(":")
    if name not in reports.FORMATS:
        raise argparse.ArgumentTypeError(f"there is no format `{name}`. {suggest(name, reports.FORMATS)}")
    return Output(name, Path(file) if file not in ("", "-") else None)


def in_github_actions() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def colour_for(stream: TextIO) -> bool:
    return wants_colour(os.environ, is_terminal=stream.isatty())


def written(
    found: Diagnostics, output: Output, stream: TextIO, root: Path, *, statistics: bool = False, site: str = ""
) -> None:
    """Write the diagnostics in the format to the file, or to the stream when there is none; `site` is the bank's.

    Raises ConfigurationError when the file cannot be written.
    """
    if output.format in reports.WITH_MANUALS:
        import qbank.registry  # noqa: F401 - a check that found nothing changed knows few rules
    write = reports.FORMATS[output.format]
    if output.format in reports.WITH_ADDRESSES:
        write = partial(write, site=site)
    if output.format == reports.GITHUB:
        write = partial(reports.github, prefix=_prefix(root))
    if output.file is not None:
        project.write_file(Path(), str(output.file), _ended(write(found)))
        return
    if output.format in reports.TEXT_FORMATS:
        if statistics:
            write = reports.statistics
        elif output.format == "full":
            import shutil

            width = shutil.get_terminal_size().columns if stream.isatty() else None
            write = partial(reports.full, colour=colour_for(stream), width=width)
        else:
            write = partial(reports.lines, colour=colour_for(stream))
    stream.write(_ended(write(found)))


def patch(text: str) -> None:
    """Print a patch: exactly where a program reads it; harmless, and coloured if wanted, where a person does."""
    if in_github_actions():
        # A line of the bank could be a command to the log; only who knows the token can let it obey again.
        token = os.urandom(16).hex()
        text = f"::stop-commands::{token}\n{_harmless(text, colour=False)}::{token}::\n"
    elif sys.stdout.isatty():
        text = _harmless(text, colour=colour_for(sys.stdout))
    sys.stdout.write(text)


def summarise_job(found: Diagnostics) -> None:
    """Add a table to the summary of GitHub's job, where there is one."""
    if target := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            with Path(target).open("a", encoding="utf-8") as stream:
                stream.write(f"{reports.markdown(found)}\n")
        except OSError as error:
            print(f"qbank: the job summary cannot be written: {error.strerror}", file=sys.stderr)


def _ended(text: str) -> str:
    return f"{text}\n" if text else ""


def _harmless(text: str, *, colour: bool) -> str:
    from qbank.reports.paint import coloured

    kinds = {"-": "removed", "+": "added", "@": "help"}
    lines = (reports.visible(line) for line in text.split("\n")[:-1])
    return "".join(f"{coloured(kinds.get(line[:1], ''), line) if colour else line}\n" for line in lines)


def _prefix(root: Path) -> str:
    """The project's folder in the repository that GitHub has checked out."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if not workspace:
        return ""
    top = Path(workspace).resolve()
    return f"{root.relative_to(top).as_posix()}/" if root != top and root.is_relative_to(top) else ""
