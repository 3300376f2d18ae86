"""Text of a question's file in its usual form -> the question, in a fraction of the time that `parse` takes.

Most files are written as `qbank fmt` writes them, and nothing in them is wrong. This reader knows that form alone, by
what each field of the model may hold: in doubt it gives up, and `parse` reads the file as YAML, says what is wrong, and
where each value stands. Whatever it does read, `parse` reads the same way and without a finding; tests hold them together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, TypeVar

from qbank.shape import FieldInfo, Model, Part, Text, fields_of
from qbank.source import Source
from qbank.yamltree import is_ambiguous

AnyModel = TypeVar("AnyModel", bound=Model)
Reader = Callable[[str, str], Any]
"""What stands after a key on its line, and the lines below it, less indented by what the key is -> the value."""

# No `: ` and no ` #` in it, no space at its end, and a first sign that means nothing in YAML.
_PLAIN = r"[A-Za-z0-9$(\\<+/._][^\n:#]*+(?:(?::(?=[^ \n])|(?<=[^ ])#)[^\n:#]*+)*+(?<! )"
_WORD = r"[A-Za-z0-9][A-Za-z0-9_.+-]*+"
_COMMENTS = re.compile(r"(?:#[^\n]*+\n)*+")
_FIELD = re.compile(r"([a-z_]++):(?: ([^\n]++))?\n((?:(?: [^\n]*+)?\n)*+)")
_ONE_LINE = re.compile(rf"({_PLAIN})|'([^' \n][^'\n]*+)'|\"([^\"\\ \n][^\"\\\n]*+)\"")
_LITERAL = re.compile(r"  [^ \n][^\n]*+\n(?:  [^\n]*+\n|\n)*+")
# Nothing that needs a line of its own.
_FOLDED = re.compile(r"(?:  (?!\d++[.)] )[^\s`~*+|#$-](?:[^\n]*[^ \n])?\n)++")
_FLOW = re.compile(rf"\[({_WORD}(?:,? {_WORD})*+)\]")
_LINES = re.compile(rf"(?:  - {_PLAIN}\n)++")
_ENTRY = re.compile(r"- ([^\n]++\n(?:  [^\n]*+\n|\n)*+)")
_ITEM = re.compile(r"  - ([^\n]++\n(?:    [^\n]*+\n|\n)*+)")


class _Unusual(Exception):
    """Something that this reader does not know, or that is wrong."""


def read(model: type[AnyModel], source: Source) -> AnyModel | None:
    """The model that a file's text holds; None when the text is not in the usual form, or anything may be wrong with it."""
    try:
        return _model(model, _text_of(source))
    except _Unusual:
        return None


def read_list(model: type[AnyModel], source: Source) -> list[AnyModel] | None:
    """The models of which a file's text is a list, and None as above."""
    try:
        text = _text_of(source)
        items = _ENTRY.findall(text)
        if not items or sum(map(len, items)) + 2 * len(items) != len(text):
            return None
        return [_model(model, item.replace("\n  ", "\n")) for item in items]
    except _Unusual:
        return None


def _text_of(source: Source) -> str:
    """The text of a file, without the comments at its head."""
    if not source.is_printable:
        raise _Unusual
    head = _COMMENTS.match(source.text)
    return source.text[head.end() :] if head else source.text


def _model(model: type[AnyModel], text: str) -> AnyModel:
    readers, required = _readers(model)
    values: dict[str, Any] = {}
    at = 0
    while field := _FIELD.match(text, at):
        at = field.end()
        key, inline, below = field.groups()
        if key not in readers or key in values:
            raise _Unusual
        values[key] = readers[key](inline or "", below)
    if not values or at != len(text) or not required <= values.keys():
        raise _Unusual
    made = model.of(values)
    if made.complaint():
        raise _Unusual
    return made


@cache
def _readers(model: type[Model]) -> tuple[dict[str, Reader], frozenset[str]]:
    """How each field of a model is read, and which must be there."""
    fields = fields_of(model)
    required = frozenset(name for name, field in fields.items() if field.required)
    return {name: _reader(name, field) for name, field in fields.items()}, required


