"""The words of texts as numbers: small enough to keep, quick to compare, and the same in every process.

Which texts are alike is asked with the measure of `related`; only the way to those that are worth comparing is another.
"""

from __future__ import annotations

import math
import sys
from array import array
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from qbank.related import MAX_POSTINGS, split, stem

_RAREST = 16
_MOST_COUNTED = 0x7F
"""A count fits a sign of ASCII; of a word that stands more often, this often says the same."""


class Terms(NamedTuple):
    """The distinct words of a text by their numbers, and how often each stands in it, as the codes of signs."""

    numbers: array[int] = array("I")
    counts: str = ""


def terms(text: str) -> Terms:
    """The words of a text."""
    found = Counter(map(_NUMBERS.__getitem__, split(text)))
    found.pop(0, None)
    counts = bytes([times if times < _MOST_COUNTED else _MOST_COUNTED for times in found.values()])
    return Terms(array("I", found), counts.decode("ascii"))


def packed(numbers: Iterable[int]) -> str:
    """Numbers below 2**32 as text."""
    values = array("I", numbers)
    if sys.byteorder == "big":
        values.byteswap()
    return b64encode(values).decode("ascii")


def unpacked(text: str) -> array[int]:
    """The numbers again; raises ValueError when the text is not one that was packed."""
    values = array("I", b64decode(text))
    if sys.byteorder == "big":
        values.byteswap()
    return values


def alike(texts: Mapping[str, Terms], *, count: int, floor: float) -> dict[str, tuple[tuple[str, float], ...]]:
    """For each key, up to `count` other keys with their similarities, falling.

    Keys without any other are left out. Only texts are compared that have three of their rarest words in common, of
    those words that more texts than one have: texts of which most is alike share many of them, and others hardly ever
    three.
    """
    frequency: Counter[int] = Counter()
    for found in texts.values():
        frequency.update(found.numbers)
    pairing = sorted((times, number) for number, times in frequency.items() if 1 < times <= MAX_POSTINGS)
    rank = {number: place for place, (_, number) in enumerate(pairing, 1)}
    keys = list(texts)
    having = [0] * (len(rank) + 1)  # the rank of a word -> the texts before this one that have it, a bit for each
    near: dict[str, list[tuple[str, float]]] = {}
    # One is added to the number of texts, so that a word in all of them still counts for a little.
    rarity = {number: math.log((1 + len(texts)) / times) for number, times in frequency.items()}
    squares = [0.0, *(rarity[number] ** 2 for _, number in pairing)]
    # Before the bits, which take all of a processor's nearest memory.
    rarest = [sorted(filter(None, map(rank.get, found.numbers)))[:_RAREST] for found in texts.values()]
    least = [math.sqrt(sum(map(squares.__getitem__, words))) for words in rarest]
    """The lengths of the texts' vectors, or less."""
    counts = lru_cache(maxsize=1024)(lambda key: dict(zip(*texts[key], strict=True)))
    length = lru_cache(maxsize=1024)(lambda key: _length(texts[key], rarity))
    for index, key in enumerate(keys):
        once = twice = thrice = 0
        bit = 1 << index
        for word in rarest[index]:
            before = having[word]
            thrice |= twice & before
            twice |= once & before
            once |= before
            having[word] = before | bit
        while thrice:
            last = thrice.bit_length() - 1
            thrice ^= 1 << last
            product = _product(counts(key), counts(keys[last]), rarity, rank)
            if product < 0.99 * floor * least[index] * least[last]:
                continue  # as nearly all are, without a look at all of their words
            score = round(product / (length(key) * length(keys[last])), 9)
            if score >= floor:
                near.setdefault(key, []).append((keys[last], score))
                near.setdefault(keys[last], []).append((key, score))
    return {key: tuple(sorted(others, key=lambda pair: (-pair[1], pair[0]))[:count]) for key, others in near.items()}


class _Numbers(dict[str, int]):
    """The numbers of words, each made once; 0 for those that do not count."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        number = self[word] = crc32(stem(word).encode("utf-8", "surrogatepass"))
        return number


_MOST_REMEMBERED = 1 << 16
_NUMBERS = _Numbers()


def _length(found: Terms, rarity: Mapping[int, float]) -> float:
    """The length of a text's vector."""
    words = zip(found.numbers, found.counts, strict=True)
    return math.hypot(*[_WEIGHT[times] * rarity[number] for number, times in words]) or 1.0


_WEIGHT = {chr(times): 1 + math.log(times) for times in range(1, _MOST_COUNTED + 1)}


def _product(
    one: Mapping[int, str], other: Mapping[int, str], rarity: Mapping[int, float], among: Mapping[int, int]
) -> float:
    """The product of two texts' vectors, in so far as some words go."""
    shared = [word for word in one.keys() & other.keys() if word in among]
    return math.fsum(_WEIGHT[one[word]] * rarity[word] * (_WEIGHT[other[word]] * rarity[word]) for word in shared)
