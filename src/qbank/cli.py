"""The command line: reads arguments, calls one function, prints, exits."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from qbank import __version__, project
from qbank.pipeline import examine
from qbank.reports import full

EXIT_CLEAN, EXIT_FINDINGS, EXIT_MISUSE, EXIT_INTERNAL = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status is 0 clean, 1 findings, 2 wrong use or configuration, 3 internal error."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except project.ConfigurationError as error:
        print(f"qbank: {error}", file=sys.stderr)
        return EXIT_MISUSE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return EXIT_CLEAN
    except SystemExit as stop:
        # MkDocs' own way out carries its message and status.
        if message := getattr(stop, "message", ""):
            print(message, file=sys.stderr)
        return stop.code if isinstance(stop.code, int) else EXIT_CLEAN if stop.code is None else EXIT_MISUSE
    except Exception:
        traceback.print_exc()
        print("qbank: internal error; please report it with the lines above", file=sys.stderr)
        return EXIT_INTERNAL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="qbank",
        description="Turn a folder of question files into a site to prepare for interviews with.",
        epilog="Exit status: 0 clean, 1 findings, 2 wrong use or configuration, 3 internal error.",
    )
    parser.add_argument("--version", action="version", version=f"qbank {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    check = commands.add_parser(
        "check",
        help="report every mistake in the bank at its line",
        description="Read every file of the bank and report each mistake with its place and what to write instead.",
    )
    check.add_argument("folder", nargs="?", type=Path, default=Path(), help="a folder of the project (default: here)")
    check.set_defaults(run=_check)

    build = commands.add_parser(
        "build",
        help="build the site",
        description="Check the bank and build its site. The new site is made beside the old one and takes its place when it is complete.",
    )
    build.add_argument("-f", "--config-file", metavar="FILE", help="the MkDocs configuration (default: mkdocs.yml)")
    build.add_argument("-d", "--site-dir", metavar="FOLDER", help="where the site goes (default: as mkdocs.yml says)")
    build.add_argument("-s", "--strict", action="store_true", help="let warnings stop the build too")
    build.set_defaults(run=_build)

    serve = commands.add_parser(
        "serve",
        help="preview the site, rebuilt on every change",
        description="Serve a preview of the site, drafts included. It is rebuilt whenever a question, a vocabulary or a template changes; while the bank has errors, the last good site stays.",
    )
    serve.add_argument("-f", "--config-file", metavar="FILE", help="the MkDocs configuration (default: mkdocs.yml)")
    serve.add_argument(
        "-a",
        "--address",
        metavar="HOST:PORT",
        help="where to listen (default: as mkdocs.yml says, else localhost:8000)",
    )
    serve.add_argument("-o", "--open", action="store_true", help="open the preview in a browser")
    serve.set_defaults(run=_serve)
    return parser


def _check(options: argparse.Namespace) -> int:
    examined = examine(project.read_files(project.find_root(options.folder)), today=project.today())
    print(full(examined.diagnostics))
    return EXIT_FINDINGS if examined.diagnostics else EXIT_CLEAN


# MkDocs takes a quarter of a second to import, which `check` and `--help` need not wait for.


def _build(options: argparse.Namespace) -> int:
    from qbank import plugin

    _start_logging()
    target = plugin.build(options.config_file, strict=options.strict, site_dir=options.site_dir)
    pages = sum(1 for _ in target.rglob("*.html"))
    print(f"Built {pages} pages in {_shown(target)}")
    return EXIT_CLEAN


def _serve(options: argparse.Namespace) -> int:
    from qbank import plugin

    _start_logging()
    plugin.serve(options.config_file, address=options.address, open_browser=options.open)
    return EXIT_CLEAN


def _start_logging() -> None:
    import logging

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)-7s %(message)s"))
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if sys.stderr.isatty() else logging.WARNING)


def _shown(path: Path) -> str:
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()


if __name__ == "__main__":
    sys.exit(main())
