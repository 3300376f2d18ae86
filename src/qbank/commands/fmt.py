"""`qbank fmt`: every file in its one canonical form."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from qbank import fixes, project, selection
from qbank.commands import output, progress, status
from qbank.diagnostics import Diagnostic
from qbank.fmt import NotFormatted, fmt
from qbank.pipeline import Files, examine
from qbank.reports import visible
from qbank.source import Source


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "fmt",
        help="write question files in their canonical form",
        description="Write question files and vocabularies in their one canonical form: keys in order, quotes where they are "
        "needed, ids for aliases. Comments survive, and what a file says is proven unchanged before it is replaced.",
        epilog=f"{status.EXPLAINED} With --check or --diff, 1 says that something would change.",
    )
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="files and folders (default: the whole bank)"
    )
    parser.add_argument("--check", action="store_true", help="name the files that would change, and change nothing")
    parser.add_argument("--diff", action="store_true", help="print what would change, and change nothing")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    root = project.find_root(options.paths[0] if options.paths else Path())
    wanted = tuple(project.name_in(root, path) for path in options.paths)
    files = project.read_files(root)
    changed: list[tuple[Source, Source]] = []
    refused = False
    with progress.shown(f"Formatting {len(files.questions):,} questions"):
        canonical = {source.path: source for source in _with_ids(files).sources}
        for source in files.sources:
            if (
                wanted
                and "." not in wanted
                and not any(source.path == path or source.path.startswith(f"{path}/") for path in wanted)
            ):
                continue
            try:
                text = fmt(canonical[source.path])
            except NotFormatted as reason:
                print(visible(f"{source.path}: {reason}"), file=sys.stderr)
                refused = True
                continue
            if text != source.text or source.has_bom or source.has_crlf:
                changed.append((source, Source(source.path, text)))
    _show(options, root, changed)
    return status.FINDINGS if refused or (changed and (options.check or options.diff)) else status.CLEAN


def _with_ids(files: Files) -> Files:
    """The files with aliases replaced by the ids that they stand for."""

    def check(files: Files) -> tuple[Diagnostic, ...]:
        return examine(files).diagnostics

    aliases = selection.codes(["alias-instead-of-id"])
    return fixes.fix(files, check, lambda diagnostic: diagnostic.edit is not None and diagnostic.code in aliases).files


def _show(options: argparse.Namespace, root: Path, changed: list[tuple[Source, Source]]) -> None:
    for before, after in changed:
        if options.diff:
            lines = difflib.unified_diff(
                before.text.splitlines(keepends=True),
                after.text.splitlines(keepends=True),
                f"a/{before.path}",
                f"b/{after.path}",
            )
            output.patch("".join(lines))
        elif options.check:
            print(visible(f"{before.path} would change"))
        else:
            if project.is_link(root, before.path):
                print(visible(f"{before.path}: a link; the file that it leads to is not changed"), file=sys.stderr)
                continue
            project.write_file(root, before.path, after.text)
            print(visible(f"{before.path} formatted"))
    if not changed and not options.diff:
        print("Everything is in its form.")
