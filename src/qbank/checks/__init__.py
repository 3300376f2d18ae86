"""The checks, one module per subject; importing this package registers them all."""

from qbank.checks import bank, pages, question

__all__ = ["bank", "pages", "question"]
