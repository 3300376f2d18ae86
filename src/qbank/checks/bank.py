"""What can be wrong with the bank as a whole: its names and what refers to them."""

from __future__ import annotations

from collections.abc import Iterator

from qbank.bank import VOCABULARIES, Bank, Vocabulary
from qbank.diagnostics import Finding, suggest
from qbank.model import walk
from qbank.rules import check
from qbank.source import Place, Source
from qbank.values import Refers

GROUP_WORDS = frozenset(
    (
        *("faang", "maang", "mamaa", "big-tech", "bigtech", "startup", "startups", "fintech", "unicorns"),
        *("various", "many", "several", "multiple", "all", "any", "most", "none", "other", "others"),
    )
)
"""Words that stand for no company; and any phrase with `companies` in it does not either."""


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
            yield Finding(
                f"id `{question.id}` is already taken",
                question.at("title"),
                "Rename one of the two files.",
                ((other.at("title"), "first used here"),),
            )


@check("QB302", Bank)
def unknown_company(bank: Bank) -> Iterator[Finding]:
    """A sighting names a company that `companies.yml` does not list.

    One list keeps one company from having three pages under three spellings.

    Bad: `company: googel`
    Good: `company: google`
    """
    yield from (finding for word, finding in _unlisted(bank, "companies") if not _is_group(word))


@check("QB303", Bank)
def unknown_topic(bank: Bank) -> Iterator[Finding]:
    """A question stands in a folder that `topics.yml` does not list.

    Bad: `questions/evalution/roc-auc.yml`
    Good: `questions/evaluation/roc-auc.yml`
    """
    if _is_missing(bank.topics):
        return
    known = {entry.id for entry in bank.topics.entries}
    for question in bank.questions:
        parts = question.topic.split("/")
        for level in ("/".join(parts[: count + 1]) for count in range(len(parts))):
            if level not in known:
                yield Finding(
                    f"the folder `{level}` is not a topic",
                    Place(question.at().source),
                    f"List it in `topics.yml`, or move the file. {suggest(level, known)}",
                )
                break


@check("QB304", Bank)
def unknown_role(bank: Bank) -> Iterator[Finding]:
    """A role is not listed in `roles.yml`.

    Bad: `roles: [data-scientits]`
    Good: `roles: [data-scientist]`
    """
    yield from (finding for _, finding in _unlisted(bank, "roles"))


@check("QB305", Bank)
def unknown_round(bank: Bank) -> Iterator[Finding]:
    """A round is not listed in `rounds.yml`.

    Bad: `round: phone`
    Good: `round: phone-screen`
    """
    yield from (finding for _, finding in _unlisted(bank, "rounds"))


@check("QB306", Bank)
def unknown_source(bank: Bank) -> Iterator[Finding]:
    """A sighting's source is not listed in `sources.yml`.

    A source that nobody can look up is no source.

    Bad: `source: a-friend`
    Good: `source: codemia`
    """
    yield from (finding for _, finding in _unlisted(bank, "sources"))


@check("QB307", Bank)
def unknown_question(bank: Bank) -> Iterator[Finding]:
    """A question refers to a question that the bank does not have.

    Bad: `related: [roc-acu]`
    Good: `related: [roc-auc]`
    """
    for question in bank.questions:
        for path, marker, text in walk(question):
            if isinstance(marker, Refers) and marker.to == "questions" and text not in bank.by_id:
                yield Finding(f"there is no question `{text}`", question.at(*path), suggest(text, bank.by_id))


@check("QB308", Bank)
def group_as_company(bank: Bank) -> Iterator[Finding]:
    """A sighting names a group of companies.

    "FAANG" asked nothing; one of its members did, and a page for the group would claim what nobody saw.

    Bad: `company: FAANG`
    Good: `company: google`
    """
    for word, finding in _unlisted(bank, "companies"):
        if _is_group(word):
            yield Finding(
                f"`{word}` is a group, not a company",
                finding.at,
                "Name the company that asked, or leave the sighting out.",
            )


