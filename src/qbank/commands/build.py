"""`qbank build`: the site."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from qbank.commands import logs, status


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "build",
        help="build the site",
        description="Check the bank and build its site. The new site is made beside the old one and takes its place when it is complete; when nothing has changed since, the old one stays.",
    )
    parser.add_argument("-f", "--config-file", metavar="FILE", help="the MkDocs configuration (default: mkdocs.yml)")
    parser.add_argument("-d", "--site-dir", metavar="FOLDER", help="where the site goes (default: as mkdocs.yml says)")
    parser.add_argument("-s", "--strict", action="store_true", help="let warnings stop the build too")
    parser.add_argument("--force", action="store_true", help="build also when nothing has changed since")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from qbank import builds

    logs.start()
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, lambda number, _: sys.exit(128 + number))  # so that what is half made is put away
    built = builds.build(options.config_file, strict=options.strict, site_dir=options.site_dir, force=options.force)
    shown = _shown(built.folder)
    if built.made is None:
        print(f"Built {built.count} pages in {shown}")
    elif built.made:
        print(f"Built {built.made} of {built.count} pages in {shown}: nothing else has changed since it was built")
    else:
        print(f"Nothing has changed since {shown} was built ({built.count} pages)")
    return status.CLEAN


def _shown(path: Path) -> str:
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()
