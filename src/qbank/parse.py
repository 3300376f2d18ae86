"""Source -> question, vocabulary or settings, with everything that is wrong with its shape.

The models of `model` and `bank` say what is allowed; this module turns YAML nodes into the values that they
take, and their complaints into diagnostics at the place of each value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from qbank.bank import VOCABULARIES, Settings, Term, Vocabulary
from qbank.diagnostics import Diagnostic, Finding, has_errors, nearest, suggest
from qbank.model import Located, Origin, Question, ValuePath, model_in
from qbank.rules import MOST_IN_A_FILE, Rule, rule, run
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
    """The model of a node; its complaints are added to the diagnostics found so far."""
    spans: dict[ValuePath, Span] = {}
    empty: list[ValuePath] = []
    unread: set[ValuePath] = set()
    value = _plain(node, prefix, spans, empty, unread)
    origin = Origin(source, spans, prefix)
    found = [
        EMPTY.diagnose(
            Finding(
                f"{_named(path[len(prefix) :] or prefix)} is empty",
                Place(source, spans[path]),
                "Write a value, or leave it out.",
            )
        )
        for path in empty[:MOST_IN_A_FILE]
    ]
    blank = set(empty)
    built: AnyLocated | None = None
    try:
        built = model.model_validate(value).located(origin)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=True)[:MOST_IN_A_FILE]
        misspelt = _misspelt(model, problems)
        for problem in problems:
            path = (*prefix, *problem["loc"])
            # pydantic counts the items that are right: that some are wrong has been said.
            if problem["type"] == "too_short" and any(
                len(other["loc"]) > len(problem["loc"]) and other["loc"][: len(problem["loc"])] == problem["loc"]
                for other in problems
            ):
                continue
            # An empty value and a misspelt key have been reported; what else the model says of them is the same slip.
            if blank.isdisjoint(path[:level] for level in range(len(path) + 1)) and not (
                problem["type"] == "missing" and (problem["loc"] in misspelt or _was_unread(path, unread))
            ):
                found.append(_diagnose(model, origin, node, problem))
    diagnostics = _without_echoes(diagnostics + tuple(found))
    return (None if has_errors(diagnostics) else built), diagnostics


def _without_echoes(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The diagnostics without those that a character which cannot be seen causes on its own line: one slip, one finding."""
    hidden = {(item.at.path, item.at.start.line) for item in diagnostics if item.code == _HIDDEN}
    if not hidden:
        return diagnostics
    return tuple(
        item for item in diagnostics if item.code == _HIDDEN or (item.at.path, item.at.start.line) not in hidden
    )


def _was_unread(path: ValuePath, unread: set[ValuePath]) -> bool:
    """Whether a field stands in a part that is not valid YAML, perhaps glued to the end of another word."""
    *parent, name = path
    return any([*other[:-1]] == parent and str(other[-1]).endswith(str(name)) for other in unread)


def _misspelt(model: type[BaseModel], problems: list[Any]) -> set[ValuePath]:
    """The fields that unknown keys were probably meant to be."""
    meant = set()
    for problem in problems:
        if problem["type"] == "extra_forbidden":
            *parent, key = problem["loc"]
            if field := nearest(str(key), _model_at(model, tuple(parent)).model_fields):
                meant.add((*parent, field))
    return meant


def _plain(
    node: Node, path: ValuePath, spans: dict[ValuePath, Span], empty: list[ValuePath], unread: set[ValuePath]
) -> Any:
    """The node as text, lists and dicts; notes where each value stands, which are empty and which could not be read."""
    spans[path] = node.span
    if isinstance(node, Scalar):
        if not node.text.strip():
            empty.append(path)
        return node.text
    if isinstance(node, Sequence):
        if not node.items and not node.unread:
            empty.append(path)
        return [_plain(item, (*path, index), spans, empty, unread) for index, item in enumerate(node.items)]
    if not node.items and not node.unread:
        empty.append(path)
    unread |= {(*path, key) for key in node.unread}
    return {key.text: _plain(value, (*path, key.text), spans, empty, unread) for key, value in node.items}


