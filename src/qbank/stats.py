"""A bank in numbers: what there is, how complete it is, and what its claims rest on."""

from __future__ import annotations

from collections import Counter
from typing import Any

from qbank.bank import Bank
from qbank.fences import fences
from qbank.fragments import plain
from qbank.model import walk
from qbank.programs import programs
from qbank.values import Completeness, Difficulty, Markdown


def numbers(bank: Bank) -> dict[str, Any]:
    """Counts by name; nested ones by topic, difficulty and so on, largest first."""
    questions = bank.questions
    sightings = [sighting for question in questions for sighting in question.companies]
    tags = Counter(bank.tags.resolve(tag) for question in questions for tag in question.tags)
    companies = Counter(
        company
        for question in questions
        for company in {bank.companies.resolve(sighting.company) for sighting in question.companies if sighting.source}
    )
    texts = [text for question in questions for _, marker, text in walk(question) if isinstance(marker, Markdown)]
    return {
        "questions": len(questions),
        "by topic": dict(Counter(question.topic for question in questions).most_common()),
        "by difficulty": {
            level.value: sum(question.difficulty is level for question in questions) for level in Difficulty
        },
        "by completeness": {
            level.value: sum(question.completeness is level for question in questions) for level in Completeness
        },
        "by status": dict(Counter(question.status.value for question in questions).most_common()),
        "words": sum(len(plain(text).split()) for text in texts),
        "questions with code that is run": sum(any(True for _ in programs(question)) for question in questions),
        "fences of code": sum(1 for text in texts for _ in fences(text)),
        "references": sum(len(question.references) for question in questions),
        "sightings": len(sightings),
        "sightings with a source": sum(sighting.source is not None for sighting in sightings),
        "sightings with a date": sum(sighting.seen is not None for sighting in sightings),
        "by company": dict(companies.most_common()),
        "tags": len(tags),
        "tags used once": sorted(tag for tag, count in tags.items() if count == 1),
    }
