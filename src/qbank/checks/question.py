"""What can be wrong with one question, looked at alone."""

from __future__ import annotations

from collections.abc import Iterator

from qbank.diagnostics import Finding, Severity
from qbank.fragments import problems
from qbank.model import Question, walk
from qbank.rules import check
from qbank.values import Markdown, Status


@check("QB201", Question)
def unconvertible_math(question: Question) -> Iterator[Finding]:
    r"""A formula cannot be converted to MathML.

    Readers would see its source instead of the formula.

    Bad: `$\frac{a}{b$`
    Good: `$\frac{a}{b}$`
    """
    for path, marker, text in walk(question):
        if isinstance(marker, Markdown):
            for problem in problems(text):
                formula = " ".join(text[problem.start : problem.end].split())
                shown = f": `{formula[:60]}`" if formula else ""
                yield Finding(
                    f"math cannot be converted: {problem.message}{shown}",
                    question.at(*path),
                    "Check the braces and the commands between the `$` signs.",
                )


@check("QB202", Question, Severity.WARNING)
def unsourced_sighting(question: Question) -> Iterator[Finding]:
    """A company is named without a source.

    The page shows it as unsourced and no count includes it, since nobody can trace the claim.

    Bad: `companies: [google]`
    Good: `companies: [{company: google, source: codemia}]`
    """
    for index, sighting in enumerate(question.companies):
        if sighting.source is None:
            yield Finding(
                f"no source says that `{sighting.company}` asked this",
                question.at("companies", index),
                "Add `source:` with an id of `sources.yml`.",
            )


@check("QB203", Question)
def retired_without_replacement(question: Question) -> Iterator[Finding]:
    """A retired question does not say which question replaces it.

    Its address is in people's bookmarks; they need to be led on.

    Bad: `status: retired` alone
    Good: `status: retired` and `replaced_by: roc-auc`
    """
    if question.status is Status.RETIRED and question.replaced_by is None:
        yield Finding(
            "a retired question needs `replaced_by`",
            question.at("status"),
            "Add `replaced_by:` with the id of the question to read instead.",
        )


@check("QB204", Question)
def reference_to_itself(question: Question) -> Iterator[Finding]:
    """A question names itself as related, as its follow-up or as its replacement.

    Bad: `related: [roc-auc]` in `roc-auc.yml`
    Good: `related: [precision-recall-f1]`
    """
    for path, marker, text in walk(question):
        if getattr(marker, "to", None) == "questions" and text == question.id:
            yield Finding(
                f"`{text}` is this very question", question.at(*path), "Name another question, or leave it out."
            )
