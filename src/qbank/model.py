"""The one description of a question.

Each field carries its help text and examples; parsing, the JSON Schema, `fmt`, `new` and the field reference
are driven by them. The annotations are part of the description: they are evaluated, hence no postponing of them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Annotated, NamedTuple, Self

from qbank.shape import Bare, Field, Model, Wrong, fields_of
from qbank.source import Place, Source, Span
from qbank.values import (
    MAX_ITEMS,
    Completeness,
    Difficulty,
    Item,
    Kebab,
    Line,
    Markdown,
    PartialDate,
    Prose,
    QuestionId,
    Refers,
    Status,
    Url,
)

ValuePath = tuple[str | int, ...]
_SIGN = re.compile(r"[$#|<\[`~]")
_NO_SIGNS = b"abcdefghijklmnopqrstuvwxyz \t\n"


class Spans(Mapping[ValuePath, Span]):
    """Where each value of a file stands, looked up when that is asked for the first time: few questions have findings."""

    def __init__(self, source: Source, find: Callable[[Source], Mapping[ValuePath, Span]]) -> None:
        self._source = source
        self._find = find

    @cached_property
    def _found(self) -> Mapping[ValuePath, Span]:
        return self._find(self._source)

    def __getitem__(self, path: ValuePath) -> Span:
        return self._found[path]

    def __iter__(self) -> Iterator[ValuePath]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class Origin(NamedTuple):
    """The source of a model and the span of each of its values, by path."""

    source: Source
    spans: Mapping[ValuePath, Span]
    prefix: ValuePath = ()

    def place(self, *path: str | int) -> Place:
        """The place of a value, or of the nearest one around it."""
        whole = (*self.prefix, *path)
        while whole not in self.spans and whole:
            whole = whole[:-1]
        return Place(self.source, self.spans.get(whole, Span(0, 0)))


_NOWHERE = Origin(Source("", ""), {})


class Located(Model):
    """A part of a file that remembers where it was written."""

    _origin = _NOWHERE

    def located(self, origin: Origin) -> Self:
        """This very object, now knowing where it came from."""
        self.__dict__["_origin"] = origin
        return self

    def at(self, *path: str | int) -> Place:
        return self._origin.place(*path)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Located) and self._origin == other._origin and super().__eq__(other)

    __hash__ = Model.__hash__


CompanyId = Annotated[str, Refers("companies")]


class Sighting(Model):
    """A claim that a company asked the question: reported, never proven."""

    company: CompanyId = Field(description="The company that is said to have asked it.", examples=["google"])
    source: Annotated[str, Refers("sources")] | None = Field(
        None, description="Who says so; a sighting without a source does not count.", examples=["codemia"]
    )
    seen: PartialDate | None = Field(
        None, description="When it was asked: a year, a month or a day.", examples=["2026-05"]
    )
    role: Annotated[str, Refers("roles")] | None = Field(
        None, description="The role that was interviewed for.", examples=["data-scientist"]
    )
    round: Annotated[str, Refers("rounds")] | None = Field(
        None, description="The round in which it came up.", examples=["onsite"]
    )


class Interviewer(Model):
    """Notes for whoever grades the answer; each line becomes a box to tick."""

    tests: tuple[Item, ...] = Field(
        (),
        max_length=MAX_ITEMS,
        description="What the question tests.",
        examples=[["Fluency with conditional probability"]],
    )
    strong_signals: tuple[Item, ...] = Field(
        (), max_length=MAX_ITEMS, description="What a strong answer shows.", examples=[["Asks what the capacity is"]]
    )
    red_flags: tuple[Item, ...] = Field(
        (), max_length=MAX_ITEMS, description="What counts against an answer.", examples=[["Reads AUC as accuracy"]]
    )

    def __bool__(self) -> bool:
        return bool(self.tests or self.strong_signals or self.red_flags)


class FollowUp(Model):
    """What the interviewer asks next: text, text with its answer, or another question of the bank."""

    question: Item | None = Field(
        None, description="The follow-up as it is asked.", examples=["What does an AUC of 0.2 tell you?"]
    )
    answer: Prose | None = Field(
        None, description="The answer to it.", examples=["That the ranking is informative, upside down."]
    )
    id: QuestionId | None = Field(
        None, description="Instead of both: a question of the bank.", examples=["model-calibration"]
    )

    def complaint(self) -> Wrong | None:
        if (self.question is None) == (self.id is None) or (self.id and self.answer):
            return Wrong(
                "needs either `question` or `id`",
                "Write `question:` with `answer:`, or only `id:` of another question.",
            )
        return None


class Reference(Model):
    """Something to read that backs the answer."""

    title: Line = Field(
        min_length=1,
        description="Author, title and year, as a reader would look for it.",
        examples=['Fawcett, "An introduction to ROC analysis" (2006)'],
    )
    url: Url = Field(description="Where it is.", examples=["https://doi.org/10.1016/j.patrec.2005.10.010"])


class Adaptation(Model):
    """The work that a question was adapted from."""

    title: Line = Field(min_length=1, description="The work's title.", examples=["An open question collection"])
    url: Url = Field(description="Where it is.", examples=["https://example.org/questions"])
    licence: Line = Field(min_length=1, description="The licence that allows it.", examples=["CC BY 4.0"])


class Question(Located):
    """One question file. Its id is the file's stem and its topic the folder."""

    title: Line = Field(
        min_length=8,
        max_length=120,
        description="The question as a list shows it.",
        examples=["When do you optimise precision, recall or F1?"],
    )
    overview: Line | None = Field(
        None,
        max_length=240,
        description="The teaser on cards; must not give the answer away.",
        examples=["Choosing a metric by what a mistake costs."],
    )
    prompt: Prose = Field(
        min_length=1,
        description="The question as the interviewer asks it.",
        examples=["A spam filter blocks one wanted mail in a hundred. Is that good?"],
    )
    difficulty: Difficulty = Field(description="How hard it is for the roles that it is asked of.", examples=["medium"])
    tags: tuple[Kebab, ...] = Field(
        min_length=1,
        max_length=8,
        description="Methods and ideas; not a repetition of the topic.",
        examples=[["classification-metrics", "thresholds"]],
    )
    roles: tuple[Annotated[str, Refers("roles")], ...] = Field(
        (), max_length=MAX_ITEMS, description="Who would be asked.", examples=[["data-scientist"]]
    )
    companies: tuple[Annotated[Sighting, Bare("company")], ...] = Field(
        (),
        max_length=4 * MAX_ITEMS,
        description="Where it was reported asked, each with its source.",
        examples=[[{"company": "google", "source": "codemia", "seen": "2026-05"}]],
    )
    short_answer: Prose | None = Field(
        None,
        min_length=40,
        max_length=600,
        description="What to say in the first thirty seconds.",
        examples=["Precision when acting on a false alarm is expensive, recall when a miss is."],
    )
    answer: Prose = Field(
        min_length=1,
        description="The model answer in full: prose, math, tables, code, text diagrams.",
        examples=["**Start from costs.** A false alarm and a miss cost different things …"],
    )
    expectations: tuple[Item, ...] = Field(
        (),
        max_length=MAX_ITEMS,
        description="What the interviewer expects to hear.",
        examples=[["Ties the metric to a decision"]],
    )
    key_topics: tuple[Item, ...] = Field(
        (), max_length=MAX_ITEMS, description="What a complete answer covers.", examples=[["Precision-recall curve"]]
    )
    approach: tuple[Item, ...] = Field(
        (),
        max_length=MAX_ITEMS,
        description="How to go about it, step by step.",
        examples=[["Ask what each kind of mistake costs"]],
    )
    example: Prose | None = Field(
        None, min_length=1, description="A worked or real-world example.", examples=["Of 1,000 mails, 20 are spam …"]
    )
    story: Prose | None = Field(
        None,
        min_length=1,
        description="How it went wrong or right in production; always shown as an illustration.",
        examples=["A team shipped the model with the higher F1 …"],
    )
    mistakes: tuple[Item, ...] = Field(
        (),
        max_length=MAX_ITEMS,
        description="What candidates get wrong, and instead what.",
        examples=[["Averaging precision and recall. F1 is their harmonic mean."]],
    )
    interviewer: Interviewer = Field(
        Interviewer(),
        description="What the question tests, strong signals and red flags.",
        examples=[{"red_flags": ["Names a metric before asking about costs"]}],
    )
    follow_ups: tuple[Annotated[FollowUp, Bare("question")], ...] = Field(
        (),
        max_length=MAX_ITEMS,
        description="What comes next: text, `question` with `answer`, or `id` of another question.",
        examples=[[{"question": "And with three classes?", "answer": "Average over the classes …"}]],
    )
    related: tuple[QuestionId, ...] = Field(
        (),
        max_length=MAX_ITEMS,
        description="Questions to read next, in addition to those found by similarity.",
        examples=[["roc-auc"]],
    )
    references: tuple[Reference, ...] = Field(
        (),
        max_length=MAX_ITEMS,
        description="Papers, textbooks and official pages that back the answer.",
        examples=[[{"title": "Fawcett (2006)", "url": "https://doi.org/10.1016/j.patrec.2005.10.010"}]],
    )
    not_duplicate_of: tuple[QuestionId, ...] = Field(
        (),
        max_length=MAX_ITEMS,
        description="Questions that look the same and are not; silences the warning.",
        examples=[["roc-auc"]],
    )
    formerly: tuple[Kebab, ...] = Field(
        (),
        max_length=MAX_ITEMS,
        description="Ids that this question had before; their addresses redirect here.",
        examples=[["precision-vs-recall"]],
    )
    adapted_from: Adaptation | None = Field(
        None,
        description="The work that it was adapted from; absent when written for this bank.",
        examples=[{"title": "An open collection", "url": "https://example.org", "licence": "CC BY 4.0"}],
    )
    status: Status = Field(
        Status.PUBLISHED,
        description="Drafts appear only in the preview; a retired question needs `replaced_by`.",
        examples=["draft"],
    )
    replaced_by: QuestionId | None = Field(
        None, description="The question to read instead of a retired one.", examples=["precision-recall-f1"]
    )

    @property
    def path(self) -> str:
        """The file, as a POSIX path relative to the project's root."""
        return self._origin.source.path

    @cached_property
    def id(self) -> str:
        return stem_and_topic(self.path)[0]

    @cached_property
    def topic(self) -> str:
        """The folder below `questions/`, such as `evaluation` or `ml/evaluation`."""
        return stem_and_topic(self.path)[1]

    @cached_property
    def texts(self) -> tuple[tuple[ValuePath, object, str], ...]:
        """What `walk` gives: kept, since most checks ask for it."""
        return tuple(_walk(self))

    @cached_property
    def markdown(self) -> tuple[tuple[ValuePath, str], ...]:
        """The texts among them that are Markdown."""
        return tuple([(path, text) for path, marker, text in self.texts if isinstance(marker, Markdown)])

    @cached_property
    def markup(self) -> tuple[tuple[ValuePath, str], ...]:
        """Those of them that have a sign in them with which markup starts; most are words alone."""
        return tuple([found for found in self.markdown if _SIGN.search(found[1])])

    @cached_property
    def whole_markdown(self) -> str:
        """All of these as one text: what it does not contain, none of them does."""
        return "\n".join([text for _, text in self.markdown])

    @cached_property
    def said(self) -> str:
        """That with the title and the overview."""
        return "\n".join([self.title, self.overview or "", self.whole_markdown])

    @cached_property
    def whole_text(self) -> str:
        """That in lower case, as patterns that ignore case see it."""
        text = self.said.lower()
        return text if text.isascii() else text.replace("i\u0307", "i").replace("\u0131", "i").replace("\u017f", "s")

    @cached_property
    def signs(self) -> str:
        """All of `said` but small letters and spaces: what stands side by side there does so in these few signs too."""
        return self.said.encode("utf-8", "replace").translate(None, _NO_SIGNS).decode("latin-1")

    @property
    def completeness(self) -> Completeness:
        """How much of what helps a reader is there: derived, never demanded."""
        good = [self.short_answer, self.follow_ups, self.references, self.expectations or self.key_topics]
        complete = [self.approach, self.mistakes, self.interviewer, self.overview, self.example or self.story]
        if not all(good):
            return Completeness.STUB
        return Completeness.COMPLETE if all(complete) else Completeness.GOOD


