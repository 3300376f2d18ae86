"""What can be wrong with questions beside each other: one thing said twice, and claims that nothing backs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qbank.bank import Bank
from qbank.brief import Brief, folded, number, place_of, sentences
from qbank.diagnostics import Finding, Severity
from qbank.fragments import plain
from qbank.model import ValuePath
from qbank.rules import check
from qbank.scalars import piece
from qbank.source import Place
from qbank.terms import alike

SIMILAR = 0.6
"""Cosine similarity above which two questions are probably one; the closest honest pair of our bank has 0.33."""


@check("QB317", Bank)
def duplicate_title(bank: Bank) -> Iterator[Finding]:
    """Two questions have the same title, but for case and signs.

    Bad: `What is bias?` and `What is "bias"?`
    Good: one question, or two titles that say what tells them apart
    """
    first: dict[str, Brief] = {}
    for question in bank.questions:
        other = first.setdefault(folded(question.title), question)
        if other.id != question.id:
            related = ((other.at("title"), f"`{other.id}` has it too"),)
            help = "Merge the two, or say in the title what tells them apart."
            yield Finding("another question has the same title", question.at("title"), help, related)


@check("QB318", Bank, Severity.WARNING)
def similar_question(bank: Bank) -> Iterator[Finding]:
    """A question looks much like another one: most of the words that tell it apart are the same.

    Bad: one question in two files, reworded
    Good: one question; or `not_duplicate_of: [other-id]` where they differ in what they ask
    """
    terms = {question.id: question.terms for question in bank.questions if question.terms.numbers}
    for id, others in alike(terms, count=2, floor=SIMILAR).items():
        question = bank.by_id[id]
        for other_id, score in others:
            other = bank.by_id[other_id]
            if id > other_id and other_id not in question.not_duplicate_of and id not in other.not_duplicate_of:
                help = f"Merge the two, or add `not_duplicate_of: [{other_id}]` if they ask different things."
                related = ((other.at("title"), f"`{other_id}`"),)
                yield Finding(
                    f"this looks like `{other_id}` (similarity {score:.2f})", question.at("title"), help, related
                )


@check("QB321", Bank, Severity.WARNING)
def repeated_sentence(bank: Bank) -> Iterator[Finding]:
    """A sentence stands in three or more questions.

    What fits everywhere says nothing here.

    Bad: "It depends on the use case and the available data." in twelve answers
    Good: the case and the data that it depends on
    """
    # First by number, which tells nearly all sentences apart and is at hand.
    once: set[int] = set()
    twice: set[int] = set()
    often: set[int] = set()
    for question in bank.questions:
        own = set(question.sentences)
        often |= twice & own
        twice |= once & own
        once |= own
    places: dict[str, dict[str, tuple[Brief, ValuePath, str]]] = {}
    for question in bank.questions if often else ():
        for path, text in () if often.isdisjoint(question.sentences) else question.texts():
            for sentence in sentences(plain(text)):
                if number(sentence) in often:
                    places.setdefault(folded(sentence), {}).setdefault(question.id, (question, path, sentence))
    for found in places.values():
        if len(found) >= 3:
            first, *others = found.values()
            sentence = first[2]
            shown = sentence if len(sentence) <= 60 else sentence[:57] + "…"
            for other in others:
                related = ((_place(*first), "it stands here too"),)
                message = f"the sentence “{shown}” stands in {len(found)} questions"
                yield Finding(message, _place(*other), "Say what is true of this question alone.", related)


def _place(question: Brief, path: ValuePath, sentence: str) -> Place:
    text = question.text(path)
    return piece(question.at(*path), text, *place_of(sentence, text))


@check("QB322", Bank, Severity.WARNING)
def figure_without_reference(bank: Bank) -> Iterator[Finding]:
    """A sentence names a company and a figure, and the question has no reference.

    Readers will repeat it in interviews; it needs something that they can look up.

    Bad: "Netflix saved 1 billion dollars a year" without `references`
    Good: the sentence with a reference that says so
    """
    # Names of three letters and fewer are words of their own too often ("X", "Ola").
    names = sorted({company.name for company in bank.companies.entries if len(company.name) > 3}, key=len, reverse=True)
    if not names:
        return
    company_name = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b(?!-)")
    for question in bank.questions:
        for path, sentence in question.figures:
            if name := company_name.search(sentence):
                text = question.text(path)
                start, _ = place_of(sentence, text)
                start = max(text.find(name[0], start), 0)
                place = piece(question.at(*path), text, start, start + len(name[0]))
                help = "Add the source to `references`, or leave the figure out."
                yield Finding(f"a figure about `{name[0]}` without a reference", place, help)
