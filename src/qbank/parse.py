"""Source -> question, vocabulary or settings, with everything that is wrong with its shape.

The models of `model` and `bank` say what is allowed; this module builds them from YAML nodes, and says of each value
that is something else what is due in its place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache, partial
from typing import Any, TypeVar

from qbank import usual
from qbank.bank import VOCABULARIES, Settings, Term, Vocabulary
from qbank.diagnostics import Diagnostic, Edit, Finding, has_errors, nearest, suggest
from qbank.model import Located, Origin, Question, Spans, ValuePath
from qbank.rules import MOST_IN_A_FILE, Rule, rule, run
from qbank.shape import FieldInfo, Kind, List, Model, Part, Text, fields_of
from qbank.source import Place, Source, Span
from qbank.values import KEBAB, Markdown, unusable
from qbank.yamlfaults import quoted
from qbank.yamlrules import UNQUOTED_COLON
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

AnyLocated = TypeVar("AnyLocated", bound=Located)


def parse_question(source: Source) -> tuple[Question | None, tuple[Diagnostic, ...]]:
    """The question of a file, or None when anything in it is an error."""
    if (
        _may_be_usual(source, MAX_CHARACTERS_OF_QUESTION)
        and (question := usual.read(Question, source))
        and not any(_misplaced(source))
    ):
        return question.located(Origin(source, Spans(source, partial(_spans, Question)))), ()
    return parse_in_full(source)


def parse_in_full(source: Source) -> tuple[Question | None, tuple[Diagnostic, ...]]:
    """What `parse_question` gives, whatever the form of the file."""
    node, diagnostics = _read(source, MAX_CHARACTERS_OF_QUESTION)
    diagnostics += tuple(_misplaced(source))
    if node is None or not isinstance(node, Mapping):
        return None, diagnostics + _wrong_document(source, node, diagnostics, "a question", "`title: …`, `prompt: …`")
    return _build(Question, source, node, (), diagnostics)


def _may_be_usual(source: Source, max_characters: int = MAX_CHARACTERS) -> bool:
    """Whether the file is not too large, and nothing is wrong with its characters."""
    return len(source.text) <= max_characters and not any(run(source))


def _spans(model: type[Model], source: Source, index: int | None = None) -> dict[ValuePath, Span]:
    """Where each value of a model, or of one in a list, stands in a file in which nothing is wrong."""
    builder = _Builder(source, () if index is None else (index,))
    node = _node(source)
    if index is not None and isinstance(node, Sequence):
        node = node.items[index]
    if node is not None:
        builder.value(Part(model), node, builder.prefix)
    return builder.spans


@lru_cache(maxsize=4)
def _node(source: Source) -> Node | None:
    return compose(source)[0]


def parse_settings(source: Source) -> tuple[Settings | None, tuple[Diagnostic, ...]]:
    """The settings of the bank, or None when anything in the file is an error."""
    if _may_be_usual(source) and (settings := usual.read(Settings, source)):
        return settings.located(Origin(source, Spans(source, partial(_spans, Settings)))), ()
    return parse_settings_in_full(source)


def parse_settings_in_full(source: Source) -> tuple[Settings | None, tuple[Diagnostic, ...]]:
    """What `parse_settings` gives, whatever the form of the file."""
    node, diagnostics = _read(source)
    if not isinstance(node, Mapping):
        return None, diagnostics + _wrong_document(source, node, diagnostics, "the bank's settings", "`title: …`")
    return _build(Settings, source, node, (), diagnostics)


def parse_vocabulary(kind: str, source: Source) -> tuple[Vocabulary, tuple[Diagnostic, ...]]:
    """The entries of a vocabulary file that are right; wrong ones are left out."""
    if _may_be_usual(source) and (found := usual.read_list(VOCABULARIES[kind], source)):
        for index, entry in enumerate(found):
            entry.located(Origin(source, Spans(source, partial(_spans, VOCABULARIES[kind], index=index)), (index,)))
        return Vocabulary(kind, tuple(found), source), ()
    return parse_vocabulary_in_full(kind, source)


def parse_vocabulary_in_full(kind: str, source: Source) -> tuple[Vocabulary, tuple[Diagnostic, ...]]:
    """What `parse_vocabulary` gives, whatever the form of the file."""
    node, diagnostics = _read(source)
    if not isinstance(node, Sequence):
        help = isinstance(node, Mapping) and _dash(VOCABULARIES[kind], node)
        example = "`- id: …` and `name: …` below it"
        problem = _wrong_document(source, node, diagnostics, f"a list of {kind}", example, help or "")
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
    diagnostics = (*diagnostics, *builder.found)
    if built is None or has_errors(diagnostics):
        return None, diagnostics
    return built.located(Origin(source, builder.spans, prefix)), diagnostics


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
            is_needed = field is not None and field.required
            help = f"Write one: {field.description}" if field and is_needed else "Write a value, or leave it out."
            return self.report(EMPTY, f"{self.named(path)} is empty", help, node.span)
        if isinstance(kind, Text):
            return self.text(kind, node, path, field)
        if isinstance(kind, List):
            if not isinstance(node, Sequence):
                return self.no_list(kind.of, node, path)
            self.measure(field, len(node.items), "items", node, path)
            return tuple([self.value(kind.of, item, (*path, index)) for index, item in enumerate(node.items)])
        return self.part(kind, node, path)

    def part(self, kind: Part, node: Node, path: ValuePath) -> Model | None:
        if isinstance(node, Scalar) and kind.bare:
            node = Mapping(node.span, ((Scalar(node.span, kind.bare), node),))
        elif (
            isinstance(node, Mapping)
            and path != self.prefix
            and len(node.items) == 1
            and " " in (key := node.items[0][0]).text
        ):
            # No field has a space in its name: a colon has made a key of what is text.
            if not (text := _text_for(kind)):
                node = key
            elif self.text_with_colon(text, node):
                return None
        if isinstance(node, Mapping):
            return self.model(kind.model, node, path)
        fields = fields_of(kind.model)
        names = [name for name in fields if fields[name].required] or fields
        help = f"Write its fields, one a line: {', '.join(f'`{name}: …`' for name in names)}."
        return self.wrong_type("a mapping", node, path, help)

    def text(self, kind: Text, node: Node, path: ValuePath, field: FieldInfo | None) -> str | None:
        if kind.choices is not None:
            choices = {choice.value: choice for choice in kind.choices}
            if isinstance(node, Scalar) and node.text in choices:
                return choices[node.text]
            shown = _short(node.text) if isinstance(node, Scalar) else _kind_of(node)
            help = suggest(node.text if isinstance(node, Scalar) else "", choices)
            return self.report(NOT_A_CHOICE, f"`{shown}` is not a {path[-1]}", help, node.span)
        if not isinstance(node, Scalar):
            if isinstance(node, Mapping) and self.text_with_colon(kind, node):
                return None
            return self.wrong_type("text", node, path, self.plain_text(node, path))
        if not self.measure(field, len(node.text), "characters", node, path, kind.max_length):
            return None
        for form in kind.forms:
            if wrong := form.check(node.text):
                return self.report(WRONG_FORM, self.of(path, wrong.message), wrong.help, node.span)
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
            return self.report(WRONG_FORM, self.of(path, wrong.message), wrong.help, node.span)
        return built

    def unknown_field(self, key: Scalar, value: Node, path: ValuePath, fields: Collection[str]) -> None:
        if _is_empty(value):
            self.value(Text(), value, path)  # of a field that holds nothing, that is the first thing to say
        else:
            self.report(UNKNOWN, f"{self.named(path)} is not a known field", suggest(key.text, fields), key.span)

    def missing_field(self, name: str, field: FieldInfo, node: Mapping, path: ValuePath) -> None:
        line_end = self.source.text.find("\n", node.span.start, node.span.end)
        first_line = Span(node.span.start, line_end if line_end >= 0 else node.span.end)
        message, help = f"{self.named((*path, name))} is missing", f"Add `{name}`: {field.description}"
        # Also where the file has more mistakes than are told: fields are few.
        self.found.append(MISSING.diagnose(Finding(message, Place(self.source, first_line), help)))

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
        self.report(WRONG_LENGTH, message, help, node.span)
        return False

    def no_list(self, of: Text | Part, node: Scalar | Mapping, path: ValuePath) -> None:
        """Report what stands where a list is due, with the list that it probably is."""
        name = next((part for part in reversed(path) if isinstance(part, str)), "value")
        help, edit = f"Write each item on a line of its own below `{name}:`, after `- `.", None
        if isinstance(node, Mapping):
            help = (isinstance(of, Part) and _dash(of.model, node)) or help
        elif (text := _text_for(of)) and not isinstance(text.marker, Markdown):
            words = [word.strip() for word in re.split(r"[,;]", node.text.strip().strip("[]")) if word.strip()]
            if all(re.fullmatch(r"\w[\w .&+'-]*", word) for word in words):
                items = f"[{', '.join(words)}]"
                help = f"Write `{name}: {items}`."
                is_safe = isinstance(of, Text) and all(KEBAB.fullmatch(word) for word in words)
                edit = Edit(node.span, items, is_safe) if node.style not in ("|", ">") else None
        self.wrong_type("a list", node, path, help, edit)

    def text_with_colon(self, kind: Text, node: Mapping) -> bool:
        """Whether a mapping is text of one line that a colon made one; it is reported then."""
        if len(node.items) != 1:
            return False
        text, start, key = self.source.text, node.span.start, node.items[0][0]
        line_end = text.find("\n", start)
        line = text[start : line_end if line_end >= 0 else len(text)].rstrip()
        is_line = text[start : node.span.end].strip() == line
        if not is_line or line.startswith("{") or key.style is not None or any(form.check(line) for form in kind.forms):
            return False
        # A word in lower case may have been meant as a key that the field does not have.
        edit = Edit(Span(start, start + len(line)), quoted(line), not re.fullmatch(r"[a-z_]+", key.text))
        message, help = "a colon in text without quotes ends a key here", f"Quote the text: `{quoted(line)}`."
        self.report(UNQUOTED_COLON, message, help, Span(key.span.end, key.span.end + 1), edit)
        return True

    def plain_text(self, node: Node, path: ValuePath) -> str:
        """A sentence that says how to write the text that stands there as something else."""
        if self.source.text.startswith(("[", "{"), node.span.start):
            return "Write plain text, in quotes if the brackets belong to it."
        if isinstance(path[-1], str):
            return f"Write `{path[-1]}: |`, and the text below it, indented."
        if isinstance(node, Mapping) and len(node.items) == 1 and isinstance(value := node.items[0][1], Scalar):
            return f"Write only `{_short(value.text)}`."
        return "Write plain text, in quotes if it has colons or starts with `- `."

    def wrong_type(self, due: str, node: Node, path: ValuePath, help: str, edit: Edit | None = None) -> None:
        self.report(WRONG_TYPE, f"{self.named(path)} must be {due}, not {_kind_of(node)}", help, node.span, edit)

    def of(self, path: ValuePath, message: str) -> str:
        """A message that says whose value it is about; one about an item quotes the item itself."""
        if message.startswith("`"):
            return f"{self.named(path)}: {message}" if isinstance(path[-1], str) else message
        return f"{self.named(path)} {message}"

    def report(self, broken: Rule, message: str, help: str, at: Span, edit: Edit | None = None) -> None:
        if len(self.found) < MOST_IN_A_FILE:
            self.found.append(broken.diagnose(Finding(message, Place(self.source, at), help, edit=edit)))

    def named(self, path: ValuePath) -> str:
        """A value's name for people: `tags`, item 2 of `tags`, `source` in item 1 of `companies`."""
        name = ""
        for part in path[len(self.prefix) :] or path:
            if isinstance(part, int):
                name = f"item {part + 1} of {name}" if name else f"entry {part + 1}"
            else:
                name = f"`{part}` in {name}" if name else f"`{part}`"
        return name or "the file"


