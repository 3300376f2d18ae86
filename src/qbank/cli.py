"""The command line: finds the command, runs it, exits."""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence

from qbank import __version__, project
from qbank.commands import build, check, completion, fmt, new, rule, schema, serve, stats, status

COMMANDS = (check, fmt, new, build, serve, rule, schema, stats, completion)
"""In the order in which `--help` lists them; each has `add` and `run`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status is 0 clean, 1 findings, 2 wrong use or configuration, 3 internal error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a report must not fail on a terminal that lacks a letter
    options = _parser().parse_args(arguments)
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
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return status.CLEAN
    except SystemExit as stop:
        # MkDocs' own way out carries its message and status.
        if message := getattr(stop, "message", ""):
            print(message, file=sys.stderr)
        return stop.code if isinstance(stop.code, int) else status.CLEAN if stop.code is None else status.MISUSE
    except Exception:
        traceback.print_exc()
        print("qbank: internal error; please report it with the lines above", file=sys.stderr)
        return status.INTERNAL
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="qbank",
        description="Turn a folder of question files into a site to prepare for interviews with.",
        epilog=status.EXPLAINED,
    )
    parser.add_argument("--version", action="version", version=f"qbank {__version__}")
    parser.set_defaults(whole=parser)  # for the command that describes all others to a shell
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
