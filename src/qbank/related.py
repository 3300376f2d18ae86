"""Which questions are alike, by their words.

Cosine similarity of TF-IDF vectors (Manning, Raghavan and Schuetze, "Introduction to Information Retrieval",
2008, chapter 6: logarithmic term frequency, inverse document frequency, length normalisation).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import chain

_WORD = re.compile(r"[^\W\d_][\w'-]+")
_COMMON = frozenset(
    "a about after all an and any are as at be because been but by can could did do does each for from had has have how if in into is it its just "
    "like may more most much must no not of on one only or other our out over same should so some such than that the their them then there these "
    "they this those to two under up use used using was we were what when where which while who why will with would you your".split()
)
_RAREST, _SHARED = 16, 3
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
    counts = {key: counted(text) for key, text in texts.items()}
    vectors = _vectors(counts, Counter(chain.from_iterable(counts.values())), len(counts))
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


def alike(
    counts: Mapping[str, Mapping[str, int]], *, count: int, floor: float
) -> dict[str, tuple[tuple[str, float], ...]]:
    """What `similar` gives, for texts whose words are counted already, where the floor is high.

    Keys without any other are left out. Only texts are compared that have three of their rarest words in common, of
    those words that more texts than one have: texts of which most is alike share many of them, and others hardly ever
    three, so that the work grows with the bank and not with its square.
    """
    frequency = Counter(chain.from_iterable(counts.values()))
    pairing = {word: number for word, number in frequency.items() if 1 < number <= _MAX_POSTINGS}
    having: dict[str, list[str]] = defaultdict(list)
    candidates: dict[str, list[str]] = defaultdict(list)
    for key, found in counts.items():
        rarest = sorted((pairing[word], word) for word in found if word in pairing)[:_RAREST]
        before = [having[word] for _, word in rarest]
        for other, shared in Counter(chain.from_iterable(before)).items():
            if shared >= _SHARED:
                candidates[key].append(other)
                candidates[other].append(key)
        for keys in before:
            keys.append(key)
    vectors = _vectors({key: counts[key] for key in candidates}, frequency, len(counts))
    nearest = {}
    for key, others in candidates.items():
        vector = [(word, weight) for word, weight in vectors[key].items() if word in pairing]
        near = []
        for other in others:
            theirs = vectors[other]
            # In the order of the words, so that sums come out as in `similar` to the last digit.
            score = 0.0
            for word, weight in vector:
                if word in theirs:
                    score += weight * theirs[word]
            if score >= floor:
                near.append((other, round(score, 9)))
        if near:
            nearest[key] = tuple(sorted(near, key=lambda pair: (-pair[1], pair[0]))[:count])
    return nearest


def counted(text: str) -> dict[str, int]:
    """How often each of the words of a text stands in it."""
    found: dict[str, int] = {}
    for word, number in Counter(_WORD.findall(text.lower())).items():
        if word not in _COMMON:
            stem = _stem(word)
            found[stem] = found.get(stem, 0) + number
    return found


def words(text: str) -> list[str]:
    """The words of a text that say what it is about: lower case, plurals as singulars, without the commonest."""
    return [_stem(word) for word in _WORD.findall(text.lower()) if word not in _COMMON]


def _vectors(
    counts: Mapping[str, Mapping[str, int]], frequency: Mapping[str, int], total: int
) -> dict[str, dict[str, float]]:
    """Each text's vector, given in how many of all texts each word is."""
    # One is added to the number of texts, so that a word in all of them still counts for a little.
    rarity = {word: math.log((1 + total) / number) for word, number in frequency.items()}
    vectors = {}
    for key, found in counts.items():
        vector = {word: (1 + math.log(number)) * rarity[word] for word, number in found.items()}
        length = math.sqrt(math.fsum(weight * weight for weight in vector.values())) or 1.0
        vectors[key] = {word: weight / length for word, weight in vector.items()}
    return vectors


def _stem(word: str) -> str:
    # Plurals only: a fuller stemmer would join words that this field keeps apart, such as "normal" and "normalize".
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
