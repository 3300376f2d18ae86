"""What several pages need to know of a bank, each computed once: rows, counts, links, neighbours, charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from qbank import contexts
from qbank.bank import Bank
from qbank.charts import REST, Chart, TableChart, bar_chart, heat_map, stacked_bars
from qbank.contexts import Link, Row
from qbank.fragments import plain
from qbank.history import History
from qbank.model import Question, Sighting
from qbank.related import Likeness
from qbank.values import Difficulty, SourceKind, Status

WORTH = {
    SourceKind.FIRST_HAND: "somebody who was asked told this bank",
    SourceKind.PUBLIC_POST: "somebody who was asked wrote about it in public",
    SourceKind.COMPANY: "the company itself says so",
    SourceKind.COLLECTION: "a published collection says so; what its claim rests on is not known",
}
"""What a source's kind is worth, for the note that every claim about a company leads to."""

_DIFFICULTIES = {
    Difficulty.EASY: "A clear definition and one good example answer it.",
    Difficulty.MEDIUM: "It takes the mechanism, its limits and a choice that is argued for.",
    Difficulty.HARD: "It takes derivations, or several parts that have to fit together.",
}


def question_address(id: str) -> str:
    return f"questions/{id}/"


class Facts:
    """A bank without errors, looked at from the pages' side; drafts are part of it only when asked for."""

    def __init__(self, bank: Bank, history: Mapping[str, History], *, drafts: bool) -> None:
        self.bank = bank
        self.history = history
        self.shown = tuple(question for question in bank.questions if drafts or question.status is not Status.DRAFT)
        order = {topic.id: index for index, topic in enumerate(bank.topics.entries)}
        rank = {level: index for index, level in enumerate(Difficulty)}
        self.live = tuple(
            sorted(
                (question for question in self.shown if question.status is not Status.RETIRED),
                key=lambda question: (
                    order.get(question.topic, len(order)),
                    question.topic,
                    rank[question.difficulty],
                    question.title.casefold(),
                    question.id,
                ),
            )
        )
        """The questions that lists show, by topic and from easy to hard."""
        self._related: dict[str, tuple[str, ...]] = {}

    @cached_property
    def rows(self) -> dict[str, Row]:
        return {question.id: self.row(question) for question in self.shown}

    def row(self, question: Question) -> Row:
        sourced = newest_first(sighting for sighting in question.companies if sighting.source)
        names = dict.fromkeys(self.bank.companies.resolve(sighting.company) for sighting in sourced)
        return Row(
            id=question.id,
            title=question.title,
            address=question_address(question.id),
            overview=question.overview or "",
            difficulty=question.difficulty,
            topic=self.topic_link(question.topic),
            companies=tuple(self.term_link("companies", name) for name in names),
            newest=(sourced[0].seen or "") if sourced else "",
            completeness=question.completeness,
        )

    def rows_of(self, questions: Iterable[Question]) -> tuple[Row, ...]:
        return tuple(self.rows[question.id] for question in questions)

    def reported_row(self, question: Question, company: str) -> Row:
        """The row with what was reported of the company and its units, newest first, and the other companies."""
        row, reports = self.rows[question.id], newest_first(self.by_company[company][question.id])
        views = tuple(map(self.sighting, reports))
        own = {view.company.address for view in views}
        return row._replace(reports=views, companies=tuple(link for link in row.companies if link.address not in own))

    @cached_property
    def by_company(self) -> dict[str, dict[str, list[Sighting]]]:
        """Company -> question -> sightings, with those of its units."""
        found: dict[str, dict[str, list[Sighting]]] = {company.id: {} for company in self.bank.companies.entries}
        for question in self.live:
            for sighting in question.companies:
                company = self.bank.companies.find(sighting.company)
                assert company is not None
                for id in filter(None, (company.id, company.parent)):
                    found[id].setdefault(question.id, []).append(sighting)
        return found

    @cached_property
    def reported_at(self) -> dict[str, tuple[str, ...]]:
        """Question -> the companies, and those that they are units of, where a source says it was asked."""
        found: dict[str, dict[str, None]] = {question.id: {} for question in self.live}
        for company, seen in self.by_company.items():
            for question, sightings in seen.items():
                if any(sighting.source for sighting in sightings):
                    found[question][company] = None
        return {question: tuple(companies) for question, companies in found.items()}

    @cached_property
    def reports(self) -> Counter[str]:
        """Company -> how many questions a source says were asked there or at its units."""
        return Counter(company for companies in self.reported_at.values() for company in companies)

    def reported(self, company: str) -> list[Question]:
        """The questions that a source says were asked at the company or its units."""
        return [self.by_id[id] for id in self.by_company[company] if company in self.reported_at[id]]

    @cached_property
    def by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.live}

    def similar(self, question: Question) -> tuple[str, ...]:
        """The questions that are most like a question; a retired one has none.

        It depends on what the questions are about and on nothing else of them, so that whoever edits an answer changes
        no other question's page.
        """
        return tuple(id for id, _ in self._likeness.nearest(question.id, count=4)) if question.id in self.by_id else ()

    @cached_property
    def _likeness(self) -> Likeness:
        return Likeness({question.id: self.about(question) for question in self.live})

    def about(self, question: Question) -> str:
        """What a question is about: all of it that decides which others are like it."""
        tags = self.tags(question)
        # How often was tried on our own bank: of the four that are found, three are declared as related.
        return " ".join(
            [
                *[question.title] * 3,
                *tags * 3,
                *[tag.replace("-", " ") for tag in tags],
                *[question.topic] * 3,
                question.overview or "",
                plain(question.prompt),
                *map(plain, question.key_topics),
            ]
        )

    @cached_property
    def declared(self) -> dict[str, list[str]]:
        """Declared relations, shown on both of their ends."""
        pairs: dict[str, dict[str, None]] = {question.id: {} for question in self.shown}
        for question in self.live:
            for word in question.related:
                other = self.bank.by_id[word]
                if other.id in self.rows and other.status is not Status.RETIRED:
                    pairs[question.id][other.id] = None
        for question in self.live:
            for id in tuple(pairs[question.id]):
                pairs[id].setdefault(question.id)
        return {id: list(others) for id, others in pairs.items()}

    def related(self, question: Question) -> tuple[str, ...]:
        """The questions to read next, the declared ones first."""
        if question.id not in self._related:
            declared = self.declared[question.id]
            ids = dict.fromkeys((*declared, *self.similar(question)))
            self._related[question.id] = tuple(ids)[: max(6, len(declared))]
        return self._related[question.id]

    @cached_property
    def neighbours(self) -> dict[str, tuple[Link | None, Link | None]]:
        """The questions before and after each one in its topic, from easy to hard."""
        found = {}
        for topic in self.bank.topics.entries:
            links = [Link(text=row.title, address=row.address) for row in self.rows_of(self.own(topic.id))]
            for question, before, after in zip(self.own(topic.id), [None, *links], [*links[1:], None], strict=False):
                found[question.id] = (before, after)
        return found

    def own(self, topic: str) -> list[Question]:
        """The questions of a topic without those of its sub-topics."""
        return [question for question in self.below(topic) if question.topic == topic]

    def below(self, topic: str) -> list[Question]:
        """The questions of a topic with those of its sub-topics."""
        return self._below.get(topic, [])

    @cached_property
    def _below(self) -> dict[str, list[Question]]:
        found: dict[str, list[Question]] = {}
        for question in self.live:
            parts = question.topic.split("/")
            for level in range(1, len(parts) + 1):
                found.setdefault("/".join(parts[:level]), []).append(question)
        return found

    @cached_property
    def terms_of(self) -> dict[str, dict[str, list[Question]]]:
        """Kind of term -> term -> its questions; in the vocabulary's order where there is one."""
        found: dict[str, dict[str, list[Question]]] = {
            "tags": {},
            "difficulty": {level.value: [] for level in Difficulty},
            "roles": {entry.id: [] for entry in self.bank.roles.entries},
            "rounds": {entry.id: [] for entry in self.bank.rounds.entries},
        }
        for question in self.live:
            words = {
                "tags": self.tags(question),
                "difficulty": [question.difficulty.value],
                "roles": [self.bank.roles.resolve(role) for role in self.roles(question)],
                "rounds": [
                    self.bank.rounds.resolve(sighting.round) for sighting in question.companies if sighting.round
                ],
            }
            for kind, ids in words.items():
                for id in dict.fromkeys(ids):
                    found[kind].setdefault(id, []).append(question)
        found["tags"] = dict(sorted(found["tags"].items()))
        return {kind: {id: questions for id, questions in terms.items() if questions} for kind, terms in found.items()}

    def tags(self, question: Question) -> tuple[str, ...]:
        """A question's tags by their ids, each once."""
        return self._tags[question.id]

    @cached_property
    def _tags(self) -> dict[str, tuple[str, ...]]:
        return {
            question.id: tuple(dict.fromkeys(map(self.bank.tags.resolve, question.tags))) for question in self.shown
        }

    def roles(self, question: Question) -> tuple[str, ...]:
        """Who would be asked, as the question and its sightings say."""
        return (*question.roles, *(sighting.role for sighting in question.companies if sighting.role))

    def aliases(self, kind: str, id: str) -> tuple[str, ...]:
        entry = self.bank.vocabulary(kind).find(id)
        return entry.aliases if entry else ()

    @cached_property
    def roots(self) -> dict[str, str]:
        """Topic -> the listed topic furthest above it, in the order of the vocabulary."""
        found: dict[str, str] = {}
        for topic in sorted(self.bank.topics.entries, key=lambda topic: topic.id.count("/")):
            parts = topic.id.split("/")
            above = ("/".join(parts[:level]) for level in range(1, len(parts)))
            found[topic.id] = next((found[id] for id in above if id in found), topic.id)
        return {topic.id: found[topic.id] for topic in self.bank.topics.entries}

    def topic_link(self, id: str, count: int = 0) -> Link:
        entry = self.bank.topics.find(id)
        return _link("topics", id, entry.name if entry else id, count, (entry.description or "") if entry else "")

    def term_link(self, kind: str, word: str, count: int = 0) -> Link:
        """A link to the page of a company, tag, difficulty, role or round."""
        key = kind, word, count
        if (link := self._term_links.get(key)) is None:
            link = self._term_links[key] = self._term_link(*key)
        return link

    @cached_property
    def _term_links(self) -> dict[tuple[str, str, int], Link]:
        return {}

    def _term_link(self, kind: str, word: str, count: int) -> Link:
        if kind == "difficulty":
            return _link(kind, word, word.capitalize(), count, _DIFFICULTIES[Difficulty(word)])
        entry = self.bank.vocabulary(kind).find(word)
        if entry is None:
            return _link(kind, word, word.replace("-", " "), count)
        return _link(kind, entry.id, entry.name, count, entry.description or "")

    def sighting(self, sighting: Sighting) -> contexts.SightingView:
        return contexts.SightingView(
            company=self.term_link("companies", sighting.company),
            sourced=sighting.source is not None,
            seen=sighting.seen or "",
            role=self.term_link("roles", sighting.role) if sighting.role else None,
            round=self.term_link("rounds", sighting.round) if sighting.round else None,
        )

    def by_source(self, sightings: Iterable[Sighting]) -> tuple[contexts.SightingsOfSource, ...]:
        """The sightings under their sources, newest first; those without a source come last."""
        groups: dict[str, list[Sighting]] = {}
        for sighting in newest_first(sightings):
            groups.setdefault(self.bank.sources.resolve(sighting.source) if sighting.source else "", []).append(
                sighting
            )
        found = []
        for id, group in groups.items():
            source = self.bank.sources.find(id)
            found.append(
                contexts.SightingsOfSource(
                    name=source.name if source else "",
                    url=(source.url or "") if source else "",
                    kind=source.kind.value.replace("-", " ") if source else "",
                    sightings=tuple(self.sighting(sighting) for sighting in group),
                )
            )
        return tuple(found)

    def note(self, sightings: Iterable[Sighting]) -> contexts.SourcesNote:
        """The honest note: which claims rest on what."""
        all_of_them = list(sightings)
        counts: dict[str, int] = {}
        for sighting in all_of_them:
            if sighting.source:
                id = self.bank.sources.resolve(sighting.source)
                counts[id] = counts.get(id, 0) + 1
        views = (
            contexts.SourceView(
                name=source.name,
                url=source.url or "",
                kind=source.kind.value.replace("-", " "),
                worth=WORTH[source.kind],
                description=source.description or "",
                retrieved=source.retrieved or "",
                count=counts[source.id],
            )
            for source in self.bank.sources.entries
            if source.id in counts
        )
        return contexts.SourcesNote(
            sightings=len(all_of_them),
            sourced=sum(counts.values()),
            dated=sum(bool(sighting.seen and sighting.source) for sighting in all_of_them),
            sources=tuple(views),
        )

    # --- charts ---

    def difficulty_chart(self, questions: list[Question]) -> Chart | None:
        counts = Counter(question.difficulty for question in questions)
        bars = ((level.value.capitalize(), counts[level], level.value) for level in Difficulty)
        return bar_chart("Difficulty", bars, total=len(questions))

    def topic_chart(self, questions: list[Question], title: str = "Topics", most: int = 0) -> Chart | None:
        """The mix of topics, largest first; with `most`, the rest after so many in one bar."""
        counts = Counter(question.topic for question in questions)
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        bars = [(self.topic_link(id).text, count, "") for id, count in ordered]
        if most and len(bars) > most + 1:
            rest = bars[most:]
            bars[most:] = [(f"{len(rest)} other topics", sum(count for _, count, _ in rest), REST)]
        return bar_chart(title, bars, total=len(questions))

    def topics_by_difficulty(self, topics: Sequence[Link]) -> TableChart | None:
        """A stacked bar for each topic; its parts lead to the table of just these questions."""
        counts = Counter((self.roots[question.topic], question.difficulty.value) for question in self.live)
        return stacked_bars(
            "chart-topics",
            "Topics by difficulty",
            [_named(link) for link in topics],
            [_named(self.term_link("difficulty", level)) for level in self.terms_of["difficulty"]],
            counts,
            lambda topic, level: f"questions/?topic={topic}&difficulty={level}",
        )

    def companies_by_topic(self, companies: Sequence[Link], topics: Sequence[Link]) -> TableChart | None:
        """A heat map whose cells lead to the table of just these questions."""
        counts = Counter(
            (company, self.roots[question.topic]) for question in self.live for company in self.reported_at[question.id]
        )
        return heat_map(
            "chart-companies",
            "Companies by topic",
            [_named(link) for link in companies],
            [_named(link) for link in topics],
            counts,
            lambda company, topic: f"questions/?company={company}&topic={topic}&sourced=yes",
            totals=self.reports,
        )

    def round_chart(self, sightings: Iterable[Sighting], title: str = "Rounds") -> Chart | None:
        counts: dict[str, int] = {}
        total = 0
        for sighting in sightings:
            total += 1
            name = self.term_link("rounds", sighting.round).text if sighting.round else "Not reported"
            counts[name] = counts.get(name, 0) + 1
        if set(counts) <= {"Not reported"}:
            return None
        ordered = sorted(counts.items(), key=lambda item: (item[0] == "Not reported", -item[1], item[0]))
        return bar_chart(
            title,
            ((name, count, "muted" if name == "Not reported" else "") for name, count in ordered),
            total=total,
        )

    def company_counts(self, questions: list[Question]) -> list[Link]:
        counts = Counter(company for question in questions for company in self.reported_at[question.id])
        links = [self.term_link("companies", id, count) for id, count in counts.items()]
        return sorted(links, key=lambda link: (-link.count, link.text.casefold()))

    def tag_counts(self, questions: list[Question]) -> list[Link]:
        counts = Counter(tag for question in questions for tag in self.tags(question))
        return sorted(
            (self.term_link("tags", tag, count) for tag, count in counts.items()),
            key=lambda link: (-link.count, link.text.casefold()),
        )


def _named(link: Link) -> tuple[str, str, str]:
    """The key of a term's page, its name and its address."""
    return link.address.partition("/")[2].rstrip("/"), link.text, link.address


def newest_key(sightings: Iterable[Sighting]) -> tuple[str, bool]:
    """Sourced and dated first, then sourced, then the rest."""
    return max(map(_newness, sightings), default=("", False))


def newest_first(sightings: Iterable[Sighting]) -> list[Sighting]:
    return sorted(sightings, key=_newness, reverse=True)


def _newness(sighting: Sighting) -> tuple[str, bool]:
    return ((sighting.seen or ""), True) if sighting.source else ("", False)


def _link(kind: str, id: str, text: str, count: int = 0, note: str = "") -> Link:
    return Link(text=text, address=f"{kind}/{id}/", count=count, note=note)
