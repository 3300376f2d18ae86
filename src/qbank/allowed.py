"""What the HTML of a fragment may hold: what `writer.py` writes, and nothing else."""

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
    "div": "id",
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
VALUES: dict[str, dict[str, set[str]]] = {
    "a": {"rel": {REL}},
    "code": {"tabindex": {"0"}},
    "div": {"tabindex": {"0"}, "role": {"region", "group"}, "aria-label": {"Table", "Formula"}},
    "input": {"type": {"checkbox"}, "disabled": {""}, "checked": {""}, "aria-label": {"done", "to do"}},
    "section": {"aria-label": {"Footnotes"}},
    "th": {"scope": {"col"}},
}
# Whatever stands there: a box that nobody can tick, and no field to type into.
FIXED = {"input": {"type": "checkbox", "disabled": ""}}
_CELL = {"qb-left", "qb-center", "qb-right"}
CLASSES: dict[str, set[str]] = {
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

ATTRIBUTES = {name: set(names.split()) for name, names in _HTML.items()} | {
    name: {*names.split(), *_SHARED_MATH} for name, names in _MATH.items()
}
"""The attributes with any value, by element; every element that is allowed is here."""
MATH_ELEMENTS = frozenset(_MATH)
