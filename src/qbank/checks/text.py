"""What can be wrong with the Markdown of a question, each at its place inside the YAML file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qbank.checks.fields import MATH_AND_CODE, Field, Taken, fields
from qbank.diagnostics import Finding, Severity, count
from qbank.fragments import events, events_by_kind, plain, problems, render
from qbank.markup import address
from qbank.model import Question
from qbank.related import split, stem, words
from qbank.rules import check


@check("QB201", Question)
def unconvertible_math(question: Question) -> Iterator[Finding]:
    r"""A formula cannot be converted to MathML.

    Readers would see its source instead of the formula.

    Bad: `$\frac{a}{b$`
    Good: `$\frac{a}{b}$`
    """
    for field in fields(question, "$"):
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
    kinds = events_by_kind(text)
    if text.count("$") == 2 * len(kinds.get("InlineMath", ())) + 4 * len(kinds.get("DisplayMath", ())):
        return  # each formula has so many at least
    taken = Taken.by(text, *MATH_AND_CODE)
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
        before = Taken(said)
        for match in pattern.finditer(text):
            if not (taken.overlaps(*match.span()) or before.overlaps(*match.span())):
                said.append(match.span())
                yield *match.span(), message, help


@check("QB209", Question)
def wrong_heading_level(question: Question) -> Iterator[Finding]:
    """A heading does not fit below the page's own: it starts above level 3, or skips a level.

    The page's title is level 1 and its sections are level 2.

    Bad: `# Mechanism`
    Good: `### Mechanism`
    """
    for field in fields(question, "#"):
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
    for field in fields(question, "|"):
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


def _no_table(field: Field, start: int, end: int) -> Iterator[Finding]:
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
    row = line.strip(" >\n")
    row = re.sub(r"\\.", "..", row) if "\\" in row else row
    return row.removeprefix("|").removesuffix("|").count("|") + 1


@check("QB211", Question, Severity.WARNING)
def raw_html(question: Question) -> Iterator[Finding]:
    """Text contains what looks like HTML. It is shown as text, never as markup.

    Bad: `<b>bold</b>`, or `List<String>` outside of code
    Good: `**bold**`, or the type in backticks
    """
    for field in fields(question, "<"):
        kinds, last_end = events_by_kind(field.text), -1
        found = [
            (start, end, html, kind) for kind in ("InlineHtml", "Html") for html, start, end in kinds.get(kind, ())
        ]
        for start, end, html, kind in sorted(found):
            if start >= last_end and html.strip() and not (kind == "InlineHtml" and html.startswith("</")):
                yield Finding(
                    f"`{html.split(chr(10))[0].strip()[:40]}` is shown as text, not as HTML",
                    field.at(start, start + len(html.rstrip())),
                    "Use Markdown, or put code in backticks.",
                )
            last_end = end if kind == "Html" else last_end


@check("QB212", Question)
def bad_link(question: Question) -> Iterator[Finding]:
    """A link leads nowhere, or where a question must not lead: another scheme, a file, a heading that is not there.

    Bad: `[notes](javascript:alert(1))`, `[AUC](roc-auc.yml)`
    Good: `[notes](https://example.org/notes)`, `[AUC](question:roc-auc)`
    """
    for field in fields(question, "[", "<"):
        kinds = events_by_kind(field.text)
        links = {start for _, start, _ in kinds.get("Link", ())}
        found = [match for match in _LINK_AS_TEXT.finditer(field.text) if match.start() not in links]
        taken = Taken.by(field.text, *MATH_AND_CODE, "Link", "Image") if found else None
        for match in found:
            if taken and not taken.overlaps(match.start(), match.end()):
                yield Finding(
                    "this looks like a link and is shown as text",
                    field.at(match.start(), match.end()),
                    "Write it as `[text](address)`, with no space between the brackets.",
                )
        ids: str | None = None  # takes rendering, which most texts can do without here
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
    for field in fields(question, "!["):
        opened, said = -1, False
        for event, start, end in events(field.text):
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


@check("QB216", Question, Severity.WARNING)
def unrelated_prompt(question: Question) -> Iterator[Finding]:
    """The prompt shares no word with the title, the tags or the answer's first lines: it may belong to another question.

    Bad: the title asks about ROC curves and the prompt about caching
    Good: a prompt that asks what the title names
    """
    said = set(split(plain(question.prompt)))
    if any(word in said and stem(word) for word in split(question.title)):  # as in most questions, and soon seen
        return
    prompt = set(filter(None, map(stem, said)))
    if (
        prompt
        and prompt.isdisjoint(words(question.title))
        and prompt.isdisjoint(words(" ".join((*question.tags, question.id)).replace("-", " ")))
        and prompt.isdisjoint(words(plain(question.answer)[:600]))
    ):
        yield Finding(
            "the prompt has no word in common with the title",
            question.at("prompt"),
            "Check that both belong to this question.",
        )
