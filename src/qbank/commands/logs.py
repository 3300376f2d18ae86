"""MkDocs' log on the terminal."""

from __future__ import annotations

import logging
import sys


def start() -> None:
    """Show warnings, and on a terminal also what is being done."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)-7s %(message)s"))
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if sys.stderr.isatty() else logging.WARNING)
