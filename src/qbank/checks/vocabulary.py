"""What can be wrong with the vocabularies themselves, tags included."""

from __future__ import annotations

from collections.abc import Iterator

from qbank.bank import VOCABULARIES, Bank, Term
from qbank.brief import Brief, uses
from qbank.checks.references import replacement
from qbank.diagnostics import Finding, Severity, nearest, suggest
from qbank.related import words
from qbank.rules import check


@check("QB309", Bank)
def duplicate_vocabulary_name(bank: Bank) -> Iterator[Finding]:
    """Two entries of a vocabulary share an id, a name or an alias.

    What a question means by the word would depend on the order of the file.

    Bad: `aliases: [Facebook]` under two companies
    Good: under one
    """
    for kind in VOCABULARIES:
        first: dict[str, tuple[Term, tuple[str | int, ...]]] = {}
        for entry in bank.vocabulary(kind).entries:
            own = {entry.id.casefold(): ("id",), entry.name.casefold(): ("name",)} | {
                alias.casefold(): ("aliases", index) for index, alias in enumerate(entry.aliases)
            }
            for word, path in own.items():
                other, where = first.setdefault(word, (entry, path))
                if other is not entry:
                    message = f"`{entry.at(*path).text}` is already taken in {kind}"
                    related = ((other.at(*where), "first used here"),)
                    yield Finding(message, entry.at(*path), "Give it to one entry only.", related)


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
            message = f"there is no company `{company.parent}` to be the parent"
            yield Finding(message, company.at("parent"), suggest(company.parent, others))
        elif parent.parent is not None:
            message = f"`{company.parent}` is itself a unit of `{parent.parent}`"
            yield Finding(message, company.at("parent"), f"Write `parent: {parent.parent}`.")


@check("QB319", Bank, Severity.WARNING)
def tag_variants(bank: Bank) -> Iterator[Finding]:
    """Two tags differ only in form: a plural, a hyphen.

    Bad: `embedding` in one question and `embeddings` in another
    Good: `embeddings` in both
    """
    by_form: dict[str, dict[str, list[tuple[Brief, str]]]] = {}
    for tag, questions in uses(bank)["tags"].items():
        variants = by_form.setdefault("".join(words(tag.replace("-", " "))) or tag, {})
        variants.setdefault(bank.tags.resolve(tag), []).extend((question, tag) for question in questions)
    for variants in by_form.values():
        kept, *others = sorted(variants, key=lambda tag: (bank.tags.find(tag) is None, -len(variants[tag]), tag))
        for tag in others:
            for question, written in variants[tag]:
                for place in question.places("tags", written):
                    yield Finding(
                        f"`{tag}` and `{kept}` are one tag in two forms",
                        place,
                        f"Write `{kept}`.",
                        edit=replacement(place, tag, kept),
                    )


@check("QB320", Bank, Severity.WARNING)
def unused_entry(bank: Bank) -> Iterator[Finding]:
    """A vocabulary lists something that no question uses.

    Bad: an entry of `companies.yml` without a sighting
    Good: the entry left out until a question needs it
    """
    used: dict[str, set[str]] = {kind: set() for kind in VOCABULARIES}
    for kind, ids in used.items():
        vocabulary = bank.vocabulary(kind)
        for word in uses(bank)[kind]:
            ids.add(vocabulary.resolve(word))
            # An entry is used by a misspelt word too, which has been reported; tags need not be listed.
            if kind != "tags" and vocabulary.find(word) is None:
                ids.add(nearest(word, (entry.id for entry in vocabulary.entries)) or word)
    for topic in {question.topic for question in bank.questions}:
        parts = topic.split("/")
        used["topics"] |= {"/".join(parts[: level + 1]) for level in range(len(parts))}
    used["companies"] |= {
        company.parent for company in bank.companies.entries if company.parent and company.id in used["companies"]
    }
    for kind, ids in used.items():
        for entry in bank.vocabulary(kind).entries:
            if entry.id not in ids:
                yield Finding(
                    f"no question uses `{entry.id}`", entry.at("id"), "Remove the entry until a question needs it."
                )
