"""pyromark's events -> HTML, before the sanitiser."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from pyromark.event import Event

from qbank.highlight import Effort, code_block, output_block
from qbank.markup import ALERTS, REL, address, escape, escape_attribute, is_absolute
from qbank.mathml import MAX_MATHML_OF_TEXT, convert

# Deeper lists, quotes and emphasis keep their text and lose their tags.
MAX_DEPTH = 40

# Events that are all they say.
_ALONE = {"SoftBreak": "\n", "HardBreak": "<br>\n", "Rule": "<hr>\n"}
_NOTHING_SHOWN = re.compile(r"(?:</?(?:em|strong|del|a)\b[^>]*>|\s)*")


class Writer:
    """Writes HTML from events. Frames mirror the events, so that what is opened is closed, in order."""

    def __init__(self, scope: str, effort: Effort | None = None) -> None:
        self.scope = scope
        self.effort = effort or Effort()
        self.room = MAX_MATHML_OF_TEXT
        self.out: list[str] = []
        self.frames: list[_Frame] = []
        self.alignments: tuple[str, ...] = ()
        self.column = 0
        self.slugs: Counter[str] = Counter()
        self.ids: set[str] = set()
        self.blocks = 0
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
        events = list(stream)
        if not any(isinstance(tag := _started(event), dict) and "FootnoteDefinition" in tag for event in events):
            return events
        kept: list[list[Event]] = [[]]
        for event in events:
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
            f' <a class="footnote-backref" href="#{self.scope}--fnref-{number}{suffix}"'
            f' aria-label="Back to reference {number}{suffix}">↩</a>'
            for suffix in ("" if n == 1 else f"-{n}" for n in range(1, count + 1))
        )
        body = body.removesuffix("</p>") + links + "</p>" if body.endswith("</p>") else f"{body}<p>{links.strip()}</p>"
        return f'<li id="{self.scope}--fn-{number}">{body}</li>\n'

    def write(self, content: list[Event]) -> None:
        # Patterns would read better here and in `start`, and take longer than what they lead to.
        stream, write = iter(content), self.out.append
        for event in stream:
            if isinstance(event, str):
                write(_ALONE.get(event, ""))
                continue
            ((kind, value),) = event.items()
            if kind in ("Text", "InlineHtml"):
                write(escape(value))
            elif kind == "Start":
                self.start(value, stream)
            elif kind == "End":
                self.end()
            elif kind == "Code":
                write(f"<code>{escape(value)}</code>")
            elif kind == "InlineMath":
                write(self.math(value, display=False))
            elif kind == "DisplayMath":
                self.display_math(value)
            elif kind == "Html":
                write(escape(value).replace("\n", "<br>\n"))
            elif kind == "FootnoteReference":
                self.footnote_reference(value)
            elif kind == "TaskListMarker":
                self.checkbox(value)

    def start(self, tag: object, stream: Iterator[Event]) -> None:
        match tag:
            case "Paragraph" | "HtmlBlock":
                self.push("p", "<p>", "</p>\n")
            case "TableCell":
                self.cell()
            case "TableHead":
                self.column = 0
                self.push("head", "<thead><tr>", "</tr></thead>\n<tbody>\n")
            case "TableRow":
                self.column = 0
                self.push("row", "<tr>", "</tr>\n")
            case "Emphasis":
                self.nest("inline", "<em>", "</em>")
            case "Strong":
                self.nest("inline", "<strong>", "</strong>")
            case "Strikethrough":
                self.nest("inline", "<del>", "</del>")
            case "Item":
                shown = not self.frames or self.frames[-1].closing
                self.push("li", *(("<li>", "</li>\n") if shown else ("\n", "")))
            case {"List": None}:
                self.nest("ul", "<ul>\n", "</ul>\n")
            case {"List": first}:
                self.nest("ol", "<ol>\n" if first == 1 else f'<ol start="{first}">\n', "</ol>\n")
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
                self.push(
                    "table",
                    f'{scroll}<div class="md-typeset__table"><table class="qb-data">\n',
                    "</table></div></div>\n",
                )
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
        if body[:1] not in ("", "<") or not _NOTHING_SHOWN.fullmatch(body):
            self.out.append(f"<p>{body}</p>\n")

    def heading(self, frame: _Frame) -> None:
        body = "".join(self.out[frame.start :]).strip()
        del self.out[frame.start - 1 :]
        if not body:
            return
        words = unicodedata.normalize("NFKD", unescape(re.sub(r"<[^>]*>", "", body))).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:80].strip("-") or "section"
        if re.match(r"(fn(ref)?|code)-\d", slug):
            slug = f"section-{slug}"  # these are the footnotes' and the code blocks'
        unique = slug
        while unique in self.ids:
            self.slugs[slug] += 1
            unique = f"{slug}-{self.slugs[slug] + 1}"
        self.ids.add(unique)
        self.out.append(f'<{frame.url} id="{self.scope}--{unique}">{body}</{frame.url}>\n')

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
        self.blocks += 1
        id = f"{self.scope}--code-{self.blocks}"
        self.out.append(
            output_block(text, id=id) if language == "output" else code_block(text, language, self.effort, id=id)
        )

    def math(self, latex: str, *, display: bool) -> str:
        result = convert(latex, display)
        if isinstance(result, str) and len(result) <= self.room:
            self.room -= len(result)
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
        place = f"{self.scope}--fnref-{number}" + (f"-{count}" if count > 1 else "")
        link = f'<a class="footnote-ref" href="#{self.scope}--fn-{number}" aria-label="Footnote {number}">{number}</a>'
        self.out.append(f'<sup id="{place}">{link}</sup>')


def _started(event: Event) -> object:
    """What an event starts."""
    return event.get("Start") if isinstance(event, dict) else None


@dataclass(slots=True)
class _Frame:
    """An element that is open: its tags (empty when it is too deep to be shown) and where its content starts."""

    name: str
    opening: str
    closing: str
    start: int
    url: str = ""


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
