"""Mutated inputs, without end or so many: `make fuzz`, or `python -m tests.hostile.fuzz TARGET COUNT [SEED]`.

A bounded mutation loop in pure Python, which runs wherever the tests do. The inputs start from our own questions and from
the corpus; whatever raises, gives a place outside of its file, takes over a second of processor time or changes under
`fmt` is written to standard output with the seed that makes it again, and becomes a case. `make fuzz-check` asks another
thing: single slips in good files, through the check of a whole bank, with its reports and fixes.
"""

from __future__ import annotations

import random
import re
import sys
import time
import traceback
from collections.abc import Callable

from tests.builders import ROOT
from tests.hostile.corpus import cases
from tests.hostile.trees import faults, parsed, serialised, shape

import qbank.checks  # noqa: F401 - registers the checks
from qbank.allowed import ATTRIBUTES
from qbank.bank import VOCABULARIES
from qbank.fmt import fmt
from qbank.fragments import plain, problems, render
from qbank.parse import parse_question, parse_settings, parse_vocabulary
from qbank.recognise import is_clean
from qbank.reports import full
from qbank.rules import MOST_IN_A_FILE, run
from qbank.sanitise import rewritten
from qbank.source import Source

SLOW = 1.0
PIECES = [
    *"\n\t :-#|>'\"[]{},&*!%@`?<~\\=^$_()+.0a\x00\x85\u2028\ufeff\u202e\u0301é日😀",
    *("\n  ", "\n- ", ": ", " #", "|\n ", ">-\n ", "---\n", "...\n", "&a ", "*a ", "!!str ", "<<: ", "? ", "\\u", "\r\n", "title: ", "tags: [", "answer: |\n  "),
    *("```\n", "```python\n", "$$", "\\frac{", "[^1]", "](", "![", "> ", "<b>", "</p>", "<!--", "{{ x }}", "javascript:", "| a |\n|-|\n", "\\begin{a}", "question:"),
]  # fmt: skip


def mutated(chance: random.Random, seeds: list[str]) -> str:
    """A seed with pieces cut out, doubled, moved, put in or taken from another one."""
    text = chance.choice(seeds)
    if len(text) > 1_500:  # small inputs, many of them
        start = text.rfind("\n", 0, chance.randrange(len(text))) + 1
        text = text[:400] + text[start : start + 800]
    for _ in range(chance.choice((1, 1, 2, 3, 6, 12))):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice((0, 0, 1, 2, 5, 20, 80)))
        kind = chance.randrange(6)
        if kind < 3:
            new = chance.choice(PIECES) * chance.choice((1, 1, 1, 2, 9, 60))
        elif kind == 3:
            new = text[start:end] * chance.choice((0, 2, 3, 30))
        elif kind == 4:
            other = chance.choice(seeds)
            at = chance.randint(0, len(other))
            new = other[at : at + chance.choice((1, 10, 60))]
        else:
            new = chr(
                chance.choice(
                    (
                        chance.randrange(0x20),
                        chance.randrange(0x300),
                        chance.randrange(0xD800),
                        chance.randrange(0x110000),
                    )
                )
            )
        text = text[:start] + new + text[end:]
    return text


def reshuffled(chance: random.Random, seeds: list[str]) -> str:
    """HTML whose tags and texts are left out, doubled, exchanged or taken from other HTML."""

    def pieces() -> list[str]:
        found = re.split(r"(</?[^<>]*>)", chance.choice(seeds))
        start = chance.randrange(len(found))
        return found[start - start % 2 : start + chance.choice((3, 9, 30, 90))]

    found = pieces()
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        at, other = chance.randrange(len(found)), chance.choice(pieces())
        match chance.randrange(5):
            case 0:
                found[at] = other
            case 1:
                found.insert(at, found[at])
            case 2:
                found.insert(at, other)
            case 3:
                name = re.match(r"<(\w+)", other)
                found[at:at] = [other, *pieces(), f"</{name[1]}>" if name else ""]
            case _:
                del found[at]
                found = found or [""]
    return "".join(found)


_INLINE = ("text", "text", "em", "strong", "code", "a", "br", "math", "sup", "label")
_FLOW = (*_INLINE, "p", "h3", "div", "ul", "ol", "table", "pre", "blockquote", "hr")
_PARTS = ("mrow", "msub", "mfrac", "mover", "munder", "msubsup", "msqrt")
_MATH = ("mi", "mi", "mo", "mo", "mn", "mtext", "mspace", *_PARTS, "mtable")
_INSIDE = {
    **dict.fromkeys(("p", "em", "strong", "a", "h3"), _INLINE),
    **dict.fromkeys(("", "div", "blockquote", "li", "td", "th"), _FLOW),
    **dict.fromkeys(("math", *_PARTS, "mtd"), _MATH),
    "ul": ["li"], "ol": ["li"], "table": ["thead", "tbody"], "thead": ["tr"], "tbody": ["tr"], "tr": ["td", "th"],
    "mtable": ["mtr"], "mtr": ["mtd"], "label": ["input", "span"], "sup": ["a"], "pre": ["code"], "code": ["text", "span"],
}  # fmt: skip
_WITH = {
    "a": ['href="question:a"', 'title="&quot;"', 'href="#answer--a"', 'href="#a"'],
    "ol": ['start="2"'],
    "mi": ['mathvariant="normal"', 'accent="true"'],
    "mo": ['stretchy="false"', 'form="infix"', 'lspace="0"', 'rspace="0"', 'accent="&lt;"'],
    "mfrac": ['linethickness="0"', 'displaystyle="true"'],
    "mover": ['accent="true"'],
    "munder": ['accentunder="true"', 'accent="true"'],
    "mspace": ['width="1em"'],
    "mrow": ['class="qb-math-box"', 'accent="true"'],
    "h3": ['id="answer--a"', 'id="prompt--a"'],
    "th": ['scope="col"'],
    "span": ['class="k"', 'class="mine"'],
    "code": ['tabindex="0"'],
}
_BEGIN = {"math": '<math alttext="x">', "input": '<input type="checkbox" disabled="">', "pre": "<pre><span></span>"}
_WORDS = [*"x \n\t\r\f\0\1\2\3\x85\xa0\u2003\u2028\ufeff<>&日", "&amp;", "&lt;", "&nbsp;", "&quot;", "&#65;", "&am"]


