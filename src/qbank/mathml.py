"""LaTeX -> MathML that a browser lays out in bounded time and space and that needs no `style`."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from math_core import LatexError, LatexToMathML

from qbank.markup import escape_attribute

MAX_FORMULA = 2_000
MAX_BRACES = 40
# The converter takes twice as long for each further bracket that is not closed.
MAX_BRACKETS = 12
# Of the MathML: braces are not the only way to nest, and browsers lay out deep fractions in exponential time.
MAX_MATH_DEPTH = 100
MAX_MATHML = 32_000
# Of all formulas of a text: macros make much of little.
MAX_MATHML_OF_TEXT = 500_000
# Of a formula: `\!` so often, and spaces of so many em.
MAX_PULLS = 12
MAX_LENGTH = 10

# What math-core says with `style`, which the site's policy forbids, said by a class. Others are dropped: colours, since
# nobody can check them against both colour schemes, and free distances, which could cover what surrounds the formula.
MATH_STYLES = {
    "text-align: left": "qb-math-left",
    "text-align: right": "qb-math-right",
    "padding-left: 0": "qb-math-pl0",
    "padding-right: 0": "qb-math-pr0",
    "padding-left: 1em": "qb-math-pl1",
    "padding-top: 0": "qb-math-pt0",
    "padding-bottom: 0": "qb-math-pb0",
    "border-top: 0.05em solid currentcolor": "qb-math-line-top",
    "border-right: 0.05em solid currentcolor": "qb-math-line-right",
    "border-bottom: 0.05em solid currentcolor": "qb-math-line-bottom",
    "border-left: 0.05em solid currentcolor": "qb-math-line-left",
    "border-top: 0.05em dashed currentcolor": "qb-math-dash-top",
    "border-right: 0.05em dashed currentcolor": "qb-math-dash-right",
    "border-bottom: 0.05em dashed currentcolor": "qb-math-dash-bottom",
    "border-left: 0.05em dashed currentcolor": "qb-math-dash-left",
    "width: 100%": "qb-math-full",
    "width: 50%": "qb-math-half",
    "margin-left: -0.16666667em": "qb-math-neg3",
    "margin-left: -0.22222222em": "qb-math-neg4",
    "margin-left: -0.2777778em": "qb-math-neg5",
}
MATH_ENCLOSURES = {
    "box": "qb-math-box",
    "updiagonalstrike": "qb-math-up",
    "downdiagonalstrike": "qb-math-down",
    "updiagonalstrike downdiagonalstrike": "qb-math-cross",
    "horizontalstrike": "qb-math-out",
}
MATH_LINES = {"over": "qb-math-over", "under": "qb-math-under"}
MATH_CLASSES = frozenset([*MATH_STYLES.values(), *MATH_ENCLOSURES.values(), *MATH_LINES.values()])


class Failure(NamedTuple):
    """A formula that stays unconverted: where in its LaTeX, or None for all of it."""

    message: str
    offset: int | None = None


@lru_cache(maxsize=4096)
def convert(latex: str, display: bool) -> str | Failure:
    """Returns the formula as MathML that carries its LaTeX as its alternative text."""
    mathml = _converted(latex, display)
    if isinstance(mathml, Failure):
        return mathml
    mathml = tidy(mathml)
    if _is_too_deep(mathml):
        return _TOO_DEEP
    return mathml.replace("<math", f'<math alttext="{escape_attribute(latex.strip())}"', 1)


@lru_cache(maxsize=4096)
def examine(latex: str, display: bool) -> Failure | int:
    """Returns what keeps `convert` from converting a formula, or how much it may write; takes a third of its time."""
    mathml = _converted(latex, display)
    if isinstance(mathml, Failure):
        return mathml
    if mathml.count("<m") > MAX_MATH_DEPTH and _is_too_deep(tidy(mathml)):  # tidying adds no level
        return _TOO_DEEP
    # Tidying writes out tags that close themselves; a sign of the alternative text becomes six at most.
    return 2 * len(mathml) + 6 * len(latex) + 20


def _converted(latex: str, display: bool) -> str | Failure:
    """The formula as math-core writes it."""
    if not latex.strip():
        return Failure("The formula is empty")
    if len(latex) > MAX_FORMULA:
        return Failure(f"The formula has {len(latex):,} characters, more than {MAX_FORMULA:,}")
    if latex.count("{") > MAX_BRACES and _nesting(re.findall(r"\\.|[{}]", latex, re.DOTALL), "{", "}") > MAX_BRACES:
        return Failure(f"The formula nests more than {MAX_BRACES} braces")
    if _may_open(latex) > MAX_BRACKETS and _open_brackets(latex) > MAX_BRACKETS:
        return Failure(f"The formula nests more than {MAX_BRACKETS} brackets, or leaves them open")
    try:
        mathml = _CONVERTER.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        offset, _, message = str(error).partition(": ")
        return Failure(message.removesuffix("."), min(int(offset), len(latex)))
    if len(mathml) > MAX_MATHML:
        return Failure("The formula becomes too large")
    # Such formulas would cover or push away what surrounds them.
    if any(map(mathml.__contains__, _ENDS_OF_LENGTHS)) and any(map(_too_long, _LENGTH.findall(mathml))):
        return Failure(f"The formula has a space of more than {MAX_LENGTH} em")
    if mathml.count("margin-left") > MAX_PULLS:
        return Failure(f"The formula pulls back more than {MAX_PULLS} times")
    return mathml


_LENGTH = re.compile(r'(?:="|:\s*)([+-]?[\d.]+(?:r?em|ex|px|pt|%))[";]')
_ENDS_OF_LENGTHS = tuple(f"{unit}{end}" for unit in ("em", "ex", "px", "pt", "%") for end in '";')
_TOO_DEEP = Failure("The formula is nested too deeply")


def _is_too_deep(mathml: str) -> bool:
    # So few tags cannot nest too deeply.
    return mathml.count("<m") > MAX_MATH_DEPTH and _nesting(re.findall(r"</?(?=m)", mathml), "<", "</") > MAX_MATH_DEPTH


def blamed(inner: str, latex: str, offset: int) -> tuple[int, int]:
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


def tidy(mathml: str) -> str:
    """Returns MathML as the allow-list wants it: classes for styles, no ids and links, tags written out."""
    # What is not there at all is sooner looked for than replaced.
    if "<a" in mathml or "menclose" in mathml:
        mathml = re.sub(r"</?a\b[^<>]*>|<mrow class=\"menclose-[a-z]+\"></mrow>", "", mathml)
        mathml = mathml.replace("</menclose>", "</mrow>")
    if "<mover" in mathml or "<munder" in mathml:
        mathml = _draw_lines(mathml)
    # Combining characters as accents stand beside their letter in most fonts, and `b` and `i` say nothing in HTML.
    mathml = mathml.replace('<mo stretchy="false">\u20d7</mo>', '<mo stretchy="false" scriptlevel="1">\u2192</mo>')
    if "<b>" in mathml or "<i>" in mathml:
        mathml = re.sub(r"(</?)(b|i)>", lambda tag: tag[1] + ("strong>" if tag[2] == "b" else "em>"), mathml)
    mathml = re.sub(r"<(m[a-z]+)((?: [^<>/=]+=\"[^\"]*\")+)(/?)>|<(m[a-z]+)/>", _Tags(), mathml)
    from html import unescape  # its table of entities is for those who write pages

    # Entities such as `&ApplyFunction;` as the characters they stand for, except those that HTML needs.
    return re.sub(r"&(?!(?:amp|lt|gt|quot|nbsp);)#?\w+;", lambda entity: unescape(entity[0]), mathml).replace(
        "\xa0", "&nbsp;"
    )


_CONVERTER = LatexToMathML(fancy_error=False, max_expansions=100)


def _nesting(tokens: Iterable[str], opening: str, closing: str) -> int:
    depth = deepest = 0
    for token in tokens:
        if token == opening:
            depth += 1
            deepest = max(deepest, depth)
        elif token == closing:
            depth -= 1
    return deepest


def _may_open(latex: str) -> int:
    """At least as many as there are opening brackets, soon counted."""
    if not latex.isascii():
        return len(latex)
    return sum(map(latex.count, ("(", "[", r"\l", r"\u", r"\{")))


def _open_brackets(latex: str) -> int:
    """How many brackets are open at once; one is closed only in the group in which it was opened."""
    opened: list[bool] = []  # a bracket, or else a group
    brackets = deepest = 0
    for token in _BRACKETS.findall(latex):
        if token in ("{", r"\begin") or re.match(r"\\left(?![a-zA-Z])", token):
            opened.append(False)
        elif token in ("}", r"\end") or re.match(r"\\right(?![a-zA-Z])", token):
            while opened and opened.pop():
                brackets -= 1
        elif _CLOSING.fullmatch(token) or (len(token) == 1 and unicodedata.category(token) == "Pe"):
            if opened and opened[-1]:
                opened.pop()
                brackets -= 1
        elif _OPENING.fullmatch(token) or (len(token) == 1 and unicodedata.category(token) == "Ps"):
            opened.append(True)
            brackets += 1
            deepest = max(deepest, brackets)
    return deepest


_NAMES = "(?:paren|brack|brace|angle|ceil|floor|group|moustache|vert|Vert|Brace|Angle|bracket|lbracket)"
_OPENING = re.compile(rf"\\l{_NAMES}|\\[ul]lcorner|\\{{")
_CLOSING = re.compile(rf"\\r{_NAMES}|\\[ul]rcorner|\\}}")
# `\left` and `\right` with their brackets, other backslashes with what they escape, and whatever may be a bracket.
_BRACKETS = re.compile(
    rf"\\[lr]{_NAMES}(?![a-zA-Z])|\\[ul][lr]corner|\\(?:begin|end)(?![a-zA-Z])|\\(?:left|right)(?![a-zA-Z])\s*(?:\\[a-zA-Z]+|\\.|.)?"
    r"|\\[{}]|\\[a-zA-Z]+|\\.|[{}]|[(\[)\]]|[^\x00-\x7f]",
    re.DOTALL,
)


def _draw_lines(mathml: str) -> str:
    """Returns the formula with borders for `\\overline` and `\\underline`: fonts stretch a combining line wrongly, if at all."""
    pieces = re.split(r"(<m(?:over|under)\b[^>]*>|(?:<mo stretchy=\"true\">\u0332</mo>)?</m(?:over|under)>)", mathml)
    opened: list[int] = []
    for index in range(1, len(pieces), 2):
        if not pieces[index].endswith(("</mover>", "</munder>")):
            opened.append(index)
            continue
        start = opened.pop()
        if pieces[index].startswith("<mo "):
            side = "over" if pieces[index].endswith("</mover>") else "under"
            pieces[start], pieces[index] = f'<mrow line="{side}">', "</mrow>"
    return "".join(pieces)


class _Tags:
    """Rewrites the tags of one formula."""

    def __call__(self, tag: re.Match[str]) -> str:
        if empty := tag[4]:
            return f"<{empty}></{empty}>"
        name, kept, classes = tag[1], [], []
        for key, value in re.findall(r' ([^<>/=]+)="([^"]*)"', tag[2]):
            if key == "style":
                classes += self.classes(value)
            elif key == "line":
                classes.append(MATH_LINES[value])
            elif key == "notation":
                classes += [MATH_ENCLOSURES[value]] if value in MATH_ENCLOSURES else []
            elif key not in ("id", "class"):
                kept.append(f' {key}="{value}"')
        name = "mrow" if name == "menclose" else name
        styled = f' class="{" ".join(classes)}"' if classes else ""
        return f"<{name}{''.join(kept)}{styled}>" + (f"</{name}>" if tag[3] else "")

    def classes(self, style: str) -> list[str]:
        found = [MATH_STYLES.get(re.sub(r"\s*:\s*", ": ", part.strip())) for part in style.split(";")]
        return [name for name in found if name]


def _too_long(value: str) -> bool:
    """Says whether a length is so long that it can only be meant to cover or push away what surrounds the formula."""
    length = re.fullmatch(r"([+-]?\d*\.?\d+)(r?em|ex|px|pt|%)", value)
    return bool(length) and abs(float(length[1])) > (
        MAX_LENGTH if length[2].endswith(("em", "ex")) else 10 * MAX_LENGTH
    )
