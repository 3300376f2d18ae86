"""What can be wrong with the Markdown of a question, each at its place inside the YAML file."""

from __future__ import annotations

import re
import warnings
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from qbank.diagnostics import Finding, Severity, count, nearest, suggest
from qbank.fences import Fence, fences
from qbank.fragments import cached_events, events_by_kind, plain, problems, render
from qbank.markup import MAX_CODE, address
from qbank.model import Question, ValuePath
from qbank.related import words
from qbank.rules import check
from qbank.scalars import piece
from qbank.source import Place

_FREQUENT_LANGUAGES = frozenset({"bash", "json", "output", "python", "sql", "text", "yaml"})
"""Languages that need no look at the highlighter's list, whose making takes longer than all the checks of a question."""


def _is_language(name: str) -> bool:
    from qbank.highlight import LANGUAGES

    return name in LANGUAGES


class _Field(NamedTuple):
    """A Markdown text of a question; where it stands is looked up for findings only."""

    question: Question
    path: ValuePath
    text: str

    def at(self, start: int, end: int) -> Place:
        return piece(self.question.at(*self.path), self.text, start, end)


def _fields(question: Question, mark: str = "") -> list[_Field]:
    """The Markdown fields that contain a sign without which a check has nothing to look at."""
    return [_Field(question, path, text) for path, text in question.markdown if mark in text]


@check("QB201", Question)
def unconvertible_math(question: Question) -> Iterator[Finding]:
    r"""A formula cannot be converted to MathML.

    Readers would see its source instead of the formula.

    Bad: `$\frac{a}{b$`
    Good: `$\frac{a}{b}$`
    """
    for field in _fields(question, "$"):
        for problem in problems(field.text):
            message = problem.message[:1].lower() + problem.message[1:]
            help = "Check the braces and the commands; write a dollar sign that is money as `\\$`."
            yield Finding(f"math cannot be converted: {message}", field.at(problem.start, problem.end), help)
        for start, end, message, help in _formulas_left_as_text(field.text):
            yield Finding(message, field.at(start, end), help)


_DISPLAY = re.compile(r"(?<!\\)\$\$(?:(?:(?!\$\$|\n[ >]*\n).)*\$\$)?", re.DOTALL)
_INLINE = re.compile(r"(?<!\\)\$[^$\n]*\\[A-Za-z]{2,}[^$\n]*\$?")
_OPENING = re.compile(r"(?<![\\$\w/=?&])\$(?=[A-Za-z\\])")