def stem_and_topic(path: str) -> tuple[str, str]:
    """The id and the topic that the path of a question's file gives it."""
    folder, _, name = path.rpartition("/")
    return name.rpartition(".")[0] or name, folder.partition("/")[2]


def walk(value: Model) -> Iterable[tuple[ValuePath, object, str]]:
    """Every marked text of a model: its path, its marker (`Markdown` or `Refers`) and the text."""
    return value.texts if isinstance(value, Question) else tuple(_walk(value))


def _walk(value: Model, before: ValuePath = ()) -> list[tuple[ValuePath, object, str]]:
    found: list[tuple[ValuePath, object, str]] = []
    values = value.__dict__
    for name, marker in _marked(type(value)):
        part = values[name]
        if not part:
            continue  # no text that is read is empty
        path = (*before, name)
        if isinstance(part, str):
            if marker is not None:
                found.append((path, marker, part))
        elif isinstance(part, Model):
            found += _walk(part, path)
        elif isinstance(part[0], Model):
            for index, item in enumerate(part):
                found += _walk(item, (*path, index))
        elif marker is not None:
            found += [((*path, index), marker, item) for index, item in enumerate(part)]
    return found


@cache
def _marked(model: type[Model]) -> tuple[tuple[str, object | None], ...]:
    """The fields of a model, each with the marker of its text or of its items."""
    return tuple((name, field.marker) for name, field in fields_of(model).items())
