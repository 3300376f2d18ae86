"""Source -> question, vocabulary or settings, with everything that is wrong with its shape.

The models of `model` and `bank` say what is allowed; this module builds them from YAML nodes, and says of each value
that is something else what is due in its place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, TypeVar

from qbank.bank import VOCABULARIES, Settings, Term, Vocabulary
from qbank.diagnostics import Diagnostic, Finding, has_errors, nearest, suggest
from qbank.model import Located, Origin, Question, ValuePath
from qbank.rules import MOST_IN_A_FILE, Rule, rule, run
from qbank.shape import FieldInfo, Kind, List, Model, Part, Text, fields_of
from qbank.source import Place, Source, Span
from qbank.values import KEBAB, unusable
from qbank.yamltree import MAX_CHARACTERS, Document, Mapping, Node, Scalar, Sequence, compose

NOT_A_FILE_OF_ITS_KIND = rule(
    "QB008",
    "wrong-document",
    """A file is empty, or holds a list where a mapping is due, or the other way round.

    Bad: a question file that starts with `- title: What is bias?`
    Good: `title: What is bias?`
    """,
)
MISPLACED = rule(
    "QB009",
    "misplaced-file",
    """A file's name or place cannot become an id and a topic.

    The name of a question's file is its id and its address for ever; the folder is its topic. Names of devices such as
    `con` and `aux` are refused, since Windows cannot check out or serve a file that has one.

    Bad: `questions/ROC AUC.yml`
    Good: `questions/evaluation/roc-auc.yml`
    """,
)
MISSING = rule(
    "QB101",
    "missing-field",
    """A required field is missing.

    Five fields are required in a question: `title`, `prompt`, `difficulty`, `answer` and `tags`.

    Bad: a question without `answer`
    Good: `answer: |` with the answer's text below it
    """,
)
UNKNOWN = rule(
    "QB102",
    "unknown-field",
    """A field is not one that qbank knows, so nobody would ever see its text.

    Bad: `awnser: It is …`
    Good: `answer: It is …`
    """,
)
WRONG_TYPE = rule(
    "QB103",
    "wrong-type",
    """A list, a mapping or text stands where something else is due.

    Bad: `tags: pca`
    Good: `tags: [pca]`
    """,
)
NOT_A_CHOICE = rule(
    "QB104",
    "not-a-choice",
    """A value is not one of those that the field allows.

    Bad: `difficulty: moderate`
    Good: `difficulty: medium`
    """,
)
WRONG_LENGTH = rule(
    "QB105",
    "wrong-length",
    """A text or a list is too short or too long for its field.

    Bad: `title: Bias?`
    Good: `title: What is the bias of an estimator?`
    """,
)
EMPTY = rule(
    "QB106",
    "empty-value",
    """A field or an item is there but has no value.

    Bad: `overview:` with nothing after it
    Good: the line left out, or a value after the colon
    """,
)
WRONG_FORM = rule(
    "QB107",
    "wrong-form",
    """A value does not have the form that its field asks for: an id, a date, a web address, one line.

    Bad: `seen: May 2026`
    Good: `seen: 2026-05`
    """,
)

MAX_CHARACTERS_OF_QUESTION = 64 * 1024
"""Five times what the longest honest questions have; the time that a hostile one takes grows with it."""
MAX_LEVELS = 4
"""Of folders below `questions/`."""

_HIDDEN = "QB018"
"""The code of the rule about characters that cannot be seen."""
AnyLocated = TypeVar("AnyLocated", bound=Located)


def parse_question(source: Source) -> tuple[Question | None, tuple[Diagnostic, ...]]:
    """The question of a file, or None when anything in it is an error."""
    node, diagnostics = _read(source, MAX_CHARACTERS_OF_QUESTION)
    diagnostics += tuple(_misplaced(source))
    if node is None or not isinstance(node, Mapping):
        return None, diagnostics + _wrong_document(source, node, diagnostics, "a question", "`title: …`, `prompt: …`")
    return _build(Question, source, node, (), diagnostics)


def parse_settings(source: Source) -> tuple[Settings | None, tuple[Diagnostic, ...]]:
    """The settings of the bank, or None when anything in the file is an error."""
    node, diagnostics = _read(source)
    if not isinstance(node, Mapping):
        return None, diagnostics + _wrong_document(source, node, diagnostics, "the bank's settings", "`title: …`")
    return _build(Settings, source, node, (), diagnostics)


def parse_vocabulary(kind: str, source: Source) -> tuple[Vocabulary, tuple[Diagnostic, ...]]:
    """The entries of a vocabulary file that are right; wrong ones are left out."""
    node, diagnostics = _read(source)
    if not isinstance(node, Sequence):
        problem = _wrong_document(source, node, diagnostics, f"a list of {kind}", "`- id: …` and `name: …` below it")
        return Vocabulary(kind, (), source), diagnostics + problem
    entries: list[Term] = []
    for index, item in enumerate(node.items):
        if len(diagnostics) >= MOST_IN_A_FILE:
            break
        entry, found = _build(VOCABULARIES[kind], source, item, (index,), ())
        diagnostics += found
        if entry is not None:
            entries.append(entry)
    return Vocabulary(kind, tuple(entries), source), diagnostics


def _read(source: Source, max_characters: int = MAX_CHARACTERS) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The file's tree, with all that is wrong with its characters and its YAML."""
    node, diagnostics = compose(source, max_characters=max_characters)
    diagnostics += tuple(run(source, at_most=MOST_IN_A_FILE))
    if node is not None:
        diagnostics += tuple(run(Document(source, node), at_most=MOST_IN_A_FILE))
    return node, diagnostics


