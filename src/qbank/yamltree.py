"""Text of a YAML file -> a tree of plain nodes, each with its span.

The one importer of the YAML library. Nodes are composed from its event stream, so that depth, anchors, tags
and duplicate keys are refused before anything is built from them. A file that is not YAML as a whole is read
piece by piece, so that each of its faults is found and its sound fields are still checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from qbank import yamlrules as broken
from qbank.diagnostics import Diagnostic, Edit, Finding
from qbank.rules import MOST_IN_A_FILE, Rule
from qbank.source import Place, Source, Span
from qbank.yamlfaults import Trouble, diagnose, quoted, value_on_line

if TYPE_CHECKING:
    import yaml

# The library is imported by the functions that need it: most files are read without it.

MAX_CHARACTERS = 128 * 1024
MAX_DEPTH = 8


class Scalar(NamedTuple):
    """Text, as it was written. `style` is the sign that opened it: none, a quote, `|` or `>`."""

    span: Span
    text: str
    style: str | None = None


class Sequence(NamedTuple):
    """`unread` says that some items are not valid YAML, and have been reported."""

    span: Span
    items: tuple[Node, ...]
    unread: bool = False


class Mapping(NamedTuple):
    """`unread` names the keys whose values are not valid YAML, and have been reported."""

    span: Span
    items: tuple[tuple[Scalar, Node], ...]
    unread: frozenset[str] = frozenset()


Node = Scalar | Sequence | Mapping


class Document(NamedTuple):
    """A file with its tree, for the checks that look at how something is written."""

    source: Source
    node: Node


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


_CONFLICT = re.compile(
    r"(?m)^(?P<ours><{7}(?: [^\n]*)?$)|^(?P<base>\|{7}(?: [^\n]*)?$)|^(?P<middle>={7}$)|^(?P<theirs>>{7}(?: [^\n]*)?$)"
)


def conflicts(text: str) -> Iterator[tuple[Span, Span]]:
    """What git left of each conflict: the line that opens it, and all that is not on our side, from the second line on."""
    opened: Span | None = None
    middle: int | None = None
    for mark in _CONFLICT.finditer(text) if "<<<<<<<" in text else ():
        if mark["ours"]:
            opened, middle = Span(*mark.span()), None
        elif opened and mark["theirs"] and middle is not None:
            yield opened, Span(middle, mark.end())
            opened = None
        elif opened and middle is None and not mark["theirs"]:
            middle = mark.start()


def without_conflicts(text: str) -> str:
    """The text as it is on our side of each conflict, with spaces in the place of what is not, so that offsets stay."""
    for spans in list(conflicts(text)):
        for span in spans:
            text = text[: span.start] + re.sub(r"[^\n]", " ", text[span.start : span.end]) + text[span.end :]
    return text


_AMBIGUOUS = re.compile(
    r"(?i:y|yes|n|no|true|false|on|off|null|~|\.nan|[-+]?\.inf)"
    r"|[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?)"
    r"|\d{4}-\d{1,2}-\d{1,2}(?:[Tt ].*)?"
)
"""What YAML 1.1 or 1.2 readers take for a boolean, null, a number or a date (YAML 1.1, tag:yaml.org,2002)."""


def is_ambiguous(text: str) -> bool:
    """Whether unquoted text would be taken by other YAML readers for something else than text."""
    return bool(_AMBIGUOUS.fullmatch(text))


class _Refused(Exception):
    """Ends the composing of a text that must not be read further."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


def compose(source: Source, *, max_characters: int = MAX_CHARACTERS) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The file's only document, and what is wrong with it as YAML; no node when it is empty or unreadable."""
    if len(source.text) > max_characters:
        size = f"the file has {len(source.text):,} characters, more than {max_characters:,}"
        finding = Finding(size, Place(source), "Shorten it, or split it into several questions.")
        return None, (broken.TOO_LARGE.diagnose(finding),)
    import yaml

    composer = _Composer(source)
    try:
        node = composer.document(composer.text, 0)
    except _Refused as refused:
        if refused.diagnostic.code == broken.TOO_DEEP.code:
            return None, (refused.diagnostic,)
        composer = _Composer(source)
        node = composer.pieces(Span(0, len(source.text)), 0)
    except yaml.YAMLError:
        # Forget what was found up to the error: reading in pieces finds it again.
        composer = _Composer(source)
        node = composer.pieces(Span(0, len(source.text)), 0)
    return node, tuple(composer.diagnostics)


