"""Author's Markdown -> safe HTML, and the events and problems that the checks look at.

The dialect is CommonMark with GitHub's tables, task lists, footnotes, strikethrough, alerts and math. Raw HTML is shown
as text. A text never reaches a page in any other way than through `render`.

What counts as math is pyromark's decision, and the same for the checks:

- An opening `$` has a character other than space right after it, a closing one has such a character right before it.
  Hence "costs $5 and $6" is prose: the second `$` follows a space and cannot close.
- Nothing is asked of the character *after* the closing `$`, so "from $5-$6" reads `5-` as a formula, and "a$b$c" `b`.
  Such prices are written `\\$5`, as is any `$` meant literally.
- `$$` opens display math anywhere in a paragraph. No formula crosses a blank line, and none starts in code.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from importlib.metadata import version

import pyromark
from math_core import LatexError, LatexToMathML
from pyromark.event import Event

from qbank.highlight import code_block, output_block
from qbank.sanitise import ALERTS, REL, address, clean, escape, escape_attribute, is_absolute, tidy_math

# The leading number grows with every change of the output of these modules: the cache of fragments hangs on it.
RENDERER_VERSION = " ".join(
    ["1", *(f"{name}-{version(name)}" for name in ("pyromark", "math-core", "nh3", "pygments", "pymdown-extensions"))]
)

MAX_FORMULA = 2_000
MAX_BRACES = 40
# Of the MathML: braces are not the only way to nest, and browsers lay out deep fractions in exponential time.
MAX_MATH_DEPTH = 100
MAX_MATHML = 100_000
# Deeper lists, quotes and emphasis keep their text and lose their tags.
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the text that cannot be rendered as meant."""

    kind: str
    start: int
    end: int
    message: str


@dataclass(frozen=True, slots=True)
class Fragment:
    """Sanitised, well-formed HTML of one field. Jinja's autoescape lets it through by `__html__`."""

    html: str

    def __html__(self) -> str:
        return self.html

    def __bool__(self) -> bool:
        return bool(self.html)


def render(text: str, *, scope: str, inline: bool = False) -> Fragment:
    """Returns the text as HTML, every id and in-page address in it starting with `scope-`.

    With `inline`, a text of a single paragraph comes without its `<p>`, for list items and one-liners.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", scope):
        raise ValueError(f"scope must be kebab-case: {scope!r}")
    html = clean(_Writer(scope).document(_MARKDOWN.events(_printable(text))), scope=scope).strip()
    if inline and html.startswith("<p>") and html.find("</p>") == len(html) - len("</p>"):
        html = html.removeprefix("<p>").removesuffix("</p>")
    return Fragment(html)


def events(text: str) -> Iterator[tuple[Event, int, int]]:
    """Yields pyromark's events with the code points of the text that each covers."""
    text = _printable(text)
    if text.isascii():
        for event, span in _MARKDOWN.events_with_range(text):
            yield event, span["start"], span["end"]
        return
    # pyromark counts bytes: take off those that only continue a character.
    extra = [found.start() for found in re.finditer(rb"[\x80-\xbf]", text.encode())]
    for event, span in _MARKDOWN.events_with_range(text):
        start, end = span["start"], span["end"]
        yield event, start - bisect_left(extra, start), end - bisect_left(extra, end)


def problems(text: str) -> tuple[Problem, ...]:
    """Returns the formulas that cannot be converted, each at the place that the converter blames."""
    found: list[Problem] = []
    if "$" not in text:
        return ()
    for event, start, end in events(text):
        match event:
            case {"InlineMath": latex}:
                result, fence = _mathml(latex, False), 1
            case {"DisplayMath": latex}:
                result, fence = _mathml(latex, True), 2
            case _:
                continue
        if isinstance(result, _Failure):
            first, last = start, end
            if result.offset is not None:
                inner = _printable(text)[start + fence : end - fence]
                first, last = (start + fence + place for place in _blamed(inner, latex, result.offset))
            found.append(Problem("math", first, last, result.message))
    return tuple(found)


