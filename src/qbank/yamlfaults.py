"""A scanner's complaint about YAML -> what the author did, where, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from qbank import yamlrules as broken
from qbank.diagnostics import Diagnostic, Edit, Finding
from qbank.rules import Rule
from qbank.source import Place, Source, Span

_ODD_SPACE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_OPENING, _CLOSING = "\u201c\u201d\u201e\u00ab\u2018\u201a", "\u201c\u201d\u00bb\u2018\u2019"
CURLY_QUOTED = re.compile(f"[{_OPENING}]([^{_OPENING}{_CLOSING}]+)[{_CLOSING}]|[\u2018]([^\u2018]+)[\u2019]")
"""A whole text in typographic quotes; single ones may have apostrophes inside."""
_KEY_LINE = re.compile(r"[ ]*(?:- +)*[A-Za-z_][\w-]*:(?=[ \n]|$)")


class Trouble(NamedTuple):
    """What the scanner said of a part of a file, and where, in offsets of that part."""

    problem: str
    context: str
    at: int
    context_at: int


class _Fault(NamedTuple):
    """A part of a file that is not YAML, with what was said of it."""

    source: Source
    part: Span
    text: str
    trouble: Trouble

    def found(self, rule: Rule, start: int, end: int, message: str, help: str, edit: Edit | None = None) -> Diagnostic:
        """A diagnostic at offsets of the part."""
        start, end = (min(self.part.start + offset, len(self.source.text)) for offset in (start, max(end, start)))
        return rule.diagnose(Finding(message, Place(self.source, Span(start, end)), help, edit=edit))

    def edit(self, start: int, end: int, text: str, *, safe: bool = False) -> Edit:
        """A replacement at offsets of the part."""
        return Edit(span=Span(self.part.start + start, self.part.start + end), text=text, safe=safe)

    def line(self, at: int) -> tuple[int, str]:
        """Where the line of an offset starts, and its text."""
        start = self.text.rfind("\n", 0, at) + 1
        end = self.text.find("\n", start)
        return start, self.text[start : end if end >= 0 else len(self.text)]


def diagnose(source: Source, part: Span, trouble: Trouble) -> Diagnostic:
    """One diagnostic for a part of the file that is not YAML, at what caused it."""
    fault = _Fault(source, part, source.text[part.start : part.end], trouble)
    for explain in _EXPLANATIONS:
        if diagnostic := explain(fault):
            return diagnostic
    line_start, line = fault.line(trouble.at)
    return fault.found(
        broken.SYNTAX,
        trouble.at,
        min(line_start + len(line), trouble.at + 1),
        f"not valid YAML: {trouble.problem}" if trouble.problem else "not valid YAML",
        "Check the indentation and the quotes here and in the line above; long text goes below `key: |`, indented.",
    )


def quoted(text: str) -> str:
    """The text in double quotes, or in single ones where it has backslashes or double quotes and no single ones."""
    text = text.strip()
    if ("\\" in text or '"' in text) and "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def value_on_line(text: str, at: int) -> tuple[int, str] | None:
    """What stands on the line of an offset after its key or its `- `: where it starts, and the words."""
    line_start = text.rfind("\n", 0, at) + 1
    line_end = text.find("\n", line_start)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    match = re.match(r"[ ]*(?:- +)*(?:[A-Za-z_][\w-]*:[ ]+)?(?=\S)", line)
    if match is None or not match[0].strip():
        return None
    return line_start + match.end(), line[match.end() :].rstrip()


# --- what authors do, the surest signs first -----------------------------------------------------------------------


def _tab(fault: _Fault) -> Diagnostic | None:
    tab = re.search(r"(?m)^ *\t+", fault.text)
    if tab is None:
        return None
    first = tab.start() + tab.group().index("\t")
    edit = fault.edit(first, tab.end(), "  " * (tab.end() - first))
    message, help = "this line is indented with a tab", "Indent with spaces, as the lines around it are."
    return fault.found(broken.TAB, first, tab.end(), message, help, edit)


def _odd_space(fault: _Fault) -> Diagnostic | None:
    odd = re.search(
        rf"(?m)^ *[{_ODD_SPACE}]+|(?<=:)[{_ODD_SPACE}]|(?<=^-)[{_ODD_SPACE}]|(?<= -)[{_ODD_SPACE}]", fault.text
    )
    if odd is None:
        return None
    edit = fault.edit(odd.start(), odd.end(), " " * len(odd[0]), safe=True)
    message = "a non-breaking space stands where YAML needs a plain one"
    help = "Type an ordinary space here."
    return fault.found(broken.TYPOGRAPHIC_SYNTAX, odd.start(), odd.end(), message, help, edit)


def _missing_space(fault: _Fault) -> Diagnostic | None:
    text = fault.text
    if glued := re.match(r" *(?:- +)*[a-z_]+:(?=[^\s/])", text):
        at, sign, line = glued.end(), "colon", f"{glued[0].strip()} {text[glued.end() :].splitlines()[0]}"
    elif not re.match(r"[^\n]*[|>][+-]?\d?[ ]*\n", text) and (glued := re.search(r"(?m)^ *-(?=[A-Za-z\"'])", text)):
        at, sign, line = glued.end(), "dash", f"- {text[glued.end() :].splitlines()[0]}"
    else:
        return None
    edit = fault.edit(at, at, " ", safe=True)
    message = f"a space is missing after this {sign}"
    return fault.found(broken.MISSING_SPACE, at - 1, at, message, f"Write `{line.rstrip()}`.", edit)


def _unclosed_quote(fault: _Fault) -> Diagnostic | None:
    trouble = fault.trouble
    if "quoted scalar" not in trouble.context or not (
        "unexpected end" in trouble.problem or "document separator" in trouble.problem
    ):
        return None
    at = trouble.context_at
    sign, value = fault.text[at : at + 1], value_on_line(fault.text, at)
    help, edit = "Close it at the end of the text, or put long text below the key with `|`.", None
    if value and value[0] == at and sign not in value[1][1:]:
        words = value[1]
        closed = (words[:-1] if words[-1] in _CLOSING else words) + sign
        help = f"Close it: `{closed}`; or put long text below the key with `|`."
        edit = fault.edit(at, at + len(words), closed)
    return fault.found(broken.UNCLOSED_QUOTE, at, at + 1, "this quote is never closed", help, edit)


def _text_after_block_sign(fault: _Fault) -> Diagnostic | None:
    if "block scalar" not in fault.trouble.context:
        return None
    start, line = fault.line(fault.trouble.at)
    match = re.match(r"( *)(?:- +)*(?:[A-Za-z_][\w-]*: +)?([|>])[+-]?\d?(?=.*\S)([ ]*)", line)
    if match is None:
        return None
    below = re.match(r"\n*( +)(?=\S)", fault.text[start + len(line) :])
    if below is None or len(below[1]) <= len(match[1]):  # no text below: the sign begins the text
        value = value_on_line(fault.text, fault.trouble.at)
        return None if value is None else _reserved_start(fault, value)
    first = start + match.end()
    edit = fault.edit(start + match.start(3), first, f"\n{below[1]}")
    message = f"text stands on the line of `{match[2]}`"
    help = "Start the text on the next line, indented."
    return fault.found(broken.SYNTAX, first, start + len(line.rstrip()), message, help, edit)


def _unquoted_colon(fault: _Fault) -> Diagnostic | None:
    if "mapping values are not allowed" not in fault.trouble.problem:
        return None
    colon, text = fault.trouble.at, fault.text
    line_start, line = fault.line(colon)
    own_key = _KEY_LINE.match(line)
    if own_key and line_start + own_key.end() - 1 == colon and (deeper := _deeper_key(fault, line_start, line)):
        return deeper
    value = value_on_line(text, colon)
    message = "a colon in text without quotes ends a key here"
    if value is None or value[0] >= colon:
        help = "Put the text in quotes, or below its key with `|`."
        return fault.found(broken.UNQUOTED_COLON, colon, colon + 1, message, help)
    start, words = value
    end, lead = start + len(words), text[line_start:start].strip()
    if curly := CURLY_QUOTED.fullmatch(words):
        inner = quoted(curly[1] or curly[2])
        message = "these quotes are typographic, which YAML takes for a part of the text"
        edit = fault.edit(start, end, inner)
        return fault.found(broken.TYPOGRAPHIC_SYNTAX, start, end, message, f"Write `{lead} {inner}`.", edit)
    help = f"Quote the text: `{lead} {quoted(words)}`."
    joined = re.search(r"(?:  | - +)([a-z_]+)$", text[start:colon])
    if joined:
        help = f"Start `{joined[1]}: …` on a line of its own, or quote the text: `{lead} {quoted(words)}`."
    edit = fault.edit(start, end, quoted(words), safe=not joined)
    return fault.found(broken.UNQUOTED_COLON, colon, colon + 1, message, help, edit)


def _deeper_key(fault: _Fault, line_start: int, line: str) -> Diagnostic | None:
    """A key that stands further in than the one above it, which has a value already."""
    above = fault.text[:line_start].rstrip().rpartition("\n")[2]
    key = re.match(r"([ ]*(?:- +)*)[A-Za-z_][\w-]*: +[^\s|>]", above)
    indent = len(line) - len(line.lstrip(" "))
    if key is None or len(key[1]) >= indent:
        return None
    edit = fault.edit(line_start, line_start + indent, " " * len(key[1]))
    message = "this line is indented further than the one above, which has a value already"
    help = f"Indent it by {len(key[1])} spaces." if key[1] else "Start it in the first column."
    return fault.found(broken.INDENTATION, line_start + indent, line_start + len(line.rstrip()), message, help, edit)


def _reserved_sign(fault: _Fault) -> Diagnostic | None:
    trouble = fault.trouble
    value = value_on_line(fault.text, trouble.context_at if trouble.context else trouble.at)
    if value is None:
        return None
    rest = _after_bracket(value[1])
    if rest is not None and re.match(r"\s*[\]})]", rest):
        at = value[0] + len(value[1]) - len(rest.lstrip())
        message = f"this `{fault.text[at]}` closes nothing"
        return fault.found(broken.SYNTAX, at, at + 1, message, "Remove it.", fault.edit(at, at + 1, ""))
    is_reserved = "cannot start any token" in trouble.problem or any(
        word in trouble.context for word in ("an alias", "an anchor", "a tag", "directive")
    )
    return _reserved_start(fault, value) if is_reserved or rest is not None else None


def _reserved_start(fault: _Fault, value: tuple[int, str]) -> Diagnostic:
    start, words = value
    sign = "a backtick" if words[0] == "`" else f"`{words[0]}`"
    edit = fault.edit(start, start + len(words), quoted(words), safe=True)
    message = f"text cannot start with {sign} unless it is quoted"
    return fault.found(broken.RESERVED_START, start, start + 1, message, f"Write `{quoted(words)}`.", edit)


def _brackets(fault: _Fault) -> Diagnostic | None:
    trouble, text = fault.trouble, fault.text
    if "flow" not in trouble.context:
        return None
    if "but found ','" in trouble.problem:
        at = trouble.at
        edit = fault.edit(at, at + 1, "")
        return fault.found(broken.SYNTAX, at, at + 1, "nothing stands before this comma", "Remove it.", edit)
    at = trouble.context_at
    if text[at : at + 1] not in ("[", "{"):  # the scanner names the first item, or the end of the text
        at = max(text.rfind("[", 0, at), text.rfind("{", 0, at), 0)
    sign = text[at : at + 1]
    help, edit = "Separate the items by commas and close the bracket.", None
    value = value_on_line(text, at)
    closing = "]" if sign == "[" else "}"
    if value and value[0] == at and closing not in value[1] and not value[1].endswith((",", sign)):
        words = value[1]
        closed = (words[:-1] if words.endswith(")") and "(" not in words else words) + closing
        help = f"Write `{closed}`; text that starts with a bracket stands in quotes."
        edit = fault.edit(at, at + len(words), closed)
    return fault.found(broken.SYNTAX, at, at + 1, f"`{sign}` is opened here and not closed properly", help, edit)


def _quote_closes_early(fault: _Fault) -> Diagnostic | None:
    trouble = fault.trouble
    value = value_on_line(fault.text, trouble.context_at if trouble.context else trouble.at)
    early = value and re.match(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*')[ \t]*(?=[^\s#])""", value[1])
    if not value or not early:
        return None
    start, words = value
    whole = quoted(words)
    if words[0] == words[-1] == "'":  # an apostrophe in text that is quoted already
        whole = quoted(words[1:-1])
    edit = fault.edit(start, start + len(words), whole)
    message, help = "the quote closes before the text ends", f"Quote the whole text: `{whole}`."
    return fault.found(broken.RESERVED_START, start, start + early.end(), message, help, edit)


