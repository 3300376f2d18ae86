"""A scanner's complaint about YAML -> what the author did, where, and what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qbank import yamlrules as broken
from qbank.diagnostics import Diagnostic, Edit, Finding
from qbank.rules import Rule
from qbank.source import Place, Source, Span

_ODD_SPACE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the scanner said of a part of a file, and where, in offsets of that part."""

    problem: str
    context: str
    at: int
    context_at: int


def diagnose(source: Source, part: Span, trouble: Trouble) -> Diagnostic:
    """One diagnostic for a part of the file that is not YAML, at what caused it."""
    text = source.text[part.start : part.end]
    problem, context = trouble.problem, trouble.context

    def found(rule: Rule, start: int, end: int, message: str, help: str, edit: Edit | None = None) -> Diagnostic:
        start, end = (min(part.start + offset, len(source.text)) for offset in (start, max(end, start)))
        span = Span(start, end)
        return rule.diagnose(Finding(message, Place(source, span), help, edit=edit))

    line_start = text.rfind("\n", 0, trouble.at) + 1
    if tab := re.search(r"(?m)^ *\t+", text):
        first = tab.group().index("\t")
        return found(
            broken.TAB, tab.start() + first, tab.end(), "this line is indented with a tab", "Indent with spaces."
        )
    if odd := re.search(rf"(?m)^ *[{_ODD_SPACE}]+|(?<=:)[{_ODD_SPACE}]|(?<=^-)[{_ODD_SPACE}]", text):
        edit = Edit(span=Span(part.start + odd.start(), part.start + odd.end()), text=" " * len(odd[0]))
        return found(
            broken.TYPOGRAPHIC_SYNTAX,
            odd.start(),
            odd.end(),
            "a non-breaking space stands where YAML needs a plain one",
            "Type an ordinary space here.",
            edit,
        )
    if glued := re.match(r" *(?:- +)*[a-z_]+:(?=[^\s/])", text):
        edit = Edit(span=Span(part.start + glued.end(), part.start + glued.end()), text=" ")
        return found(
            broken.MISSING_SPACE,
            glued.end() - 1,
            glued.end(),
            "a space is missing after this colon",
            f"Write `{glued[0].strip()} {text[glued.end() :].splitlines()[0]}`.",
            edit,
        )
    if "quoted scalar" in context and ("unexpected end" in problem or "document separator" in problem):
        at = trouble.context_at
        return found(
            broken.UNCLOSED_QUOTE,
            at,
            at + 1,
            "this quote is never closed",
            "Close it at the end of the text, or put long text below the key with `|`.",
        )
    if "mapping values are not allowed" in problem:
        return _unquoted_colon(source, part, trouble)
    value = _value_on_line(text, trouble.context_at if context else trouble.at)
    brackets_as_text = value is not None and value[1][:1] in "[{" and _closes_early(value[1])
    if (
        "cannot start any token" in problem
        or any(word in context for word in ("an alias", "an anchor", "a tag", "directive"))
        or brackets_as_text
    ):
        if value is not None:
            start, words = value
            edit = Edit(span=Span(part.start + start, part.start + start + len(words)), text=quoted(words))
            return found(
                broken.RESERVED_START,
                start,
                start + 1,
                f"text cannot start with `{words[:1]}` unless it is quoted",
                f"Write `{quoted(words)}`.",
                edit,
            )
        return found(
            broken.RESERVED_START,
            trouble.at,
            trouble.at + 1,
            "text starts with a sign that YAML reserves",
            "Put the text in quotes.",
        )
    if "flow" in context:
        at = trouble.context_at
        if text[at : at + 1] not in ("[", "{"):  # the scanner names the first item, or the end of the text
            at = max(text.rfind("[", 0, at), text.rfind("{", 0, at), 0)
        sign = text[at : at + 1]
        return found(
            broken.SYNTAX,
            at,
            at + 1,
            f"`{sign}` is opened here and not closed properly",
            "Separate the items by commas and close the bracket, or put text that starts with a bracket in quotes.",
        )
    if value is not None and (
        early := re.match(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*')[ \t]*(?=[^\s#])""", value[1])
    ):
        start, words = value
        edit = Edit(span=Span(part.start + start, part.start + start + len(words)), text=quoted(words), safe=False)
        return found(
            broken.RESERVED_START,
            start,
            start + early.end(),
            "the quote closes before the text ends",
            f"Quote the whole text: `{quoted(words)}`.",
            edit,
        )
    if "escape character" in problem:
        return found(
            broken.SYNTAX,
            trouble.at - 1,
            trouble.at + 1,
            f"`{text[trouble.at - 1 : trouble.at + 1]}` is not an escape in double quotes",
            "Use single quotes, or a block with `|`, for text with backslashes.",
        )
    if (
        "could not find expected ':'" in problem
        or "expected <block end>" in problem
        or "expected the node content" in problem
    ):
        at = trouble.context_at if "simple key" in context else trouble.at
        line_start = text.rfind("\n", 0, at) + 1
        first = len(text[line_start:]) - len(text[line_start:].lstrip(" "))
        line_end = text.find("\n", line_start)
        end = line_end if line_end >= 0 else len(text)
        return found(
            broken.INDENTATION,
            line_start + first,
            end,
            "this line belongs to no key: it is indented differently from the lines around it",
            "Indent it like the text or the list that it is part of.",
        )
    line_end = text.find("\n", trouble.at)
    return found(
        broken.SYNTAX,
        trouble.at,
        min(line_end if line_end >= 0 else len(text), trouble.at + 1),
        f"not valid YAML: {problem}" if problem else "not valid YAML",
        "Check the indentation and the quotes here and in the line above; long text goes below `key: |`, indented.",
    )


def quoted(text: str) -> str:
    """The text in double quotes, or in single ones where it has backslashes or double quotes and no single ones."""
    text = text.strip()
    if ("\\" in text or '"' in text) and "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unquoted_colon(source: Source, part: Span, trouble: Trouble) -> Diagnostic:
    text = source.text[part.start : part.end]
    colon = trouble.at
    value = _value_on_line(text, colon)
    place = Place(source, Span(part.start + colon, part.start + colon + 1))
    if value is None or value[0] >= colon:
        help = "Put the text in quotes, or below its key with `|`."
        return broken.UNQUOTED_COLON.diagnose(Finding("a colon in text without quotes ends a key here", place, help))
    start, words = value
    line_start = text.rfind("\n", 0, start) + 1
    edit = Edit(span=Span(part.start + start, part.start + start + len(words)), text=quoted(words))
    help = f"Quote the text: `{text[line_start:start].strip()} {quoted(words)}`."
    return broken.UNQUOTED_COLON.diagnose(
        Finding("a colon in text without quotes ends a key here", place, help, edit=edit)
    )


def _value_on_line(text: str, at: int) -> tuple[int, str] | None:
    """What stands on the line after its key or its `- `: where it starts, and the words."""
    line_start = text.rfind("\n", 0, at) + 1
    line_end = text.find("\n", line_start)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    match = re.match(r"[ ]*(?:- +)*(?:[A-Za-z_][\w-]*:[ ]+)?(?=\S)", line)
    if match is None or not match[0].strip():
        return None
    return line_start + match.end(), line[match.end() :].rstrip()


def _closes_early(value: str) -> bool:
    """Whether a bracket that opens a value closes before its end, so that it was meant as text."""
    depth = 0
    for index, sign in enumerate(value):
        depth += (sign in "[{") - (sign in "]}")
        if depth == 0:
            return bool(re.match(r"[ ]*[^\s#]", value[index + 1 :]))
    return False