def plain(text: str) -> str:
    """Returns the words of the text: no markup, no code blocks, no formulas, runs of space as one."""
    words: list[str] = []
    in_code = False
    for event in _MARKDOWN.events(_printable(text)):
        match event:
            case {"Start": {"CodeBlock": _}}:
                in_code = True
            case {"End": "CodeBlock"}:
                in_code = False
            case {"Text": piece} | {"Code": piece} | {"Html": piece} | {"InlineHtml": piece}:
                if not in_code:
                    words.append(piece)
            case {"Start": tag} | {"End": tag} if tag not in _INLINE_TAGS and not _is_link(tag):
                words.append(" ")
            case "SoftBreak" | "HardBreak" | "Rule":
                words.append(" ")
    return " ".join("".join(words).split())


_OPTIONS = pyromark.Options
_MARKDOWN = pyromark.Markdown(
    options=_OPTIONS.ENABLE_TABLES
    | _OPTIONS.ENABLE_TASKLISTS
    | _OPTIONS.ENABLE_FOOTNOTES
    | _OPTIONS.ENABLE_STRIKETHROUGH
    | _OPTIONS.ENABLE_GFM
    | _OPTIONS.ENABLE_MATH
)
_INLINE_TAGS = ("Emphasis", "Strong", "Strikethrough", "Link", "Image")
# Not allowed in HTML, or changed by its parsers. One character for one, so that offsets hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def _is_link(tag: object) -> bool:
    return isinstance(tag, dict) and ("Link" in tag or "Image" in tag)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)


@dataclass(frozen=True, slots=True)
class _Failure:
    """A formula that stays unconverted: where in its LaTeX, or None for all of it."""

    message: str
    offset: int | None = None


_CONVERTER = LatexToMathML(fancy_error=False, max_expansions=100)


@lru_cache(maxsize=4096)
def _mathml(latex: str, display: bool) -> str | _Failure:
    if not latex.strip():
        return _Failure("The formula is empty")
    if len(latex) > MAX_FORMULA:
        return _Failure(f"The formula has {len(latex):,} characters, more than {MAX_FORMULA:,}")
    if _nesting(re.findall(r"\\.|[{}]", latex, re.DOTALL), "{", "}") > MAX_BRACES:
        return _Failure(f"The formula nests more than {MAX_BRACES} braces")
    try:
        mathml = _CONVERTER.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        offset, _, message = str(error).partition(": ")
        return _Failure(message.removesuffix("."), min(int(offset), len(latex)))
    if len(mathml) > MAX_MATHML:
        return _Failure("The formula becomes too large")
    mathml = tidy_math(mathml)
    if _nesting(re.findall(r"</?(?=m)", mathml), "<", "</") > MAX_MATH_DEPTH:
        return _Failure("The formula is nested too deeply")
    return mathml.replace("<math", f'<math alttext="{escape_attribute(latex.strip())}"', 1)


def _nesting(tokens: Iterable[str], opening: str, closing: str) -> int:
    depth = deepest = 0
    for token in tokens:
        if token == opening:
            depth += 1
            deepest = max(deepest, depth)
        elif token == closing:
            depth -= 1
    return deepest


def _blamed(inner: str, latex: str, offset: int) -> tuple[int, int]:
    """Returns what of `inner`, the formula as it stands in the text, is at `offset` of the LaTeX taken from it."""
    size = (
        len(match[0])
        if (match := re.compile(r"\\[A-Za-z]+|\\.|\{\w+\*?\}|[A-Za-z]+|.", re.DOTALL).match(latex, offset))
        else 0
    )
    if inner != latex:
        # Quotes and lists put a prefix before each further line, which is not part of the LaTeX.
        line, column = latex.count("\n", 0, offset), offset - (latex.rfind("\n", 0, offset) + 1)
        wanted, lines = latex.split("\n")[line], inner.split("\n")
        if line >= len(lines) or not lines[line].endswith(wanted):
            return 0, len(inner)
        offset = sum(len(before) + 1 for before in lines[:line]) + len(lines[line]) - len(wanted) + column
    # At the end of the formula there is nothing to blame but the delimiter that came too early.
    return offset, offset + (size or 1)


