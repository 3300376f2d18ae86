"""Author's Markdown -> safe HTML, and the events and problems that the checks look at.

The dialect is CommonMark with GitHub's tables, task lists, footnotes, strikethrough, alerts and math. Raw HTML is shown
as text. A text never reaches a page in any other way than through `render`.

What counts as math is pyromark's decision, and the same for the checks:

- An opening `$` has a character other than space right after it, a closing one has such a character right before it.
  Hence "costs $5 and $6" is prose: the second `$` follows a space and cannot close.
- Nothing is asked of the character *after* the closing `$`, so "from $5-$6" reads `5-` as a formula, and "a$b$c" `b`.
  GitHub and Pandoc read no formula where a digit follows: that is a problem here, so that nobody is surprised.
  Such prices are written `\\$5`, as is any `$` meant literally.
- `$$` opens display math anywhere in a paragraph. No formula crosses a blank line, and none starts in code.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import pyromark

from qbank.installed import versions
from qbank.source import is_printable

if TYPE_CHECKING:
    from pyromark.event import Event

    from qbank.highlight import Effort

# What writes HTML is imported by the functions that need it: the checks, which read the same events, do not, and
# Pygments' lexers alone take longer to import than a question to check.

# Grows with every change of the output of the modules that write HTML: the cache of fragments hangs on it.
_RENDERER = "6"


def __getattr__(name: str) -> str:
    """`RENDERER_VERSION`, which asks the installed packages for theirs and is therefore made when it is wanted."""
    if name != "RENDERER_VERSION":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _renderer_version()


@cache
def _renderer_version() -> str:
    return " ".join([_RENDERER, *versions("pyromark", "math_core", "nh3", "pygments")])


class Problem(NamedTuple):
    """Something in the text that cannot be rendered as meant."""

    kind: str
    start: int
    end: int
    message: str


class Fragment(NamedTuple):
    """Sanitised, well-formed HTML of one field. Jinja's autoescape lets it through by `__html__`."""

    html: str

    def __html__(self) -> str:
        return self.html

    def __bool__(self) -> bool:
        return bool(self.html)


def render(text: str, *, scope: str, inline: bool = False, effort: Effort | None = None) -> Fragment:
    """Returns the text as HTML, every id and in-page address in it starting with `scope--`.

    Neither a scope nor a slug has two hyphens in a row, so no other fragment and no template makes the same id.

    With `inline`, a text of a single paragraph comes without its `<p>`, for list items and one-liners. An `effort` is what
    several texts together may spend on colours.
    """
    return drafted(text, scope=scope, inline=inline, effort=effort)()


def drafted(text: str, *, scope: str, inline: bool = False, effort: Effort | None = None) -> Callable[[], Fragment]:
    """Writes the text, and returns what sanitises that and gives the same as `render`.

    Several texts are best all written before the first is sanitised: in turns, the two push each other out of a processor's
    nearest memory.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", scope):
        raise ValueError(f"scope must be kebab-case: {scope!r}")
    if _is_words(text):
        return partial(Fragment, text if inline else f"<p>{text}</p>")
    if _is_prose(text) and " \n" not in text and text[-1] != " ":  # two spaces break a line
        html = "</p>\n<p>".join(_BETWEEN_PARAGRAPHS.split(text.rstrip("\n")))
        return partial(Fragment, html if inline and "</p>" not in html else f"<p>{html}</p>")
    from qbank.writer import Writer

    return partial(_sanitised, Writer(scope, effort).document(_MARKDOWN.events(_printable(text))), scope, inline)


def _sanitised(html: str, scope: str, inline: bool) -> Fragment:
    from qbank.sanitise import clean

    html = clean(html, scope=scope).strip()
    if inline and html.startswith("<p>") and html.find("</p>") == len(html) - len("</p>"):
        html = html.removeprefix("<p>").removesuffix("</p>")
    return Fragment(html)


def events(text: str) -> Iterator[tuple[Event, int, int]]:
    """Yields pyromark's events with the code points of the text that each covers."""
    text = _printable(text)
    extra = _continuing(text)
    for event, span in _MARKDOWN.events_with_range(text):
        start, end = span["start"], span["end"]
        yield event, start - bisect_left(extra, start), end - bisect_left(extra, end)


def _continuing(text: str) -> list[int]:
    """Where the text's bytes only continue a character: pyromark counts bytes, and these are to be taken off."""
    return [] if text.isascii() else [found.start() for found in re.finditer(rb"[\x80-\xbf]", text.encode())]


