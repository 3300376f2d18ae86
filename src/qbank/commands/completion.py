"""`qbank completion`: what makes a shell complete commands and options."""

from __future__ import annotations

import argparse

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

    print(shtab.complete(options.whole, options.shell))
    return status.CLEAN
