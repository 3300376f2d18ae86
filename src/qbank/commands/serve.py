"""`qbank serve`: the preview."""

from __future__ import annotations

import argparse

from qbank.commands import logs, status


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "serve",
        help="preview the site, rebuilt on every change",
        description="Serve a preview of the site, drafts included. It is rebuilt whenever a question, a vocabulary or a template changes; while the bank has errors, the last good site stays.",
    )
    parser.add_argument("-f", "--config-file", metavar="FILE", help="the MkDocs configuration (default: mkdocs.yml)")
    parser.add_argument(
        "-a",
        "--address",
        metavar="HOST:PORT",
        help="where to listen (default: as mkdocs.yml says, else localhost:8000)",
    )
    parser.add_argument("-o", "--open", action="store_true", help="open the preview in a browser")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from qbank import host

    logs.start()
    host.serve(options.config_file, address=options.address, open_browser=options.open)
    return status.CLEAN