class _Composer:
    """Builds nodes from events with a stack of its own, so that no input can exhaust Python's."""

    def __init__(self, source: Source) -> None:
        self.source = source
        # Control signs and conflicts have rules of their own; here they must not hide the rest of the file.
        self.text = without_conflicts(source.text if source.is_printable else _CONTROL.sub("\ufffd", source.text))
        self.diagnostics: list[Diagnostic] = []

    def document(self, text: str, base: int, depth: int = 0) -> Node | None:
        """The node of a text that stands at `base` in the file, `depth` levels deep.

        Raises YAMLError where the text is not YAML and _Refused where it is YAML that is not allowed.
        """
        import yaml

        outermost: list[Node] = []
        siblings = outermost  # what the next node is added to
        open_collections: list[tuple[yaml.Event, list[Node]]] = []
        documents = 0
        whole = self.text
        next_event = yaml.CBaseLoader(text).get_event
        while (event := next_event()) is not None:
            kind = type(event)
            start_at, end_at = base + event.start_mark.index, base + event.end_mark.index
            if kind is yaml.ScalarEvent:  # first, since most events are
                if event.anchor is not None or event.tag is not None:
                    self._refuse_features(event, Span(start_at, end_at))
                # The scanner lets a block scalar run on to the next token; its text ends with the last line that has any.
                if whole[end_at - 1 : end_at] in _SPACE:
                    end_at = start_at + len(whole[start_at:end_at].rstrip(_SPACE))
                # The C loader says "" for the style of plain text.
                siblings.append(Scalar(Span(start_at, end_at), event.value, event.style or None))
            elif kind is yaml.SequenceStartEvent or kind is yaml.MappingStartEvent:
                if event.anchor is not None or event.tag is not None:
                    self._refuse_features(event, Span(start_at, end_at))
                open_collections.append((event, siblings))
                siblings = []
                if depth + len(open_collections) > MAX_DEPTH:
                    self._refuse(
                        broken.TOO_DEEP,
                        Span(start_at, end_at),
                        f"more than {MAX_DEPTH} levels deep",
                        "Write the value without the extra brackets or indentation.",
                    )
            elif kind is yaml.SequenceEndEvent or kind is yaml.MappingEndEvent:
                start, around = open_collections.pop()
                span = Span(base + start.start_mark.index, end_at)
                around.append(
                    self._mapping(span, siblings) if kind is yaml.MappingEndEvent else Sequence(span, tuple(siblings))
                )
                siblings = around
            elif kind is yaml.AliasEvent:
                self._refuse_feature(Span(start_at, end_at), f"`*{event.anchor}` is read as an alias, not as text")
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    help = "Move it to a file of its own."
                    span = Span(start_at, end_at)
                    self._report(broken.SEVERAL_DOCUMENTS, span, "a second document starts here", help)
                    break
        return outermost[0] if outermost else None

    def pieces(self, region: Span, depth: int) -> Node | None:
        """The node of a region of which some part is not YAML: its items or fields one by one."""
        import yaml

        parts = list(_parts(self.text, region)) if depth < MAX_DEPTH else []
        if not parts:
            self.diagnostics.append(_trouble(self.source, self.text, region))
            return None
        children: list[Node] = []
        unread: set[str] = set()
        for part in parts:
            if len(self.diagnostics) >= MOST_IN_A_FILE:
                unread.add(part.key)
                continue
            try:
                node = self.document(self.text[part.span.start : part.span.end], part.span.start, depth)
            except _Refused as refused:
                self.diagnostics.append(refused.diagnostic)
                node = None
            except yaml.YAMLError:
                node = self._broken_part(part, depth)
            if isinstance(node, Mapping) and part.key:
                children += (side for item in node.items for side in item)
            elif isinstance(node, Sequence) and not part.key:
                children += node.items
            else:
                if isinstance(node, Scalar):
                    # `title:What` is a word to YAML, and fine as long as nothing else stands in the file.
                    self.diagnostics.append(diagnose(self.source, part.span, Trouble("", "", 0, 0)))
                unread |= {part.key, *self._keys_in_trouble()}
        if parts[0].key:
            mapping = self._mapping(region, children)
            return Mapping(region, mapping.items, frozenset(unread))
        return Sequence(region, tuple(children), bool(unread))

    def _keys_in_trouble(self) -> set[str]:
        """Words before a colon on the line that was reported last: keys that nobody could read."""
        line = self.diagnostics[-1].at.start.line if self.diagnostics else 0
        return set(re.findall(r"^\s*[A-Za-z_]+|(?<![A-Za-z_])[A-Za-z_]+(?=:)", self.source.line(line)))

    def _broken_part(self, part: _Part, depth: int) -> Node | None:
        """A field or an item that is not YAML: what is inside of it, if that can be taken apart."""
        if part.key and part.inner is not None and any(_parts(self.text, part.inner)):
            value = self.pieces(part.inner, depth + 1)
            start = self.text.index(part.key, part.span.start)  # after the indentation
            key = Scalar(Span(start, start + len(part.key)), part.key)
            return None if value is None else Mapping(part.span, ((key, value),))
        self.diagnostics.append(_trouble(self.source, self.text, part.span))
        return None

    def _mapping(self, span: Span, children: list[Node]) -> Mapping:
        first: dict[str, Scalar] = {}
        items = []
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._report(
                    broken.SYNTAX, key.span, "a key must be one word", "Write the key as plain text before the colon."
                )
            elif key.text in first:
                where = Place(self.source, first[key.text].span)
                self._report(
                    broken.DUPLICATE_KEY,
                    key.span,
                    f"`{key.text}` is given twice",
                    "Keep one of the two.",
                    ((where, "first given here"),),
                )
            else:
                first[key.text] = key
                items.append((key, value))
        return Mapping(span, tuple(items))

    def _refuse_features(self, event: yaml.NodeEvent, span: Span) -> None:
        if event.anchor is not None:
            self._refuse_feature(span, f"`&{event.anchor}` is read as an anchor, not as text")
        if event.tag is not None:
            written = self.text[span.start : span.end].split(maxsplit=1)
            self._refuse_feature(span, f"`{written[0] if written else event.tag}` is read as a YAML tag, not as text")

    def _refuse_feature(self, span: Span, message: str) -> None:
        value = value_on_line(self.text, span.start)
        help, edit = "Put the text in quotes, or below the key with `|`.", None
        if value and value[0] == span.start:
            start, words = value
            help = f"If it is text, write `{quoted(words)}`."
            edit = Edit(span=Span(start, start + len(words)), text=quoted(words), safe=False)
        self._refuse(broken.UNSUPPORTED, span, message, help, edit)

    def _refuse(self, rule: Rule, span: Span, message: str, help: str, edit: Edit | None = None) -> None:
        line_end = self.text.find("\n", span.start)
        end = min(span.end, line_end if line_end >= 0 else span.end)
        place = Place(self.source, Span(span.start, max(end, span.start)))
        raise _Refused(rule.diagnose(Finding(message, place, help, edit=edit)))

    def _report(self, rule: Rule, span: Span, message: str, help: str, related: tuple = ()) -> None:
        if len(self.diagnostics) < MOST_IN_A_FILE:
            self.diagnostics.append(rule.diagnose(Finding(message, Place(self.source, span), help, related)))


