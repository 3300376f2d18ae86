"""`qbank rule`: the manual of the checks."""

from __future__ import annotations

import argparse

from qbank import project
from qbank.commands import status
from qbank.diagnostics import suggest
from qbank.registry import RULES
from qbank.rules import Rule


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "rule",
        help="explain a rule of the check",
        description="Explain what a rule looks for and why, with a bad and a good example; without one, list all rules.",
        epilog=status.EXPLAINED,
    )
    parser.add_argument(
        "rule", nargs="?", metavar="RULE", help="a code such as QB302, or a name such as unknown-company"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.rule is None:
        for rule in sorted(RULES.values(), key=lambda rule: rule.code):
            print(f"{rule.code}  {rule.severity.value:<7}  {rule.name}")
        return status.CLEAN
    print(_manual(_named(options.rule)))
    return status.CLEAN


def _named(word: str) -> Rule:
    for rule in RULES.values():
        if word.upper() == rule.code or word.lower() == rule.name:
            return rule
    known = RULES if word.upper().startswith("QB") else [rule.name for rule in RULES.values()]
    raise project.ConfigurationError(f"there is no rule `{word}`. {suggest(word, known)}")


def _manual(rule: Rule) -> str:
    heading = f"{rule.code} {rule.name} ({rule.severity.value})"
    ignored = (
        f"\n\nTo do without it, in questions/bank.yml:\n\n  ignore:\n    - rule: {rule.name}\n      reason: …"
        if rule.can_be_ignored
        else ""
    )
    return f"{heading}\n{'=' * len(heading)}\n\n{rule.manual}{ignored}"
