"""Whether HTML is sign for sign what the sanitiser would write of it.

This is a grammar of the one way in which the writer writes each thing. It is applied from the inside out: a step takes
what is whole, such as a formula, and leaves a mark in its place, until there is nothing but text and marks. It corrects
nothing and guesses nothing as parsers of HTML do: of a tag that is written in another way, an element where it may not
stand, or a stray sign, something stays, and the answer is no. The answer may be no for clean HTML, which then costs
time, and never yes for any other.

The steps are regular expressions, which take less than half of the time of looking at each tag in Python. Each can match
in one way only, and starts nowhere within what another start has looked at in vain, so that a long text takes time in
proportion.
"""

import re
from functools import lru_cache
from typing import Literal

from qbank.allowed import ATTRIBUTES, CLASSES, FIXED, MATH_ELEMENTS, VALUES
from qbank.highlight import TOKEN_CLASSES

# The marks: of what may stand in a paragraph, of what may not, and of what stands in formulas.
_INLINE, _BLOCK, _MATH = "\x01", "\x02", "\x03"

# What is never written as it is. Marks neither, nor any `&` but in entities: these are looked for in all of the HTML.
_NEVER = r"<>\x00\x04-\x08\x0b-\x1f\x7f-\xa0\ud800-\udfff"
_FLOW = rf"[^{_NEVER}\x03]*+"
_PHRASES = rf"[^{_NEVER}\x02\x03]*+"
_TEXT = rf"[^{_NEVER}\x01-\x03]*+"
_VALUE = rf'[^"{_NEVER}\x01-\x03]*+'
_SPACE = r"[ \n]*+"
# What follows the name of an element; its attributes have been looked at before.
_END = "(?:>| [^>]*+>)"

# The shortest names are the most frequent.
_CLASS = "|".join(sorted(TOKEN_CLASSES, key=lambda name: (len(name), name)))
_SPAN = f'<span class="(?:{_CLASS})">{_TEXT}</span>'
_CODE = re.compile(f'<pre><span></span><code tabindex="0">{_TEXT}(?:{_SPAN}{_TEXT})*+</code></pre>')


def _inside(depth: int, leaf: str, names: str) -> str:
    """Leaves, and parts of these names with such things in them, nested so deep.

    Not possessive, since Python then loses count of the groups inside.
    """
    if not depth:
        return f"{leaf}*+"
    name = f"part{depth}"
    part = rf"<(?P<{name}>{names})[^>]*+>{_inside(depth - 1, leaf, names)}</(?P={name})>"
    return f"{leaf}*+(?:{part}{leaf}*+)*"


def _formula(depth: int, leaf: str, names: str) -> re.Pattern[str]:
    """A formula in which nothing else stands."""
    return re.compile(f'<math alttext="{_VALUE}"(?: display="block")?>{_inside(depth, leaf, names)}</math>')


def _given(*names: str) -> str:
    """Attributes of an element of formulas, in the order in which the converter gives them, and the end of its tag."""
    return "(?:>|" + "".join(f'(?: {name}="[a-z0-9.]++")?' for name in names) + ">)"


# Nearly all formulas are made of these, and are taken whole, with their attributes. What is frequent comes first.
_FOR_SIGNS = _given("stretchy", "form", "symmetric", "lspace", "rspace", "minsize", "maxsize")
_USUAL_LEAVES = "|".join(
    [
        f"i{_given('mathvariant')}{_TEXT}</mi>",
        f'o(?:>| stretchy="false">|{_FOR_SIGNS}){_TEXT}</mo>',
        f"n>{_TEXT}</mn>",
        f"space{_given('width')}</mspace>",
        f"text>{_TEXT}</mtext>",
    ]
)
_USUAL_PARTS = "|".join(
    [
        "m(?:row|sub|sup|frac|sqrt|subsup|underover|root)(?=>)",
        f"mfrac(?={_given('linethickness', 'displaystyle')})",
        f"mover(?={_given('accent')})",
        f"munder(?={_given('accentunder')})",
    ]
)
_FORMULA = _formula(5, f"(?:<m(?:{_USUAL_LEAVES}))", _USUAL_PARTS)

# In these, parsers read tags of HTML again; without any, all stays in the formula.
_WORDS = ("mi", "mn", "mo", "mtext", "mspace")
_WORD = f"<m(?:{'|'.join(f'{name[1:]}{_END}{_TEXT}</{name}>' for name in _WORDS)})"
_PARTS = "|".join(sorted(MATH_ELEMENTS.difference(_WORDS, ["math"]), key=lambda name: (len(name), name)))

