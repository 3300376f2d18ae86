"""What the checks of the whole bank need to know of one question, as plain values that can be kept and passed on.

They look at every question, and find something in few: the little that they look at is made once per text of a file,
and everything else about a question is read anew when a finding needs it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any
from zlib import crc32

from qbank.bank import VOCABULARIES, Bank
from qbank.fragments import events_by_kind, plain
from qbank.model import Question, ValuePath, stem_and_topic, walk
from qbank.source import Place, Source
from qbank.terms import Terms, packed, terms, unpacked
from qbank.values import Refers, Status

FEWEST_WORDS = 6
"""Shorter sentences may stand in any number of questions."""
FEWEST_WORDS_TO_COMPARE = 40
"""Of a few words, one rare one that two texts share would decide alone."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")


class Brief:
    """A question as the checks of the bank see it; `whole` reads all of it, for the place of a finding."""

    def __init__(self, record: Mapping[str, Any], source: Source, whole: Callable[[], Question | None]) -> None:
        self._source = source
        self._whole = whole
        self.path = source.path
        self.id, self.topic = stem_and_topic(source.path)
        self.title: str = record["title"]
        given = record.get  # what is empty is left out
        self.words: dict[str, list[str]] = given("words", {})
        """The words that name something listed elsewhere, by where it is listed; tags are among them."""
        self.links: list[str] = given("links", [])
        """The questions that texts link to."""
        self.seen: list[str] = given("seen", [])
        """The dates of its sightings."""
        self.formerly: list[str] = given("formerly", [])
        self.not_duplicate_of: list[str] = given("not_duplicate_of", [])
        self.replaced_by: str | None = given("replaced_by")
        self.status = Status(given("status", Status.PUBLISHED))
        self.sentences = unpacked(given("sentences", ""))
        """A number for each sentence of some length; the same sentence has the same one everywhere, and so may another."""
        self.figures: list[tuple[ValuePath, str]] = given("figures", [])
        """The sentences with a digit in them, of a question without references."""
        self.terms = Terms(unpacked(given("terms", "")), given("counts", ""))
        """The words of title, prompt and answer; none for a question of a few words."""

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

    def paths(self, kind: str, word: str) -> list[ValuePath]:
        """Where the question names something that is listed elsewhere."""
        if self.question is None:
            return []
        return [path for path, listed_in, named in _named(self.question) if (listed_in, named) == (kind, word)]

    def places(self, kind: str, word: str) -> list[Place]:
        """Where in its file."""
        return [self.at(*path) for path in self.paths(kind, word)]

    def texts(self) -> tuple[tuple[ValuePath, str], ...]:
        """All that is Markdown, each with its path."""
        return self.question.markdown if self.question else ()


Uses = Mapping[str, Mapping[str, list[Brief]]]
_latest: list[tuple[Bank, Uses]] = []


def uses(bank: Bank) -> Uses:
    """The questions of a bank that use a word, each once, by where it is listed and the word."""
    # Another thread may look at another bank at the same time.
    for known, using in tuple(_latest):
        if known is bank:
            return using
    found: dict[str, defaultdict[str, list[Brief]]]
    found = {kind: defaultdict(list) for kind in ("questions", *VOCABULARIES)}
    for question in bank.questions:
        for kind, words in question.words.items():  # type: ignore[attr-defined]
            users = found[kind]
            for word in words if len(words) == 1 else dict.fromkeys(words):
                users[word].append(question)  # type: ignore[arg-type]
    finished = {kind: dict(users) for kind, users in found.items()}
    _latest[:] = [(bank, finished)]
    return finished


def forget() -> None:
    """Let go of the bank that was looked at last."""
    _latest.clear()


def briefly(bank: Bank) -> Bank:
    """The bank with briefs for its questions, as the checks of a bank take it."""
    briefs = tuple(
        Brief(record(question), question.at().source, lambda question=question: question) for question in bank.questions
    )
    return bank._replace(questions=briefs)  # type: ignore[arg-type]