def _formulas_left_as_text(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Dollar signs that were meant to enclose math and where the parser sees none: its braces do not match, say."""
    taken = _Taken.by(text, *_MATH_AND_CODE)
    if not taken.leaves("$", text):
        return
    said: list[tuple[int, int]] = []
    as_text = "this looks like a formula and is shown as text"
    helps = (
        (
            _DISPLAY,
            as_text,
            "Close it with `$$` and balance its braces; no line in it may be empty or start like a list, with `+` or `-`.",
        ),
        (_INLINE, as_text, "Balance the braces, and leave no space inside of the `$` signs."),
        (
            _OPENING,
            "this `$` opens a formula that is never closed",
            "Close it with `$`; write a dollar sign that is no math as `\\$`.",
        ),
    )
    for pattern, message, help in helps:
        before = _Taken(said)
        for match in pattern.finditer(text):
            if not (taken.overlaps(*match.span()) or before.overlaps(*match.span())):
                said.append(match.span())
                yield *match.span(), message, help


class _Taken:
    """The parts of a text that are something already."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []  # the furthest end so far
        for start, end in sorted(spans):
            self.starts.append(start)
            self.ends.append(max(end, self.ends[-1] if self.ends else 0))

    @classmethod
    def by(cls, text: str, *kinds: str) -> _Taken:
        """What events of these kinds cover."""
        found = events_by_kind(text)
        return cls((start, end) for kind in kinds for _, start, end in found.get(kind, ()))

    def overlaps(self, start: int, end: int) -> bool:
        index = bisect_left(self.starts, end)
        return index > 0 and self.ends[index - 1] > start

    def leaves(self, sign: str, text: str) -> bool:
        """Whether the sign stands in the rest of the text."""
        gaps = zip([0, *self.ends], [*self.starts, len(text)], strict=True)
        return any(text.find(sign, start, end) >= 0 for start, end in gaps)


_MATH_AND_CODE = ("InlineMath", "DisplayMath", "Code", "CodeBlock")


@check("QB205", Question)
def unclosed_fence(question: Question) -> Iterator[Finding]:
    """A code fence is opened and never closed, so that the rest of the text becomes code.

    Bad: a line of three backticks and `python`, and no line of three backticks after it
    Good: both
    """
    for field in _fields(question):
        for fence in fences(field.text):
            if not _is_closed(field.text, fence):
                first = field.text[fence.start : fence.end].partition("\n")[0].rstrip()
                sign = _sign(first)
                name = "tildes" if sign[0] == "~" else "backticks"
                help = f"Close it with a line of {_NUMBERS.get(len(sign), len(sign))} {name} after the code."
                yield Finding("this code fence is never closed", field.at(fence.start, fence.start + len(first)), help)


_NUMBERS = {3: "three", 4: "four", 5: "five"}


def _sign(line: str) -> str:
    found = re.match(r"`+|~+", line)
    return found[0] if found else "```"


def _is_closed(text: str, fence: Fence) -> bool:
    """Whether a line of the same signs ends the fence, and no line inside of it opens another."""
    lines = text[fence.start : fence.end].rstrip().splitlines()
    sign = _sign(lines[0])
    last = re.sub(r"^[ >]*", "", lines[-1]).strip() if len(lines) > 1 else ""
    # Markdown that shows Markdown may hold the opening of a fence.
    opens_another = fence.language not in ("markdown", "md") and any(
        sign in line and re.fullmatch(rf"{re.escape(sign)}[A-Za-z][\w+-]*", line.strip(" >")) for line in lines[1:]
    )
    return last.startswith(sign) and not last.strip(sign[0]) and not opens_another


@check("QB207", Question, Severity.WARNING)
def unknown_language(question: Question) -> Iterator[Finding]:
    """The language of a code fence is not one that the highlighter knows.

    Bad: ` ```pyhton `
    Good: ` ```python `
    """
    for field in _fields(question):
        for fence in fences(field.text):
            if fence.language and fence.language not in _FREQUENT_LANGUAGES and not _is_language(fence.language):
                from qbank.highlight import LANGUAGES  # slow to import, and rarely needed

                start = field.text.lower().index(fence.language, fence.start)
                yield Finding(
                    f"`{fence.language}` is not a known language",
                    field.at(start, start + len(fence.language)),
                    f"{suggest(fence.language, LANGUAGES)} Plain text is `text`.",
                )


@check("QB224", Question, Severity.WARNING)
def oversized_code(question: Question) -> Iterator[Finding]:
    """A block of code is longer than 10,000 characters. It is shown without colours.

    Bad: a module pasted into an answer
    Good: the twenty lines that make the point
    """
    for field in _fields(question):
        for fence in fences(field.text):
            if len(fence.code) > MAX_CODE:
                line = field.text[fence.start :].partition("\n")[0]
                yield Finding(
                    f"this code has {len(fence.code):,} characters, more than {MAX_CODE:,}",
                    field.at(fence.start, fence.start + len(line)),
                    "Keep the lines that make the point.",
                )


@check("QB208", Question)
def invalid_python(question: Question) -> Iterator[Finding]:
    """A fence that says `python` holds code that does not parse.

    Code that is only a sketch is fenced as `text`.

    Bad: `print "hello"`
    Good: `print("hello")`
    """
    for field in _fields(question, "python"):
        for fence in fences(field.text):
            # Longer code has been reported, and Python's parser takes a lot of memory for it.
            is_read = fence.language == "python" and len(fence.code) <= MAX_CODE and _is_closed(field.text, fence)
            if is_read and (wrong := _syntax_error(fence.code)):
                message, line, column = wrong
                lines = fence.code.splitlines(keepends=True)
                offset = min(sum(map(len, lines[: line - 1])) + column, max(len(fence.code) - 1, 0))
                start = fence.in_text(offset)
                yield Finding(
                    f"this is not Python: {message}",
                    field.at(start, start + 1),
                    "Correct the code, or fence it as `text` if it is only a sketch.",
                )


def _syntax_error(code: str) -> tuple[str, int, int] | None:
    import ast

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except SyntaxError as error:
        return error.msg, error.lineno or 1, max((error.offset or 1) - 1, 0)
    except (ValueError, RecursionError, MemoryError):
        return "the parser cannot read it", 1, 0
    return None


@check("QB223", Question, Severity.WARNING)
def output_without_code(question: Question) -> Iterator[Finding]:
    """An `output` fence does not follow a `python` fence, so that nothing can show that it is true.

    Bad: an `output` fence after a paragraph
    Good: an `output` fence right after the `python` fence that prints it
    """
    for field in _fields(question, "output"):
        before = None
        for fence in fences(field.text):
            follows = before is not None and not field.text[before.end : fence.start].strip()
            # A misspelt `python` has been reported, and is the one slip.
            if fence.language == "output" and not (
                follows and before is not None and nearest(before.language, ["python"])
            ):
                line_end = field.text.find("\n", fence.start)
                at = field.at(fence.start, line_end if line_end >= 0 else fence.end)
                yield Finding(
                    "no code stands before this output",
                    at,
                    "Put it right after the `python` fence that prints it, or fence it as `text`.",
                )
            before = fence


@check("QB209", Question)
def wrong_heading_level(question: Question) -> Iterator[Finding]:
    """A heading does not fit below the page's own: it starts above level 3, or skips a level.

    The page's title is level 1 and its sections are level 2.

    Bad: `# Mechanism`
    Good: `### Mechanism`
    """
    for field in _fields(question, "#"):
        kinds, before = events_by_kind(field.text), 2
        for heading, start, _ in kinds.get("Heading", ()):
            level = int(heading["level"][1])
            at = (start, _line_end(field.text, start))
            if level < 3:
                message = f"a heading of level {level} stands inside the page's own sections"
                yield Finding(message, field.at(*at), "Start headings at `###`.")
            elif level > before + 1:
                message = f"a heading of level {level} follows one of level {before}"
                yield Finding(message, field.at(*at), f"Write it with `{'#' * (before + 1)}`.")
            before = max(level, 3)
        for _, start, _ in kinds.get("Paragraph", ()):
            if glued := _GLUED_HEADING.match(field.text, start):
                line = field.text[start : _line_end(field.text, start)].rstrip()
                help = f"Write `{glued[0]} {line[len(glued[0]) :]}`."
                at = field.at(start, start + len(line))
                yield Finding("this heading is shown as text: a space is missing after the signs", at, help)


_GLUED_HEADING = re.compile(r"#{2,6}(?=[A-Za-z])")


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


@check("QB210", Question)
def ragged_table(question: Question) -> Iterator[Finding]:
    """A row of a table has more or fewer cells than its head; Markdown drops the surplus without a word.

    Where the line of hyphens below the head is missing or has another number of cells, Markdown makes no table at all.

    Bad: `| a | b | c |` below a head of two columns
    Good: `| a | b |`
    """
    for field in _fields(question, "|"):
        kinds = events_by_kind(field.text)
        for columns, start, end in kinds.get("Table", ()):
            offset = start
            for number, line in enumerate(field.text[start:end].splitlines(keepends=True)):
                cells = _cells(line)
                if number != 1 and line.strip(" >\n") and cells != len(columns):
                    first = offset + len(line) - len(line.lstrip(" >"))
                    help = f"Give each row {len(columns)} cells; write a bar inside a cell as `\\|`, in a formula as `\\mid`."
                    yield Finding(
                        f"this row has {count(cells, 'cell')} and the head has {len(columns)}",
                        field.at(first, offset + len(line.rstrip())),
                        help,
                    )
                offset += len(line)
        for _, start, end in kinds.get("Paragraph", ()):
            if field.text.startswith("|", start):
                yield from _no_table(field, start, end)


def _no_table(field: _Field, start: int, end: int) -> Iterator[Finding]:
    """Rows of which Markdown makes a paragraph."""
    rows = field.text[start:end].rstrip().splitlines()
    if len(rows) < 2 or not all(row.strip(" >").startswith("|") and row.rstrip().endswith("|") for row in rows):
        return
    cells = _cells(rows[0])
    wanted = f"`|{'---|' * cells}`"
    if re.fullmatch(r"[ >]*\|[-:| ]+\|[ ]*", rows[1]):
        first = start + len(rows[0]) + 1 + len(rows[1]) - len(rows[1].lstrip(" >"))
        message = (
            f"this line has {count(_cells(rows[1]), 'cell')} and the head has {cells}, so that these rows are no table"
        )
        yield Finding(message, field.at(first, start + len(rows[0]) + 1 + len(rows[1].rstrip())), f"Write {wanted}.")
    else:
        message = "these rows are no table: below the head stands no line of hyphens"
        yield Finding(message, field.at(start, start + len(rows[0].rstrip())), f"Add a line {wanted} below this one.")


def _cells(line: str) -> int:
    row = re.sub(r"\\.", "..", line.strip(" >\n"))
    return row.removeprefix("|").removesuffix("|").count("|") + 1


@check("QB211", Question, Severity.WARNING)
def raw_html(question: Question) -> Iterator[Finding]:
    """Text contains what looks like HTML. It is shown as text, never as markup.

    Bad: `<b>bold</b>`, or `List<String>` outside of code
    Good: `**bold**`, or the type in backticks
    """
    for field in _fields(question, "<"):
        last_end = -1
        for event, start, end in cached_events(field.text):
            match event:
                case {"InlineHtml": html} | {"Html": html}:
                    if start >= last_end and html.strip() and not ("InlineHtml" in event and html.startswith("</")):
                        yield Finding(
                            f"`{html.split(chr(10))[0].strip()[:40]}` is shown as text, not as HTML",
                            field.at(start, start + len(html.rstrip())),
                            "Use Markdown, or put code in backticks.",
                        )
                    last_end = end if "Html" in event else last_end


@check("QB212", Question)
def bad_link(question: Question) -> Iterator[Finding]:
    """A link leads nowhere, or where a question must not lead: another scheme, a file, a heading that is not there.

    Bad: `[notes](javascript:alert(1))`, `[AUC](roc-auc.yml)`
    Good: `[notes](https://example.org/notes)`, `[AUC](question:roc-auc)`
    """
    for field in _fields(question):
        if "[" not in field.text and "<" not in field.text:
            continue
        found = list(_LINK_AS_TEXT.finditer(field.text))
        taken = _Taken.by(field.text, *_MATH_AND_CODE, "Link", "Image") if found else None
        for match in found:
            if taken and not taken.overlaps(match.start(), match.end()):
                yield Finding(
                    "this looks like a link and is shown as text",
                    field.at(match.start(), match.end()),
                    "Write it as `[text](address)`, with no space between the brackets.",
                )
        ids: str | None = None  # takes rendering, which most texts can do without here
        kinds = events_by_kind(field.text)
        for image, start, end in kinds.get("Image", ()):
            if not re.match(r"(?i)https?://[^/]", image["dest_url"]):
                yield Finding(
                    f"the image `{image['dest_url'][:60]}` is on no page",
                    field.at(start, end),
                    "Give its whole `https://` address, or draw it as text in a `text` fence.",
                )
        for link, start, end in kinds.get("Link", ()):
            url = link["dest_url"]
            if url.startswith("#") and ids is None:
                ids = render(field.text, scope="x").html
            if not address(url, "x"):
                yield Finding(
                    f"`{url[:60]}` cannot be linked to",
                    field.at(start, end),
                    "Link to a whole `https://` address, or to a question with `question:id`.",
                )
            elif ids is not None and url.startswith("#") and f'id="x--{url[1:]}"' not in ids:
                yield Finding(
                    f"there is no heading `{url}` in this text",
                    field.at(start, end),
                    "Link to a heading of the same field, or leave the link out.",
                )
            elif not re.match(r"(?:https?://|mailto:|question:|#)", url, re.IGNORECASE):
                yield Finding(
                    f"`{url[:60]}` is a path, and pages move",
                    field.at(start, end),
                    "Link to a question with `question:id`, or to a whole `https://` address.",
                )


@check("QB213", Question, Severity.WARNING)
def image_without_text(question: Question) -> Iterator[Finding]:
    """An image has no text that says what it shows.

    Bad: `![](https://example.org/roc.png)`
    Good: `![A ROC curve above the diagonal](https://example.org/roc.png)`
    """
    for field in _fields(question, "!["):
        opened, said = -1, False
        for event, start, end in cached_events(field.text):
            match event:
                case {"Start": {"Image": _}}:
                    opened, said = start, False
                case {"Text": _} | {"Code": _} if opened >= 0:
                    said = True
                case {"End": "Image"}:
                    if not said:
                        yield Finding(
                            "this image has no text", field.at(opened, end), "Say what it shows between the brackets."
                        )
                    opened = -1


_LINK_AS_TEXT = re.compile(r"\[[^\[\]\n]+\] ?\( ?(?:question:|https?://)[^\s()]*\)?")

_TEMPLATE = re.compile(r"\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\{#[^{}\n]*#\}|<%[^%\n]*%>|[$#%]\{[^{}\n$]*\}")
_TEMPLATE_SIGNS = ("{{", "{%", "{#", "<%", "${", "#{", "%{")
_FOREIGN = re.compile(
    r"(?m)^[ >]*(?:!!!|\?\?\?\+?|===|:::)[ ]+[\"\w].*|^[ >]*;?-+8<-+.*|^\[TOC\][ ]*$|!\[\[[^\[\]\n]*\]\]|\[\[[^\[\]\n]*\]\]"
    r"|\{![^{}\n]*!\}|\{:[^{}\n]*\}|\{[.#][A-Za-z][^{}\n]*\}"
)
_FOREIGN_SIGNS = ("!!!", "???", "===", ":::", "8<", "[toc]", "[[", "{!", "{:", "{.", "{#")
_PLACEHOLDER_SIGNS = ("todo", "fixme", "tbd", "xxx", "tbc", "lorem", "your ", "insert ")
"""What a text must contain for the patterns to find anything: looking for these first takes a tenth of the time."""
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|FIXME|TBD|XXX+|TBC)\b|(?i:\blorem ipsum\b|\byour (?:answer|text|question) here\b|\binsert .{1,20} here\b)"
)


