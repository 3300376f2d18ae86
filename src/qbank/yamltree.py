"""Text of a YAML file -> a tree of plain nodes, each with its span.

The one importer of the YAML library. Nodes are composed from its event stream, so that depth, anchors, tags
and duplicate keys are refused before anything is built from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from qbank.diagnostics import Diagnostic, Finding
from qbank.rules import Rule, rule
from qbank.source import Place, Source, Span

MAX_CHARACTERS = 256 * 1024
MAX_DEPTH = 8

SYNTAX = rule(
    "QB002",
    "yaml-syntax",
    """The file is not valid YAML.

    Nothing after the place that is named could be read, so the question cannot be shown.

    Bad: `title: Bias: what is it?`
    Good: `title: "Bias: what is it?"`
    """,
)
DUPLICATE_KEY = rule(
    "QB003",
    "duplicate-key",
    """A mapping has the same key twice.

    Most YAML readers keep the last value and drop the first without a word.

    Bad: two lines `difficulty: easy` and `difficulty: hard`
    Good: one of them
    """,
)
UNSUPPORTED = rule(
    "QB004",
    "yaml-feature",
    """The file uses a feature of YAML that question files do without: an anchor, an alias, a tag or a merge.

    They make text mean something else than it says, and some make a small file expand into gigabytes.

    Bad: `title: &name What is bias?`
    Good: `title: What is bias?`
    """,
)
SEVERAL_DOCUMENTS = rule(
    "QB005",
    "several-documents",
    """A file holds more than one YAML document.

    One file is one question; everything after the second `---` would be lost.

    Bad: two questions with `---` between them
    Good: two files
    """,
)
TOO_LARGE = rule(
    "QB006",
    "file-too-large",
    """A file is larger than 262,144 characters.

    A question that long cannot be read in an interview, and the limit keeps hostile files from taking the machine.

    Bad: a data set pasted into an answer
    Good: the few rows that make the point
    """,
)
TOO_DEEP = rule(
    "QB007",
    "nested-too-deep",
    """Lists and mappings stand more than 8 levels deep.

    No field needs more than 4, and parsers fail on files nested thousands of levels deep.

    Bad: `tags: [[[[[[[[[pca]]]]]]]]]`
    Good: `tags: [pca]`
    """,
)


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text, as it was written. `style` is the sign that opened it: none, a quote, `|` or `>`."""

    span: Span
    text: str
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Sequence:
    span: Span
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    span: Span
    items: tuple[tuple[Scalar, Node], ...]


Node = Scalar | Sequence | Mapping


class _Refused(Exception):
    """Ends the composing of a file that must not be read further."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


def compose(source: Source) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The file's only document, and what is wrong with it as YAML; no node when it is empty or unreadable."""
    if len(source.text) > MAX_CHARACTERS:
        finding = Finding(
            f"the file has {len(source.text):,} characters, more than {MAX_CHARACTERS:,}",
            Place(source, Span(0, 0)),
            "Shorten it, or split it into several questions.",
        )
        return None, (TOO_LARGE.diagnose(finding),)
    try:
        composer = _Composer(source)
        node = composer.document()
    except _Refused as refused:
        return None, (refused.diagnostic,)
    except yaml.YAMLError:
        return None, (_syntax_error(source),)
    return node, tuple(composer.diagnostics)


