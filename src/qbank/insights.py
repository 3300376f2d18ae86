"""What is worth knowing of some of a bank's questions: how they differ from the whole, where to start, what is near.

Each is one walk over the questions concerned, or over all of them once, so that the work grows with the bank alone.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import cached_property
from itertools import chain
from operator import itemgetter

from qbank.bank import Company
from qbank.contexts import Contrast, Contrasts, Link, Newest, Path, Row
from qbank.facts import Facts
from qbank.model import Question, Sighting
from qbank.values import Difficulty

FEWEST, FEWEST_OF_ONE = 8, 3
"""Of fewer questions, and of fewer with one answer among them, no difference is claimed."""
SURE = 2.576
"""Standard errors on the safe side of a share: chance alone reaches that far once in two hundred times."""
FACTOR = 1.25
"""A difference that is certain but smaller than this is of no use to anybody."""
_SHOWN = 5
_STEPS = 3
"""Questions of each difficulty on a path."""
_LONG_ENOUGH = 10
"""Questions from which on a path says more than the table itself."""


Report = tuple[str, Question, Sighting]
"""A question with a sighting that has a date and a source, after the date."""


class Insights:
    """Answers about parts of a bank, which share what they know of the whole."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    # --- how they differ ---

    def contrasts(self, questions: Sequence[Question], kinds: Iterable[str]) -> tuple[Contrasts, ...]:
        """What stands out among the questions, one table for each kind of term that has something to say."""
        found = ((kind, self.contrast(questions, kind)) for kind in kinds)
        return tuple(Contrasts(heading=_HEADINGS[kind], rows=rows) for kind, rows in found if rows)

    def contrast(self, questions: Sequence[Question], kind: str) -> tuple[Contrast, ...]:
        """The terms that more of the questions have than of the whole bank, the surest first."""
        total = len(self.facts.live)
        if not FEWEST <= len(questions) < total:
            return ()
        everywhere, here = self.counts[kind], self._counts(questions, kind)
        rows = []
        for id, count in here.items():
            share = everywhere[id] / total
            if count >= FEWEST_OF_ONE and count / len(questions) >= FACTOR * share:
                surely = lower_bound(count, len(questions))
                if surely > share:
                    rows.append((surely / share, id, count))
        rows.sort(key=lambda row: (-row[0], row[1]))
        return tuple(
            Contrast(
                link=self.facts.term_link(kind, id),
                here=count,
                bank=everywhere[id],
                factor=_times(count / len(questions) * total / everywhere[id]),
            )
            for _, id, count in rows[:_SHOWN]
        )

    @cached_property
    def counts(self) -> Mapping[str, Counter[str]]:
        """Kind of term -> term -> how many questions of the bank have it."""
        return {kind: self._counts(self.facts.live, kind) for kind in _HEADINGS}

    def _counts(self, questions: Iterable[Question], kind: str) -> Counter[str]:
        return Counter(chain.from_iterable(map(self.terms(kind), questions)))

    def terms(self, kind: str) -> Callable[[Question], Iterable[str]]:
        return {
            "topics": lambda question: (question.topic,),
            "difficulty": lambda question: (question.difficulty.value,),
            "tags": self.facts.tags,
            "companies": lambda question: self.facts.reported_at[question.id],
        }[kind]

    # --- where to start ---

    def newest(self, questions: Iterable[Question], company: str = "") -> tuple[Newest, ...]:
        """The newest dated reports, of a company and its units only when one is named."""
        if company:
            seen = self.facts.by_company[company]
            found = (_dated(question, seen[question.id]) for question in questions)
        else:
            found = (self._dated[question.id] for question in questions)
        return tuple(
            Newest(row=self.facts.rows[question.id], sighting=self.facts.sighting(sighting))
            for _, question, sighting in heapq.nlargest(_SHOWN, chain.from_iterable(found), key=itemgetter(0))
        )

    @cached_property
    def _dated(self) -> dict[str, list[Report]]:
        return {question.id: _dated(question, question.companies) for question in self.facts.live}

    def hardest(self, questions: Sequence[Question]) -> tuple[Row, ...]:
        """The hard questions that most companies are reported to ask."""
        hard = [question for question in questions if question.difficulty is Difficulty.HARD]
        if len(hard) == len(questions):
            return ()
        most = heapq.nsmallest(_SHOWN, hard, key=lambda question: -len(self.facts.reported_at[question.id]))
        return self.facts.rows_of(most)

    def path(self, questions: Sequence[Question]) -> Path | None:
        """A few questions from easy to hard that touch as many tags as so few can; None where all are few.

        Each step is the one that adds most tags; of equals, the one that most companies are reported to ask.
        """
        if len(questions) < _LONG_ENOUGH:
            return None
        steps: list[Question] = []
        touched: set[str] = set()

        def gain(question: Question) -> tuple[int, int]:
            return len(set(self.facts.tags(question)) - touched), len(self.facts.reported_at[question.id])

        for level in Difficulty:
            left = [question for question in questions if question.difficulty is level]
            for _ in range(min(_STEPS, len(left))):
                step = max(left, key=gain)
                left.remove(step)
                steps.append(step)
                touched.update(self.facts.tags(step))
        all_tags = {tag for question in questions for tag in self.facts.tags(question)}
        return Path(rows=self.facts.rows_of(steps), tags=len(touched), of_tags=len(all_tags))

    # --- what is near ---

    def companies_alike(self, company: Company, questions: Sequence[Question]) -> tuple[Link, ...]:
        """The companies that are reported to ask the same questions, with how many; not those of one house."""
        house = {company.parent or company.id, company.id}
        house |= {other.id for other in self.facts.bank.companies.entries if other.parent in house}
        return self._near(
            "companies", company.id, self._counts(questions, "companies"), self.counts["companies"], house
        )

    def tags_together(self, tag: str, questions: Sequence[Question]) -> tuple[Link, ...]:
        """The tags that stand on the same questions, with how many."""
        return self._near("tags", tag, self._counts(questions, "tags"), self.counts["tags"], {tag})

    def topics_together(self, topic: str) -> tuple[Link, ...]:
        """The topics whose questions have the same tags, with how many tags; not those above and below."""
        own = self._tags_of[topic]
        shared = Counter(other for tag in own for other in self._topics_of[tag])
        line = {other for other in shared if f"{other}/".startswith(f"{topic}/") or f"{topic}/".startswith(f"{other}/")}
        sizes = Counter({other: len(tags) for other, tags in self._tags_of.items()})
        return self._near("topics", topic, shared, sizes, line)

    def _near(
        self, kind: str, id: str, shared: Counter[str], sizes: Counter[str], left_out: Set[str]
    ) -> tuple[Link, ...]:
        """Those that share at least two, by what is shared of all that either has."""
        found = ((count / (sizes[id] + sizes[other] - count), other, count) for other, count in shared.items())
        ordered = sorted(
            (near for near in found if near[2] >= 2 and near[1] not in left_out), key=lambda near: (-near[0], near[1])
        )
        return tuple(self.facts.term_link(kind, other, count) for _, other, count in ordered[:_SHOWN])

    @cached_property
    def _tags_of(self) -> dict[str, set[str]]:
        return {
            topic.id: {tag for question in self.facts.below(topic.id) for tag in self.facts.tags(question)}
            for topic in self.facts.bank.topics.entries
        }

    @cached_property
    def _topics_of(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for topic, tags in self._tags_of.items():
            for tag in tags:
                found[tag].append(topic)
        return found


_HEADINGS = {"topics": "Topic", "tags": "Tag", "difficulty": "Difficulty", "companies": "Company"}


def _dated(question: Question, sightings: Iterable[Sighting]) -> list[Report]:
    return [(sighting.seen, question, sighting) for sighting in sightings if sighting.seen and sighting.source]


def lower_bound(count: int, total: int) -> float:
    """The least share that so many of so many are likely to stand for: Wilson's interval, `SURE` wide."""
    share, spread = count / total, SURE**2 / total
    return (share + spread / 2 - SURE * math.sqrt(share * (1 - share) / total + spread / 4 / total)) / (1 + spread)


def _times(factor: float) -> str:
    return f"{factor:.1f}" if factor < 10 else f"{factor:.0f}"