def _reader(name: str, field: FieldInfo) -> Reader:
    if isinstance(field.kind, Text):
        return _line_or_block(name, field.kind, field)
    if isinstance(field.kind, Part):
        return _part(field.kind.model)
    return _texts(field.kind.of, field) if isinstance(field.kind.of, Text) else _parts(field.kind.of.model, field)


def _line_or_block(name: str, kind: Text, field: FieldInfo) -> Reader:
    right = _right(kind, field.min_length or 0, field.max_length or kind.max_length)
    choices = kind.choices and {choice.value: choice for choice in kind.choices}
    is_date = name in ("seen", "retrieved")

    def read(inline: str, below: str) -> Any:
        if inline == "|":
            if not _LITERAL.fullmatch(below):
                raise _Unusual
            text = below[2:].replace("\n  ", "\n").rstrip("\n") + "\n"
        elif inline == ">-":
            if not _FOLDED.fullmatch(below):
                raise _Unusual
            text = below[2:-1].replace("\n  ", " ")
        else:
            if not (found := _ONE_LINE.fullmatch(inline)) or below.strip("\n"):
                raise _Unusual
            text = found[found.lastindex or 0]
            if found.lastindex == 1 and not is_date:
                _as_text(text)
        if choices:
            if text not in choices:
                raise _Unusual
            return choices[text]
        if not right(text):
            raise _Unusual
        return text

    return read


def _texts(kind: Text, field: FieldInfo) -> Reader:
    right = _right(kind, 0, kind.max_length)
    least, most = _limits(field)

    def read(inline: str, below: str) -> tuple[str, ...]:
        if inline:
            if not (flow := _FLOW.fullmatch(inline)) or below.strip("\n"):
                raise _Unusual
            items = flow[1].split(", ")
        elif _LINES.fullmatch(below):
            items = below[4:-1].split("\n  - ")
        else:
            raise _Unusual
        for item in items:
            _as_text(item)
            if not right(item):
                raise _Unusual
        # The only space that may stand in them is the common one.
        distinct = {" ".join(item.split()) if "  " in item else item for item in items}
        if not least <= len(items) <= most or len(distinct) < len(items):
            raise _Unusual
        return tuple(items)

    return read


def _parts(model: type[Model], field: FieldInfo) -> Reader:
    least, most = _limits(field)

    def read(inline: str, below: str) -> tuple[Model, ...]:
        items = _ITEM.findall(below)
        if inline or not least <= len(items) <= most or sum(map(len, items)) + 4 * len(items) != len(below):
            raise _Unusual
        return tuple([_model(model, item.replace("\n    ", "\n")) for item in items])

    return read


def _part(model: type[Model]) -> Reader:
    def read(inline: str, below: str) -> Model:
        if inline or not _LITERAL.fullmatch(below):
            raise _Unusual
        return _model(model, below[2:].replace("\n  ", "\n"))

    return read


def _limits(field: FieldInfo) -> tuple[int, int]:
    """How many items a list may have; without any, it is empty, which is a finding."""
    return max(field.min_length or 0, 1), field.max_length or 1_000_000


def _right(kind: Text, least: int, most: int | None) -> Callable[[str], bool]:
    """Whether a text is as long as it may be and has the form that is due, and is no word in two scripts."""
    checks = [form.check for form in kind.forms]

    def right(text: str) -> bool:
        if not least <= len(text) <= (most or len(text)) or not (text.isascii() or " " in text):
            return False
        return all(check(text) is None for check in checks) if checks else True

    # Words come again and again, lines do not.
    return lru_cache(maxsize=4096)(right) if checks and kind.max_length is None else right


def _as_text(plain: str) -> None:
    """Gives up on what other readers take for something else; no word of theirs with a letter first has more than five."""
    if (len(plain) <= 5 or not plain[0].isalpha()) and is_ambiguous(plain):
        raise _Unusual
