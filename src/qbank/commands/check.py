"""`qbank check`: every mistake at its place, and the fixes that need nobody."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qbank import checkcache, project, reports, repository, selection
from qbank.commands import output, progress, status
from qbank.diagnostics import Diagnostic, has_errors
from qbank.files import Files

if TYPE_CHECKING:
    from qbank import fixes
    from qbank.bank import Bank
    from qbank.execution import Result

# The pipeline and all that it imports take a quarter of a second, which a bank that has not changed need not wait for:
# it is imported where it is needed.

STDIN = "-"
_DESCRIPTION = """\
Read every file of the bank and report each mistake with its place and what to write instead.

The whole bank is read whatever PATH says, since files refer to each other; PATH, --changed-since,
--select and --ignore choose what is reported and fixed."""
_EPILOG = f"""\
{status.EXPLAINED} Warnings are reported but
leave the status 0 unless --strict is given; with --diff the status is 1 when something would change.

NO_COLOR and FORCE_COLOR forbid and demand colours. In GitHub Actions, without --output-format,
annotations and a job summary are written besides the full report."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "check",
        help="report every mistake in the bank at its line",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files and folders to report on, or the project's folder (default: the project around this folder); - reads one file from standard input",
    )
    parser.add_argument("--stdin-filename", metavar="FILE", help="what file standard input stands for, with -")
    parser.add_argument(
        "--changed-since",
        metavar="REF",
        help="only what concerns files changed since git's REF, or is due to their change",
    )
    for option, what in (("--select", "report only these rules"), ("--ignore", "do not report these rules")):
        help = f"{what}: codes, beginnings of codes such as QB2, or names, separated by commas"
        parser.add_argument(option, action="append", metavar="RULES", help=help)
    parser.add_argument(
        "--run",
        dest="run_code",
        action="store_true",
        help="also run the code of answers that has an output fence; with --fix, write what it prints",
    )
    parser.add_argument(
        "--jobs", type=_jobs, metavar="N", help="how many processes check a large bank (default: one per processor)"
    )
    parser.add_argument("--no-cache", action="store_true", help="neither use nor keep what was found before")
    parser.add_argument("--strict", action="store_true", help="let warnings fail the check too")
    fixing = parser.add_argument_group("fixes")
    fixing.add_argument("--fix", action="store_true", help="make the fixes that cannot change what a question says")
    fixing.add_argument("--unsafe-fixes", action="store_true", help="with --fix or --diff, make the others too")
    fixing.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing")
    reporting = parser.add_argument_group("reports")
    reporting.add_argument(
        "--output-format",
        action="append",
        type=output.requested,
        metavar="FORMAT[:FILE]",
        help=f"how, and where to, the report is written (default: full): {', '.join(reports.FORMATS)}; may be given several times",
    )
    reporting.add_argument("--statistics", action="store_true", help="count the findings of each rule instead")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    _refuse_contradictions(options)
    scope = _scope(options)
    files = (checkcache if _remembers(options) else project).read_files(scope.root)
    given = sys.stdin.buffer.read() if STDIN in options.paths else b""
    if STDIN in options.paths:
        files = project.with_file(files, scope.paths[0], given)
    narrow = _narrowing(options, scope)
    today = project.today()

    diagnosed = _diagnosing(options, scope, today)
    results: dict[tuple[str, ...], Result] = {}

    def check(files: Files) -> tuple[Diagnostic, ...]:
        if not options.run_code:
            return diagnosed(files)
        from qbank.pipeline import examine
        from qbank.programs import RUN

        not_run = RUN if scope.paths else frozenset()
        run_code = partial(_run_code, scope=scope, results=results)
        return examine(files, today=today, run_code=run_code, not_run=not_run).diagnostics

    with progress.shown(f"Checking {len(files.questions):,} questions"):
        if not (options.fix or options.diff):
            fixed, left = None, check(files)
        else:
            fixed = _fixed(options, scope, files, check, narrow)
            left = fixed.left
    if options.diff and fixed:
        from qbank import fixes

        output.patch(fixes.diff(fixed.changed))
        _tell(fixed, "Would fix")
        return status.FINDINGS if fixed.changed else status.CLEAN
    found = narrow(left)
    if fixed:
        if STDIN in options.paths:
            _pass_on(scope.paths[0], fixed, given)
        else:
            _write(scope, fixed)
        _tell(fixed, "Fixed")
    _report(options, scope, found, files)
    return status.FINDINGS if has_errors(found) or (options.strict and found) else status.CLEAN