@check("QB214", Question, Severity.WARNING)
def template_text(question: Question) -> Iterator[Finding]:
    """Text of a template was left in place.

    Bad: `Dear {{ name }}`
    Good: the text itself; code that shows templates goes in backticks
    """
    yield from _left_in_place(
        question,
        _TEMPLATE,
        _TEMPLATE_SIGNS,
        "is text of a template",
        "Write the text itself, or put code in backticks.",
    )


@check("QB225", Question, Severity.WARNING)
def foreign_syntax(question: Question) -> Iterator[Finding]:
    """Text uses the syntax of another Markdown dialect, and is shown as it is written.

    Question text is GitHub's Markdown: it includes no files, gives no attributes and opens no tabs.

    Bad: `!!! note`, `--8<-- "file.md"`, `{: .class }`
    Good: `> [!NOTE]`, or the text itself
    """
    yield from _left_in_place(
        question,
        _FOREIGN,
        _FOREIGN_SIGNS,
        "means nothing here",
        "Write it in GitHub's Markdown, or put it in backticks.",
    )


@check("QB215", Question, Severity.WARNING)
def placeholder_words(question: Question) -> Iterator[Finding]:
    """Words stand in for text that is still to be written.

    Bad: `TODO: derive the gradient`
    Good: the derivation; a question that is not finished has `status: draft`
    """
    what, help = "stands in for text that is missing", "Write the text, or leave the field out."
    yield from _left_in_place(question, _PLACEHOLDER, _PLACEHOLDER_SIGNS, what, help)


