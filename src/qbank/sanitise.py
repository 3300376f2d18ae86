"""The allow-list that every fragment passes last: what the writer in `writer.py` emits and nothing else.

The writer escapes all text and emits no attribute that an author wrote except addresses that it has examined, so this
changes nothing of honest output (a test says so). It is there for the day that the writer, or the math converter,
has a bug.
"""

import re
from functools import lru_cache

import nh3

from qbank.highlight import LANGUAGE_CLASSES, TOKEN_CLASSES
from qbank.markup import ALERTS, REL
from qbank.mathml import MATH_CLASSES

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
# Whatever stands there: a box that nobody can tick, and no field to type into.
_FIXED = {"input": {"type": "checkbox", "disabled": ""}}
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
    "table": {"qb-data"},
    "td": _CELL,
    "th": _CELL,
} | {element: set(MATH_CLASSES) for element in ("mrow", "mspace", "mtable", "mtd", "mpadded")}
_SHARED_MATH = {"displaystyle", "scriptlevel"}

ELEMENTS = frozenset(_HTML) | frozenset(_MATH)


def clean(html: str, *, scope: str) -> str:
    """Returns well-formed HTML of allowed elements, attributes, classes and addresses, with ids that start with `scope--`."""
    return _cleaner(scope).clean(html)


@lru_cache(maxsize=512)
def _cleaner(scope: str) -> nh3.Cleaner:
    own = f"#{scope}--"

    def relative(url: str) -> str | None:
        if url.startswith("#"):
            return url if url.startswith(own) else None
        # `//host` and its spellings with a backslash leave the site, and a scheme may hide behind signs that are none.
        return None if re.match(r"[\s\\/]*[\\/]\s*[\\/]|.*[\x00-\x20\\]|[^/?#]*:", url) else url

    return nh3.Cleaner(
        tags=set(ELEMENTS),
        clean_content_tags={"script", "style"},
        attributes={name: set(names.split()) for name, names in _HTML.items()}
        | {name: {*names.split(), *_SHARED_MATH} for name, names in _MATH.items()},
        tag_attribute_values=_VALUES,
        set_tag_attribute_values=_FIXED,
        allowed_classes=_CLASSES,
        url_schemes={"https", "http", "mailto", "question"},
        url_relative=relative,
        link_rel=None,
        id_prefix=f"{scope}--",
    )
