"""The command line: finds the command, runs it, exits."""

from __future__ import annotations

import argparse
import errno
import gc
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from qbank import __version__, project
from qbank.commands import status

COMMANDS = ("check", "fmt", "new", "build", "serve", "rule", "schema", "stats", "completion")
"""The modules of `commands`, in the order in which `--help` lists them; each has `add` and `run`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status is 0 clean, 1 findings, 2 wrong use or configuration, 3 internal error."""
    for name in ("stdout", "stderr"):
        if (stream := getattr(sys, name)) is None:  # closed by who runs us
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a report must not fail on a terminal that lacks a letter
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser(*arguments[:1]).parse_args(arguments)
    try:
        result = options.run(options)
        sys.stdout.flush()
    except project.ConfigurationError as error:
        print(f"qbank: {error}", file=sys.stderr)
        return status.MISUSE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Who was reading has seen enough; Python would complain once more when it closes the pipe.
        _write_no_more()
        return status.CLEAN
    except SystemExit as stop:
        # MkDocs' own way out carries its message and status.
        if message := getattr(stop, "message", ""):
            print(message, file=sys.stderr)
        return stop.code if isinstance(stop.code, int) else status.CLEAN if stop.code is None else status.MISUSE
    except MemoryError:
        print("qbank: there is not enough memory; nothing was replaced", file=sys.stderr)
        return status.INTERNAL
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            print(f"qbank: {error.strerror}", file=sys.stderr)
            _write_no_more()
            return status.MISUSE
        import traceback

        traceback.print_exc()
        print("qbank: internal error; please report it with the lines above", file=sys.stderr)
        return status.INTERNAL
    return result


def _write_no_more() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser(wanted: str = "") -> argparse.ArgumentParser:
    """The parser of all commands, or of the wanted one: what the others import would take longer than a check."""
    parser = argparse.ArgumentParser(
        prog="qbank",
        description="Turn a folder of question files into a site to prepare for interviews with.",
        epilog=status.EXPLAINED,
    )
    parser.add_argument("--version", action="version", version=f"qbank {__version__}")
    parser.set_defaults(whole=parser)  # for the command that describes all others to a shell
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=parser.prog)
    for name in (wanted,) if wanted in COMMANDS and wanted != "completion" else COMMANDS:
        import_module(f"qbank.commands.{name}").add(commands)
    return parser


def process() -> NoReturn:
    """What the command `qbank` runs: `main` in a process of its own, which ends with it."""
    result = main()
    gc.freeze()  # so that Python, as it ends, does not look for garbage among all that was read of a bank
    sys.exit(result)


if __name__ == "__main__":
    process()