def _left_in_place(
    question: Question, pattern: re.Pattern[str], signs: tuple[str, ...], what: str, help: str
) -> Iterator[Finding]:
    for name in ("title", "overview"):
        value = getattr(question, name) or ""
        for match in pattern.finditer(value):
            yield Finding(f"`{match[0]}` {what}", piece(question.at(name), value, match.start(), match.end()), help)
    whole = "\n".join(text for _, text in question.markdown).lower()
    # Letters outside of ASCII may be others in lower case, such as the Kelvin sign.
    if whole.isascii() and not any(sign in whole for sign in signs):
        return
    for field in _fields(question):
        for start, end in _outside_of_code(field.text, pattern):
            yield Finding(f"`{field.text[start:end]}` {what}", field.at(start, end), help)


def _outside_of_code(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where the pattern stands in the text, code and formulas left out."""
    found = list(pattern.finditer(text))
    taken = _Taken.by(text, *_MATH_AND_CODE) if found else None
    for match in found:
        if taken and not taken.overlaps(*match.span()):
            yield match.span()


@check("QB216", Question, Severity.WARNING)
def unrelated_prompt(question: Question) -> Iterator[Finding]:
    """The prompt shares no word with the title, the tags or the answer's first lines: it may belong to another question.

    Bad: the title asks about ROC curves and the prompt about caching
    Good: a prompt that asks what the title names
    """
    prompt = set(words(plain(question.prompt)))
    known = {
        *words(question.title),
        *words(" ".join(question.tags).replace("-", " ")),
        *words(question.id.replace("-", " ")),
    }
    if prompt and not prompt & known and not prompt & set(words(plain(question.answer)[:600])):
        yield Finding(
            "the prompt has no word in common with the title",
            question.at("prompt"),
            "Check that both belong to this question.",
        )
