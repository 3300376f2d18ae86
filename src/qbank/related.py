"""Which questions are alike, by their words.

Cosine similarity of TF-IDF vectors (Manning, Raghavan and Schuetze, "Introduction to Information Retrieval",
2008, chapter 6: logarithmic term frequency, inverse document frequency, length normalisation).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping

_WORD = re.compile(r"[^\W\d_][\w'-]+")
_COMMON = frozenset(
    "a about after all an and any are as at be because been but by can could did do does each for from had has have how if in into is it its just "
    "like may more most much must no not of on one only or other our out over same should so some such than that the their them then there these "
    "they this those to two under up use used using was we were what when where which while who why will with would you your".split()
)
_MAX_POSTINGS = 400
"""A word in more texts than this says little about any of them; leaving it out keeps the work linear in the bank."""


def most_similar(texts: Mapping[str, str], *, count: int, floor: float = 0.05) -> dict[str, tuple[str, ...]]:
    """For each key, up to `count` other keys by falling similarity of their texts; ties go by key.

    Pairs below the `floor` (0 to 1) are left out.
    """
    return {
        key: tuple(other for other, _ in others) for key, others in similar(texts, count=count, floor=floor).items()
    }


def similar(texts: Mapping[str, str], *, count: int, floor: float) -> dict[str, tuple[tuple[str, float], ...]]:
    """The same with the similarities, which lie between the floor and 1."""
    vectors = _vectors(texts)
    postings: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for key, vector in vectors.items():
        for word, weight in vector.items():
            postings[word].append((key, weight))
    nearest = {}
    for key, vector in vectors.items():
        scores: Counter[str] = Counter()
        for word, weight in vector.items():
            if len(postings[word]) <= _MAX_POSTINGS:
                for other, other_weight in postings[word]:
                    scores[other] += weight * other_weight
        del scores[key]
        near = [(other, round(score, 9)) for other, score in scores.items() if score >= floor]
        nearest[key] = tuple(sorted(near, key=lambda pair: (-pair[1], pair[0]))[:count])
    return nearest


def words(text: str) -> list[str]:
    """The words of a text that say what it is about: lower case, plurals as singulars, without the commonest."""
    return [_stem(word) for word in _WORD.findall(text.lower()) if word not in _COMMON]


def _vectors(texts: Mapping[str, str]) -> dict[str, dict[str, float]]:
    counts = {key: Counter(words(text)) for key, text in texts.items()}
    frequency = Counter(word for found in counts.values() for word in found)
    vectors = {}
    for key, found in counts.items():
        # One is added to the number of texts, so that a word in all of them still counts for a little.
        vector = {
            word: (1 + math.log(number)) * math.log((1 + len(texts)) / frequency[word])
            for word, number in found.items()
        }
        length = math.sqrt(math.fsum(weight * weight for weight in vector.values())) or 1.0
        vectors[key] = {word: weight / length for word, weight in vector.items()}
    return vectors


def _stem(word: str) -> str:
    # Plurals only: a fuller stemmer would join words that this field keeps apart, such as "normal" and "normalize".
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