def _jobs(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _remembers(options: argparse.Namespace) -> bool:
    """Whether what is found is kept: not what is not in the files, or not yet, which would drive out of the cache what is, nor what code does."""
    return not (options.no_cache or options.run_code or STDIN in options.paths or options.fix or options.diff)


def _diagnosing(options: argparse.Namespace, scope: _Scope, today: str) -> Callable[[Files], tuple[Diagnostic, ...]]:
    """What finds all that is wrong with files, with the help of what is known from before."""
    jobs = options.jobs or project.processors()
    if _remembers(options):
        return lambda files: checkcache.judged(scope.root, files, today, jobs=jobs)
    known = None if options.no_cache else checkcache.CheckCache(scope.root / project.CACHE / checkcache.FOLDER)

    def made(files: Files) -> tuple[Diagnostic, ...]:
        from qbank.pipeline import diagnose

        return diagnose(files, today=today, known=known, jobs=jobs)

    return made


def _run_code(bank: Bank, scope: _Scope, results: dict[tuple[str, ...], Result]) -> Iterator[Diagnostic]:
    """What the code of the reported questions does wrong; `results` keeps what has run, for the passes of `--fix`."""
    from qbank.execution import execute
    from qbank.programs import judge, programs

    wanted = [question for question in bank.questions if selection.is_below(question.path, scope.paths)]
    found = [program for question in wanted for program in programs(question)]
    results.update((program.key, result) for program, result in execute(p for p in found if p.key not in results))
    for program in found:
        yield from judge(program, results[program.key])


class _Scope(NamedTuple):
    """The project, and the files and folders in it that are reported on; all when there are none."""

    root: Path
    paths: tuple[str, ...] = ()


def _refuse_contradictions(options: argparse.Namespace) -> None:
    def refuse(message: str) -> None:
        raise project.ConfigurationError(message)

    if STDIN in options.paths and len(options.paths) > 1:
        refuse("`-` stands for the one file to report on; leave the other paths out.")
    if STDIN in options.paths and not options.stdin_filename:
        refuse("`-` needs `--stdin-filename questions/<topic>/<id>.yml`, which decides the question's id and topic.")
    if options.stdin_filename and STDIN not in options.paths:
        refuse("`--stdin-filename` is for `-`, which reads the file from standard input.")
    if options.unsafe_fixes and not (options.fix or options.diff):
        refuse("`--unsafe-fixes` needs `--fix` or `--diff`.")
    if options.diff and (options.output_format or options.statistics):
        refuse("`--diff` prints a patch and nothing else; leave `--output-format` and `--statistics` out.")
    targets = [wanted.file for wanted in options.output_format or () if wanted.file]
    for target in targets:
        if targets.count(target) > 1:
            refuse(f"two formats would be written to `{target}`.")


def _scope(options: argparse.Namespace) -> _Scope:
    """The project that the paths lie in, and the paths from there."""
    if STDIN in options.paths:
        name = Path(options.stdin_filename)
        root = project.find_root(name.parent if name.is_absolute() else Path())
        return _Scope(root, (project.name_in(root, name),))
    if not options.paths:
        return _Scope(project.find_root(Path()))
    for path in options.paths:
        if not os.path.lexists(path):
            raise project.ConfigurationError(f"there is no file or folder `{path}`.")
    first = Path(options.paths[0])
    root = project.find_root(first if first.is_dir() else first.parent)
    names = [project.name_in(root, Path(path)) for path in options.paths]
    # The project's folder itself stands for everything.
    return _Scope(root, () if "." in names else tuple(names))


def _narrowing(options: argparse.Namespace, scope: _Scope) -> Callable[[Iterable[Diagnostic]], tuple[Diagnostic, ...]]:
    """What keeps the diagnostics that were asked for."""
    if options.select or options.ignore:
        import qbank.registry  # noqa: F401 - which rules there are to choose from
    try:
        select = selection.codes(options.select) if options.select else None
        ignore = selection.codes(options.ignore or ())
    except selection.UnknownSelector as error:
        raise project.ConfigurationError(str(error)) from error
    changed = repository.changed_since(scope.root, options.changed_since) if options.changed_since else None

    removed = frozenset(name for name in changed or () if _is_of_the_bank(name) and not (scope.root / name).exists())

    def narrow(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        found = selection.by_rule(selection.below(diagnostics, scope.paths), select=select, ignore=ignore)
        return found if changed is None else selection.touching(found, changed, removed)

    return narrow


def _is_of_the_bank(name: str) -> bool:
    return name.startswith(f"{project.QUESTIONS}/") and name.endswith(".yml")


def _fixed(
    options: argparse.Namespace,
    scope: _Scope,
    files: Files,
    check: fixes.Check,
    narrow: Callable[[Iterable[Diagnostic]], tuple[Diagnostic, ...]],
) -> fixes.Fixed:
    from qbank import fixes

    links = {source.path for source in files.sources if project.is_link(scope.root, source.path)}

    def wanted(diagnostic: Diagnostic) -> bool:
        edit = diagnostic.edit
        is_allowed = edit is not None and (edit.safe or options.unsafe_fixes)
        return is_allowed and diagnostic.at.path not in links and bool(narrow((diagnostic,)))

    return fixes.fix(files, check, wanted)


def _pass_on(name: str, fixed: fixes.Fixed, given: bytes) -> None:
    """Write the file that came from standard input to standard output, fixed if it changed."""
    from qbank import fixes

    changed = {after.path: fixes.written(after).encode("utf-8") for _, after in fixed.changed}
    sys.stdout.buffer.write(changed.get(name, given))


def _write(scope: _Scope, fixed: fixes.Fixed) -> None:
    from qbank import fixes

    for _, after in fixed.changed:
        project.write_file(scope.root, after.path, fixes.written(after))


def _tell(fixed: fixes.Fixed, verb: str) -> None:
    """Say on standard error what was fixed, by file and rule."""
    by_path: dict[str, Counter[str]] = {}
    for diagnostic in fixed.made:
        by_path.setdefault(diagnostic.at.path, Counter())[f"{diagnostic.code} {diagnostic.rule}"] += 1
    lines = []
    if by_path:
        number = len(fixed.made)
        lines.append(f"{verb} {number:,} problem{'' if number == 1 else 's'}:")
    lines += [
        f"  {path}: {', '.join(f'{number} x {rule}' for rule, number in sorted(rules.items()))}"
        for path, rules in sorted(by_path.items())
    ]
    lines += [
        f"  {path}: some fixes did not lead to a file that can be read, and were left out" for path in fixed.refused
    ]
    for line in lines:
        print(reports.visible(line), file=sys.stderr)


def _site(files: Files) -> str:
    """The address of the bank's site, where its settings say it."""
    from qbank.parse import parse_settings

    settings = parse_settings(files.settings)[0] if files.settings else None
    return (settings.url if settings else None) or ""


def _report(options: argparse.Namespace, scope: _Scope, found: tuple[Diagnostic, ...], files: Files) -> None:
    # With `-` and `--fix`, standard output is for the file.
    stream = sys.stderr if STDIN in options.paths and options.fix else sys.stdout
    wanted = options.output_format or [output.Output("full")]
    if output.in_github_actions() and not options.output_format:
        wanted.append(output.Output(reports.GITHUB))
        output.summarise_job(found)
    site = _site(files) if any(each.format in reports.WITH_ADDRESSES for each in wanted) else ""
    for each in wanted:
        output.written(found, each, stream, scope.root, statistics=options.statistics, site=site)
    if options.statistics and not any(each.file is None and each.format in reports.TEXT_FORMATS for each in wanted):
        print(reports.statistics(found), file=sys.stderr)