def _diagnose(model: type[BaseModel], origin: Origin, root: Node, problem: Any) -> Diagnostic:
    """A complaint of pydantic's in our words, at the value that it is about."""
    path: ValuePath = problem["loc"]
    kind: str = problem["type"]
    context = problem.get("ctx", {})
    name = _named(path or origin.prefix)
    place = origin.place(*path)

    def finding(broken: Rule, message: str, help: str, at: Place = place) -> Diagnostic:
        return broken.diagnose(Finding(message, at, help))

    if kind == "missing":
        parent = origin.place(*path[:-1])
        line_end = parent.source.text.find("\n", parent.span.start, parent.span.end)
        start = Span(parent.span.start, line_end if line_end >= 0 else parent.span.end)
        field = _model_at(model, path[:-1]).model_fields[str(path[-1])]
        return finding(
            MISSING, f"{name} is missing", f"Add `{path[-1]}`: {field.description}", Place(parent.source, start)
        )
    if kind == "extra_forbidden":
        known = _model_at(model, path[:-1]).model_fields
        key = next(key for key, _ in _mapping_at(root, path[:-1]).items if key.text == path[-1])
        return finding(
            UNKNOWN, f"{name} is not a known field", suggest(str(path[-1]), known), Place(origin.source, key.span)
        )
    if kind == "enum":
        allowed = re.findall(r"'([^']*)'", context.get("expected", ""))
        return finding(
            NOT_A_CHOICE, f"`{_shown(problem['input'])}` is not a {path[-1]}", suggest(str(problem["input"]), allowed)
        )
    if kind in ("string_too_short", "string_too_long") or (
        kind in ("too_short", "too_long") and isinstance(problem["input"], str)
    ):
        limit = context.get("min_length", context.get("max_length"))
        than = "less than" if "min_length" in context else "more than"
        size = len(str(problem["input"]))
        return finding(
            WRONG_LENGTH,
            f"{name} has {size} characters, {than} {limit}",
            f"Write {'at least' if than == 'less than' else 'at most'} {limit} characters.",
        )
    if kind in ("too_short", "too_long"):
        limit = context.get("min_length", context.get("max_length"))
        word = "at least" if "min_length" in context else "at most"
        return finding(
            WRONG_LENGTH,
            f"{name} has {context.get('actual_length')} items, and {word} {limit} are allowed",
            f"Give {word} {limit}.",
        )
    if kind == "form":
        at = f"{name}: " if path and isinstance(path[-1], str) and not path[-1].startswith("`") else ""
        return finding(WRONG_FORM, f"{at}{context['message']}", context["help"])
    due, example = _due(kind, path)
    if due == "a list" and isinstance(problem["input"], str) and "\n" not in problem["input"].strip():
        words = [word.strip() for word in re.split(r"[,;]", problem["input"].strip("[]")) if word.strip()]
        if all(re.fullmatch(r"[\w.&+'-]+", word) for word in words):
            example = f"Write `{path[-1]}: [{', '.join(words)}]`."
    return finding(WRONG_TYPE, f"{name} must be {due}, not {_kind_of(problem['input'])}", example)


def _due(kind: str, path: ValuePath) -> tuple[str, str]:
    name = next((part for part in reversed(path) if isinstance(part, str)), "value")
    if kind in ("tuple_type", "list_type"):
        return "a list", f"Write `{name}: [first, second]`, or one item a line after `- `."
    if kind == "string_type":
        return "text", "Write plain text, or put it in quotes when it starts with a bracket or a brace."
    if not path:
        return "a mapping", "Write its fields as `key: value`, one a line."
    return "a mapping", f"Write its fields below `{name}:`, indented, each as `key: value`."


def _kind_of(value: Any) -> str:
    return {list: "a list", dict: "a mapping"}.get(type(value), "text")


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else _kind_of(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _named(path: ValuePath) -> str:
    """A value's name for people: `tags`, item 2 of `tags`, `source` in item 1 of `companies`."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name = f"item {part + 1} of {name}" if name else f"entry {part + 1}"
        else:
            name = f"`{part}` in {name}" if name else f"`{part}`"
    return name or "the file"


def _model_at(model: type[BaseModel], path: ValuePath) -> type[BaseModel]:
    """The model that a path inside another model leads to."""
    for part in path:
        if isinstance(part, str):
            model = model_in(model, part) or model
    return model


def _mapping_at(node: Node, path: ValuePath) -> Mapping:
    for part in path:
        if isinstance(node, Sequence):
            node = node.items[int(part)]
        elif isinstance(node, Mapping):
            node = next(value for key, value in node.items if key.text == part)
    assert isinstance(node, Mapping)
    return node


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
            message = f"`{_shown(part)}` in the file's path {problem}"
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
