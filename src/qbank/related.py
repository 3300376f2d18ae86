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
_MAX_POSTINGS = 400
"""A word in more texts than this says little about any of them; leaving it out keeps the work linear in the bank."""


def most_similar(texts: Mapping[str, str], *, count: int, floor: float = 0.08) -> dict[str, tuple[str, ...]]:
    """For each key, up to `count` other keys by falling similarity of their texts; ties go by key.

    Pairs below the `floor` (0 to 1) are left out.
    """
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
        ranked = sorted(
            (other for other in scores if scores[other] >= floor), key=lambda other: (-round(scores[other], 9), other)
        )
        nearest[key] = tuple(ranked[:count])
    return nearest


def _vectors(texts: Mapping[str, str]) -> dict[str, dict[str, float]]:
    counts = {key: Counter(_stem(word) for word in _WORD.findall(text.lower())) for key, text in texts.items()}
    frequency = Counter(word for words in counts.values() for word in words)
    vectors = {}
    for key, words in counts.items():
        vector = {
            word: (1 + math.log(number)) * math.log(len(texts) / frequency[word])
            for word, number in words.items()
            if 1 < frequency[word] < len(texts)
        }
        length = math.sqrt(math.fsum(weight * weight for weight in vector.values())) or 1.0
        vectors[key] = {word: weight / length for word, weight in vector.items()}
    return vectors


def _stem(word: str) -> str:
    # Plurals only: a fuller stemmer would join words that this field keeps apart, such as "normal" and "normalize".
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
