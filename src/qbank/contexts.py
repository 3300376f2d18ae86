"""What each page template receives: one frozen context per template, of the same name.

Author's Markdown comes as a finished `Fragment`; everything else is plain text that the template escapes.
"""

from __future__ import annotations

from typing import NamedTuple

from qbank.charts import Chart, TableChart
from qbank.fragments import Fragment
from qbank.history import History
from qbank.values import Completeness, Difficulty


class Link(NamedTuple):
    """A name with the address of its page below the site's root."""

    text: str
    address: str
    count: int = 0
    note: str = ""


class SightingView(NamedTuple):
    """A claim that a company asked the question."""

    company: Link
    sourced: bool = True
    seen: str = ""
    role: Link | None = None
    round: Link | None = None


class Row(NamedTuple):
    """A question in a list: with the companies that a source names, and in a company's list that company's reports."""

    id: str
    title: str
    address: str
    overview: str
    difficulty: Difficulty
    topic: Link
    companies: tuple[Link, ...]
    newest: str
    completeness: Completeness
    reports: tuple[SightingView, ...] = ()


class Table(NamedTuple):
    """One page of a list of questions; `start` is the place of its first row among `total`, and `pages` the others."""

    caption: str
    preset: str
    rows: tuple[Row, ...]
    start: int
    total: int
    number: int
    last: int
    previous: Link | None
    next: Link | None
    pages: tuple[Link, ...]


class SightingsOfSource(NamedTuple):
    """What one source claims; `url` leads out of the site, and `name` is empty for claims without a source."""

    name: str
    url: str
    kind: str
    sightings: tuple[SightingView, ...]


class FollowUpView(NamedTuple):
    """A follow-up: asked in words, with or without its answer, or another question of the bank."""

    question: Fragment | None = None
    answer: Fragment | None = None
    row: Row | None = None


class SourceView(NamedTuple):
    """A source of sightings, with what its kind is worth and how many sightings rest on it."""

    name: str
    url: str
    kind: str
    worth: str
    description: str
    retrieved: str
    count: int


class SourcesNote(NamedTuple):
    """What the claims about companies on a page rest on."""

    sightings: int
    sourced: int
    dated: int
    sources: tuple[SourceView, ...]


class Contrast(NamedTuple):
    """A term that more of a page's questions have than of the whole bank; `factor` is how many times as many."""

    link: Link
    here: int
    bank: int
    factor: str


class Contrasts(NamedTuple):
    """What stands out among a page's questions, for one kind of term."""

    heading: str
    rows: tuple[Contrast, ...]


class Newest(NamedTuple):
    """A question with a report of it."""

    row: Row
    sighting: SightingView


class Path(NamedTuple):
    """A way from easy to hard, which touches so many of the tags."""

    rows: tuple[Row, ...]
    tags: int
    of_tags: int


class Start(NamedTuple):
    """A page as a place to start from: what stands out, what is new, what is hard, what is near; any may be absent.

    `questions` of `in_bank` are what the contrasts compare, and `near` is in common with what the `near_heading` says.
    """

    questions: int
    in_bank: int
    contrasts: tuple[Contrasts, ...]
    newest: tuple[Newest, ...]
    hardest: tuple[Row, ...]
    path: Path | None
    near: tuple[Link, ...]
    near_heading: str
    near_shared: str


class Home(NamedTuple):
    """The bank at a glance: what to do now, its numbers, its mix and the ways in. `ways` are things to do, each a link."""

    title: str
    description: str
    licence: str
    ways: tuple[tuple[str, Link], ...]
    questions: int
    companies: int
    topics: tuple[Link, ...]
    all_topics: int
    difficulties: tuple[Link, ...]
    top_companies: tuple[Link, ...]
    top_tags: tuple[Link, ...]
    tags: int
    levels: TableChart | None
    heat: TableChart | None
    note: SourcesNote
    recent: tuple[tuple[str, Row], ...]


