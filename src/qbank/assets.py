"""Scripts, styles and pages as the site serves them: without the comments and the indentation that only their readers need."""

from __future__ import annotations

import re

# Only comments that begin a line, or are a type on one line: no string or pattern of ours has such a beginning.
_BLOCK = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n?", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^[ \t]*//[^\n]*\n?", re.MULTILINE)
_TYPE = re.compile(r"/\*\* ?@type [^\n]*?\*/ ?")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANKS = re.compile(r'("[^"\n]*")|\s*([{};,])\s*|(:) +|\s+')
_SPACE = re.compile(r"^[ \t]+|[ \t]+$|\n(?=\n)", re.MULTILINE)

_AS_IT_IS = r"(?s)(<(pre|script|style|textarea)\b.*?</\2>)"
_BREAK = r"(?<![ \t])[ \t]*\n\s*"
# Around these no break is ever seen. Styles of ours make lines of text of items and cells, Material's do not.
_BLOCKS = "body|details|div|fieldset|footer|head|header|h[1-6]|html|link|main|meta|nav|ol|p|section|summary|table|tbody|thead|title|ul"


def _breaks(blocks: str) -> str:
    return rf"(?:{_BREAK})?(</?(?:{blocks})\b[^>]*>)(?:{_BREAK})?|{_BREAK}"


_LAYOUT = re.compile(f"{_AS_IT_IS}|{_breaks(_BLOCKS)}")
# An article is whose it is, all but the lines that a theme leaves around it.
_THEME = re.compile(rf"{_AS_IT_IS}|(<article\b[^>]*>)(.*?)(?=</article>)|{_breaks(f'{_BLOCKS}|li')}")
_ENTRY = re.compile(r'(class="md-nav__link\b[^>]*>)\s*<span class="md-ellipsis">([^<]*)</span>\s*(?=</a>)')
_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


def served(text: str, name: str) -> str:
    """The text of a `.js` or `.css` file as it is sent; the same to whoever runs it."""
    if name.endswith(".css"):
        text = _BLANKS.sub(lambda found: found[1] or found[2] or found[3] or " ", _COMMENT.sub("", text))
        return text.replace(";}", "}").strip()
    return _SPACE.sub("", _TYPE.sub("", _LINE.sub("", _BLOCK.sub("", text)))).lstrip("\n")


def squeezed(template: str) -> str:
    """HTML without the breaks and spaces by which templates are laid out; all stays as it is in scripts and in code."""
    return _LAYOUT.sub(lambda found: found[1] or found[3] or "\n", template)


def page(html: str) -> str:
    """The page without what only its theme's readers need, a fourth of what Material writes. Its article is not touched."""
    html = _THEME.sub(_short, html)
    # Entries of menus that hold a text alone need no box in their box, and drawings no namespace, but in files of their own.
    html = _ENTRY.sub(lambda entry: entry[1] + entry[2].strip(), html)
    return html.replace(f"<svg {_NAMESPACE}", "<svg")


def _short(found: re.Match[str]) -> str:
    as_it_is, _, article, content, block = found.groups()
    if article:
        return article + content.strip()
    return as_it_is or block or "\n"
