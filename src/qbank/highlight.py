"""Code blocks as Material styles them: Pygments' classes inside the wrappers that pymdownx.highlight writes."""

import re
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import unescape

from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType

from qbank.markup import MAX_CODE, escape

# Of processor time, for all blocks of a question: a hundred times what the code of a long answer takes.
MAX_SECONDS = 1.5

# Of all lexers that Pygments has, those that took over 0.4 s for 3,000 characters, or over 0.3 s for 800, of some short
# word repeated, after a quote or not. Some did so over backslashes alone: every other one doubles the ways to read them.
_RUNAWAY = frozenset("androidbp autohotkey autoit easytrieve fan fancy kal maple rita smithy systemd zeek".split())
_RUNAWAY_OVER_BACKSLASHES = frozenset(
    "ansys cddl chapel factor fish ncl pan registry rego rell scala tcsh urbiscript".split()
)
_MOST_BACKSLASHES = 16

# Plug-in lexers are left out: looking for them reads the metadata of every installed package for each unknown word.
_LEXERS = [aliases for _, aliases, _, _ in get_all_lexers(plugins=False)]
LANGUAGES = frozenset(alias for aliases in _LEXERS if _RUNAWAY.isdisjoint(aliases) for alias in aliases)
_SPARING = frozenset(
    alias for aliases in _LEXERS if not _RUNAWAY_OVER_BACKSLASHES.isdisjoint(aliases) for alias in aliases
)

# Pygments' classes that look alike in Material are written as one of them, so that runs of one colour are one element. Names
# have the colour of all code, and punctuation and operators differ from it by a shade: without elements of their own, the
# code of a page has a quarter of them, and a phone as many fewer to find the style of.
_ALIKE = {
    "c": "c c1 ch cm cs sd",
    "gd": "gd",
    "gi": "gi",
    "go": "ge gh go gp gr gs gt gu",
    "k": "k kd kn kp kr kt nd ni nl nt",
    "m": "il m mb mf mh mi mo",
    "nb": "bp nb no",
    "nf": "nc ne nf nn",
    "nv": "na nv vc vg vi",
    "s": "cpf l s s1 s2 sb sc si ss",
    "se": "cp se sh sr sx",
}
TOKEN_CLASSES = frozenset(_ALIKE)
WRITTEN_AS = {name: one for one, names in _ALIKE.items() for name in names.split()}
LANGUAGE_CLASSES = frozenset(f"language-{alias}" for alias in LANGUAGES)


@dataclass(slots=True)
class Effort:
    """The seconds of processor time that colours may still take; `cut_off` has the code that took the last of them.

    What is `known` need not be made: colours by language and code.
    """

    seconds: float = field(default_factory=lambda: MAX_SECONDS)
    cut_off: str | None = None
    known: Mapping[tuple[str, str], str] = field(default_factory=dict)


def code_block(code: str, language: str, effort: Effort, *, id: str) -> str:
    """Returns the block with its colours; without them when Pygments does not know the language or takes too long."""
    if language not in LANGUAGES:
        language = "text"
    spans = None
    runs_away = language in _SPARING and code.count("\\") > _MOST_BACKSLASHES
    if language != "text" and len(code) <= MAX_CODE and not runs_away and effort.seconds > 0:
        spans = _coloured(code, language, effort)
    return _block(f"language-{language} highlight", escape(code) if spans is None else spans, id)


def colours_in(html: str) -> dict[tuple[str, str], str]:
    """The colours that code has in HTML of ours, by its language and its text."""
    return {(language, unescape(_TAG.sub("", spans))): spans for language, spans in _CODE.findall(html)}


def _coloured(code: str, language: str, effort: Effort) -> str | None:
    if (known := effort.known.get((language, code))) is not None:
        return known
    lexer = _lexer(language)
    start = time.process_time()
    try:
        with _alarm(effort.seconds) as is_set:
            tokens = lexer.get_tokens(code)
            html = _spans(tokens if is_set else _while_in_time(tokens, start + effort.seconds))
    except (_OutOfTime, RecursionError):
        effort.seconds, effort.cut_off = 0, code
        return None
    effort.seconds -= time.process_time() - start
    return html


def _spans(tokens: Iterable[tuple[_TokenType, str]]) -> str:
    """Returns the tokens as Pygments' own formatter writes them: a span for each run of one look, ended at each line's end."""
    out: list[str] = []
    write = out.append
    inside: str | None = None  # the tag that is open, empty for text without a class; None at the start of a line
    for kind, value in tokens:
        opening = _OPENINGS[kind]
        text = value if value.isalnum() else escape(value)
        if "\n" in text:
            *whole, text = text.split("\n")
            for part in whole:
                if part and opening != inside:
                    if inside:
                        write("</span>")
                    write(opening)
                    inside = opening
                write(f"{part}</span>\n" if inside else f"{part}\n")
                inside = None
        if not text:
            continue
        if opening != inside:
            if inside:
                write("</span>")
            write(opening)
            inside = opening
        write(text)
    if inside is not None:
        write("</span>\n" if inside else "\n")
    return "".join(out)


class _OutOfTime(Exception):
    pass


def _while_in_time(tokens: Iterator[tuple[_TokenType, str]], end: float) -> Iterator[tuple[_TokenType, str]]:
    for token in tokens:
        if time.process_time() > end:
            raise _OutOfTime
        yield token


@contextmanager
def _alarm(seconds: float) -> Iterator[bool]:
    """Ends what runs inside after so much processor time, also in the middle of a regular expression; says whether it can.

    Python's `re` looks for signals while it matches. Where there are none (on Windows, outside of the main thread), a
    lexer is stopped between two tokens only.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield False
        return

    def ring(*_: object) -> None:
        raise _OutOfTime

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def output_block(text: str, *, id: str) -> str:
    """Returns what a program printed, labelled so that it cannot be taken for code."""
    return f'<div class="qb-output"><p class="qb-output__label">Output</p>\n{_block("language-text highlight", escape(text), id)}</div>\n'


def _block(classes: str, code: str, id: str) -> str:
    # Material names what its button copies after the nearest id around it, which must not be that of several blocks.
    # The empty span keeps a first blank line, which HTML drops right after `<pre>`. Material scrolls the `code`.
    return f'<div class="{classes}" id="{id}"><pre><span></span><code tabindex="0">{code}</code></pre></div>\n'


_CODE = re.compile(_block('language-([^ "]+) highlight', "(.*?)", '[^"]*').rstrip("\n"), re.DOTALL)
_TAG = re.compile("<[^>]*>")


class _Openings(dict[_TokenType, str]):
    """The tag that starts a token, or no tag."""

    def __missing__(self, kind: _TokenType) -> str:
        known = kind
        while known not in STANDARD_TYPES:
            known = known.parent
        name = WRITTEN_AS.get(STANDARD_TYPES[known])
        self[kind] = opening = f'<span class="{name}">' if name else ""
        return opening


_OPENINGS = _Openings()


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language)
