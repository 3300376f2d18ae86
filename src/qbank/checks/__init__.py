"""The checks, one module per subject; importing this package registers them all."""

from qbank.checks import bank, code, document, file, leftovers, likeness, pages, question, references, text, vocabulary

__all__ = [
    "bank",
    "code",
    "document",
    "file",
    "leftovers",
    "likeness",
    "pages",
    "question",
    "references",
    "text",
    "vocabulary",
]
