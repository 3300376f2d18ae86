"""Bank -> pages: which there are, at which addresses, and what each shows.

A page's context is made when it is asked for, so that a build holds one question's HTML at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from qbank import contexts
from qbank.bank import Bank, Company, Topic
from qbank.charts import Chart
from qbank.columns import index_files
from qbank.contexts import Link, Row
from qbank.facts import Facts, newest_key, question_address
from qbank.fragments import Fragment, plain
from qbank.guide import guide_pages
from qbank.history import History
from qbank.insights import Insights
from qbank.model import FollowUp, Question, ValuePath, walk
from qbank.neighbourhood import remembered
from qbank.page import Page, Redirect, Site
from qbank.tables import Listing
from qbank.values import Difficulty, Markdown, Status

Fragments = Mapping[ValuePath, Fragment]


def site(
    bank: Bank,
    *,
    fragments: Callable[[Question], Fragments],
    history: Mapping[str, History] | None = None,
    drafts: bool = False,
) -> Site:
    """Every page of a bank without errors; drafts only when asked for."""
    return _Planner(Facts(bank, history or {}, drafts=drafts), fragments).site()


def question_page(facts: Facts, question: Question, fragments: Fragments) -> Page:
    """The page of a question alone."""
    return _Planner(facts, lambda _: fragments).question(question)


_INDEXES = {
    "companies": ("Companies", "Which company was reported to ask what, and who says so."),
    "topics": ("Topics", "The bank by subject, from foundations to production."),
    "tags": ("Tags", "The bank by method and idea."),
    "difficulty": ("Difficulty", "The bank by how hard its questions are."),
    "roles": ("Roles", "The bank by who would be asked."),
    "rounds": ("Rounds", "The bank by where in the process a question was reported."),
}


_MANY = 24
"""Topics that the home page shows; of more, the largest."""
_HOME = Link(text="Home", address="")


class _Planner:
    """Makes the pages, one method per template, of the facts about the bank."""

    def __init__(self, facts: Facts, fragments: Callable[[Question], Fragments]) -> None:
        self.facts = facts
        self.insights = Insights(facts)
        self.fragments = fragments

    def site(self) -> Site:
        pages = [self.home(), *self.questions()]
        pages += (self.question(question) for question in self.facts.shown)
        for company in self.facts.bank.companies.entries:
            if self.facts.by_company[company.id]:
                pages += self.company(company)
        for topic in self.facts.bank.topics.entries:
            pages += self.topic(topic)
        for kind, terms in self.facts.terms_of.items():
            for id, questions in terms.items():
                pages += self.term(kind, id, questions)
        pages += (self.index(kind) for kind in _INDEXES)
        pages += guide_pages()
        redirects = (
            Redirect(
                question_address(old),
                question_address(question.id),
                question.title,
                lambda question=question, index=index: question.at("formerly", index),
            )
            for question in self.facts.shown
            for index, old in enumerate(question.formerly)
        )
        return Site(tuple(pages), tuple(redirects), lambda: index_files(self.facts))

    def start(
        self,
        questions: Sequence[Question],
        contrasts: Sequence[str],
        *,
        company: str = "",
        path: bool = False,
        near: tuple[Link, ...] = (),
        heading: str = "",
        shared: str = "question",
    ) -> contexts.Start:
        """What a page of these questions says before its table."""
        return contexts.Start(
            questions=len(questions),
            in_bank=len(self.facts.live),
            contrasts=self.insights.contrasts(questions, contrasts),
            newest=self.insights.newest(questions, company),
            hardest=self.insights.hardest(questions),
            path=self.insights.path(questions) if path else None,
            near=near,
            near_heading=heading,
            near_shared=shared,
        )

    def listing(self, address: str, title: str, preset: str, questions: Sequence[Question]) -> Listing:
        return Listing(address=address, title=title, preset=preset, questions=questions, row=self.row)

    def row(self, question: Question) -> Row:
        return self.facts.rows[question.id]

    def further(self, first: Page, listing: Listing, *crumbs: Link) -> Iterable[Page]:
        """The pages of a list after its first."""
        for number in range(2, listing.last + 1):
            yield Page(
                address=listing.page(number),
                template="listing",
                title=f"{first.title}, page {number}",
                description=f"{listing.title}: page {number} of {listing.last}.",
                context=lambda number=number: contexts.Listing(
                    title=first.title,
                    of=Link(text=listing.title, address=listing.address),
                    table=listing.table(number),
                    breadcrumbs=self.crumbs(*crumbs),
                ),
                listed=False,
                origin=first.origin,
            )

    def crumbs(self, *links: Link) -> tuple[Link, ...]:
        return (_HOME, *links)

    def index_link(self, kind: str) -> Link:
        return Link(text=_INDEXES[kind][0], address=f"{kind}/")

    def home(self) -> Page:
        live, settings = list(self.facts.live), self.facts.bank.settings
        changed = sorted(
            ((self.facts.history[q.path].updated, q.id) for q in live if q.path in self.facts.history),
            key=lambda item: (item[0], item[1]),
            reverse=True,
        )

        def context() -> contexts.Home:
            topics = [
                self.facts.topic_link(id, len(self.facts.below(id)))
                for id, root in self.facts.roots.items()
                if id == root
            ]
            largest = sorted((link for link in topics if link.count), key=lambda link: -link.count)
            companies = self.facts.company_counts(live)
            return contexts.Home(
                title=settings.title,
                description=settings.description or "",
                licence=settings.licence or "",
                ways=tuple(self.ways(largest, companies)),
                questions=len(live),
                companies=len(companies),
                topics=tuple(topics if len(topics) <= _MANY else largest[:_MANY]),
                all_topics=len(self.facts.bank.topics.entries),
                difficulties=tuple(
                    self.facts.term_link("difficulty", id, len(questions))
                    for id, questions in self.facts.terms_of["difficulty"].items()
                ),
                top_companies=tuple(companies[:12]),
                top_tags=tuple(self.facts.tag_counts(live)[:18]),
                tags=len(self.facts.terms_of["tags"]),
                levels=self.facts.topics_by_difficulty(largest[:_MANY]),
                heat=self.facts.companies_by_topic(companies[:10], largest[:10]),
                note=self.facts.note(sighting for question in live for sighting in question.companies),
                recent=tuple((day, self.facts.rows[id]) for day, id in changed[:5]),
            )

        return Page(
            address="",
            template="home",
            title="Home",
            description=settings.description or "",
            context=context,
            in_menu=True,
            search_text=lambda: (settings.title, settings.description or ""),
        )

    def ways(self, topics: Sequence[Link], companies: Sequence[Link]) -> Iterable[tuple[str, Link]]:
        """What a visitor with ten minutes can do: of each kind the one that fits most visitors."""
        if not self.facts.live:
            return
        rank = list(Difficulty).index
        first = min(self.facts.live, key=lambda q: (rank(q.difficulty), -len(self.facts.reported_at[q.id])))
        row = self.facts.rows[first.id]
        yield (
            "Answer one question",
            Link(text=row.title, address=row.address, note="Say it aloud, then open the answer and grade yourself."),
        )
        if topics and self.insights.path(questions := self.facts.below(topics[0].address[len("topics/") : -1])):
            yield (
                "Follow a topic from easy to hard",
                Link(
                    text=topics[0].text,
                    address=f"{topics[0].address}#path",
                    note=f"A few steps through {_count(len(questions), 'question')}.",
                ),
            )
        if companies:
            yield (
                "See what one company asks",
                Link(
                    text=companies[0].text,
                    address=companies[0].address,
                    note=f"{_count(companies[0].count, 'question')} reported, each with its source.",
                ),
            )

    def questions(self) -> Iterable[Page]:
        live = list(self.facts.live)
        listing = self.listing("questions/", "All questions", "", live)

        def context() -> contexts.Questions:
            return contexts.Questions(
                table=listing.table(),
                breadcrumbs=self.crumbs(),
                charts=_present(self.facts.difficulty_chart(live)),
            )

        page = Page(
            address="questions/",
            template="questions",
            title="Questions",
            description=f"All {len(live)} questions of the bank.",
            context=context,
            in_menu=True,
        )
        return page, *self.further(page, listing, Link(text="Questions", address=page.address))

    def question(self, question: Question) -> Page:
        history = self.facts.history.get(question.path)
        live = question.status is not Status.RETIRED
        left_out = self.left_out(question)
        return Page(
            address=question_address(question.id),
            template="question",
            title=question.title,
            description=question.overview or plain(question.prompt)[:160],
            context=lambda: self.question_context(question),
            toc=tuple((id, heading) for id, heading in _question_toc(question) if id not in left_out),
            search_text=lambda: self.search_text(question),
            prompt=(question.overview or "", question.prompt) if live else (),
            answer=lambda: _answer(question) if live else (),
            tags=self.facts.tags(question),
            listed=live,
            path=question.path,
            updated=history.updated if history else "",
            origin=lambda: question.at("title"),
            remembered=lambda: remembered(self.facts, question),
        )

    def search_text(self, question: Question) -> tuple[str, ...]:
        """What a host's own search finds of a question."""
        names = {self.facts.term_link("companies", sighting.company).text for sighting in question.companies}
        return (
            question.overview or "",
            plain(question.prompt),
            plain(question.short_answer or ""),
            f"Reported asked at {', '.join(sorted(names, key=str.casefold))}" if names else "",
        )

    def question_context(self, question: Question) -> contexts.QuestionPage:
        text = self.fragments(question)
        topics = tuple(
            self.facts.topic_link("/".join(question.topic.split("/")[: level + 1]))
            for level in range(question.topic.count("/") + 1)
        )
        before, after = self.facts.neighbours.get(question.id, (None, None))
        replacement = self.facts.bank.by_id[question.replaced_by] if question.replaced_by else None
        adapted = question.adapted_from
        # Lists leave a retired question out, so a company or tag that only it names has no page to link to.
        retired = question.status is Status.RETIRED
        has_level = question.difficulty.value in self.facts.terms_of["difficulty"]
        level = self.facts.term_link("difficulty", question.difficulty.value)

        def lines(*path: str) -> tuple[Fragment, ...]:
            return tuple(text[key] for key in text if key[:-1] == path)

        return contexts.QuestionPage(
            id=question.id,
            title=question.title,
            overview=question.overview or "",
            difficulty=level if has_level else Link(text=level.text, address="difficulty/"),
            level=question.difficulty,
            topics=topics,
            breadcrumbs=self.crumbs(*topics),
            tags=tuple(
                self.facts.term_link("tags", tag)
                for tag in self.facts.tags(question)
                if tag in self.facts.terms_of["tags"]
            ),
            roles=() if retired else tuple(self.facts.term_link("roles", role) for role in question.roles),
            sightings=() if retired else self.facts.by_source(question.companies),
            completeness=question.completeness,
            draft=question.status is Status.DRAFT,
            replaced_by=Link(text=replacement.title, address=question_address(replacement.id))
            if replacement and retired and replacement.id in self.facts.rows
            else None,
            prompt=text[("prompt",)],
            answer=text[("answer",)],
            short_answer=text.get(("short_answer",)),
            example=text.get(("example",)),
            story=text.get(("story",)),
            expectations=lines("expectations"),
            key_topics=lines("key_topics"),
            approach=lines("approach"),
            mistakes=lines("mistakes"),
            tests=lines("interviewer", "tests"),
            strong_signals=lines("interviewer", "strong_signals"),
            red_flags=lines("interviewer", "red_flags"),
            follow_ups=tuple(
                contexts.FollowUpView(
                    question=text.get(("follow_ups", index, "question")),
                    answer=text.get(("follow_ups", index, "answer")),
                    row=self.facts.rows.get(self.facts.bank.by_id[follow_up.id].id) if follow_up.id else None,
                )
                for index, follow_up in self.follow_ups(question)
            ),
            references=tuple((reference.title, reference.url) for reference in question.references),
            adapted_from=(adapted.title, adapted.url, adapted.licence) if adapted else None,
            related=tuple(self.facts.rows[id] for id in self.facts.related(question)),
            previous=before,
            next=after,
            path=question.path,
            history=self.facts.history.get(question.path),
        )

    def left_out(self, question: Question) -> set[str]:
        """Sections whose fields are filled but have nothing to show."""
        hidden = set() if self.follow_ups(question) else {"follow-ups"}
        return hidden | {"companies"} if question.status is Status.RETIRED else hidden

    def follow_ups(self, question: Question) -> list[tuple[int, FollowUp]]:
        """Those that readers may see, with their index: not the drafts."""
        return [
            (index, follow_up)
            for index, follow_up in enumerate(question.follow_ups)
            if follow_up.id is None or self.facts.bank.by_id[follow_up.id].id in self.facts.rows
        ]

    def company(self, company: Company) -> Iterable[Page]:
        seen = self.facts.by_company[company.id]
        questions = [self.facts.by_id[id] for id in seen]
        parent = self.facts.bank.companies.find(company.parent) if company.parent else None
        listing = Listing(
            address=f"companies/{company.id}/",
            title=f"Questions reported asked at {company.name}",
            preset=f"company={company.id}",
            questions=sorted(questions, key=lambda question: newest_key(seen[question.id]), reverse=True),
            row=lambda question: self.facts.reported_row(question, company.id),
        )

        def context() -> contexts.Company:
            reported = self.facts.reported(company.id)
            return contexts.Company(
                name=company.name,
                reported=self.facts.reports[company.id],
                description=company.description or "",
                website=company.url or "",
                parent=self.facts.term_link("companies", parent.id) if parent else None,
                units=tuple(
                    self.facts.term_link("companies", unit.id, self.facts.reports[unit.id])
                    for unit in self.facts.bank.companies.entries
                    if unit.parent == company.id and self.facts.by_company[unit.id]
                ),
                breadcrumbs=self.crumbs(self.index_link("companies")),
                named=len(questions),
                start=self.start(
                    reported,
                    ("topics", "tags", "difficulty"),
                    company=company.id,
                    near=self.insights.companies_alike(company, reported),
                    heading="Ask alike",
                ),
                table=listing.table(),
                charts=_present(
                    self.facts.topic_chart(questions, most=6),
                    self.facts.difficulty_chart(questions),
                    self.facts.round_chart(sighting for sightings in seen.values() for sighting in sightings),
                ),
                note=self.facts.note(sighting for sightings in seen.values() for sighting in sightings),
            )

        number = _count(self.facts.reports[company.id], "question")
        page = Page(
            address=listing.address,
            template="company",
            title=f"{company.name} interview questions",
            description=f"{number} reported asked at {company.name}, each with its source.",
            context=context,
            search_text=lambda: (company.name, *company.aliases),
            origin=lambda: company.at("id"),
        )
        link = self.facts.term_link("companies", company.id)
        return page, *self.further(page, listing, self.index_link("companies"), link)

    def topic(self, topic: Topic) -> Iterable[Page]:
        questions = self.facts.below(topic.id)
        parts = topic.id.split("/")
        listing = self.listing(f"topics/{topic.id}/", f"Questions on {topic.name}", f"topic={topic.id}", questions)
        crumbs = (
            self.index_link("topics"),
            *(
                self.facts.topic_link("/".join(parts[:level]))
                for level in range(1, len(parts))
                if self.facts.bank.topics.find("/".join(parts[:level]))
            ),
        )

        def context() -> contexts.Topic:
            subtopics = [
                other
                for other in self.facts.bank.topics.entries
                if other.id.startswith(f"{topic.id}/") and other.id.count("/") == len(parts)
            ]
            return contexts.Topic(
                name=topic.name,
                description=topic.description or "",
                subtopics=tuple(
                    self.facts.topic_link(other.id, len(self.facts.below(other.id))) for other in subtopics
                ),
                breadcrumbs=self.crumbs(*crumbs),
                start=self.start(
                    questions,
                    ("companies", "difficulty"),
                    path=True,
                    near=self.insights.topics_together(topic.id),
                    heading="Goes together with",
                    shared="tag",
                ),
                table=listing.table(),
                charts=_present(
                    self.facts.topic_chart(questions, "Sub-topics"),
                    self.facts.difficulty_chart(questions),
                    self.facts.round_chart(sighting for question in questions for sighting in question.companies),
                ),
                companies=tuple(self.facts.company_counts(questions)),
                tags=tuple(self.facts.tag_counts(questions)[:16]),
            )

        page = Page(
            address=listing.address,
            template="topic",
            title=topic.name,
            description=topic.description or f"{_count(len(questions), 'question')} on {topic.name}.",
            context=context,
            search_text=lambda: (topic.description or "", *topic.aliases),
            origin=lambda: topic.at("id"),
        )
        return page, *self.further(page, listing, *crumbs, self.facts.topic_link(topic.id))

    def term(self, kind: str, id: str, questions: list[Question]) -> Iterable[Page]:
        link = self.facts.term_link(kind, id)
        key = {"tags": "tag", "roles": "role", "rounds": "round"}.get(kind, kind)
        listing = self.listing(link.address, f"Questions: {link.text}", f"{key}={id}", questions)

        def context() -> contexts.Term:
            tag = kind == "tags"
            start = self.start(
                questions,
                ("topics", "companies", "difficulty") if tag else ("topics", "tags"),
                path=tag,
                near=self.insights.tags_together(id, questions) if tag else (),
                heading="Goes together with",
            )
            return contexts.Term(
                name=link.text,
                description=link.note,
                level=Difficulty(id) if kind == "difficulty" else None,
                breadcrumbs=self.crumbs(self.index_link(kind)),
                start=start,
                table=listing.table(),
                charts=_present(self.facts.topic_chart(questions, most=6), self.facts.difficulty_chart(questions)),
            )

        page = Page(
            address=link.address,
            template="term",
            title=f"{link.text} questions" if kind == "difficulty" else link.text,
            description=link.note or f"{_count(len(questions), 'question')}: {link.text}.",
            context=context,
            search_text=lambda: (link.note,),
        )
        return page, *self.further(page, listing, self.index_link(kind), link)

    def index(self, kind: str) -> Page:
        title, description = _INDEXES[kind]

        def context() -> contexts.Index:
            live = list(self.facts.live)
            links: list[Link]
            if kind == "companies":
                links = [
                    self.facts.term_link(kind, id, self.facts.reports[id])
                    for id, seen in self.facts.by_company.items()
                    if seen
                ]
                links.sort(key=lambda link: link.text.casefold())
            elif kind == "topics":
                links = [
                    self.facts.topic_link(topic.id, len(self.facts.below(topic.id)))
                    for topic in self.facts.bank.topics.entries
                ]
            else:
                links = [
                    self.facts.term_link(kind, id, len(questions))
                    for id, questions in self.facts.terms_of[kind].items()
                ]
            groups = _by_initial(links) if kind == "tags" else (("", tuple(links)),) if links else ()
            return contexts.Index(
                title=title,
                description=description,
                breadcrumbs=self.crumbs(),
                groups=groups,
                empty=f"No {title.lower()} yet: no question of the bank names one.",
                note=self.facts.note(sighting for question in live for sighting in question.companies)
                if kind in ("companies", "rounds")
                else None,
            )

        return Page(
            address=f"{kind}/",
            template="index",
            title=title,
            description=description,
            context=context,
            in_menu=kind in ("companies", "topics", "tags"),
        )