@dataclass(slots=True)
class _Frame:
    """An element that is open: its tags (empty when it is too deep to be shown) and where its content starts."""

    name: str
    opening: str
    closing: str
    start: int
    url: str = ""


class _Writer:
    """Writes HTML from events. Frames mirror the events, so that what is opened is closed, in order."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.out: list[str] = []
        self.frames: list[_Frame] = []
        self.alignments: tuple[str, ...] = ()
        self.column = 0
        self.slugs: Counter[str] = Counter()
        self.ids: set[str] = set()
        self.definitions: dict[str, list[Event]] = {}
        self.numbers: dict[str, int] = {}
        self.references: Counter[str] = Counter()

    def document(self, stream: Iterable[Event]) -> str:
        """Returns the text and after it the footnotes that it refers to, in the order of their first reference."""
        self.write(self.without_definitions(stream))
        text, notes = self.out, []
        # Notes may refer to further notes, so that the list grows while it is written.
        while len(notes) < len(self.numbers):
            notes.append(self.note(list(self.numbers)[len(notes)]))
        if notes:
            text += ['<section class="footnotes footnote" aria-label="Footnotes"><ol>\n', *notes, "</ol></section>\n"]
        return "".join(text)

    def without_definitions(self, stream: Iterable[Event]) -> list[Event]:
        kept: list[list[Event]] = [[]]
        for event in stream:
            match event:
                case {"Start": {"FootnoteDefinition": label}}:
                    kept.append([])
                    self.definitions.setdefault(label.casefold(), kept[-1])
                case {"End": "FootnoteDefinition"}:
                    kept.pop()
                case _:
                    kept[-1].append(event)
        return kept[0]

    def note(self, label: str) -> str:
        self.out = []
        self.write(self.definitions[label])
        number, count = self.numbers[label], self.references[label]
        body = "".join(self.out).strip()
        links = "".join(
            f' <a class="footnote-backref" href="#{self.scope}-fnref-{number}{suffix}"'
            f' aria-label="Back to reference {number}{suffix}">↩</a>'
            for suffix in ("" if n == 1 else f"-{n}" for n in range(1, count + 1))
        )
        body = body.removesuffix("</p>") + links + "</p>" if body.endswith("</p>") else f"{body}<p>{links.strip()}</p>"
        return f'<li id="{self.scope}-fn-{number}">{body}</li>\n'

    def write(self, content: list[Event]) -> None:
        stream = iter(content)
        for event in stream:
            match event:
                case {"Text": text} | {"InlineHtml": text}:
                    self.out.append(escape(text))
                case {"Start": tag}:
                    self.start(tag, stream)
                case {"End": _}:
                    self.end()
                case {"Code": code}:
                    self.out.append(f"<code>{escape(code)}</code>")
                case {"InlineMath": latex}:
                    self.out.append(self.math(latex, display=False))
                case {"DisplayMath": latex}:
                    self.display_math(latex)
                case "SoftBreak":
                    self.out.append("\n")
                case "HardBreak":
                    self.out.append("<br>\n")
                case "Rule":
                    self.out.append("<hr>\n")
                case {"Html": text}:
                    self.out.append(escape(text).replace("\n", "<br>\n"))
                case {"FootnoteReference": label}:
                    self.footnote_reference(label)
                case {"TaskListMarker": done}:
                    self.checkbox(done)

    def start(self, tag: object, stream: Iterator[Event]) -> None:
        match tag:
            case "Paragraph" | "HtmlBlock":
                self.push("p", "<p>", "</p>\n")
            case "Item":
                shown = not self.frames or self.frames[-1].closing
                self.push("li", *(("<li>", "</li>\n") if shown else ("\n", "")))
            case {"List": None}:
                self.nest("ul", "<ul>\n", "</ul>\n")
            case {"List": first}:
                self.nest("ol", "<ol>\n" if first == 1 else f'<ol start="{first}">\n', "</ol>\n")
            case "Emphasis":
                self.nest("inline", "<em>", "</em>")
            case "Strong":
                self.nest("inline", "<strong>", "</strong>")
            case "Strikethrough":
                self.nest("inline", "<del>", "</del>")
            case {"Link": link}:
                opening = self.anchor(link["dest_url"], link["title"])
                self.nest("inline", opening, "</a>" if opening else "", link["dest_url"] if opening else "")
            case {"Image": image}:
                self.image(image["dest_url"], stream)
            case {"CodeBlock": kind}:
                self.code(kind["Fenced"] if isinstance(kind, dict) else "", stream)
            case {"Heading": _}:
                self.push("heading", "", "", url=f"h{min(max(int(tag['Heading']['level'][1]), 3), 6)}")
            case {"BlockQuote": None}:
                self.nest("quote", "<blockquote>\n", "</blockquote>\n")
            case {"BlockQuote": kind}:
                title = f'<p class="admonition-title">{kind}</p>\n'
                self.nest("quote", f'<div class="admonition {ALERTS[kind]}">{title}', "</div>\n")
            case {"Table": alignments}:
                self.alignments = alignments
                scroll = '<div class="md-typeset__scrollwrap" tabindex="0" role="region" aria-label="Table">'
                self.push("table", f'{scroll}<div class="md-typeset__table"><table>\n', "</table></div></div>\n")
            case "TableHead":
                self.column = 0
                self.push("head", "<thead><tr>", "</tr></thead>\n<tbody>\n")
            case "TableRow":
                self.column = 0
                self.push("row", "<tr>", "</tr>\n")
            case "TableCell":
                self.cell()
            case _:
                self.push("", "", "")

    def push(self, name: str, opening: str, closing: str, url: str = "") -> None:
        self.out.append(opening)
        self.frames.append(_Frame(name, opening, closing, len(self.out), url))

    def nest(self, name: str, opening: str, closing: str, url: str = "") -> None:
        if len(self.frames) >= MAX_DEPTH:
            opening = closing = ""
        self.push(name, opening, closing, url)

    def end(self) -> None:
        frame = self.frames.pop()
        match frame.name:
            case "p":
                self.paragraph(frame)
                return
            case "heading":
                self.heading(frame)
                return
            case "table":
                self.out.append("</tbody>")
            case "cell" if frame.opening.startswith("<th") and not "".join(self.out[frame.start :]).strip():
                self.out[frame.start - 1 :] = ["<td></td>"]  # a header without words names nothing
                return
            case "inline" if frame.url and not "".join(self.out[frame.start :]).strip():
                self.out.append(escape(frame.url))  # a link without words has no name for a screen reader
        self.out.append(frame.closing)

    def paragraph(self, frame: _Frame) -> None:
        """Closes a paragraph, or the part of it before display math, unless nothing is in it."""
        body = "".join(self.out[frame.start :]).strip().removesuffix("<br>")
        del self.out[frame.start - 1 :]
        if not re.fullmatch(r"(?:</?(?:em|strong|del|a)\b[^>]*>|\s)*", body):
            self.out.append(f"<p>{body}</p>\n")

    def heading(self, frame: _Frame) -> None:
        body = "".join(self.out[frame.start :]).strip()
        del self.out[frame.start - 1 :]
        if not body:
            return
        words = unicodedata.normalize("NFKD", unescape(re.sub(r"<[^>]*>", "", body))).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:80].strip("-") or "section"
        if re.match(r"fn(ref)?-\d", slug):
            slug = f"section-{slug}"  # these are the footnotes'
        unique = slug
        while unique in self.ids:
            self.slugs[slug] += 1
            unique = f"{slug}-{self.slugs[slug] + 1}"
        self.ids.add(unique)
        self.out.append(f'<{frame.url} id="{self.scope}-{unique}">{body}</{frame.url}>\n')

    def cell(self) -> None:
        name = "th" if self.frames[-1].name == "head" else "td"
        alignment = self.alignments[self.column] if self.column < len(self.alignments) else "None"
        self.column += 1
        classes = "" if alignment == "None" else f' class="qb-{alignment.lower()}"'
        scope = ' scope="col"' if name == "th" else ""
        self.push("cell", f"<{name}{scope}{classes}>", f"</{name}>")

    def checkbox(self, done: bool) -> None:
        item = next((frame for frame in reversed(self.frames) if frame.name == "li"), None)
        if item and item.closing:
            self.out[item.start - 1] = '<li class="task-list-item">'
        state = 'aria-label="done" checked=""' if done else 'aria-label="to do"'
        box = f'<input type="checkbox" disabled="" {state}><span class="task-list-indicator"></span>'
        self.out.append(f'<label class="task-list-control">{box}</label> ')

    def code(self, info: str, stream: Iterator[Event]) -> None:
        text = _text_until("CodeBlock", stream)
        language = re.split(r"[\s,{]", info.strip(), maxsplit=1)[0].lower()
        self.out.append(output_block(text) if language == "output" else code_block(text, language))

    def math(self, latex: str, *, display: bool) -> str:
        result = _mathml(latex, display)
        if isinstance(result, str):
            return result
        fence = "$$" if display else "$"
        return f'<code class="qb-math-error">{escape(fence + latex + fence)}</code>'

    def display_math(self, latex: str) -> None:
        """Writes a formula on its own, which may not stand in a paragraph: the paragraph ends before it and goes on after."""
        html = self.math(latex, display=True)
        split = len(self.frames)
        while split and self.frames[split - 1].name == "inline":
            split -= 1
        block = self.frames[split - 1] if split else None
        if block and block.name == "heading":
            self.out.append(html)
            return
        self.out += [frame.closing for frame in reversed(self.frames[split:])]
        if block and block.name == "p":
            self.paragraph(block)
        self.out.append(f'<div class="qb-math" tabindex="0" role="group" aria-label="Formula">{html}</div>\n')
        if block and block.name == "p":
            self.out.append(block.opening)
            block.start = len(self.out)
        for frame in self.frames[split:]:
            self.out.append(frame.opening)
            frame.start = len(self.out)

    def anchor(self, url: str, title: str) -> str:
        """Returns the tag of a link to an address that may be linked to, else nothing."""
        href = address(url, self.scope)
        if not href:
            return ""
        kind = ' class="qb-question-link"' if href.startswith("question:") else ""
        rel = f' rel="{REL}"' if is_absolute(href) else ""
        label = f' title="{escape_attribute(title)}"' if title else ""
        return f'<a{kind} href="{href}"{label}{rel}>'

    def image(self, url: str, stream: Iterator[Event]) -> None:
        """Writes what the image shows, and a link to it where it is on another host: pages load nothing from elsewhere."""
        words = f"Image: {' '.join(_text_until('Image', stream).split())}".strip()
        href = address(url, self.scope)
        linked = any(frame.url for frame in self.frames if frame.name == "inline")
        if is_absolute(href) and not linked:
            self.out.append(f'<a class="qb-image-link" href="{href}" rel="{REL}">{escape(words)}</a>')
        else:
            self.out.append(escape(words))

    def footnote_reference(self, label: str) -> None:
        written, label = label, label.casefold()
        if label not in self.definitions:  # pyromark folds case by a Unicode version of its own
            self.out.append(escape(f"[^{written}]"))
            return
        number = self.numbers.setdefault(label, len(self.numbers) + 1)
        self.references[label] += 1
        count = self.references[label]
        place = f"{self.scope}-fnref-{number}" + (f"-{count}" if count > 1 else "")
        link = f'<a class="footnote-ref" href="#{self.scope}-fn-{number}" aria-label="Footnote {number}">{number}</a>'
        self.out.append(f'<sup id="{place}">{link}</sup>')


def _text_until(tag: str, stream: Iterator[Event]) -> str:
    """Takes the events up to the end of an element that may hold another of its kind and returns their text."""
    pieces: list[str] = []
    depth = 1
    for event in stream:
        match event:
            case {"Text": text} | {"Code": text} | {"InlineHtml": text} | {"InlineMath": text} | {"DisplayMath": text}:
                pieces.append(text)
            case "SoftBreak" | "HardBreak":
                pieces.append(" ")
            case {"Start": {"Image": _}}:
                depth += 1
            case {"End": ended} if ended == tag:
                depth -= 1
                if not depth:
                    break
    return "".join(pieces)