def _unknown_escape(fault: _Fault) -> Diagnostic | None:
    if "escape character" not in fault.trouble.problem:
        return None
    at, text = fault.trouble.at, fault.text
    help, edit = "Use single quotes, or a block with `|`, for text with backslashes.", None
    value = value_on_line(text, at)
    if value and re.fullmatch(r'"[^"\']+"', value[1]):
        single = f"'{value[1][1:-1]}'"
        help = f"Write `{single}`: single quotes leave backslashes as they are."
        edit = fault.edit(value[0], value[0] + len(value[1]), single)
    message = f"`{text[at - 1 : at + 1]}` is not an escape in double quotes"
    return fault.found(broken.SYNTAX, at - 1, at + 1, message, help, edit)


def _after_document_end(fault: _Fault) -> Diagnostic | None:
    if "expected '<document start>'" not in fault.trouble.problem:
        return None
    start, line = fault.line(fault.trouble.at)
    message, help = "this stands after the end of the document, `...` or `---`", "Remove that line, or what follows it."
    return fault.found(broken.SEVERAL_DOCUMENTS, start, start + len(line.rstrip()), message, help)


_INDENTATION_TROUBLE = (
    "could not find expected ':'",
    "expected <block end>",
    "expected the node content",
    "cannot start any token",
)