def grown(chance: random.Random, seeds: list[str]) -> str:
    """HTML of elements which mostly are whole and stand where they may."""

    def element(parent: str, depth: int) -> str:
        name = chance.choice(_INSIDE.get(parent, ["text"]) if chance.random() < 0.97 else ["text", *ATTRIBUTES])
        if name == "text":
            return chance.choice(_WORDS if chance.random() < 0.1 else _WORDS[:2])
        attributes = chance.choices(_WITH[name], k=chance.choice((0, 0, 1, 2))) if name in _WITH else []
        begin = _BEGIN.get(name) or f"<{' '.join([name, *attributes])}>"
        if name in ("br", "hr", "input"):
            return begin
        inside = [element(name, depth - 1) for _ in range(chance.choice((0, 1, 1, 2, 3)) if depth else 0)]
        if name == "table" and chance.random() < 0.8:
            inside = [f"<{part}>{element(part, depth)}</{part}>" for part in ("thead", "tbody")]
        return begin + "".join(inside) + (f"</{name}>" if chance.random() < 0.99 else "")

    return "".join(element("", chance.choice((1, 2, 4, 8))) for _ in range(chance.choice((1, 2))))


def read(text: str) -> None:
    """A question, or located diagnostics, and nothing else; the same for the other kinds of files."""
    source = Source("questions/evaluation/roc-auc.yml", text)
    question, found = parse_question(source)
    found = [*found, *(run(question, at_most=MOST_IN_A_FILE) if question else ())]
    assert question is not None or found
    kind = list(VOCABULARIES)[len(text) % len(VOCABULARIES)]
    found += [*parse_vocabulary(kind, source)[1], *parse_settings(source)[1]]
    for each in found:
        assert each.at.source == source
        assert 0 <= each.at.span.start <= each.at.span.end <= len(text), each
        assert not each.edit or 0 <= each.edit.span.start <= each.edit.span.end <= len(text), each
    full(found).encode()


def markup(text: str) -> None:
    """The same tree twice, of what is allowed."""
    html = render(text, scope="answer").html
    tree = parsed(html)
    assert not list(faults(tree, "answer"))
    assert shape(parsed(serialised(tree))) == shape(tree)
    assert not plain(text) or html or "[" in text
    for problem in problems(text):
        assert 0 <= problem.start < problem.end <= len(text)


def html(text: str) -> None:
    """What is taken for clean is what the sanitiser would write."""
    scope = "answer"
    if is_clean(text, scope):
        assert rewritten(text, scope=scope) == text
        assert not list(faults(parsed(text), scope))


def canonical(text: str) -> None:
    """`fmt` twice is `fmt` once."""
    source = Source("questions/evaluation/roc-auc.yml", text)
    if parse_question(source)[0] is not None:
        once = fmt(source)
        assert fmt(Source(source.path, once)) == once


TARGETS: dict[str, Callable[[str], None]] = {"yaml": read, "markup": markup, "html": html, "fmt": canonical}


def main(target: str, count: int, seed: int = 0) -> int:
    """How many inputs failed."""
    files = [path.read_text("utf-8") for path in sorted((ROOT / "questions").rglob("*.yml"))]
    texts = [case.text for case in cases() if case.kind in ("answer", "file") and len(case.text) < 3_000]
    seeds = (
        texts + [line for file in files for line in file.split("\n\n")]
        if target in ("markup", "html")
        else files + [case.source for case in cases() if len(case.text) < 3_000]
    )
    if target == "html":  # what is written of each, whole and with one change of a tag
        seeds = [render(text, scope="answer").html for text in seeds]
    failed = 0
    for number in range(seed, seed + count):
        change = (mutated, reshuffled, reshuffled, grown)[number % 4 if target == "html" else 0]
        text = change(random.Random(number), seeds)
        start = time.process_time()
        try:
            TARGETS[target](text)
        except Exception:
            failed += 1
            print(f"{target} {number}: {text!r}\n{traceback.format_exc(limit=-2)}", flush=True)
        if (took := time.process_time() - start) > SLOW:
            failed += 1
            print(f"{target} {number}: {took:.1f} s: {text[:300]!r}", flush=True)
    print(f"{target}: {count:,} inputs, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1], int(sys.argv[2]), *map(int, sys.argv[3:]))))