# Parsers put text between the cells of a table before it.
_ROWS = f"{_SPACE}(?:<tr>(?:<(?:td{_END}{_FLOW}</td>|th{_END}{_FLOW}</th>))*+</tr>{_SPACE})*+"
_TABLE = f"<table{_END}{_SPACE}<thead>{_ROWS}</thead>{_SPACE}<tbody>{_ROWS}</tbody></table>"
_LIST = f"l{_END}{_SPACE}(?:<li{_END}{_FLOW}</li>{_SPACE})*+"
_PHRASE = re.compile(rf"<(em|strong|del|code|span|label|sup){_END}{_PHRASES}</\1>|<br>|<input [^>]*+>")
_WHOLE = re.compile(
    rf"<(p|h[3-6]){_END}{_PHRASES}</\1>|<(div|blockquote|section){_END}{_FLOW}</\2>|{_TABLE}"
    rf"|<(?:u{_LIST}</ul>|o{_LIST}</ol>)|<hr>"
)
# Links are taken once, so that none is in another. What is nested deeper than this is the sanitiser's.
_STEPS = [
    (re.compile(f"{_WORD}(?:{_WORD})*+"), _MATH),
    (_formula(10, _MATH, f"(?:{_PARTS})(?=[ >])"), _INLINE),
    (_PHRASE, _INLINE),
    (re.compile(f"<a{_END}{_PHRASES}</a>"), _INLINE),
    *((_WHOLE, _BLOCK), (_PHRASE, _INLINE)) * 8,
]
_DONE = re.compile(_FLOW)

_ENTITY = re.compile("&(?!(?:amp|lt|gt|nbsp);)")
_TAG = re.compile(r"<[^<>]*+>")
# Without an end, so that a tag which has none takes all that follows, and is refused. Formulas have their step, since each
# has another text.
_WITH_ATTRIBUTES = re.compile("<(?!math )([a-z0-9]++ [^>]*+)")
_ELEMENT = re.compile(r'([a-z][a-z0-9]*+)((?: [a-z-]++="[^"]*+")*+)')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_WRITTEN = re.compile(_VALUE)
_OWN = re.compile("(?:id=|href=#)([a-z0-9]+(?:-[a-z0-9]+)*+)--[a-z0-9-]+")
_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(?:[/?#][\w/?#=.,:;~%+()!*@-]*|(?![^/?#]))|question:[a-z0-9-]+", re.ASCII)


def is_clean(html: str, scope: str) -> bool:
    """Whether the HTML of a fragment needs no sanitising."""
    if html.startswith("\ufeff") or _INLINE in html or _BLOCK in html or _MATH in html:  # parsers drop the first
        return False
    if _ENTITY.search(html) and _ENTITY.search(_TAG.sub(_without_quotes, html)):
        return False
    html = _FORMULA.sub(_INLINE, _CODE.sub(_BLOCK, html))
    if not {None, scope}.issuperset(map(_scope, _WITH_ATTRIBUTES.findall(html))):
        return False
    for step, mark in _STEPS:
        if "<" not in html:
            break
        html = step.sub(mark, html)
    return _DONE.fullmatch(html) is not None


def _without_quotes(tag: re.Match[str]) -> str:
    return tag[0].replace("&quot;", "")


@lru_cache(maxsize=4096)
def _scope(tag: str) -> str | Literal[False] | None:
    """The scope of the ids in a tag, None if there are none; False unless all its attributes are allowed."""
    match = _ELEMENT.fullmatch(tag)
    if not match or match[1] not in ATTRIBUTES:
        return False
    element, attributes = match[1], _ATTRIBUTE.findall(match[2])
    values = dict(attributes)
    if len(values) < len(attributes) or not FIXED.get(element, {}).items() <= values.items():
        return False
    if not all(_is_allowed(element, name, value) for name, value in attributes):
        return False
    scope, *others = {own[1] for name, value in attributes if (own := _own(name, value))} or {None}
    return False if others else scope


def _is_allowed(element: str, name: str, value: str) -> bool:
    if not _WRITTEN.fullmatch(value):
        return False
    if name == "class":
        classes = value.split(" ")
        return len(set(classes)) == len(classes) and CLASSES.get(element, set()).issuperset(classes)
    if value in VALUES.get(element, {}).get(name, ()):
        return True
    if name not in ATTRIBUTES[element]:
        return False
    if name == "href" and _ADDRESS.fullmatch(value):
        return True
    return name not in ("id", "href") or _own(name, value) is not None


def _own(name: str, value: str) -> re.Match[str] | None:
    """What is found of an id of ours, or an address of one."""
    return _OWN.fullmatch(f"{name}={value}")