def record(question: Question) -> dict[str, Any]:
    """The values of a brief, of which JSON can be made; what is empty is left out."""
    texts = question.markdown
    plains = [plain(text) for _, text in texts]
    words: dict[str, list[str]] = {}
    for _, kind, word in _named(question):
        words.setdefault(kind, []).append(word)
    compared = f"{question.title} {question.title} {plain(question.prompt)} {plain(question.answer)}"
    found = terms(compared) if compared.count(" ") >= FEWEST_WORDS_TO_COMPARE else Terms()
    values = {
        "title": question.title,
        "words": words,
        "links": [word for _, text in question.markup if "question:" in text for word in _linked_questions(text)],
        "seen": [sighting.seen for sighting in question.companies if sighting.seen],
        "formerly": question.formerly,
        "not_duplicate_of": question.not_duplicate_of,
        "replaced_by": question.replaced_by,
        "status": question.status.value if question.status is not Status.PUBLISHED else "",
        "sentences": packed(_numbers(plains)),
        "figures": []
        if question.references
        else [
            (path, sentence)
            for (path, _), text in zip(texts, plains, strict=True)
            for sentence in sentences(text)
            if _DIGIT.search(sentence)
        ],
        "terms": packed(found.numbers),
        "counts": found.counts,
    }
    return {name: value for name, value in values.items() if value}


def _named(question: Question) -> Iterator[tuple[ValuePath, str, str]]:
    """The words that name something listed elsewhere: where they stand, where it is listed, the word."""
    for path, marker, text in walk(question):
        if isinstance(marker, Refers):
            yield path, marker.to, text
    for index, tag in enumerate(question.tags):
        yield ("tags", index), "tags", tag


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
    # Of most texts, the same is had in a fifth of the time.
    return " ".join(text.translate(_FOLDED).split() if text.isascii() else _WORD.findall(text.casefold()))


_FOLDED = "".join(sign.lower() if sign.isalnum() or sign == "_" else " " for sign in map(chr, range(128)))
_FOLDED_LINES = (_FOLDED[: ord("\n")] + "\n" + _FOLDED[ord("\n") + 1 :]).encode().ljust(256)


def number(sentence: str) -> int | None:
    """The number of a sentence, or None when it is too short to tell anything."""
    key = folded(sentence)
    if key.count(" ") < FEWEST_WORDS - 1:
        return None
    # Two sentences may have one number: whoever finds a number often looks at the sentences.
    return crc32(key.encode("utf-8", "surrogatepass"))


def _numbers(plains: list[str]) -> list[int]:
    """The numbers of all sentences of some texts."""
    # As `sentences` does, sooner: runs of space are one here, and to a number all ends are the same.
    whole = ". ".join(plains).replace("?", ".").replace("!", ".")
    if not whole.isascii():
        return [found for found in map(number, whole.split(". ")) if found is not None]
    # As `number` does, for all of them together.
    folded = whole.encode().replace(b". ", b"\n").translate(_FOLDED_LINES)
    while b"  " in folded:
        folded = folded.replace(b"  ", b" ")
    keys = [key.strip() for key in folded.split(b"\n")]
    return [crc32(key) for key in keys if key.count(b" ") >= FEWEST_WORDS - 1]


def linked(text: str, id: str) -> list[tuple[int, int]]:
    """Where in the text a question is linked to."""
    return [(start, end) for word, start, end in _links(text) if word == id]


def _linked_questions(text: str) -> list[str]:
    return list(dict.fromkeys(word for word, _, _ in _links(text)))


def _links(text: str) -> Iterator[tuple[str, int, int]]:
    for link, start, end in events_by_kind(text).get("Link", ()):
        if link["dest_url"].startswith("question:"):
            yield link["dest_url"].removeprefix("question:"), start, end