class Questions(NamedTuple):
    """All questions that lists show."""

    table: Table
    breadcrumbs: tuple[Link, ...]
    charts: tuple[Chart, ...]


class Listing(NamedTuple):
    """A list of questions from its second page on; `of` is the first."""

    title: str
    of: Link
    table: Table
    breadcrumbs: tuple[Link, ...]


class QuestionPage(NamedTuple):
    """One question: author's text as fragments, the rest as plain text and links; what is absent is empty."""

    id: str
    title: str
    overview: str
    difficulty: Link
    level: Difficulty
    topics: tuple[Link, ...]
    breadcrumbs: tuple[Link, ...]
    tags: tuple[Link, ...]
    roles: tuple[Link, ...]
    sightings: tuple[SightingsOfSource, ...]
    completeness: Completeness
    draft: bool
    replaced_by: Link | None
    prompt: Fragment
    answer: Fragment
    short_answer: Fragment | None
    example: Fragment | None
    story: Fragment | None
    expectations: tuple[Fragment, ...]
    key_topics: tuple[Fragment, ...]
    approach: tuple[Fragment, ...]
    mistakes: tuple[Fragment, ...]
    tests: tuple[Fragment, ...]
    strong_signals: tuple[Fragment, ...]
    red_flags: tuple[Fragment, ...]
    follow_ups: tuple[FollowUpView, ...]
    references: tuple[tuple[str, str], ...]
    adapted_from: tuple[str, str, str] | None
    related: tuple[Row, ...]
    previous: Link | None
    next: Link | None
    path: str
    history: History | None


class Company(NamedTuple):
    """A company with its sightings, those of its units included."""

    name: str
    reported: int
    description: str
    website: str
    parent: Link | None
    units: tuple[Link, ...]
    breadcrumbs: tuple[Link, ...]
    named: int
    start: Start
    table: Table
    charts: tuple[Chart, ...]
    note: SourcesNote


class Topic(NamedTuple):
    """A topic with its questions, those of its sub-topics included."""

    name: str
    description: str
    subtopics: tuple[Link, ...]
    breadcrumbs: tuple[Link, ...]
    start: Start
    table: Table
    charts: tuple[Chart, ...]
    companies: tuple[Link, ...]
    tags: tuple[Link, ...]


class Term(NamedTuple):
    """A tag, a difficulty, a role or a round."""

    name: str
    description: str
    level: Difficulty | None
    breadcrumbs: tuple[Link, ...]
    start: Start
    table: Table
    charts: tuple[Chart, ...]


class Index(NamedTuple):
    """All companies, topics, tags, difficulties, roles or rounds; `groups` have a heading unless there is one."""

    title: str
    description: str
    breadcrumbs: tuple[Link, ...]
    groups: tuple[tuple[str, tuple[Link, ...]], ...]
    empty: str
    note: SourcesNote | None


class Contribute(NamedTuple):
    """How to take part; `rules` is how many there are."""

    breadcrumbs: tuple[Link, ...]
    rules: int


class FieldLine(NamedTuple):
    """A field of the file format; `example` is written as it would stand in a file."""

    name: str
    kind: str
    required: bool
    help: str
    example: str


class FieldTable(NamedTuple):
    """The fields of one part of the file format."""

    id: str
    title: str
    fields: tuple[FieldLine, ...]


class FieldReference(NamedTuple):
    """All fields that files may have."""

    breadcrumbs: tuple[Link, ...]
    tables: tuple[FieldTable, ...]


class RuleLine(NamedTuple):
    """A rule in a list, with the first sentence of its manual."""

    code: str
    name: str
    severity: str
    summary: str
    address: str


class RuleIndex(NamedTuple):
    """All rules, in groups with their headings."""

    breadcrumbs: tuple[Link, ...]
    groups: tuple[tuple[str, tuple[RuleLine, ...]], ...]


class RulePage(NamedTuple):
    """One rule with its manual."""

    code: str
    name: str
    severity: str
    manual: Fragment
    can_be_ignored: bool
    breadcrumbs: tuple[Link, ...]
