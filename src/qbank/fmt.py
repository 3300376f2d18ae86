"""A file of the bank -> the same file in its one canonical form.

Keys stand in the model's order, text below `|` where it has several lines, short words in brackets, everything else
one item a line; nothing is quoted without need. Comments survive. `fmt(fmt(x)) == fmt(x)`, and what is read from the
file is proven to be what was read before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qbank.bank import VOCABULARIES, Settings
from qbank.model import Question
from qbank.shape import Model, fields_of
from qbank.source import Source
from qbank.values import Markdown
from qbank.yamlfaults import quoted
from qbank.yamltree import Mapping, Node, Scalar, Sequence, compose, is_ambiguous

WIDTH = 120
_INDENT = "  "


class NotFormatted(Exception):
    """The file cannot be formatted: it is not YAML, or the result would not say the same. The message says why."""


@dataclass(frozen=True, slots=True)
class _Comments:
    """The comments of a file: those at its head, before each node, and after the last."""

    head: tuple[str, ...]
    before: dict[int, list[str]]
    tail: tuple[str, ...]


def fmt(source: Source) -> str:
    """The canonical text of a question, a vocabulary or `bank.yml`.

    Raises NotFormatted when the file has errors as YAML, and when the result would be read differently.
    """
    node, diagnostics = compose(source)
    if node is None or any(diagnostic.code < "QB1" for diagnostic in diagnostics):
        raise NotFormatted("the file is not valid YAML; see `qbank check`")
    writer = _Writer(source, node)
    text = writer.document()
    again, _ = compose(Source(source.path, text))
    if again is None or _values(again, _model_of(source)) != _values(node, _model_of(source)):
        raise NotFormatted("the canonical form would say something else; please report this file")
    return text


def _model_of(source: Source) -> type[Model]:
    folder, _, name = source.path.rpartition("/")
    stem = name.removesuffix(".yml")
    if folder.count("/") or stem not in (*VOCABULARIES, "bank"):
        return Question
    return Settings if stem == "bank" else VOCABULARIES[stem]


def _values(node: Node, model: type[Model]) -> Any:
    """What is read from a tree, without the order of its keys."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [_values(item, model) for item in node.items]
    return {key.text: _values(value, model) for key, value in node.items}


class _Writer:
    def __init__(self, source: Source, node: Node) -> None:
        self.source = source
        self.node = node
        self.comments = _comments(source.text, node)

    def document(self) -> str:
        model = _model_of(self.source)
        lines = list(self.comments.head)
        lines += (
            self.mapping(self.node, model, "")
            if isinstance(self.node, Mapping)
            else self.sequence(self.node, model, None, "")
        )
        return "\n".join([*lines, *self.comments.tail]) + "\n"

    def mapping(self, node: Mapping, model: type[Model] | None, indent: str) -> list[str]:
        fields = fields_of(model) if model else {}
        order = {name: index for index, name in enumerate(fields)}
        items = sorted(node.items, key=lambda item: order.get(item[0].text, len(order)))
        lines: list[str] = []
        for key, value in items:
            lines += self.above(key, indent)
            known = fields.get(key.text)
            inner, marker = (known.model, known.marker) if known else (None, None)
            lines += self.field(f"{indent}{_word(key.text)}:", value, inner, marker, indent)
        return lines

    def field(self, head: str, node: Node, model: type[Model] | None, marker: Any, indent: str) -> list[str]:
        """A key with its value."""
        if isinstance(node, Scalar):
            if marker is None and len(head) + 1 + len(node.text) > WIDTH and _is_foldable(node.text):
                return [f"{head} >-", *_folded(node.text, indent + _INDENT)]
            return _scalar(f"{head} ", node.text, indent + _INDENT, long=marker == Markdown())
        if isinstance(node, Mapping):
            return [head, *self.mapping(node, model, indent + _INDENT)] if node.items else [f"{head} {{}}"]
        if not node.items:
            return [f"{head} []"]
        flow = f"{head} [{', '.join(item.text for item in node.items if isinstance(item, Scalar))}]"
        if len(flow) <= WIDTH and all(self.is_short(item, marker) for item in node.items):
            return [flow]
        return [head, *self.sequence(node, model, marker, indent + _INDENT)]

    def is_short(self, node: Node, marker: Any) -> bool:
        """Whether an item may stand in brackets: a word or a name, without a comment or a need for quotes."""
        return (
            isinstance(node, Scalar)
            and not isinstance(marker, Markdown)
            and len(node.text) <= 32
            and bool(re.fullmatch(r"\w[\w .&+'-]*", node.text))
            and _is_plain(node.text)
            and node.span.start not in self.comments.before
        )

    def sequence(self, node: Node, model: type[Model] | None, marker: Any, indent: str) -> list[str]:
        assert isinstance(node, Sequence)
        lines: list[str] = []
        for item in node.items:
            lines += self.above(item, indent)
            if isinstance(item, Scalar):
                lines += _scalar(f"{indent}- ", item.text, indent + _INDENT, long=marker == Markdown())
            elif isinstance(item, Sequence):
                lines += [f"{indent}-", *self.sequence(item, None, None, indent + _INDENT)]
            else:
                inner = self.mapping(item, model, indent + _INDENT)
                first = next((index for index, line in enumerate(inner) if not line.lstrip().startswith("#")), 0)
                lines += [f"{indent}{line.lstrip()}" for line in inner[:first]]
                lines += [f"{indent}- {inner[first].lstrip()}", *inner[first + 1 :]] if inner else [f"{indent}- {{}}"]
        return lines

    def above(self, node: Node, indent: str) -> list[str]:
        return [indent + comment for comment in self.comments.before.pop(node.span.start, ())]


