"""What tests are made of: question files, banks and their pages as values, and a strict reader of the HTML."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from hypothesis import HealthCheck, settings

from qbank.bank import Bank, Settings
from qbank.diagnostics import Diagnostic
from qbank.history import History
from qbank.model import Question
from qbank.pages import Page, Site, site
from qbank.parse import parse_question, parse_settings, parse_vocabulary
from qbank.project import template_folders
from qbank.render import Renderer
from qbank.source import Source
from qbank.text import fragments_of
from qbank.values import Status

ROOT = Path(__file__).parents[1]
TESTS = Path(__file__).parent
GOLDEN = TESTS / "golden"
REWRITE = os.environ.get("QBANK_REWRITE") == "1"
"""Whether golden files are written instead of compared: `QBANK_REWRITE=1 python -m pytest`, then read the diff."""

laws = settings(
    max_examples=200,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
"""For property tests: no deadline, and the same examples on every run in CI."""

REQUIRED: dict[str, Any] = {
    "title": "What is the bias of an estimator?",
    "prompt": "Say what the bias of an estimator is.",
    "difficulty": "medium",
    "answer": "The difference between its expectation and the truth.",
    "tags": ["estimators"],
}

VOCABULARIES: dict[str, list[dict[str, Any]]] = {
    "companies": [
        {"id": "google", "name": "Google", "url": "https://google.example"},
        {"id": "deepmind", "name": "Google DeepMind", "aliases": ["DM"], "parent": "google"},
        {"id": "meta", "name": "Meta", "aliases": ["Facebook"]},
        {"id": "netflix", "name": "Netflix"},
    ],
    "topics": [
        {"id": "evaluation", "name": "Evaluation", "description": "Metrics and validation."},
        {"id": "ml", "name": "Machine learning"},
        {"id": "ml/trees", "name": "Trees"},
        {"id": "ml/linear", "name": "Linear models"},
        {"id": "empty", "name": "Nothing yet"},
    ],
    "roles": [
        {"id": "data-scientist", "name": "Data scientist", "aliases": ["DS"]},
        {"id": "ml-engineer", "name": "ML engineer"},
    ],
    "rounds": [{"id": "onsite", "name": "Onsite"}, {"id": "phone-screen", "name": "Phone screen"}],
    "sources": [
        {"id": "collection", "name": "A collection", "kind": "collection", "url": "https://collection.example"},
        {"id": "report", "name": "A report", "kind": "first-hand", "retrieved": "2026-05"},
    ],
    "tags": [{"id": "cnn", "name": "Convolutional networks", "aliases": ["convnet"]}],
}


def written(value: Any) -> str:
    """The value as YAML text, every scalar in quotes."""
    return json.dumps(value, ensure_ascii=False)


def source(text: str, path: str = "questions/evaluation/roc-auc.yml") -> Source:
    return Source(path, text)


def parsed(text: str, path: str = "questions/evaluation/roc-auc.yml") -> tuple[Question | None, tuple[Diagnostic, ...]]:
    return parse_question(Source(path, text))


def fields(**changes: Any) -> dict[str, Any]:
    """The five required fields with changes; a field that is None is left out."""
    return {name: value for name, value in (REQUIRED | changes).items() if value is not None}


def question(id: str = "roc-auc", topic: str = "evaluation", **changes: Any) -> Question:
    """A question without errors, as its file would give it."""
    found, diagnostics = parsed(written(fields(**changes)), f"questions/{topic}/{id}.yml")
    assert found is not None, diagnostics
    return found


def bank(*questions: Question, settings: Mapping[str, Any] | None = None, **vocabularies: Any) -> Bank:
    """A bank of these questions with the vocabularies above, or those given; None stands for a missing file."""
    read = {}
    for kind, entries in (VOCABULARIES | vocabularies).items():
        if entries is not None:
            read[kind], diagnostics = parse_vocabulary(kind, Source(f"questions/{kind}.yml", written(entries)))
            assert not diagnostics, diagnostics
    parsed_settings: Settings | None = Settings()
    if settings:
        parsed_settings, diagnostics = parse_settings(Source("questions/bank.yml", written(settings)))
    assert parsed_settings is not None, diagnostics
    ordered = sorted(questions, key=lambda question: (question.id, question.path))
    return Bank(questions=tuple(ordered), settings=parsed_settings, **read)


def planned(bank: Bank, *, history: Mapping[str, History] | None = None, drafts: bool = False) -> Site:
    return site(bank, fragments=fragments_of, history=history, drafts=drafts)


def pages(bank: Bank, *, history: Mapping[str, History] | None = None, drafts: bool = False) -> dict[str, Page]:
    """The pages of a bank by their addresses."""
    return {page.address: page for page in planned(bank, history=history, drafts=drafts).pages}


def renderer(bank: Bank | None = None, **options: Any) -> Renderer:
    """A renderer with the templates that come with qbank, which knows the questions of the bank but its drafts."""
    if bank is not None:
        shown = {id: question.id for id, question in bank.by_id.items() if question.status is not Status.DRAFT}
        options["known"] = shown.get
    return Renderer(template_folders(), **options)


def article(question: Question) -> str:
    """The HTML of a question that is alone in its bank."""
    return _renderer().article(pages(bank(question), drafts=True)[f"questions/{question.id}/"])


@cache
def _renderer() -> Renderer:
    return renderer()


_BLOCK = re.compile(r"(?<=>)(?=</?(?:details|div|footer|h[1-6]|nav|ol|p|section|table|tbody|thead|ul)\b)")


def golden(name: str, actual: str) -> None:
    """Compare with a golden file, or write it when asked to. In it, blocks of a page have lines of their own."""
    path = GOLDEN / name
    if name.endswith(".html"):
        actual = _BLOCK.sub("\n", actual)
    if REWRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual, encoding="utf-8", newline="\n")
    assert path.is_file(), f"{name} is missing: run with QBANK_REWRITE=1 and read the diff"
    assert actual == path.read_text(encoding="utf-8"), f"{name} differs: run with QBANK_REWRITE=1 and read the diff"


class Html(HTMLParser):
    """A page's elements, links, ids and text; asserts that every tag closes the one that is open."""

    VOID = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"))
    MAY_BE_EMPTY = frozenset(
        (
            "td",
            "span",
            "i",
            "rect",
            "circle",
            "path",
            "mrow",
            "mtd",
            "mspace",
            "mo",
            "mi",
            "mprescripts",
            "use",
            "button",
            "fieldset",
        )
    )

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[str] = []
        self.empty: list[str] = []
        self.text = ""
        self._open: list[tuple[str, int]] = []
        self._contents: list[int] = []
        self.feed(text)
        self.close()
        assert not self._open, f"left open: {self._open}"
        assert len(self.ids) == len(set(self.ids)), f"an id is there twice: {sorted(self.ids)}"

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.elements}

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.elements if "id" in attributes]

    @property
    def links(self) -> list[str]:
        return [attributes["href"] or "" for name, attributes in self.elements if name == "a" and "href" in attributes]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute of <{tag}> is there twice: {names}"
        self.elements.append((tag, dict(attrs)))
        self._fill()
        if tag not in self.VOID:
            self._open.append((tag, len(self.text)))
            self._contents.append(0)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._fill()

    def handle_endtag(self, tag: str) -> None:
        name, start = self._open.pop()
        assert name == tag, f"</{tag}> closes <{name}>"
        if not self._contents.pop() and tag not in self.MAY_BE_EMPTY:
            self.empty.append(tag)
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append(" ".join(self.text[start:].split()))

    def handle_data(self, data: str) -> None:
        self.text += data
        if data.strip():
            self._fill()

    def _fill(self) -> None:
        if self._contents:
            self._contents[-1] += 1


def internal(page: Html, address: str) -> list[str]:
    """The addresses below the site's root that a page links to; fragments are kept."""
    base = "https://site.example/"
    whole = (urljoin(base + address, link) for link in page.links if not link.startswith("mailto:"))
    return [link.removeprefix(base) for link in whole if link.startswith(base)]
