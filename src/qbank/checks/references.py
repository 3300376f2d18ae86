"""What can be wrong with the words by which questions refer to vocabularies and to each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from qbank.bank import VOCABULARIES, Bank, Vocabulary
from qbank.brief import Brief, linked, uses
from qbank.diagnostics import Edit, Finding, Severity, suggest
from qbank.rules import check
from qbank.scalars import piece
from qbank.source import Place, Source, Span

GROUP_WORDS = frozenset(
    "faang maang mamaa big-tech bigtech startup startups fintech unicorns "
    "various many several multiple all any most none other others".split()
)
"""Words that stand for no company; and any phrase with `companies` in it does not either."""


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
                help = f"List it in `topics.yml`, or move the file. {suggest(level, known)}"
                yield Finding(f"the folder `{level}` is not a topic", Place(question.at().source), help)
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

    Both the fields that name questions and links in text, `[text](question:id)`, are looked at.

    Bad: `related: [roc-acu]`
    Good: `related: [roc-auc]`
    """
    for word, questions in uses(bank)["questions"].items():
        if word not in bank.by_id:
            for question in questions:
                yield from (_no_question(word, place, bank) for place in question.places("questions", word))
    for question in bank.questions:
        for word in question.links:
            for path, text in () if word in bank.by_id else question.texts():
                for start, end in linked(text, word):
                    yield _no_question(word, piece(question.at(*path), text, start, end), bank)


def _no_question(word: str, place: Place, bank: Bank) -> Finding:
    return Finding(f"there is no question `{word}`", place, suggest(word, bank.by_id))


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


@check("QB311", Bank)
def missing_vocabulary(bank: Bank) -> Iterator[Finding]:
    """Questions refer to a vocabulary whose file does not exist.

    Bad: sightings in questions, and no `questions/companies.yml`
    Good: `questions/companies.yml` with `- id: google` and `name: Google` below it
    """
    used = {"topics"} if bank.questions else set()
    used |= {kind for kind, words in uses(bank).items() if words and kind in VOCABULARIES}
    for kind in sorted(used - {"tags"}):  # which need not be listed
        if _is_missing(bank.vocabulary(kind)):
            source = Source(f"questions/{kind}.yml", "")
            help = "Create it with a list of entries: `- id: …` and `name: …` below it."
            yield Finding(f"questions refer to {kind}, and this file does not exist", Place(source), help)


@check("QB314", Bank)
def split_name(bank: Bank) -> Iterator[Finding]:
    """A name with a comma stands unquoted in a list in brackets, so that it became two items.

    Bad: `companies: [Acme, Inc.]`
    Good: `companies: ["Acme, Inc."]`
    """
    for question, (field, index), pair in _split_names(bank):
        first, second = question.at(field, index), question.at(field, index + 1)
        place = Place(first.source, Span(first.span.start, second.span.end))
        name = ", ".join(pair)
        yield Finding(
            f"`{pair[0]}` and `{pair[1]}` are one name, `{name}`",
            place,
            f'Quote it: `"{name}"`.',
            edit=Edit(span=place.span, text=f'"{name}"', safe=False),
        )


@check("QB315", Bank, Severity.WARNING)
def alias_instead_of_id(bank: Bank) -> Iterator[Finding]:
    """A question uses a name or an alias where the id is meant.

    It is understood; one spelling everywhere keeps searching in files possible.

    Bad: `company: Facebook`
    Good: `company: meta`
    """
    for kind in VOCABULARIES:
        for word, questions in uses(bank)[kind].items():
            if (id := bank.vocabulary(kind).resolve(word)) != word:
                for question in questions:
                    yield from (_other_name(place, word, id) for place in question.places(kind, word))


def _other_name(place: Place, word: str, id: str) -> Finding:
    return Finding(f"`{word}` is another name of `{id}`", place, f"Write `{id}`.", edit=replacement(place, word, id))


def replacement(place: Place, old: str, new: str) -> Edit | None:
    """The edit that writes another word in the place of this one, where the place is that word and nothing more."""
    return Edit(span=place.span, text=new) if place.text.strip("\"'") == old else None


def _unlisted(bank: Bank, kind: str) -> Iterator[tuple[str, Finding]]:
    """Words of questions that a vocabulary does not list; silent when its file is missing, which is one finding, not many."""
    vocabulary = bank.vocabulary(kind)
    if _is_missing(vocabulary):
        return
    unlisted = [(word, questions) for word, questions in uses(bank)[kind].items() if vocabulary.find(word) is None]
    split = _split_names(bank) if unlisted else ()
    halves = {(question.path, field, index + half) for question, (field, index), _ in split for half in (0, 1)}
    names = [name for entry in vocabulary.entries for name in (entry.id, *entry.aliases)]
    for word, questions in unlisted:
        help = f"{suggest(word, names)} A new one is listed in `{kind}.yml` first."
        for question in questions:
            for path in question.paths(kind, word):
                if (question.path, *path[:2]) not in halves:
                    yield word, Finding(f"`{word}` is not listed in `{kind}.yml`", question.at(*path), help)


def _split_names(bank: Bank) -> Iterator[tuple[Brief, tuple[str, int], tuple[str, str]]]:
    """Neighbours in a list that are one known name when joined by a comma, and not two."""
    for kind in ("companies", "roles"):
        vocabulary = bank.vocabulary(kind)
        if not any(", " in name for entry in vocabulary.entries for name in (entry.name, *entry.aliases)):
            continue
        unlisted = {word for word in uses(bank)[kind] if vocabulary.find(word) is None}
        for question in bank.questions:
            if unlisted.isdisjoint(question.words.get(kind, ())) or question.question is None:
                continue
            items = getattr(question.question, kind)
            for index, pair in enumerate(pairwise(getattr(item, "company", item) for item in items)):
                if vocabulary.find(", ".join(pair)) and not unlisted.isdisjoint(pair):
                    yield question, (kind, index), pair


def _is_missing(vocabulary: Vocabulary) -> bool:
    return vocabulary.source is None


def _is_group(word: str) -> bool:
    words = word.casefold().replace("-", " ").split()
    return "companies" in words or "-".join(words) in GROUP_WORDS
