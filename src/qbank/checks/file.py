"""What can be wrong with a file before anything in it is understood: its characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from qbank.diagnostics import Edit, Finding, Severity
from qbank.rules import check
from qbank.source import Place, Source, Span
from qbank.yamltree import conflicts

_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = "\u2028\u2029\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0e\uffa0\U000e0000-\U000e0fff"
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
_HIDDEN = re.compile(f"[{_DIRECTION}{_INVISIBLE}{_CONTROL}\ufeff]")
_MARKS_IN_RIGHT_TO_LEFT_TEXT = frozenset("\u200e\u200f\u061c")


@check("QB017", Source, Severity.WARNING)
def byte_order_mark(source: Source) -> Iterator[Finding]:
    """A file starts with a byte-order mark.

    UTF-8 needs none, and some tools take it for a part of the first key.

    Bad: a file saved as "UTF-8 with BOM"
    Good: the same file saved as "UTF-8"
    """
    if source.has_bom:
        # The mark itself is not part of the text; rewriting anything removes it.
        yield Finding(
            "the file starts with a byte-order mark",
            Place(source),
            "Save it as UTF-8 without one.",
            edit=Edit(span=Span(0, 0), text=""),
        )


@check("QB018", Source)
def hidden_character(source: Source) -> Iterator[Finding]:
    """A character that cannot be seen stands in the file: a control sign, an invisible one, or one that turns the direction of text.

    Readers and reviewers see something else than what is there (Boucher and Anderson, "Trojan Source", 2021). Joiners
    inside emoji and scripts that need them, and marks beside right-to-left letters, are fine.

    Bad: a zero-width space inside `difficulty`
    Good: the word without it
    """
    if source.is_printable and not _HIDDEN.search(source.beyond_ascii):
        return
    for match in _HIDDEN.finditer(source.text):
        sign = match[0]
        if sign in _MARKS_IN_RIGHT_TO_LEFT_TEXT and _stands_beside_right_to_left(source.text, match.start()):
            continue
        name = unicodedata.name(sign, "control character").lower()
        # What looks like a line break stands between words.
        text = " " if sign in "\u2028\u2029" else ""
        edit = Edit(span=Span(match.start(), match.end()), text=text, safe=sign not in _MARKS_IN_RIGHT_TO_LEFT_TEXT)
        yield Finding(
            f"U+{ord(sign):04X} ({name}) cannot be seen here",
            Place(source, Span(match.start(), match.end())),
            "Remove it.",
            edit=edit,
        )


_MOST_MARKS = 6
_BEYOND_LATIN = re.compile(rf"[^\x00-\u02ff]{{{_MOST_MARKS + 1},}}")


@check("QB026", Source)
def stacked_marks(source: Source) -> Iterator[Finding]:
    """A letter carries more marks than any script has: they pile up over the lines above and below.

    Bad: an `a` with twenty accents on top of each other
    Good: `\u1ea5`, with the two that Vietnamese needs
    """
    if not any(map(_is_mark, set(source.beyond_ascii))):
        return
    for run in _BEYOND_LATIN.finditer(source.text):
        start = None
        for index in range(run.start(), run.end() + 1):
            is_mark = index < run.end() and _is_mark(source.text[index])
            if is_mark and start is None:
                start = index
            elif not is_mark and start is not None:
                if index - start > _MOST_MARKS:
                    yield Finding(
                        f"{index - start} marks stand on one letter, and no script has more than {_MOST_MARKS}",
                        Place(source, Span(max(start - 1, 0), index)),
                        "Remove those that do not belong there.",
                        edit=Edit(span=Span(start, index), text="", safe=False),
                    )
                start = None


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign) in ("Mn", "Me")


@check("QB020", Source, Severity.WARNING)
def carriage_return(source: Source) -> Iterator[Finding]:
    """Lines end with a carriage return, as some editors on Windows write them.

    Every line would count as changed in the history when the next person saves the file.

    Bad: lines that end with CR LF
    Good: lines that end with LF
    """
    if source.has_crlf:
        yield Finding(
            "lines end with a carriage return",
            Place(source),
            "Save the file with Unix line ends (LF).",
            edit=Edit(span=Span(0, 0), text=""),
        )


@check("QB027", Source)
def merge_conflict(source: Source) -> Iterator[Finding]:
    """The marks of a merge that was not resolved stand in the file.

    Git leaves both sides of what it could not merge between `<<<<<<<` and `>>>>>>>`; one of them, or both, has to go.

    Bad: `<<<<<<< HEAD` above two versions of a line
    Good: the version that is right
    """
    for opening, other in conflicts(source.text):
        yield Finding(
            "a merge was not resolved here",
            Place(source, opening),
            "Keep one side, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`.",
            ((Place(source, Span(other.start, other.start + 7)), "the other side starts here"),),
        )


def _stands_beside_right_to_left(text: str, index: int) -> bool:
    around = text[max(0, index - 2) : index] + text[index + 1 : index + 3]
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in around)
