"""What YAML takes away without a word: text that is read as something else than what its author meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from qbank.diagnostics import Edit, Finding, Severity
from qbank.rules import check
from qbank.source import Place, Span
from qbank.yamlfaults import quoted
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
    for scalar in _scalars(document):
        if scalar.style is None and " " in scalar.text and "\n" not in text[scalar.span.start : scalar.span.end]:
            comment = _COMMENT.match(text, scalar.span.end)
            if comment:
                start, end = comment.start() + len(comment[0]) - len(comment[0].lstrip()), comment.end()
                whole = text[scalar.span.start : end]
                edit = Edit(span=Span(scalar.span.start, end), text=quoted(whole), safe=False)
                yield Finding(
                    f"`{_short(text[start:end])}` is read as a comment and lost",
                    Place(document.source, Span(start, end)),
                    f"Quote the text if it belongs to it: `{quoted(_short(whole))}`; a comment goes on a line of its own.",
                    edit=edit,
                )


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


@check("QB025", Document)
def control_escape(document: Document) -> Iterator[Finding]:
    r"""An escape in double quotes stands for a control character, which no page can show.

    Bad: `title: "What is\0bias?"`
    Good: `title: "What is bias?"`
    """
    for scalar in _scalars(document):
        # Written as it is, the character has been reported; this is about escapes.
        if scalar.style == '"' and (sign := _CONTROL.search(scalar.text)):
            message = f"an escape in this text stands for the control character U+{ord(sign[0]):04X}"
            yield Finding(message, Place(document.source, scalar.span), "Remove the escape.")


@check("QB015", Document)
def folded_structure(document: Document) -> Iterator[Finding]:
    """Text below `>` holds code, a list, a table or a formula, whose line ends YAML turns into spaces.

    Bad: `answer: >` above a list
    Good: `answer: |` above a list
    """
    text = document.source.text
    for scalar in _scalars(document):
        if scalar.style == ">" and (structure := _STRUCTURE.search(text, scalar.span.start, scalar.span.end)):
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
    for scalar in _scalars(document):
        if scalar.style is None and re.fullmatch(
            "[\u201c\u201d\u201e\u00ab][^\u201c\u201d\u00ab\u00bb]+[\u201c\u201d\u00bb]", scalar.text
        ):
            inner = scalar.text[1:-1]
            yield Finding(
                "these quotes are taken for a part of the text",
                Place(document.source, scalar.span),
                f"Write `{quoted(inner)}`.",
                edit=Edit(span=scalar.span, text=quoted(inner), safe=False),
            )


@check("QB019", Document)
def mixed_script(document: Document) -> Iterator[Finding]:
    """A key or a one-word value mixes letters of two scripts.

    A Cyrillic `\u0435` in `difficulty: \u0435asy` looks right and is another word.

    Bad: `tags: [p\u0441a]` with a Cyrillic letter
    Good: `tags: [pca]`
    """
    for scalar in (*_walked(document).keys, *(scalar for scalar in _scalars(document) if " " not in scalar.text)):
        for word in re.findall(r"[^\W\d_]+", scalar.text) if not scalar.text.isascii() else ():
            scripts = {unicodedata.name(sign, "?").split()[0] for sign in word}
            if len(scripts & {"LATIN", "CYRILLIC", "GREEK", "FULLWIDTH", "ARMENIAN"}) > 1:
                foreign = sorted({sign for sign in word if not sign.isascii()})
                names = ", ".join(f"`{sign}` ({unicodedata.name(sign, 'unnamed').lower()})" for sign in foreign)
                yield Finding(
                    f"`{_short(scalar.text)}` mixes scripts: {names}",
                    Place(document.source, scalar.span),
                    "Type the word in one script.",
                )


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
            edit = Edit(span=scalar.span, text=quoted(scalar.text))
            yield Finding(
                f"other readers do not take `{_short(scalar.text)}` for text",
                Place(document.source, scalar.span),
                f"Write `{quoted(scalar.text)}`.",
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


def _scalars(document: Document) -> Iterator[Scalar]:
    """Every value of a document; keys are not among them."""
    return (scalar for _, scalar in _keyed(document))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "\u2026"