def events_by_kind(text: str) -> Mapping[str, Sequence[tuple[Any, int, int]]]:
    """Returns the events that checks ask for by what they are, such as `Code`, or what they start, such as `Link`: what each says, and its range.

    `TextOfCode` is the text in blocks of code.
    """
    return _read(text)[0]


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[Mapping[str, Sequence[tuple[Any, int, int]]], str]:
    """Returns what `events_by_kind` and `plain` give: one way through the events serves both."""
    printable = _printable(text)
    extra = _continuing(printable)
    found: dict[str, list[tuple[Any, int, int]]] = {}
    words: list[str] = []
    in_code = False
    add = words.append
    for event, at in _MARKDOWN.events_with_range(printable):
        if type(event) is str:
            if event in _BREAKS:
                add(" ")
            continue
        # A mapping with one key, and nobody else's. Patterns would read better and take three times as long.
        kind, value = event.popitem()
        if kind == "Text":
            if not in_code:
                add(value)
                continue
            kind = "TextOfCode"
        elif kind == "End":
            # Headings and lists, whose ends say more, are no code.
            if value == "CodeBlock":
                in_code = False
            elif type(value) is not str or value not in _INLINE_TAGS:
                add(" ")
            continue
        elif kind == "Start":
            kind, value = (value, None) if type(value) is str else value.popitem()
            if kind == "CodeBlock":
                in_code = True
            elif kind not in _INLINE_TAGS:
                add(" ")
        elif kind in _WORDY and not in_code:
            add(value)
        if kind in _ASKED_FOR:
            start, end = at["start"], at["end"]
            if extra:
                start, end = start - bisect_left(extra, start), end - bisect_left(extra, end)
            if kind in found:
                found[kind].append((value, start, end))
            else:
                found[kind] = [(value, start, end)]
    return found, " ".join("".join(words).split())


def problems(text: str) -> tuple[Problem, ...]:
    """Returns the formulas that cannot be converted, each at the place to blame, and those that look like prices."""
    found: list[Problem] = []
    if "$" not in text:
        return ()
    from qbank.mathml import MAX_MATHML_OF_TEXT, Failure, blamed, convert, examine

    printable = _printable(text)
    formulas: list[tuple[str, bool, int, int]] = []
    room = MAX_MATHML_OF_TEXT

    kinds = events_by_kind(text)
    inline = ((latex, start, end, 1) for latex, start, end in kinds.get("InlineMath", ()))
    display = ((latex, start, end, 2) for latex, start, end in kinds.get("DisplayMath", ()))
    for latex, start, end, fence in sorted((*inline, *display), key=itemgetter(1)):
        if fence == 1 and text[end : end + 1] in _DIGITS:
            found.append(Problem("math", start, end, _PRICE))
            continue
        result = examine(latex, fence == 2)
        if isinstance(result, Failure):
            first, last = start, end
            if result.offset is not None:
                inner = printable[start + fence : end - fence]
                first, last = (start + fence + place for place in blamed(inner, latex, result.offset))
            found.append(Problem("math", first, last, result.message))
        else:
            room -= result
            formulas.append((latex, fence == 2, start, end))
    if room < 0:  # perhaps: now the way that the writer counts
        room = MAX_MATHML_OF_TEXT
        for latex, display, start, end in formulas:
            size = len(str(convert(latex, display)))
            if size <= room:
                room -= size
            else:
                found.append(Problem("math", start, end, "The formulas of this text become too large together"))
    return tuple(found)


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """Returns the words of the text: no markup, no code blocks, no formulas, runs of space as one."""
    if _is_prose(text):
        line = text.replace("\n", " ")  # nothing else in it is space
        return " ".join(line.split()) if "  " in line else line.strip(" ")
    return _read(text)[1]


_OPTIONS = pyromark.Options
_MARKDOWN = pyromark.Markdown(
    options=_OPTIONS.ENABLE_TABLES
    | _OPTIONS.ENABLE_TASKLISTS
    | _OPTIONS.ENABLE_FOOTNOTES
    | _OPTIONS.ENABLE_STRIKETHROUGH
    | _OPTIONS.ENABLE_GFM
    | _OPTIONS.ENABLE_MATH
)
_DIGITS = frozenset("0123456789")
_PRICE = "The closing `$` stands right before a digit; write `\\$` for a dollar sign"
# A line of words without markup. The first character keeps out lists, headings and the like, and what HTML or Markdown
# could take for anything but itself is not in it: such a text is its own HTML.
_WORDS = re.compile(r"[^\W\d_][^<>&*_`\[\]$\\~]*(?<! )")
# Several such lines, with empty ones between them: each starts with a letter, which starts nothing but a paragraph.
_PROSE = re.compile(r"(?:[^\W\d_][^\x00-\x1f\x7f<>&*_`\[\]$\\~]*(?:\n+|\Z))+")
_BETWEEN_PARAGRAPHS = re.compile("\n\n+")
_WORDY = frozenset({"Code", "Html", "InlineHtml"})
_BREAKS = frozenset({"SoftBreak", "HardBreak", "Rule"})
_ASKED_FOR = frozenset(
    "Code CodeBlock DisplayMath Heading Html Image InlineHtml InlineMath Link Paragraph Table TextOfCode".split()
)
_INLINE_TAGS = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image"})
# Not allowed in HTML, or changed by its parsers. One character for one, so that offsets hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def _is_words(text: str) -> bool:
    # No character that is not printable: no line breaks, and no spaces but the common one.
    return text.isprintable() and _WORDS.fullmatch(text) is not None


def _is_prose(text: str) -> bool:
    return _PROSE.fullmatch(text) is not None and (text.isascii() or is_printable(text))


def _printable(text: str) -> str:
    # Of most texts it is sooner known that there is nothing to replace.
    return text if is_printable(text) else _UNPRINTABLE.sub("\ufffd", text)
