"""The checks, one module per subject; importing this package registers them all."""

from qbank.checks import bank, document, file, likeness, pages, question, references, text, vocabulary

__all__ = ["bank", "document", "file", "likeness", "pages", "question", "references", "text", "vocabulary"]