class _Composer:
    """Builds nodes from events with a stack of its own, so that no input can exhaust Python's."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self._events = yaml.parse(source.text, Loader=yaml.CBaseLoader)

    def document(self) -> Node | None:
        root: Node | None = None
        open_collections: list[tuple[yaml.Event, list[Node]]] = []
        documents = 0
        for event in self._events:
            node: Node | None = None
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(
                        SEVERAL_DOCUMENTS, event, "a second document starts here", "Move it to a file of its own."
                    )
            elif isinstance(event, yaml.AliasEvent):
                self._refuse(UNSUPPORTED, event, f"`*{event.anchor}` is an alias", _QUOTE_OR_WRITE_OUT)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._refuse_features(event)
                open_collections.append((event, []))
                if len(open_collections) > MAX_DEPTH:
                    self._refuse(
                        TOO_DEEP,
                        event,
                        f"more than {MAX_DEPTH} levels deep",
                        "Write the value without the extra brackets or indentation.",
                    )
            elif isinstance(event, yaml.CollectionEndEvent):
                start, children = open_collections.pop()
                span = Span(start.start_mark.index, event.end_mark.index)
                node = (
                    self._mapping(span, children)
                    if isinstance(start, yaml.MappingStartEvent)
                    else Sequence(span, tuple(children))
                )
            elif isinstance(event, yaml.ScalarEvent):
                self._refuse_features(event)
                node = Scalar(self._trimmed(event), event.value, event.style)
            if node is not None:
                if open_collections:
                    open_collections[-1][1].append(node)
                else:
                    root = node
        return root

    def _mapping(self, span: Span, children: list[Node]) -> Mapping:
        first: dict[str, Scalar] = {}
        items = []
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._report(
                    SYNTAX, key.span, "a key must be one word", "Write the key as plain text before the colon."
                )
            elif key.text in first:
                where = Place(self.source, first[key.text].span)
                self._report(
                    DUPLICATE_KEY,
                    key.span,
                    f"`{key.text}` is given twice",
                    "Keep one of the two.",
                    ((where, "first given here"),),
                )
            else:
                first[key.text] = key
                items.append((key, value))
        return Mapping(span, tuple(items))

    def _trimmed(self, event: yaml.ScalarEvent) -> Span:
        # The scanner lets a block scalar run on to the next token; its text ends with the last line that has any.
        start, end = event.start_mark.index, event.end_mark.index
        return Span(start, start + len(self.source.text[start:end].rstrip()))

    def _refuse_features(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._refuse(
                UNSUPPORTED, event, f"`&{event.anchor}` is read as an anchor, not as text", _QUOTE_OR_WRITE_OUT
            )
        if event.tag is not None:
            self._refuse(UNSUPPORTED, event, f"`{event.tag}` is read as a YAML tag, not as text", _QUOTE_OR_WRITE_OUT)

    def _refuse(self, broken: Rule, event: yaml.Event, message: str, help: str) -> None:
        span = Span(event.start_mark.index, min(event.end_mark.index, event.start_mark.index + 40))
        raise _Refused(broken.diagnose(Finding(message, Place(self.source, span), help)))

    def _report(self, broken: Rule, span: Span, message: str, help: str, related: tuple = ()) -> None:
        self.diagnostics.append(broken.diagnose(Finding(message, Place(self.source, span), help, related)))


_QUOTE_OR_WRITE_OUT = "Put the text in quotes, or write the value out where it is needed."


def _syntax_error(source: Source) -> Diagnostic:
    """Where the file stops being YAML. The pure-Python scanner says it better than the C one, and is asked only now."""
    try:
        for _ in _bounded(yaml.parse(source.text, Loader=yaml.BaseLoader)):
            pass
        message, offset = "the file is not valid YAML", 0
    except yaml.reader.ReaderError as error:
        message, offset = f"the character U+{ord(error.character):04X} is not allowed in YAML", error.position
    except yaml.MarkedYAMLError as error:
        message = error.problem or "the file is not valid YAML"
        mark = error.problem_mark or error.context_mark
        offset = mark.index if mark else 0
    except (yaml.YAMLError, RecursionError):
        message, offset = "the file is not valid YAML", 0
    return SYNTAX.diagnose(Finding(message, Place(source, Span(offset, offset)), _syntax_help(source, offset, message)))


def _bounded(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > 10 * MAX_DEPTH:
            return
        yield event


def _syntax_help(source: Source, offset: int, message: str) -> str:
    line = source.line(source.location(offset).line)
    if "\t" in line[: len(line) - len(line.lstrip())] or "'\\t'" in message:
        return "Indent with spaces, not with tabs."
    if "mapping values are not allowed" in message:
        key, _, value = line.strip().partition(": ")
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'Put text that contains a colon in quotes: `{key}: "{quoted}"`.'
    if "quoted scalar" in message:
        return "Close the quote, or start long text with `|` on the line of its key."
    if "cannot start any token" in message:
        return "Put the value in quotes: it starts with a sign that YAML reserves."
    return "Check the indentation and the quotes here and in the line above; long text goes below `key: |`, indented."
