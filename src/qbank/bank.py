"""The bank: its vocabularies, its settings, and all of its questions.

The annotations of models are evaluated, hence no postponing of them.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

from qbank.model import Located, Question
from qbank.shape import Field, Model
from qbank.source import Source
from qbank.values import MAX_ITEMS, Kebab, Line, PartialDate, Refers, SourceKind, TopicPath, Url


class Term(Located):
    """A listed word: what questions may refer to by `id` or by one of its aliases."""

    id: Kebab = Field(
        description="The permanent key, used in question files and addresses.", examples=["data-scientist"]
    )
    name: Line = Field(min_length=1, description="The name that the site shows.", examples=["Data scientist"])
    aliases: tuple[Line, ...] = Field(
        (), max_length=MAX_ITEMS, description="Other names that people write.", examples=[["DS"]]
    )
    description: Line | None = Field(
        None,
        min_length=1,
        description="A sentence for its page.",
        examples=["Frames questions, builds and evaluates models."],
    )


class Topic(Term):
    """A folder of questions."""

    id: TopicPath = Field(description="The folder below `questions/`.", examples=["evaluation"])


class Company(Term):
    """A company, or a unit of one that is counted on both pages."""

    parent: Annotated[Kebab, Refers("companies")] | None = Field(
        None, description="The company that this is a unit of.", examples=["google"]
    )
    url: Url | None = Field(None, description="Its home page.", examples=["https://deepmind.google"])


class SightingSource(Term):
    """Where claims about companies come from."""

    kind: SourceKind = Field(description="What the source is worth.", examples=["collection"])
    url: Url | None = Field(None, description="Where it can be read.", examples=["https://codemia.io"])
    retrieved: PartialDate | None = Field(None, description="When it was read.", examples=["2026-05-12"])


VOCABULARIES: Mapping[str, type[Term]] = {
    "companies": Company,
    "topics": Topic,
    "roles": Term,
    "rounds": Term,
    "sources": SightingSource,
    "tags": Term,
}
"""The vocabulary files that stand directly in `questions/`, without `.yml`."""

AnyTerm = TypeVar("AnyTerm", bound=Term)


class _Vocabulary(NamedTuple, Generic[AnyTerm]):
    kind: str
    entries: tuple[AnyTerm, ...] = ()
    source: Source | None = None


class Vocabulary(_Vocabulary[AnyTerm]):
    """The entries of one vocabulary file, in its order; `source` is None when there is no such file."""

    def find(self, word: str) -> AnyTerm | None:
        """The entry with this id, name or alias; letters' case does not matter for names and aliases."""
        return self._by_id.get(word) or self._by_name.get(word.casefold())

    def resolve(self, word: str) -> str:
        """The canonical id of a word, or the word itself when it is not listed."""
        entry = self.find(word)
        return entry.id if entry else word

    @cached_property
    def _by_id(self) -> dict[str, AnyTerm]:
        return {entry.id: entry for entry in reversed(self.entries)}

    @cached_property
    def _by_name(self) -> dict[str, AnyTerm]:
        return {name.casefold(): entry for entry in reversed(self.entries) for name in (*entry.aliases, entry.name)}


class Suppression(Model):
    """A rule that the bank does without, and why."""

    rule: Line = Field(min_length=1, description="The rule's code or name.", examples=["similar-question"])
    files: tuple[Line, ...] = Field(
        (),
        max_length=MAX_ITEMS,
        description="Only in these files: paths below `questions/`, `*` stands for any part.",
        examples=[["evaluation/*.yml"]],
    )
    reason: Line = Field(
        min_length=10,
        description="Why it is right not to look.",
        examples=["The two questions are asked in one interview."],
    )


class Settings(Located):
    """`questions/bank.yml`: what holds for the whole bank."""

    title: Line = Field(
        "Interview questions",
        min_length=1,
        description="The bank's name.",
        examples=["Machine-learning interview questions"],
    )
    description: Line | None = Field(
        None,
        min_length=1,
        description="What the bank is, in a sentence.",
        examples=["Questions with answers that have been run."],
    )
    licence: Line | None = Field(
        None, min_length=1, description="The licence of the questions.", examples=["CC BY-SA 4.0"]
    )
    url: Url | None = Field(
        None,
        description="Where the site is published; reports link to its pages about rules.",
        examples=["https://questions.example.org/"],
    )
    ignore: tuple[Suppression, ...] = Field(
        (),
        max_length=MAX_ITEMS,
        description="Rules that do not hold for this bank, each with its reason.",
        examples=[[{"rule": "similar-question", "reason": "The two questions are asked in one interview."}]],
    )


class _Bank(NamedTuple):
    questions: tuple[Question, ...] = ()
    settings: Settings = Settings()
    companies: Vocabulary[Company] = Vocabulary("companies")
    topics: Vocabulary[Topic] = Vocabulary("topics")
    roles: Vocabulary[Term] = Vocabulary("roles")
    rounds: Vocabulary[Term] = Vocabulary("rounds")
    sources: Vocabulary[SightingSource] = Vocabulary("sources")
    tags: Vocabulary[Term] = Vocabulary("tags")
    today: str = ""
    """The day on which the bank is looked at (YYYY-MM-DD), for dates that lie in the future; empty when unknown."""


class Bank(_Bank):
    """All questions, sorted by id, with the vocabularies that they refer to."""

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """Each question by its id, and by the ids that it had before."""
        former = {old: question for question in self.questions for old in question.formerly}
        return former | {question.id: question for question in reversed(self.questions)}

    def vocabulary(self, kind: str) -> Vocabulary[Any]:
        return getattr(self, kind)
