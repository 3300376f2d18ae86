"""What the checks of the whole bank need to know of one question, as plain values that can be kept and passed on.

They look at every question, and find something in few: the little that they look at is made once per text of a file,
and everything else about a question is read anew when a finding needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from zlib import crc32

from qbank.bank import Bank
from qbank.fragments import events_by_kind, plain
from qbank.model import Question, ValuePath, walk
from qbank.related import counted
from qbank.source import Place, Source
from qbank.values import Refers, Status

FEWEST_WORDS = 6
"""Shorter sentences may stand in any number of questions."""
FEWEST_WORDS_TO_COMPARE = 40
"""Of a few words, one rare one that two texts share would decide alone."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")


class SightingBrief(NamedTuple):
    """A sighting's values, in the order of the model's fields."""

    company: str
    source: str | None
    seen: str | None
    role: str | None
    round: str | None


class Brief:
    """A question as the checks of the bank see it; `whole` reads all of it, for the place of a finding."""

    def __init__(self, record: dict[str, Any], source: Source, whole: Callable[[], Question | None]) -> None:
        self._source = source
        self._whole = whole
        self._record = record
        path = PurePosixPath(source.path)
        self.path = source.path
        self.id: str = path.stem
        self.topic = "/".join(path.parts[1:-1])
        self.title: str = record["title"]
        self.tags: list[str] = record["tags"]
        self.roles: list[str] = record["roles"]
        self.companies = [SightingBrief(*values) for values in record["companies"]]
        self.formerly: list[str] = record["formerly"]
        self.not_duplicate_of: list[str] = record["not_duplicate_of"]
        self.replaced_by: str | None = record["replaced_by"]
        self.status = Status(record["status"])
        self.words: list[tuple[ValuePath, str, str]] = record["words"]
        """The words that name something listed elsewhere: where they stand, where it is listed, the word."""
        self.links: list[tuple[ValuePath, str]] = record["links"]
        """The questions that texts link to."""
        self.sentences: list[tuple[ValuePath, list[int]]] = record["sentences"]
        """A number for each sentence of some length in each text; the same sentence has the same one everywhere, and so may another."""
        self.figures: list[tuple[ValuePath, str]] = record["figures"]
        """The sentences with a digit in them, of a question without references."""
        self.terms: dict[str, int] = record["terms"]
        """How often each word stands in title, prompt and answer; nothing for a question of a few words."""

    @cached_property
    def question(self) -> Question | None:
        """All of the question, read anew."""
        return self._whole()

    def at(self, *path: str | int) -> Place:
        return self.question.at(*path) if self.question else Place(self._source)

    def text(self, path: ValuePath) -> str:
        """The text at a path."""
        wanted = tuple(path)
        return next((text for at, _, text in walk(self.question) if at == wanted), "") if self.question else ""


def briefly(bank: Bank) -> Bank:
    """The bank with briefs for its questions, as the checks of a bank take it."""
    briefs = tuple(
        Brief(record(question), question.at().source, lambda question=question: question) for question in bank.questions
    )
    return bank._replace(questions=briefs)  # type: ignore[arg-type]


def record(question: Question) -> dict[str, Any]:
    """The values of a brief, of which JSON can be made."""
    texts = question.markdown
    plains = [(path, plain(text)) for path, text in texts]
    compared = f"{question.title} {question.title} {plain(question.prompt)} {plain(question.answer)}"
    return {
        "title": question.title,
        "tags": question.tags,
        "roles": question.roles,
        "companies": [
            (sighting.company, sighting.source, sighting.seen, sighting.role, sighting.round)
            for sighting in question.companies
        ],
        "formerly": question.formerly,
        "not_duplicate_of": question.not_duplicate_of,
        "replaced_by": question.replaced_by,
        "status": question.status.value,
        "words": [(path, marker.to, text) for path, marker, text in walk(question) if isinstance(marker, Refers)],
        "links": [(path, word) for path, text in texts if "question:" in text for word in _linked_questions(text)],
        "sentences": [(path, numbers) for path, text in plains if (numbers := _numbers(text))],
        "figures": []
        if question.references
        else [(path, sentence) for path, text in plains for sentence in sentences(text) if _DIGIT.search(sentence)],
        "terms": counted(compared) if compared.count(" ") >= FEWEST_WORDS_TO_COMPARE else {},
    }


def sentences(text: str) -> list[str]:
    """The sentences of plain text."""
    return _SENTENCE_END.split(text)


def place_of(sentence: str, text: str) -> tuple[int, int]:
    """Where in a Markdown text a sentence of its plain text stands; the whole text where markup keeps it from being found."""
    words = r"[\s>*_`~]+".join(map(re.escape, sentence.split()))
    found = re.search(words, text)
    return found.span() if found else (0, len(text))


def folded(text: str) -> str:
    """The text without what does not make it another one: case, signs and spaces."""
    return " ".join(_WORD.findall(text.casefold()))


def number(sentence: str) -> int | None:
    """The number of a sentence, or None when it is too short to tell anything."""
    key = folded(sentence)
    if key.count(" ") < FEWEST_WORDS - 1:
        return None
    # Two sentences may have one number: whoever finds a number often looks at the sentences.
    return crc32(key.encode("utf-8", "surrogatepass"))


def _numbers(text: str) -> list[int]:
    found = (number(sentence) for sentence in sentences(text))
    return [each for each in found if each is not None]


def linked(text: str, id: str) -> list[tuple[int, int]]:
    """Where in the text a question is linked to."""
    return [(start, end) for word, start, end in _links(text) if word == id]


def _linked_questions(text: str) -> list[str]:
    return list(dict.fromkeys(word for word, _, _ in _links(text)))


def _links(text: str) -> Iterator[tuple[str, int, int]]:
    for link, start, end in events_by_kind(text).get("Link", ()):
        if link["dest_url"].startswith("question:"):
            yield link["dest_url"].removeprefix("question:"), start, end
