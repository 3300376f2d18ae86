"""Whether HTML is sign for sign what the sanitiser would write of it.

This is a reader which knows one way to write each thing, the writer's. It corrects nothing and guesses nothing as
parsers of HTML do: a tag that is written in another way, an element where it may not stand, a stray sign, and the
answer is no. The answer may be no for clean HTML, which then costs time, and never yes for any other.
"""

import re
from functools import lru_cache

from qbank.allowed import ATTRIBUTES, CLASSES, FIXED, MATH_ELEMENTS, VALUES
from qbank.highlight import LANGUAGE_CLASSES, TOKEN_CLASSES

_VOID = frozenset({"br", "hr", "input"})
_HEADINGS = frozenset({"h3", "h4", "h5", "h6"})
_INLINE = frozenset({"a", "br", "code", "del", "em", "label", "math", "span", "strong", "sup"})
_FLOW = _INLINE | _HEADINGS | {"blockquote", "div", "hr", "ol", "p", "pre", "section", "table", "ul"}
# In these, parsers read tags of HTML again; without any, all stays in the formula.
_WORDS_OF_MATH = frozenset({"mi", "mn", "mo", "mtext"})

# What an element may have as its children, such that no parser moves any of them, or closes it before its end.
_INSIDE: dict[str | None, frozenset[str]] = {
    None: _FLOW,
    **dict.fromkeys(("blockquote", "div", "li", "section", "td", "th"), _FLOW),
    **dict.fromkeys(("p", "em", "strong", "del", "a", *_HEADINGS), _INLINE),
    **dict.fromkeys(("ol", "ul"), frozenset({"li"})),
    "pre": frozenset({"code", "span"}),
    "code": frozenset({"span"}),
    "span": frozenset(),
    "sup": frozenset({"a"}),
    "label": frozenset({"input", "span"}),
    "table": frozenset({"thead", "tbody"}),
    "thead": frozenset({"tr"}),
    "tbody": frozenset({"tr"}),
    "tr": frozenset({"td", "th"}),
    **dict.fromkeys(MATH_ELEMENTS - _WORDS_OF_MATH, MATH_ELEMENTS - {"math"}),
    **dict.fromkeys(_WORDS_OF_MATH, frozenset()),
}

# Parsers put text between the cells of a table before it.
_WITHOUT_TEXT = frozenset({"table", "thead", "tbody", "tr"})

# What is never written as it is.
_NEVER = r"<>\x00-\x08\x0b-\x1f\x7f-\xa0\ud800-\udfff"
# What may be written. What it took it never gives back, so that a long text takes time in proportion.
_TEXT = rf"[^&{_NEVER}]*+(?:&(?:amp|lt|gt|nbsp);[^&{_NEVER}]*+)*+"

_VALUE = _TEXT.replace("^&", '^&"').replace("nbsp", "nbsp|quot")
_WRITTEN, _WRITTEN_VALUE = re.compile(_TEXT), re.compile(_VALUE)

# Code and the words of formulas, which are most of a page, are taken as a whole. Nothing is looked for inside of a tag,
# since what is neither a whole nor a tag stays, with its `<`, as a stray text.
_CLASS = "|".join(
    f"{first}(?:{'|'.join(name[1:] for name in sorted(TOKEN_CLASSES) if name[0] == first)})"
    for first in sorted({name[0] for name in TOKEN_CLASSES})
)
_SPAN = f'<span class="(?:{_CLASS})">{_TEXT}</span>'
_CODE = (
    r'div class="language-[^"<>& ]+ highlight" id="[a-z0-9-]+"><pre><span></span>'
    rf'<code tabindex="0">{_TEXT}(?:{_SPAN}{_TEXT})*+</code></pre></div'
)
_WORD = rf"m(?:[ino]|text)\b[^<>]*+>{_TEXT}</m(?:[ino]|text)"
_TAGS = re.compile(f"<({_CODE}|{_WORD}|[^<>]*+)>")
_TAG = re.compile(r'([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)(>[^<]*</\1)?')
_FORMULA = re.compile(f'math alttext="{_VALUE}"')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(?:[/?#][\w/?#=.,:;~%+()!*@-]*|(?![^/?#]))|question:[a-z0-9-]+", re.ASCII)


def is_clean(html: str, scope: str) -> bool:
    """Whether the HTML of a fragment needs no sanitising."""
    pieces = _TAGS.split(html)
    if not _WRITTEN.fullmatch(" ".join(pieces[::2])) or "<pre>\n" in html:  # a line break which parsers drop
        return False
    opened: list[str | None] = [None]
    for tag, text in zip(pieces[1::2], pieces[2::2], strict=True):
        if tag[:1] == "/":
            if opened.pop() != tag[1:]:
                return False
        else:
            if ">" in tag and tag[0] == "d":
                name, is_open = _code(tag, scope)
            elif tag.startswith("math ") and _FORMULA.fullmatch(tag):  # each has another text: not worth remembering
                name, is_open = "math", True
            else:
                name, is_open = _element(tag, scope)
            if name not in _INSIDE[opened[-1]] or (name == "a" and "a" in opened):
                return False
            if is_open:
                opened.append(name)
        if opened[-1] in _WITHOUT_TEXT and text.strip():
            return False
    return len(opened) == 1


@lru_cache(maxsize=4096)
def _element(tag: str, scope: str) -> tuple[str, bool]:
    """The name of the element that a tag starts, and whether it stays open; no name unless all its attributes are allowed."""
    match = _TAG.fullmatch(tag)
    if not match or match[1] not in ATTRIBUTES:
        return "", False
    element, attributes = match[1], _ATTRIBUTE.findall(match[2])
    values = dict(attributes)
    if len(values) < len(attributes) or not FIXED.get(element, {}).items() <= values.items():
        return "", False
    if not all(_is_allowed(element, name, value, scope) for name, value in attributes):
        return "", False
    return element, not match[3] and element not in _VOID


def _code(block: str, scope: str) -> tuple[str, bool]:
    _, classes, _, id, _ = block.split('"', 4)
    return ("div" if id.startswith(f"{scope}--") and classes.split(" ")[0] in LANGUAGE_CLASSES else ""), False


def _is_allowed(element: str, name: str, value: str, scope: str) -> bool:
    if not _WRITTEN_VALUE.fullmatch(value):
        return False
    if name == "class":
        classes = value.split(" ")
        return len(set(classes)) == len(classes) and CLASSES.get(element, set()).issuperset(classes)
    if value in VALUES.get(element, {}).get(name, ()):
        return True
    if name not in ATTRIBUTES[element]:
        return False
    own = re.fullmatch(rf"#?{scope}--[a-z0-9-]+", value)
    if name == "id":
        return own is not None and value[0] != "#"
    return name != "href" or (own is not None and value[0] == "#") or _ADDRESS.fullmatch(value) is not None
