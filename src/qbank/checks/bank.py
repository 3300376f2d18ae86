"""What can be wrong with the bank as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from qbank.bank import Bank
from qbank.brief import Brief
from qbank.diagnostics import Finding
from qbank.rules import check
from qbank.source import Place, Source
from qbank.values import Status


@check("QB301", Bank)
def duplicate_id(bank: Bank) -> Iterator[Finding]:
    """Two questions share an id.

    The id is the address, the key of a reader's progress and of exports; two files with one name in different
    folders would overwrite each other.

    Bad: `evaluation/roc-auc.yml` and `metrics/roc-auc.yml`
    Good: `evaluation/roc-auc.yml` and `metrics/roc-auc-multiclass.yml`
    """
    first = {}
    for question in bank.questions:
        other = first.setdefault(question.id, question)
        if other is not question:
            related = ((other.at("title"), "first used here"),)
            yield Finding(
                f"id `{question.id}` is already taken", question.at("title"), "Rename one of the two files.", related
            )


@check("QB312", Bank)
def empty_bank(bank: Bank) -> Iterator[Finding]:
    """The bank has no questions.

    Bad: `questions/` with vocabularies only
    Good: `questions/evaluation/roc-auc.yml`
    """
    if not bank.questions:
        yield Finding(
            "the bank has no questions",
            Place(Source("questions", "")),
            "Add a first one, such as `questions/evaluation/roc-auc.yml`.",
        )


@check("QB313", Bank)
def id_formerly_used(bank: Bank) -> Iterator[Finding]:
    """An id was the former id of another question.

    Ids are never used again: the old address redirects, and people's progress is stored under it.

    Bad: `formerly: [roc-auc]` while `roc-auc.yml` exists
    Good: `formerly: [receiver-operating-characteristic]`
    """
    owners: dict[str, tuple[Brief, tuple[str | int, ...]]] = {
        question.id: (question, ("title",)) for question in reversed(bank.questions)
    }
    for question in bank.questions:
        for index, old in enumerate(question.formerly):
            own = (question, ("formerly", index))
            other, path = owners.setdefault(old, own)
            if (other, path) != own:
                yield Finding(
                    f"`{old}` is in use",
                    question.at("formerly", index),
                    "Remove it here, or rename the question that has it now.",
                    ((other.at(*path), "used here"),),
                )


@check("QB316", Bank)
def retired_replacement(bank: Bank) -> Iterator[Finding]:
    """A retired question is replaced by one that is retired too, perhaps in a circle.

    Readers who follow the link would never arrive.

    Bad: `replaced_by: b` in `a.yml` and `replaced_by: a` in `b.yml`
    Good: both replaced by a question that is published
    """
    for question in bank.questions:
        target = bank.by_id.get(question.replaced_by or "")
        if question.status is Status.RETIRED and target and target is not question and target.status is Status.RETIRED:
            yield Finding(
                f"`{target.id}` is retired too",
                question.at("replaced_by"),
                "Name a question that is published.",
                ((target.at("status"), "retired here"),),
            )


@check("QB111", Bank)
def future_date(bank: Bank) -> Iterator[Finding]:
    """A sighting or a source is dated in the future.

    Bad: `seen: 2062-05`
    Good: `seen: 2026-05`
    """

    def is_ahead(date: str | None) -> bool:
        return bool(date and bank.today) and date > bank.today[: len(date)]

    dated = [
        (source.retrieved, source.at("retrieved")) for source in bank.sources.entries if is_ahead(source.retrieved)
    ]
    for question in bank.questions:
        if any(map(is_ahead, question.seen)) and question.question:
            sightings = enumerate(question.question.companies)
            dated += [(sighting.seen, question.at("companies", index, "seen")) for index, sighting in sightings]
    for date, place in dated:
        if is_ahead(date):
            yield Finding(f"`{date}` lies in the future", place, "Write the date on which it happened.")
