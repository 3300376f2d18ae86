"""`qbank completion`: what makes a shell complete commands and options."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from qbank import reports
from qbank.commands import status

SHELLS = ("bash", "zsh", "tcsh")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "completion",
        help="print the script for a shell's completion",
        description='Print the script that makes a shell complete qbank\'s commands and options. For bash: eval "$(qbank completion bash)".',
        epilog=status.EXPLAINED,
    )
    parser.add_argument("shell", choices=SHELLS, help="the shell that will read it")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    import shtab  # only here: no other command needs it

    for argument in _arguments(options.whole):
        # Where nothing completes an argument, zsh completes no option before it either.
        if argument.metavar in ("PATH", "FILE"):
            argument.complete = shtab.FILE  # type: ignore[attr-defined]
        elif argument.metavar == "FOLDER":
            argument.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif argument.metavar == "FORMAT[:FILE]":  # a colon would end the name for zsh
            argument.metavar, argument.choices = "FORMAT", tuple(reports.FORMATS)
        elif isinstance(argument.metavar, str):
            argument.metavar = argument.metavar.replace(":", " ")
    print(shtab.complete(options.whole, options.shell))
    return status.CLEAN


def _arguments(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """What a parser takes, and the parsers of its commands."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _arguments(command)
        else:
            yield action
