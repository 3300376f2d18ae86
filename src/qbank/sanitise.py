"""The allow-list that every fragment passes last: what the writer in `fragments.py` emits and nothing else.

The writer escapes all text and emits no attribute that an author wrote except addresses that it has examined, so this
changes nothing of honest output (a test says so). It is there for the day that the writer, or the math converter,
has a bug.
"""

import re
from functools import lru_cache
from html import unescape

import nh3

from qbank.highlight import LANGUAGE_CLASSES, TOKEN_CLASSES

# Of a formula: `\\!` so often, and spaces of so many em.
MAX_PULLS = 12
MAX_LENGTH = 10

REL = "noopener noreferrer nofollow"

ALERTS = {"Note": "note", "Tip": "tip", "Important": "info", "Warning": "warning", "Caution": "danger"}

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
_MATH_CLASSES = frozenset(MATH_STYLES.values()) | frozenset(MATH_ENCLOSURES.values())

_MATH: dict[str, str] = {
    "math": "display alttext",
    "mfrac": "linethickness",
    "mi": "mathvariant",
    "mmultiscripts": "",
    "mn": "",
    "mo": "accent form fence largeop lspace maxsize minsize movablelimits rspace separator stretchy symmetric",
    "mover": "accent",
    "mpadded": "depth height lspace voffset width",
    "mphantom": "",
    "mprescripts": "",
    "mroot": "",
    "mrow": "",
    "mspace": "depth height width",
    "msqrt": "",
    "mstyle": "",
    "msub": "",
    "msubsup": "",
    "msup": "",
    "mtable": "",
    "mtd": "columnspan rowspan",
    "mtext": "",
    "mtr": "",
    "munder": "accentunder",
    "munderover": "accent accentunder",
}
_HTML: dict[str, str] = {
    "a": "href id title aria-label",
    "blockquote": "",
    "br": "",
    "code": "",
    "del": "",
    "div": "",
    "em": "",
    "h3": "id",
    "h4": "id",
    "h5": "id",
    "h6": "id",
    "hr": "",
    "input": "",
    "label": "",
    "li": "id",
    "ol": "start",
    "p": "",
    "pre": "",
    "section": "",
    "span": "",
    "strong": "",
    "sup": "id",
    "table": "",
    "tbody": "",
    "td": "",
    "th": "",
    "thead": "",
    "tr": "",
    "ul": "",
}
_VALUES: dict[str, dict[str, set[str]]] = {
    "a": {"rel": {REL}},
    "code": {"tabindex": {"0"}},
    "div": {"tabindex": {"0"}, "role": {"region", "group"}, "aria-label": {"Table", "Formula"}},
    "input": {"type": {"checkbox"}, "disabled": {""}, "checked": {""}, "aria-label": {"done", "to do"}},
    "section": {"aria-label": {"Footnotes"}},
    "th": {"scope": {"col"}},
}
_CELL = {"qb-left", "qb-center", "qb-right"}
_CLASSES: dict[str, set[str]] = {
    "a": {"qb-question-link", "qb-image-link", "footnote-ref", "footnote-backref"},
    "code": {"qb-math-error"},
    "div": {"admonition", "highlight", "qb-output", "qb-math", "md-typeset__scrollwrap", "md-typeset__table"}
    | set(ALERTS.values())
    | LANGUAGE_CLASSES,
    "label": {"task-list-control"},
    "li": {"task-list-item"},
    "p": {"admonition-title", "qb-output__label"},
    "section": {"footnotes", "footnote"},
    "span": {"task-list-indicator", *TOKEN_CLASSES},
    "td": _CELL,
    "th": _CELL,
} | {element: set(_MATH_CLASSES) for element in ("mrow", "mspace", "mtable", "mtd", "mpadded")}
_SHARED_MATH = {"displaystyle", "scriptlevel"}

ELEMENTS = frozenset(_HTML) | frozenset(_MATH)


def clean(html: str, *, scope: str) -> str:
    """Returns well-formed HTML of allowed elements, attributes, classes and addresses, with ids that start with `scope-`."""
    return _cleaner(scope).clean(html)


