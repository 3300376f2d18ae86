"""Scripts and styles as the site serves them: without the comments and the indentation that only their readers need."""

from __future__ import annotations

import re

# Only comments that begin a line, or are a type on one line: no string or pattern of ours has such a beginning.
_BLOCK = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n?", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^[ \t]*//[^\n]*\n?", re.MULTILINE)
_TYPE = re.compile(r"/\*\* ?@type [^\n]*?\*/ ?")
_SPACE = re.compile(r"^[ \t]+|[ \t]+$|\n(?=\n)", re.MULTILINE)


def served(text: str, name: str) -> str:
    """The text of a `.js` or `.css` file as it is sent; the same to whoever runs it."""
    if name.endswith(".css"):
        return _SPACE.sub("", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)).lstrip("\n")
    return _SPACE.sub("", _TYPE.sub("", _LINE.sub("", _BLOCK.sub("", text)))).lstrip("\n")