def _comments(text: str, root: Node) -> _Comments:
    """Every comment with the node that it belongs to: the one on its line, else the next."""
    starts = sorted(_starts(root))
    scalars = [scalar.span for scalar in _scalars(root)]
    head: list[str] = []
    tail: list[str] = []
    before: dict[int, list[str]] = {}
    for match in re.finditer(r"(?m)(?:^|(?<=[ \t]))#[^\n]*", text):
        at = match.start()
        if any(span.start <= at < span.end for span in scalars):
            continue
        comment = match[0].rstrip()
        line_start = text.rfind("\n", 0, at) + 1
        own_line = not text[line_start:at].strip()
        here = [start for start in starts if line_start <= start < at]
        after = [start for start in starts if start > at]
        if own_line and not [start for start in starts if start < at]:
            head.append(comment)
        elif not own_line and here:
            before.setdefault(here[0], []).append(comment)
        elif after:
            before.setdefault(after[0], []).append(comment)
        else:
            tail.append(comment)
    return _Comments(tuple(head), before, tuple(tail))


def _starts(node: Node) -> Iterator[int]:
    """Where each key and each item of a list starts."""
    if isinstance(node, Mapping):
        for key, value in node.items:
            yield key.span.start
            yield from _starts(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield item.span.start
            yield from _starts(item)


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)
    else:
        for key, value in node.items:
            yield key
            yield from _scalars(value)


# --- text ----------------------------------------------------------------------------------------------------------

_UNPRINTABLE = re.compile("[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _scalar(head: str, text: str, indent: str, *, long: bool) -> list[str]:
    """A text after its key or dash: on the line when it is one, below `|` when it has several or is long prose."""
    if _UNPRINTABLE.search(text) or "\u2028" in text or "\u2029" in text or "\ufeff" in text:
        return [head + _escaped(text)]
    if "\n" in text or (long and len(head) + len(text) > WIDTH):
        return _literal(head, text, indent)
    return [head + _word(text)]


def _literal(head: str, text: str, indent: str) -> list[str]:
    body = text.rstrip("\n")
    trailing = len(text) - len(body)
    lines = body.split("\n")
    first = next((line for line in lines if line), "")
    if not first.strip() or any(line and not line.strip() for line in lines):
        return [head + _escaped(text)]
    sign = "|" + ("2" if first.startswith(" ") else "") + ("-" if trailing == 0 else "" if trailing == 1 else "+")
    return [
        f"{head}{sign}",
        *(indent + line if line else "" for line in lines),
        *[""] * (trailing - 1 if trailing > 1 else 0),
    ]


def _is_foldable(text: str) -> bool:
    return bool(re.fullmatch(r"\S+(?: \S+)+", text)) and not _UNPRINTABLE.search(text)


def _folded(text: str, indent: str) -> list[str]:
    lines = [indent]
    for word in text.split(" "):
        if lines[-1] != indent and len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(indent)
        lines[-1] += word if lines[-1] == indent else f" {word}"
    return lines


def _word(text: str) -> str:
    """Text of one line: plain where that is safe, else in quotes."""
    return text if _is_plain(text) else quoted(text) if text == text.strip() and text else _escaped(text)


def _is_plain(text: str) -> bool:
    if re.fullmatch(r"[A-Za-z][\w ,.;()/+'-]*[\w.)]", text) and not is_ambiguous(text):
        return True
    if not text or is_ambiguous(text) or text != text.strip() or "\t" in text:
        return False
    node, diagnostics = compose(Source("", f"k: {text}\n"))
    return not diagnostics and isinstance(node, Mapping) and len(node.items) == 1 and _reads_as(node.items[0][1], text)


def _reads_as(node: Node, text: str) -> bool:
    return isinstance(node, Scalar) and node.style is None and node.text == text


def _escaped(text: str) -> str:
    """In double quotes with escapes: every text can be written so."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    pieces = (
        escapes.get(sign) or (sign if sign.isprintable() or sign == " " else f"\\U{ord(sign):08X}") for sign in text
    )
    return '"' + "".join(pieces) + '"'