def _build(
    model: type[AnyLocated], source: Source, node: Node, prefix: ValuePath, diagnostics: tuple[Diagnostic, ...]
) -> tuple[AnyLocated | None, tuple[Diagnostic, ...]]:
    """The model of a node; what is wrong with it is added to the diagnostics found so far."""
    builder = _Builder(source, prefix)
    built = builder.value(Part(model), node, prefix)
    diagnostics = _without_echoes((*diagnostics, *builder.found))
    if built is None or has_errors(diagnostics):
        return None, diagnostics
    return built.located(Origin(source, builder.spans, prefix)), diagnostics


def _without_echoes(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The diagnostics without those that a character which cannot be seen causes on its own line: one slip, one finding."""
    hidden = {(item.at.path, item.at.start.line) for item in diagnostics if item.code == _HIDDEN}
    if not hidden:
        return diagnostics
    return tuple(
        item for item in diagnostics if item.code == _HIDDEN or (item.at.path, item.at.start.line) not in hidden
    )


class _Builder:
    """Makes values of nodes; notes where each stands and what is wrong with it. After that, its values are of no use."""

    def __init__(self, source: Source, prefix: ValuePath) -> None:
        self.source = source
        self.prefix = prefix
        self.spans: dict[ValuePath, Span] = {}
        self.found: list[Diagnostic] = []

    def value(self, kind: Kind, node: Node, path: ValuePath, field: FieldInfo | None = None) -> Any:
        """The value of a node at a path; the field that it belongs to, for an item none, says how long it may be."""
        self.spans[path] = node.span
        if _is_empty(node):
            return self.report(EMPTY, f"{self.named(path)} is empty", "Write a value, or leave it out.", node)
        if isinstance(kind, Text):
            return self.text(kind, node, path, field)
        if isinstance(kind, List):
            if not isinstance(node, Sequence):
                return self.wrong_type("a list", node, path)
            self.measure(field, len(node.items), "items", node, path)
            return tuple([self.value(kind.of, item, (*path, index)) for index, item in enumerate(node.items)])
        if isinstance(node, Scalar) and kind.bare:
            node = Mapping(node.span, ((Scalar(node.span, kind.bare), node),))
        if not isinstance(node, Mapping):
            return self.wrong_type("a mapping", node, path)
        return self.model(kind.model, node, path)

    def text(self, kind: Text, node: Node, path: ValuePath, field: FieldInfo | None) -> str | None:
        if kind.choices is not None:
            choices = {choice.value: choice for choice in kind.choices}
            if isinstance(node, Scalar) and node.text in choices:
                return choices[node.text]
            shown = _short(node.text) if isinstance(node, Scalar) else _kind_of(node)
            help = suggest(node.text if isinstance(node, Scalar) else "", choices)
            return self.report(NOT_A_CHOICE, f"`{shown}` is not a {path[-1]}", help, node)
        if not isinstance(node, Scalar):
            return self.wrong_type("text", node, path)
        if not self.measure(field, len(node.text), "characters", node, path, kind.max_length):
            return None
        for form in kind.forms:
            if wrong := form.check(node.text):
                at = f"{self.named(path)}: " if isinstance(path[-1], str) else ""
                return self.report(WRONG_FORM, f"{at}{wrong.message}", wrong.help, node)
        return node.text

    def model(self, model: type[Model], node: Mapping, path: ValuePath) -> Model | None:
        before = len(self.found)
        fields = fields_of(model)
        values: dict[str, Any] = {}
        meant = set()  # by keys that are no fields; one that is misspelt is not missing as well
        for key, value in node.items:
            if len(self.found) >= MOST_IN_A_FILE:
                return None
            if field := fields.get(key.text):
                values[key.text] = self.value(field.kind, value, (*path, key.text), field)
            else:
                meant.add(nearest(key.text, fields))
                self.unknown_field(key, value, (*path, key.text), fields)
        missing = [name for name, field in fields.items() if field.required and name not in values]
        for name in missing:
            # Nor is one that stands in a part which is not valid YAML, perhaps glued to the end of another word.
            if name not in meant and not any(key.endswith(name) for key in node.unread):
                self.missing_field(name, fields[name], node, path)
        if missing or len(self.found) > before:
            return None
        built = model(**values)
        if wrong := built.complaint():
            return self.report(WRONG_FORM, wrong.message, wrong.help, node)
        return built

    def unknown_field(self, key: Scalar, value: Node, path: ValuePath, fields: Collection[str]) -> None:
        if _is_empty(value):
            self.value(Text(), value, path)  # of a field that holds nothing, that is the first thing to say
        else:
            self.report(UNKNOWN, f"{self.named(path)} is not a known field", suggest(key.text, fields), key)

    def missing_field(self, name: str, field: FieldInfo, node: Mapping, path: ValuePath) -> None:
        line_end = self.source.text.find("\n", node.span.start, node.span.end)
        first_line = Span(node.span.start, line_end if line_end >= 0 else node.span.end)
        place = Place(self.source, first_line)
        message = f"{self.named((*path, name))} is missing"
        self.found.append(MISSING.diagnose(Finding(message, place, f"Add `{name}`: {field.description}")))

    def measure(
        self, field: FieldInfo | None, size: int, of: str, node: Node, path: ValuePath, limit: int | None = None
    ) -> bool:
        """Whether a text or a list is as long as its field allows, or else its kind; reports one that is not."""
        least, most = (field.min_length or 0, field.max_length or limit) if field else (0, limit)
        most = size if most is None else most
        if least <= size <= most:
            return True
        limit, than, word = (least, "less than", "at least") if size < least else (most, "more than", "at most")
        name = self.named(path)
        if of == "items":
            message, help = f"{name} has {size} items, and {word} {limit} are allowed", f"Give {word} {limit}."
        else:
            message, help = f"{name} has {size} characters, {than} {limit}", f"Write {word} {limit} characters."
        self.report(WRONG_LENGTH, message, help, node)
        return False

    def wrong_type(self, due: str, node: Node, path: ValuePath) -> None:
        name = next((part for part in reversed(path) if isinstance(part, str)), "value")
        help = {
            "a list": f"Write `{name}: [first, second]`, or one item a line after `- `.",
            "text": "Write plain text, or put it in quotes when it starts with a bracket or a brace.",
            "a mapping": f"Write its fields below `{name}:`, indented, each as `key: value`.",
        }[due]
        if due == "a list" and isinstance(node, Scalar) and "\n" not in node.text.strip():
            words = [word.strip() for word in re.split(r"[,;]", node.text.strip("[]")) if word.strip()]
            if all(re.fullmatch(r"[\w.&+'-]+", word) for word in words):
                help = f"Write `{name}: [{', '.join(words)}]`."
        if path == self.prefix:
            help = "Write its fields as `key: value`, one a line."
        self.report(WRONG_TYPE, f"{self.named(path)} must be {due}, not {_kind_of(node)}", help, node)

    def report(self, broken: Rule, message: str, help: str, node: Node) -> None:
        if len(self.found) < MOST_IN_A_FILE:
            self.found.append(broken.diagnose(Finding(message, Place(self.source, node.span), help)))

    def named(self, path: ValuePath) -> str:
        """A value's name for people: `tags`, item 2 of `tags`, `source` in item 1 of `companies`."""
        name = ""
        for part in path[len(self.prefix) :] or path:
            if isinstance(part, int):
                name = f"item {part + 1} of {name}" if name else f"entry {part + 1}"
            else:
                name = f"`{part}` in {name}" if name else f"`{part}`"
        return name or "the file"


def _is_empty(node: Node) -> bool:
    """Whether nothing stands there; what could not be read is not nothing."""
    return not node.text.strip() if isinstance(node, Scalar) else not node.items and not node.unread


def _kind_of(node: Node) -> str:
    return {Sequence: "a list", Mapping: "a mapping"}.get(type(node), "text")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _wrong_document(
    source: Source, node: Node | None, diagnostics: tuple[Diagnostic, ...], due: str, example: str
) -> tuple[Diagnostic, ...]:
    if has_errors(diagnostics):  # unreadable YAML has been reported; its missing content is the same slip
        return ()
    is_empty = node is None or (isinstance(node, Scalar) and not node.text)
    what = "the file is empty" if is_empty else f"the file holds {_kind_of_node(node)}"
    span = Span(node.span.start, node.span.start + 1) if node is not None and not is_empty else Span(0, 0)
    return (
        NOT_A_FILE_OF_ITS_KIND.diagnose(
            Finding(f"{what} where {due} is due", Place(source, span), f"Start it with {example}.")
        ),
    )


def _kind_of_node(node: Node | None) -> str:
    return {Sequence: "a list", Mapping: "a mapping"}.get(type(node), "only text")


def _misplaced(source: Source) -> Iterator[Diagnostic]:
    """Names and folders that cannot be part of an address."""
    *folders, name = source.path.split("/")[1:]
    stem, _, extension = name.rpartition(".")
    for part in (*folders, stem):
        if problem := unusable(part):
            message = f"`{_short(part)}` in the file's path {problem}"
            yield MISPLACED.diagnose(Finding(message, Place(source), "Give it another name."))
        elif not KEBAB.fullmatch(part):
            better = "-".join(re.findall(r"[a-z0-9]+", part.lower())) or "a-short-name"
            message = f"`{part}` in the file's path is not lower-case words joined by hyphens"
            yield MISPLACED.diagnose(Finding(message, Place(source), f"Rename it to `{better}`."))
    if len(folders) > MAX_LEVELS:
        message = f"the file stands in {len(folders)} folders, and {MAX_LEVELS} are as deep as topics go"
        yield MISPLACED.diagnose(Finding(message, Place(source), "Move it up."))
    if extension != "yml":
        yield MISPLACED.diagnose(
            Finding(f"the file's name ends in `.{extension}`", Place(source), f"Rename it to `{stem}.yml`.")
        )
