"""Classes whose annotations say what a part of a file may hold: the little of a model library that qbank needs.

A `Model` declares its fields as dataclasses do, each with its help and examples; `fields_of` gives them as values, which
drive the parser, the JSON Schema, `fmt`, `new` and the field reference. Whoever checks a single file waits for this
module and for what it imports, and for the classes that are made of it: so it stays small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, NamedTuple, Self, dataclass_transform


class Wrong(NamedTuple):
    """What is wrong with a value, and a sentence that says what to write instead."""

    message: str
    help: str


class Form:
    """Marks text that must look a certain way: what is wrong with it, if anything, and its JSON Schema."""

    def __init__(self, check: Callable[[str], Wrong | None], **schema: Any) -> None:
        self.check = check
        self.schema = {"type": "string"} | schema


class AtMost(NamedTuple):
    """Marks text that may have so many characters, where its field does not say how many itself."""

    length: int


class Bare(NamedTuple):
    """Marks a model that text alone may stand for: the value of this field."""

    key: str


class Text(NamedTuple):
    """Text as it is written, or one of the choices; `marker` is what else its annotation says, for others to read."""

    choices: type[StrEnum] | None = None
    forms: tuple[Form, ...] = ()
    max_length: int | None = None
    marker: object | None = None


class Part(NamedTuple):
    """A mapping with the fields of a model; text may stand for it where `bare` names a field."""

    model: type[Model]
    bare: str | None = None


class List(NamedTuple):
    """A list of one kind of items."""

    of: Text | Part


Kind = Text | Part | List


class FieldInfo(NamedTuple):
    """What is known of a field: what may stand there, and what is told of it to people."""

    kind: Kind
    default: Any
    required: bool
    description: str
    examples: list[Any]
    min_length: int | None
    max_length: int | None

    @property
    def item(self) -> Text | Part:
        """The kind of the value or, for a list, of its items."""
        return self.kind.of if isinstance(self.kind, List) else self.kind

    @property
    def marker(self) -> object | None:
        """How the text, or that of the list's items, is marked."""
        return self.item.marker if isinstance(self.item, Text) else None

    @property
    def model(self) -> type[Model] | None:
        """The model of the value or of the list's items."""
        return self.item.model if isinstance(self.item, Part) else None


_REQUIRED = object()


def Field(
    default: Any = _REQUIRED,
    *,
    description: str,
    examples: list[Any],
    min_length: int | None = None,
    max_length: int | None = None,
) -> Any:
    """A field of a model; its annotation says the kind. Lengths are in characters, of a list in items."""
    return FieldInfo(Text(), default, default is _REQUIRED, description, examples, min_length, max_length)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(Field,))
class Model:
    """Values by the names of its fields, which cannot be set anew."""

    def __init__(self, **values: Any) -> None:
        known, required, defaults = _values_of(type(self))
        if wrong := values.keys() - known:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(wrong))}")
        if missing := required - values.keys():
            raise TypeError(f"{type(self).__name__} needs {', '.join(sorted(missing))}")
        self.__dict__.update(defaults)
        self.__dict__.update(values)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """A model of values that are known to be its own, with none missing."""
        made = cls.__new__(cls)
        made.__dict__.update(_values_of(cls)[2])
        made.__dict__.update(values)
        return made

    def complaint(self) -> Wrong | None:
        """What is wrong with values that are right one by one."""
        return None

    def values(self) -> dict[str, Any]:
        """The values by the names of the fields, in their order."""
        return {name: self.__dict__[name] for name in fields_of(type(self))}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"`{name}` of a {type(self).__name__} cannot be set")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and type(self) is type(other) and self.values() == other.values()

    def __hash__(self) -> int:
        return hash(tuple(self.values().values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.values().items())})"


@cache
def fields_of(model: type[Model]) -> Mapping[str, FieldInfo]:
    """The fields of a model by name, those of its bases first."""
    found: dict[str, FieldInfo] = {}
    for owner in reversed(model.__mro__):
        for name, value in vars(owner).items():
            if isinstance(value, FieldInfo):
                found[name] = value._replace(kind=_kind(owner.__annotations__[name]))
    return found


@cache
def _values_of(model: type[Model]) -> tuple[frozenset[str], frozenset[str], Mapping[str, Any]]:
    """The names of a model's fields, of those that must be given, and what the others are when they are not."""
    fields = fields_of(model)
    required = frozenset(name for name, field in fields.items() if field.required)
    return frozenset(fields), required, {name: field.default for name, field in fields.items() if name not in required}


def _kind(annotation: Any) -> Kind:
    """What an annotation says: `str`, a choice, a model, a tuple of one of these, each perhaps marked or optional."""
    marks = getattr(annotation, "__metadata__", ())
    kind = annotation.__origin__ if marks else annotation
    arguments = [argument for argument in getattr(kind, "__args__", ()) if argument not in (NoneType, ...)]
    if arguments:
        (argument,) = arguments
        of = _kind(argument)
        return List(of) if getattr(kind, "__origin__", None) is tuple else of  # type: ignore[arg-type]
    if issubclass(kind, Model):
        return Part(kind, next((mark.key for mark in marks if isinstance(mark, Bare)), None))
    forms = tuple(mark for mark in marks if isinstance(mark, Form))
    max_length = next((mark.length for mark in marks if isinstance(mark, AtMost)), None)
    marker = next((mark for mark in marks if not isinstance(mark, Form | AtMost)), None)
    return Text(kind if issubclass(kind, StrEnum) else None, forms, max_length, marker)
