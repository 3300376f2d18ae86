"""What can be wrong with one question, looked at alone."""

from __future__ import annotations

from collections.abc import Iterator

from qbank.diagnostics import Finding, Severity
from qbank.model import Question, walk
from qbank.rules import check
from qbank.values import Status


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
        if text == question.id and getattr(marker, "to", None) == "questions":
            yield Finding(
                f"`{text}` is this very question", question.at(*path), "Name another question, or leave it out."
            )


@check("QB206", Question)
def repeated_sighting(question: Question) -> Iterator[Finding]:
    """The same sighting is listed twice: one company, source, date, role and round.

    It would be counted twice.

    Bad: `- company: google` with `source: codemia`, two times
    Good: once, or twice with different dates
    """
    first: dict[object, int] = {}
    for index, sighting in enumerate(question.companies):
        other = first.setdefault(sighting, index)
        if other != index:
            related = ((question.at("companies", other), "first listed here"),)
            yield Finding(
                "the same sighting is listed twice",
                question.at("companies", index),
                "Keep one, or give the dates that tell them apart.",
                related,
            )