def _indentation(fault: _Fault) -> Diagnostic | None:
    trouble = fault.trouble
    if not any(words in trouble.problem for words in _INDENTATION_TROUBLE):
        return None
    at = trouble.context_at if "simple key" in trouble.context else trouble.at
    start, line = fault.line(at)
    if without := _key_without_colon(fault, start, line):
        return without
    indent = len(line) - len(line.lstrip(" "))
    message = "this line belongs to no key: it is indented differently from the lines around it"
    help, edit = "Indent it like the text or the list that it is part of.", None
    wanted = _indentation_of_block(fault.text[:start])
    if wanted is not None and wanted > indent and not _KEY_LINE.match(line):
        lines = []
        for each in fault.text[start:].split("\n"):
            if each.strip() and (len(each) - len(each.lstrip(" ")) >= wanted or _KEY_LINE.match(each)):
                break
            lines.append(each)
        block = "\n".join(lines).rstrip()
        moved = re.sub(r"(?m)^(?=.)", " " * (wanted - indent), block)
        help = f"Indent it by {wanted} spaces, as the text above is."
        edit = fault.edit(start, start + len(block), moved)
    return fault.found(broken.INDENTATION, start + indent, start + len(line), message, help, edit)


def _indentation_of_block(before: str) -> int | None:
    """How far in the text below the last `|` or `>` stands, when the text before a line ends in such a block."""
    opened = list(re.finditer(r"(?m)^[^\n]*[:-][ ]+[|>][+-]?\d?[ ]*\n(?:[ ]*\n)*([ ]+)(?=\S)", before))
    if not opened:
        return None
    wanted = len(opened[-1][1])
    below = before[opened[-1].end(1) :].split("\n")[1:]
    inside = all(not line.strip() or len(line) - len(line.lstrip(" ")) >= wanted for line in below)
    return wanted if inside else None


