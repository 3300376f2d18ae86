"""`qbank schema`: what editors complete and check by."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from qbank import forms, project
from qbank.bank import Bank
from qbank.commands import status
from qbank.new import SCHEMA_FILE
from qbank.pipeline import examine
from qbank.schema import question_schema

FORMS = ".github/ISSUE_TEMPLATE"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "schema",
        help="print the JSON Schema of a question file",
        description="Print the JSON Schema of a question file, with the bank's companies, roles, tags and so on as suggestions.",
        epilog=f"{status.EXPLAINED} With --check, 1 says that the file is out of step.",
    )
    parser.add_argument("--write", action="store_true", help=f"write it to {project.QUESTIONS}/{SCHEMA_FILE} instead")
    parser.add_argument("--check", action="store_true", help="only say whether that file is in step")
    parser.add_argument("--forms", action="store_true", help=f"the same for the issue forms in {FORMS}/")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    root = project.find_root(Path())
    bank = examine(project.read_files(root)).bank
    if options.forms:
        return _forms(root, bank, options)
    text = json.dumps(question_schema(bank), indent=2, ensure_ascii=False) + "\n"
    target = root / project.QUESTIONS / SCHEMA_FILE
    if options.check:
        if target.is_file() and target.read_text("utf-8") == text:
            return status.CLEAN
        print(f"{project.QUESTIONS}/{SCHEMA_FILE} is out of step; run `qbank schema --write`")
        return status.FINDINGS
    if options.write:
        project.write_file(root, f"{project.QUESTIONS}/{SCHEMA_FILE}", text)
        print(f"Wrote {project.QUESTIONS}/{SCHEMA_FILE}")
    else:
        print(text, end="")
    return status.CLEAN


def _forms(root: Path, bank: Bank, options: argparse.Namespace) -> int:
    """Print, write or compare the forms."""
    outdated = False
    for form in forms.forms(bank):
        name, text = f"{FORMS}/{form.name}.yml", forms.written(form)
        if options.check:
            if not (root / name).is_file() or (root / name).read_text("utf-8") != text:
                print(f"{name} is out of step; run `qbank schema --forms --write`")
                outdated = True
        elif options.write:
            (root / FORMS).mkdir(parents=True, exist_ok=True)
            project.write_file(root, name, text)
            print(f"Wrote {name}")
        else:
            print(text)
    return status.FINDINGS if outdated else status.CLEAN
