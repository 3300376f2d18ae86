"""Scripts and styles as the site serves them: without the comments and the indentation that only their readers need."""

from __future__ import annotations

import re

# Only comments that begin a line, or are a type on one line: no string or pattern of ours has such a beginning.
_BLOCK = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n?", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^[ \t]*//[^\n]*\n?", re.MULTILINE)
_TYPE = re.compile(r"/\*\* ?@type [^\n]*?\*/ ?")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANKS = re.compile(r'("[^"\n]*")|\s*([{};,])\s*|(:) +|\s+')
_SPACE = re.compile(r"^[ \t]+|[ \t]+$|\n(?=\n)", re.MULTILINE)


def served(text: str, name: str) -> str:
    """The text of a `.js` or `.css` file as it is sent; the same to whoever runs it."""
    if name.endswith(".css"):
        text = _BLANKS.sub(lambda found: found[1] or found[2] or found[3] or " ", _COMMENT.sub("", text))
        return text.replace(";}", "}").strip()
    return _SPACE.sub("", _TYPE.sub("", _LINE.sub("", _BLOCK.sub("", text)))).lstrip("\n")