@check("QB309", Bank)
def duplicate_vocabulary_name(bank: Bank) -> Iterator[Finding]:
    """Two entries of a vocabulary share an id, a name or an alias.

    What a question means by the word would depend on the order of the file.

    Bad: `aliases: [Facebook]` under two companies
    Good: under one
    """
    for kind in VOCABULARIES:
        first: dict[str, tuple[object, Place]] = {}
        for entry in bank.vocabulary(kind).entries:
            own = {entry.id.casefold(): ("id",), entry.name.casefold(): ("name",)} | {
                alias.casefold(): ("aliases", index) for index, alias in enumerate(entry.aliases)
            }
            for word, path in own.items():
                other, place = first.setdefault(word, (entry, entry.at(*path)))
                if other is not entry:
                    yield Finding(
                        f"`{entry.at(*path).text}` is already taken in {kind}",
                        entry.at(*path),
                        "Give it to one entry only.",
                        ((place, "first used here"),),
                    )


@check("QB310", Bank)
def unknown_parent(bank: Bank) -> Iterator[Finding]:
    """A company's parent is not listed, or is a unit itself.

    Sightings are counted on the company's own page and on its parent's; longer chains would count them out of sight.

    Bad: `parent: alphabet` without an entry for it
    Good: `parent: google`
    """
    for company in bank.companies.entries:
        if company.parent is None:
            continue
        parent = bank.companies.find(company.parent)
        others = [other.id for other in bank.companies.entries if other.parent is None and other is not company]
        if parent is None or parent is company or parent.id != company.parent:
            yield Finding(
                f"there is no company `{company.parent}` to be the parent",
                company.at("parent"),
                suggest(company.parent, others),
            )
        elif parent.parent is not None:
            yield Finding(
                f"`{company.parent}` is itself a unit of `{parent.parent}`",
                company.at("parent"),
                f"Write `parent: {parent.parent}`.",
            )


@check("QB311", Bank)
def missing_vocabulary(bank: Bank) -> Iterator[Finding]:
    """Questions refer to a vocabulary whose file does not exist.

    Bad: sightings in questions, and no `questions/companies.yml`
    Good: `questions/companies.yml` with `- id: google` and `name: Google` below it
    """
    used = {"topics"} if bank.questions else set()
    used |= {marker.to for question in bank.questions for _, marker, _ in walk(question) if isinstance(marker, Refers)}
    for kind in sorted(used & set(VOCABULARIES)):
        if _is_missing(bank.vocabulary(kind)):
            source = Source(f"questions/{kind}.yml", "")
            yield Finding(
                f"questions refer to {kind}, and this file does not exist",
                Place(source),
                "Create it with a list of entries: `- id: …` and `name: …` below it.",
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
    owners = {question.id: question.at("title") for question in reversed(bank.questions)}
    for question in bank.questions:
        for index, old in enumerate(question.formerly):
            place = question.at("formerly", index)
            other = owners.setdefault(old, place)
            if other != place:
                yield Finding(
                    f"`{old}` is in use",
                    place,
                    "Remove it here, or rename the question that has it now.",
                    ((other, "used here"),),
                )


def _unlisted(bank: Bank, kind: str) -> Iterator[tuple[str, Finding]]:
    """Words of questions that a vocabulary does not list; silent when its file is missing, which is one finding, not many."""
    vocabulary = bank.vocabulary(kind)
    if _is_missing(vocabulary):
        return
    for question in bank.questions:
        for path, marker, text in walk(question):
            if isinstance(marker, Refers) and marker.to == kind and vocabulary.find(text) is None:
                names = [word for entry in vocabulary.entries for word in (entry.id, *entry.aliases)]
                help = f"{suggest(text, names)} A new one is listed in `{kind}.yml` first."
                yield text, Finding(f"`{text}` is not listed in `{kind}.yml`", question.at(*path), help)


def _is_missing(vocabulary: Vocabulary) -> bool:
    return vocabulary.source is None


def _is_group(word: str) -> bool:
    words = word.casefold().replace("-", " ").split()
    return "companies" in words or "-".join(words) in GROUP_WORDS