@lru_cache(maxsize=512)
def _cleaner(scope: str) -> nh3.Cleaner:
    own = f"#{scope}-"

    def relative(url: str) -> str | None:
        if url.startswith("#"):
            return url if url.startswith(own) else None
        # `//host` and its spellings with a backslash leave the site.
        return None if re.match(r"[\s\\/]*[\\/]\s*[\\/]|.*[\x00-\x20\\]", url) else url

    return nh3.Cleaner(
        tags=set(ELEMENTS),
        clean_content_tags={"script", "style"},
        attributes={name: set(names.split()) for name, names in _HTML.items()}
        | {name: {*names.split(), *_SHARED_MATH} for name, names in _MATH.items()},
        tag_attribute_values=_VALUES,
        allowed_classes=_CLASSES,
        url_schemes={"https", "http", "mailto", "question"},
        url_relative=relative,
        link_rel=None,
        id_prefix=f"{scope}-",
    )


def escape(text: str) -> str:
    """Escapes as HTML serialisers do, no more and no less, so that the sanitiser finds nothing to change."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def escape_attribute(text: str) -> str:
    return escape(text).replace('"', "&quot;")


def address(url: str, scope: str) -> str:
    """Returns the address as an attribute's value if it may be linked to, else nothing."""
    url = url.strip()
    if re.search(r"[\x00-\x1f\\]", url) or url.startswith("//"):
        return ""
    scheme = re.match(r"[^/?#]*?:", url)
    match scheme[0].lower() if scheme else "":
        case "":
            if url.startswith("#"):
                url = f"#{scope}-{url[1:]}" if url != "#" else ""
        case "question:":
            if not re.fullmatch(r"question:[a-z0-9]+(-[a-z0-9]+)*", url):
                return ""
        case "https:" | "http:":
            if not re.match(r"https?://[^/?#\s]", url, re.IGNORECASE):
                return ""
        case "mailto:":
            pass
        case _:
            return ""
    return escape_attribute(
        re.sub(r"[\s\"<>`]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url)
    )


def is_absolute(href: str) -> bool:
    return href.lower().startswith(("https:", "http:"))


def tidy_math(mathml: str) -> str:
    """Returns MathML as the allow-list wants it: classes for styles, no ids and links, tags written out."""
    mathml = re.sub(r"</?a\b[^<>]*>|<mrow class=\"menclose-[a-z]+\"></mrow>", "", mathml)
    mathml = mathml.replace("</menclose>", "</mrow>")
    mathml = re.sub(r"<(m[a-z]+)((?: [^<>/=]+=\"[^\"]*\")+)(/?)>|<(m[a-z]+)/>", _Tags(), mathml)
    # Entities such as `&ApplyFunction;` as the characters they stand for, except those that HTML needs.
    return re.sub(r"&(?!(?:amp|lt|gt|quot|nbsp);)#?\w+;", lambda entity: unescape(entity[0]), mathml).replace(
        "\xa0", "&nbsp;"
    )


class _Tags:
    """Rewrites the tags of one formula, of which only so many may pull what follows to the left."""

    def __init__(self) -> None:
        self.pulls = 0

    def __call__(self, tag: re.Match[str]) -> str:
        if empty := tag[4]:
            return f"<{empty}></{empty}>"
        name, kept, classes = tag[1], [], []
        for key, value in re.findall(r' ([^<>/=]+)="([^"]*)"', tag[2]):
            if key == "style":
                classes += self.classes(value)
            elif key == "notation":
                classes += [MATH_ENCLOSURES[value]] if value in MATH_ENCLOSURES else []
            elif key not in ("id", "class") and not _too_long(value):
                kept.append(f' {key}="{value}"')
        name = "mrow" if name == "menclose" else name
        styled = f' class="{" ".join(classes)}"' if classes else ""
        return f"<{name}{''.join(kept)}{styled}>" + (f"</{name}>" if tag[3] else "")

    def classes(self, style: str) -> list[str]:
        found = [MATH_STYLES.get(re.sub(r"\s*:\s*", ": ", part.strip())) for part in style.split(";")]
        pulls = [name for name in found if name and name.startswith("qb-math-neg")]
        self.pulls += len(pulls)
        return [name for name in found if name and (name not in pulls or self.pulls <= MAX_PULLS)]


def _too_long(value: str) -> bool:
    """Says whether a length is so long that it can only be meant to cover or push away what surrounds the formula."""
    length = re.fullmatch(r"([+-]?[\d.]+)(r?em|ex|px|pt|%)", value)
    return bool(length) and abs(float(length[1])) > MAX_LENGTH
