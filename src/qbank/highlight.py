"""Code blocks as Material styles them: Pygments' classes inside the wrappers that pymdownx.highlight writes."""

import io
from functools import cache

from pygments import format as write_tokens
from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType
from pymdownx.highlight import BlockHtmlFormatter

from qbank.markup import escape

# Longer blocks are shown without colours: nobody reads them, and a lexer's regular expressions may be quadratic.
MAX_HIGHLIGHTED = 10_000

# Lexers that took over 0.4 s for 3,000 characters of some short word repeated, of all that Pygments has.
_RUNAWAY = frozenset({"androidbp", "autoit", "easytrieve", "fan", "kal", "zeek"})

# Plug-in lexers are left out: looking for them reads the metadata of every installed package for each unknown word.
LANGUAGES = frozenset(
    alias for _, aliases, _, _ in get_all_lexers(plugins=False) if _RUNAWAY.isdisjoint(aliases) for alias in aliases
)

TOKEN_CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)
LANGUAGE_CLASSES = frozenset(f"language-{alias}" for alias in LANGUAGES)


def code_block(code: str, language: str = "") -> str:
    """Returns the block with its colours; without them when Pygments does not know the language."""
    if language not in LANGUAGES:
        language = "text"
    if language == "text" or len(code) > MAX_HIGHLIGHTED:
        return _block(f"language-{language} highlight", escape(code))
    target = io.StringIO()
    write_tokens(_lexer(language).get_tokens(code), _FORMATTER, target)
    # Some releases of Pygments escape quotes too, which text does not need and the sanitiser would undo.
    spans = target.getvalue().replace("&quot;", '"').replace("&#39;", "'").replace("\xa0", "&nbsp;")
    return _block(f"language-{language} highlight", spans)


def output_block(text: str) -> str:
    """Returns what a program printed, labelled so that it cannot be taken for code."""
    return f'<div class="qb-output"><p class="qb-output__label">Output</p>\n{_block("language-text highlight", escape(text))}</div>\n'


def _block(classes: str, code: str) -> str:
    # The empty span keeps a first blank line, which HTML drops right after `<pre>`. Material scrolls the `code`.
    return f'<div class="{classes}"><pre><span></span><code tabindex="0">{code}</code></pre></div>\n'


class _Formatter(BlockHtmlFormatter):
    """Writes only the spans, with Pygments' standard classes, the ones that themes style and the sanitiser allows."""

    def _get_css_classes(self, ttype: _TokenType) -> str:
        while ttype not in STANDARD_TYPES:
            ttype = ttype.parent
        return STANDARD_TYPES[ttype]


_FORMATTER = _Formatter(nowrap=True)


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language)