_SPACE = " \t\n\r\x85\u2028\u2029"


class _Part(NamedTuple):
    """A field with its key, or an item of a list (no key); `inner` is what stands below the first line."""

    span: Span
    key: str
    inner: Span | None


_KEY = r"(?:[^\s#'\"\-\[\]{},&*!|>%@`][^\n:#]*|'[^'\n]*'|\"[^\"\n]*\"):(?=[\s\u00a0]|$)|[a-z_]+:(?!//)"


def _parts(text: str, region: Span) -> Iterator[_Part]:
    """The fields or items of a block collection, found by its indentation alone."""
    body = text[region.start : region.end]
    first = re.search(r"(?m)^([ ]*)(?![ #\n])\S", body)
    if first is None:
        return
    indent = re.escape(first[1])
    item = re.compile(rf"(?m)^{indent}-(?=[ \t\n]|$)")
    field = re.compile(rf"(?m)^{indent}(?:{_KEY})")
    start = item if item.match(body, first.start()) else field
    marks = [match.start() for match in start.finditer(body)]
    if not marks or marks[0] != first.start():
        return
    if (
        len(marks) == 1
        and start is item
        and region.start + marks[0] == region.start
        and len(body.strip()) == len(body.rstrip())
        and "\n" not in body.strip()
    ):
        return
    for begin, end in zip(marks, [*marks[1:], len(body)], strict=True):
        span = Span(region.start + begin, region.start + end)
        line_end = body.find("\n", begin, end)
        key = "" if start is item else body[begin:end].split(":", 1)[0].strip().strip("'\"")
        below = Span(region.start + line_end + 1, region.start + end) if line_end >= 0 else None
        opens_block = re.search(r":[ \t]*(?:#[^\n]*)?$", body[begin : line_end if line_end >= 0 else end])
        yield _Part(span, key, below if key and opens_block else None)


def _trouble(source: Source, whole: str, span: Span) -> Diagnostic:
    """What is wrong with a part of a file. The pure-Python scanner says it better than the C one, and is asked only now."""
    import yaml

    text = whole[span.start : span.end]
    trouble = _complaint(text, yaml.BaseLoader) or _complaint(text, yaml.CBaseLoader) or Trouble("", "", 0, 0)
    return diagnose(source, span, trouble)


def _complaint(text: str, loader: type) -> Trouble | None:
    """What a scanner says is wrong, if it minds anything."""
    import yaml

    if loader is yaml.BaseLoader and any(
        line.count("[") + line.count("{") > _MOST_BRACKETS for line in text.split("\n")
    ):
        return None
    try:
        for _ in islice(yaml.parse(text, Loader=loader), _MOST_EVENTS):
            pass
    except yaml.reader.ReaderError as error:
        message = f"the character U+{_code(error.character):04X} is not allowed"
        return Trouble(message, "", error.position, error.position)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        context = error.context_mark or at
        places = (at.index if at else 0, context.index if context else 0)
        return Trouble(error.problem or "", error.context or "", *places)
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError):  # the latter two: `"\UFFFFFFFF"`
        pass
    return None


# The pure-Python scanner takes time by the square of the brackets that a line opens, and thirty times that of the C one.
_MOST_BRACKETS = 50
_MOST_EVENTS = 2_000


def _code(character: int | str) -> int:
    return character if isinstance(character, int) else ord(character)