def _key_without_colon(fault: _Fault, start: int, line: str) -> Diagnostic | None:
    from qbank.model import Question  # for the names of its fields, and rarely needed

    match = re.match(r"([a-z_]+)(?: *= *| +)(?=\S)", line)
    if match is None or match[1] not in Question.__annotations__:
        return None
    name = match[1]
    edit = fault.edit(start + len(name), start + match.end(), ": ")
    message, help = f"no colon stands after `{name}`", f"Write `{name}: {line[match.end() :].rstrip()}`."
    return fault.found(broken.SYNTAX, start, start + len(name), message, help, edit)


def _after_bracket(value: str) -> str | None:
    """What follows the bracket that closes the one at the start of a value; None when it ends there or does not close."""
    depth = 0
    if value[:1] not in ("[", "{"):
        return None
    for index, sign in enumerate(value):
        depth += (sign in "[{") - (sign in "]}")
        if depth == 0:
            rest = value[index + 1 :]
            return rest if re.match(r"[ ]*[^\s#]", rest) else None
    return None


_EXPLANATIONS: tuple[Callable[[_Fault], Diagnostic | None], ...] = (
    _tab,
    _odd_space,
    _missing_space,
    _unclosed_quote,
    _text_after_block_sign,
    _unquoted_colon,
    _reserved_sign,
    _brackets,
    _quote_closes_early,
    _unknown_escape,
    _after_document_end,
    _indentation,
)
