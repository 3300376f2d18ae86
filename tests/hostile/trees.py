"""A fragment as html5lib reads it: the parser of the HTML standard in Python, and no relative of the sanitiser's."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it imports what newer Pythons deprecate
    import html5lib

from qbank.allowed import ATTRIBUTES
from qbank.markup import REL
from qbank.mathml import MATH_CLASSES

_HTML, _MATH = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/1998/Math/MathML}"
_ADDRESS = re.compile(
    r"(?i)https?://[^/?#\s@]+([/?#].*)?|mailto:.*|question:[a-z0-9-]+|#[a-z0-9-]+--.*|(?![/\\]{2})[^/:#?\\\x00-\x20]*(/[^#?\\\x00-\x20]*)?([?#].*)?"
)
_CLASSES = re.compile(
    r"admonition(-title)?|note|tip|info|warning|danger|highlight|language-[\w.+#*-]+|footnotes?|footnote-(ref|backref)|task-list-\w+"
    r"|md-typeset__(scrollwrap|table)|qb-(data|output|output__label|math|math-error|question-link|image-link|left|center|right)|[a-z][a-z0-9]{0,2}"
)


def parsed(html: str) -> Any:
    """The tree of a fragment inside of a `div`."""
    return html5lib.parseFragment(html, container="div", treebuilder="etree")


def serialised(tree: Any) -> str:
    return html5lib.serialize(tree, tree="etree", omit_optional_tags=False, quote_attr_values="always")


def shape(tree: Any) -> Any:
    """All that a browser would make of a tree."""
    return [
        (_plain(element), sorted(element.attrib.items()), element.text or "", element.tail or "")
        for element in tree.iter()
    ]


def text_of(tree: Any) -> str:
    return " ".join("".join(tree.itertext()).split())


def faults(tree: Any, scope: str) -> Iterator[str]:
    """What of a fragment may not be in it."""
    for element in list(tree.iter())[1:]:
        name = _plain(element)
        if not isinstance(element.tag, str) or name not in ATTRIBUTES:
            yield f"element {name}"
        for key, value in element.attrib.items():
            if key.startswith(("on", "{", "xlink", "data", "formaction")) or key in (
                "style",
                "src",
                "srcset",
                "for",
                "name",
                "action",
                "target",
            ):
                yield f"{name} has {key}"
            if key == "id" and not value.startswith(f"{scope}--"):
                yield f"id {value}"
            if key == "href" and not _ADDRESS.fullmatch(value):
                yield f"href {value}"
            if key == "href" and value.startswith("#") and not value.startswith(f"#{scope}--"):
                yield f"href {value} leaves the fragment"
            if key == "href" and re.match("(?i)https?:", value) and element.attrib.get("rel") != REL:
                yield f"{value} has no rel"
            if key == "class":
                yield from (
                    f"class {each}" for each in value.split() if not (_CLASSES.fullmatch(each) or each in MATH_CLASSES)
                )
        if name == "input" and "disabled" not in element.attrib:
            yield "an input that can be used"


def _plain(element: Any) -> str:
    return str(element.tag).removeprefix(_HTML).removeprefix(_MATH)