SECTIONS = (
    ("approach", "approach", "Hints"),
    ("short_answer", "short-answer", "In thirty seconds"),
    ("answer", "answer", "Model answer"),
    ("example", "example", "Example"),
    ("story", "story", "Story"),
    ("mistakes", "mistakes", "Common mistakes"),
    ("follow_ups", "follow-ups", "Follow-ups"),
    ("grading", "grading", "Grade yourself"),
    ("companies", "companies", "Reported asked at"),
    ("references", "references", "References"),
)
"""The sections of a question page in their order: field, id on the page, heading."""


def _answer(question: Question) -> tuple[str, ...]:
    """All that a question's page keeps closed or shows after it: every Markdown field but the prompt."""
    return tuple(text for path, marker, text in walk(question) if isinstance(marker, Markdown) and path != ("prompt",))


def _question_toc(question: Question) -> Iterable[tuple[str, str]]:
    for name, id, heading in SECTIONS:
        present = (
            question.expectations or question.key_topics or question.interviewer
            if name == "grading"
            else getattr(question, name)
        )
        if present:
            yield id, heading


def _by_initial(links: list[Link]) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    groups: dict[str, list[Link]] = {}
    for link in sorted(links, key=lambda link: link.text.casefold()):
        initial = link.text[:1].upper()
        groups.setdefault(initial if initial.isalpha() else "0-9", []).append(link)
    return tuple((initial, tuple(group)) for initial, group in groups.items())


def _present(*charts: Chart | None) -> tuple[Chart, ...]:
    return tuple(chart for chart in charts if chart is not None)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
