"""What YAML takes away without a word: text that is read as something else than what its author meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from qbank.diagnostics import Edit, Finding, Severity
from qbank.rules import check
from qbank.source import Place, Span
from qbank.yamlfaults import CURLY_QUOTED, quoted
from qbank.yamltree import Document, Node, Scalar, Sequence, is_ambiguous

_STRUCTURE = re.compile(r"(?m)^[ ]*(?:```|~~~|[-*+] \S|\d+[.)] \S|\|.*\||#{1,6} \S|\$\$[ ]*$)")


_COMMENT = re.compile(r"[ \t]+#[^\n]*")


@check("QB014", Document, Severity.WARNING)
def lost_text(document: Document) -> Iterator[Finding]:
    """Text after ` #` is a comment to YAML, and disappears.

    Bad: `title: What is rule #1 of # signs?`
    Good: `title: "What is rule #1 of # signs?"`
    """
    text = document.source.text
    for scalar in _scalars(document, None):
        comment = _COMMENT.match(text, scalar.span.end)
        if comment is None or "\n" in text[scalar.span.start : scalar.span.end]:
            continue
        # After a single word, ` # ` is how comments are written, and ` #1` is how text goes on.
        if " " in scalar.text or not comment[0].lstrip().startswith("# "):
            start, end = comment.start() + len(comment[0]) - len(comment[0].lstrip()), comment.end()
            whole = text[scalar.span.start : end]
            edit = Edit(span=Span(scalar.span.start, end), text=quoted(whole), safe=False)
            yield Finding(
                f"`{_short(text[start:end])}` is read as a comment and lost",
                Place(document.source, Span(start, end)),
                f"Quote the text if it belongs to it: `{quoted(_short(whole))}`; a comment goes on a line of its own.",
                edit=edit,
            )


_ESCAPE = re.compile(
    r"\\(?:x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})|(?P<sign>.))", re.DOTALL
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


@check("QB025", Document)
def control_escape(document: Document) -> Iterator[Finding]:
    r"""An escape in double quotes stands for a control character, or takes letters away from a formula.

    In double quotes, `\b` is a backspace, `\t` a tab and `\n` a new line, so that `$\beta$`, `$\tau$` and `$\nu$` lose letters.

    Bad: `title: "What is $\beta$?"`
    Good: `title: 'What is $\beta$?'`
    """
    for scalar in _scalars(document, '"'):
        start, raw = scalar.span.start, document.source.text[scalar.span.start : scalar.span.end]
        if escape := _misleading_escape(raw):
            help, edit = "Remove the escape, or write a backslash as `\\\\`.", None
            if "'" not in raw and "\n" not in raw:
                single = "'" + raw[1:-1].replace('\\"', '"') + "'"
                help = f"Write `{_short(single)}`: single quotes leave backslashes as they are."
                edit = Edit(span=scalar.span, text=single, safe=False)
            place = Place(document.source, Span(start + escape.start(), start + escape.end()))
            message = f"`{escape[0]}` in double quotes stands for a sign that cannot be seen"
            yield Finding(message, place, help, edit=edit)


def _misleading_escape(raw: str) -> re.Match[str] | None:
    """The first escape for a control character, or for white space where a formula has a command."""
    dollars = looked_at = 0
    for escape in _ESCAPE.finditer(raw):
        dollars += raw.count("$", looked_at, escape.start())
        looked_at = escape.end()
        if number := escape["x"] or escape["u"] or escape["U"]:
            if int(number, 16) < 0x110000 and _CONTROL.match(chr(int(number, 16))):
                return escape
        elif escape["sign"] in "0abvfeNLP" or (
            escape["sign"] in "tnr" and dollars % 2 == 1 and raw[escape.end() : escape.end() + 1].isalpha()
        ):
            return escape
    return None


@check("QB015", Document)
def folded_structure(document: Document) -> Iterator[Finding]:
    """Text below `>` holds code, a list, a table or a formula, whose line ends YAML turns into spaces.

    Bad: `answer: >` above a list
    Good: `answer: |` above a list
    """
    text = document.source.text
    for scalar in _scalars(document, ">"):
        if structure := _STRUCTURE.search(text, scalar.span.start, scalar.span.end):
            sign = Span(scalar.span.start, scalar.span.start + 1)
            line = text.count("\n", 0, structure.start()) + 1
            yield Finding(
                f"`>` joins the lines below it, and line {line} needs its own",
                Place(document.source, sign),
                "Write `|` instead of `>`.",
                (
                    (
                        Place(
                            document.source,
                            Span(structure.start() + len(structure[0]) - len(structure[0].lstrip()), structure.end()),
                        ),
                        "this must stay a line",
                    ),
                ),
                edit=Edit(span=sign, text="|"),
            )


@check("QB024", Document)
def typographic_quotes(document: Document) -> Iterator[Finding]:
    """A value stands in typographic quotes, which YAML takes for a part of the text.

    Bad: `title: \u201cWhat is bias?\u201d`
    Good: `title: "What is bias?"`
    """
    for scalar in () if document.source.text.isascii() else _scalars(document, None):
        if curly := CURLY_QUOTED.fullmatch(scalar.text):
            inner = curly[1] or curly[2]
            yield Finding(
                "these quotes are taken for a part of the text",
                Place(document.source, scalar.span),
                f"Write `{quoted(inner)}`.",
                edit=Edit(span=scalar.span, text=quoted(inner), safe=False),
            )


_LATIN = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u03bf\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
    "aeopcyxijsdqABEKMHOPCTXoABEZHIKMNOPTYX",
)
"""Cyrillic and Greek letters that look like Latin ones (Unicode's confusables.txt has more)."""


@check("QB019", Document)
def mixed_script(document: Document) -> Iterator[Finding]:
    """A key or a one-word value mixes letters of two scripts.

    A Cyrillic `\u0435` in `difficulty: \u0435asy` looks right and is another word.

    Bad: `tags: [p\u0441a]` with a Cyrillic letter
    Good: `tags: [pca]`
    """
    values = (scalar for _, scalar in _keyed(document) if " " not in scalar.text)
    for scalar in (*_walked(document).keys, *values):
        for word in () if scalar.text.isascii() else re.findall(r"[^\W\d_]+", scalar.text):
            scripts = {unicodedata.name(sign, "?").split()[0] for sign in word}
            if len(scripts & {"LATIN", "CYRILLIC", "GREEK", "FULLWIDTH", "ARMENIAN"}) > 1:
                foreign = sorted({sign for sign in word if not sign.isascii()})
                names = ", ".join(f"`{sign}` ({unicodedata.name(sign, 'unnamed').lower()})" for sign in foreign)
                latin = scalar.text.translate(_LATIN)
                help, edit = "Type the word in one script.", None
                if latin.isascii():
                    help = f"Type `{_short(latin)}` with Latin letters."
                    if document.source.text[scalar.span.start : scalar.span.end] == scalar.text:
                        edit = Edit(span=scalar.span, text=latin, safe=False)
                message = f"`{_short(scalar.text)}` mixes scripts: {names}"
                yield Finding(message, Place(document.source, scalar.span), help, edit=edit)
                break


_DATES = frozenset({"seen", "retrieved"})


@check("QB108", Document, Severity.WARNING)
def ambiguous_text(document: Document) -> Iterator[Finding]:
    """Text that other YAML readers take for a number, a date, a boolean or nothing.

    qbank reads it as text; editors and scripts do not. The fields that hold dates are understood everywhere.

    Bad: `tags: [no]`
    Good: `tags: ["no"]`
    """
    for key, scalar in _keyed(document):
        if scalar.style is None and key not in _DATES and is_ambiguous(scalar.text):
            # Who writes null means that there is nothing, which is not what quoting it says.
            is_null = scalar.text.lower() in ("null", "~")
            edit = Edit(span=scalar.span, text=quoted(scalar.text), safe=not is_null)
            yield Finding(
                f"other readers do not take `{_short(scalar.text)}` for text",
                Place(document.source, scalar.span),
                f"{'Leave it out, or write' if is_null else 'Write'} `{quoted(scalar.text)}`.",
                edit=edit,
            )


@check("QB109", Document)
def repeated_item(document: Document) -> Iterator[Finding]:
    """A list has the same item twice.

    Bad: `tags: [pca, svd, pca]`
    Good: `tags: [pca, svd]`
    """
    for sequence in _walked(document).sequences:
        first: dict[str, Scalar] = {}
        for item in sequence.items:
            if isinstance(item, Scalar) and item.text.strip():
                other = first.setdefault(" ".join(item.text.split()), item)
                if other is not item:
                    related = ((Place(document.source, other.span), "first given here"),)
                    yield Finding(
                        f"`{_short(item.text.strip())}` is given twice",
                        Place(document.source, item.span),
                        "Keep one of the two.",
                        related,
                    )


class _Walked:
    """The nodes of a document by kind: found once, since most checks ask for them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.keyed: list[tuple[str, Scalar]] = []
        self.keys: list[Scalar] = []
        self.sequences: list[Sequence] = []
        self._walk(document.node, "")
        self.by_style: dict[str | None, list[Scalar]] = {}
        for _, scalar in self.keyed:
            self.by_style.setdefault(scalar.style, []).append(scalar)

    def _walk(self, node: Node, key: str) -> None:
        if isinstance(node, Scalar):
            self.keyed.append((key, node))
        elif isinstance(node, Sequence):
            self.sequences.append(node)
            for item in node.items:
                self._walk(item, key)
        else:
            for name, value in node.items:
                self.keys.append(name)
                self._walk(value, name.text)


_latest: list[_Walked] = []


def _walked(document: Document) -> _Walked:
    if not _latest or _latest[0].document is not document:
        _latest[:] = [_Walked(document)]
    return _latest[0]


def _keyed(document: Document) -> list[tuple[str, Scalar]]:
    """Every value with the key that it stands under."""
    return _walked(document).keyed


def _scalars(document: Document, style: str | None) -> list[Scalar]:
    """Every value that is written in a style; keys are not among them."""
    return _walked(document).by_style.get(style, [])


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "\u2026"