def _text_for(kind: Text | Part) -> Text | None:
    """The text that may stand there: of a part, what stands for it."""
    if isinstance(kind, Text):
        return kind
    bare = fields_of(kind.model)[kind.bare].kind if kind.bare else None
    return bare if isinstance(bare, Text) else None


def _dash(model: type[Model], node: Mapping) -> str:
    """A sentence for a mapping that is an item without its dash; empty when it is another."""
    first = node.items[0][0].text if node.items else ""
    return f"Write `- ` before the first item: `- {first}: …`." if first in fields_of(model) else ""


def _is_empty(node: Node) -> bool:
    """Whether nothing stands there; what could not be read is not nothing."""
    return not node.text.strip() if isinstance(node, Scalar) else not node.items and not node.unread


def _kind_of(node: Node) -> str:
    return {Sequence: "a list", Mapping: "a mapping"}.get(type(node), "text")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _wrong_document(
    source: Source, node: Node | None, diagnostics: tuple[Diagnostic, ...], due: str, example: str, help: str = ""
) -> tuple[Diagnostic, ...]:
    if has_errors(diagnostics):  # unreadable YAML has been reported; its missing content is the same slip
        return ()
    is_empty = node is None or (isinstance(node, Scalar) and not node.text)
    what = "the file is empty" if is_empty else f"the file holds {_kind_of_node(node)}"
    span = Span(node.span.start, node.span.start + 1) if node is not None and not is_empty else Span(0, 0)
    finding = Finding(f"{what} where {due} is due", Place(source, span), help or f"Start it with {example}.")
    return (NOT_A_FILE_OF_ITS_KIND.diagnose(finding),)


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
