"""The code of answers: what is to be run, and what is wrong when its output is not what the answer says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from qbank.diagnostics import Diagnostic, Edit, Finding
from qbank.fences import Fence, fences
from qbank.model import Question, ValuePath, walk
from qbank.rules import rule
from qbank.scalars import piece
from qbank.source import Place, Span
from qbank.values import Markdown

WRONG_OUTPUT = rule(
    "QB220",
    "wrong-output",
    """Code in an answer prints something else than the `output` fence after it says.

    A reader who runs the code would find out. `qbank check --run --fix` writes what the code prints; read it, since the
    text around it may no longer be true.

    Bad: `print(1 + 1)` with the output `3`
    Good: `print(1 + 1)` with the output `2`
    """,
)
FAILING_CODE = rule(
    "QB221",
    "failing-code",
    """Code in an answer that is followed by an `output` fence raises an exception.

    Bad: `print(undefined)`
    Good: code that runs; code that cannot run is fenced as `text`
    """,
)
CODE_LIMIT = rule(
    "QB222",
    "code-limit",
    """Code in an answer takes more time, memory or output than it may.

    Bad: a loop over a billion numbers
    Good: the same point made with a thousand
    """,
)


RUN = frozenset({WRONG_OUTPUT.code, FAILING_CODE.code, CODE_LIMIT.code})
"""The rules that only running the code can find broken."""


class Program(NamedTuple):
    """The python fences of one field, in order, with the output fence that follows each, if any."""

    question: Question
    path: ValuePath
    text: str
    blocks: tuple[tuple[Fence, Fence | None], ...]

    @property
    def id(self) -> str:
        return f"{self.question.path}:{'.'.join(map(str, self.path))}"

    @property
    def key(self) -> tuple[str, ...]:
        """What the result depends on, wherever the code stands in its file."""
        return (self.id, *self.sources)

    @property
    def sources(self) -> list[str]:
        return [code.code for code, _ in self.blocks]

    def at(self, start: int, end: int) -> Place:
        return piece(self.question.at(*self.path), self.text, start, end)


def programs(question: Question) -> Iterator[Program]:
    """The fields of a question whose code is to be run: those with an `output` fence after a `python` fence."""
    for path, marker, text in walk(question):
        if isinstance(marker, Markdown) and "output" in text and "python" in text:
            found = list(fences(text))
            blocks = []
            for index, fence in enumerate(found):
                if fence.language == "python":
                    after = found[index + 1] if index + 1 < len(found) else None
                    follows = (
                        after is not None and after.language == "output" and not text[fence.end : after.start].strip()
                    )
                    blocks.append((fence, after if follows else None))
            if any(output for _, output in blocks):
                yield Program(question, path, text, tuple(blocks))


def judge(program: Program, result: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """What is wrong with a program, given the runner's result."""
    for (_, expected), printed in zip(program.blocks, result["outputs"], strict=False):
        if expected is not None and printed.rstrip("\n") != expected.code.rstrip("\n"):
            yield WRONG_OUTPUT.diagnose(_mismatch(program, expected, printed))
    if error := result["error"]:
        code, _ = program.blocks[error["block"]]
        lines = code.code.splitlines(keepends=True)
        line = min(max(error["line"], 1), max(len(lines), 1))
        start = sum(map(len, lines[: line - 1]))
        words = lines[line - 1].rstrip("\n") if lines else ""
        indent = len(words) - len(words.lstrip())
        place = program.at(code.in_text(start + indent), code.in_text(start + indent) + max(len(words) - indent, 1))
        if error["kind"] == "limit":
            yield CODE_LIMIT.diagnose(
                Finding(
                    f"this code is stopped: {error['message']}",
                    place,
                    "Make the same point with less data or fewer steps.",
                )
            )
        else:
            yield FAILING_CODE.diagnose(
                Finding(
                    f"this code fails: {error['message']}",
                    place,
                    "Correct the code, or fence it as `text` if it cannot run.",
                )
            )


def _mismatch(program: Program, expected: Fence, printed: str) -> Finding:
    said, prints = expected.code.splitlines(), printed.splitlines()
    first = next(
        (index for index, pair in enumerate(zip(said, prints, strict=False)) if pair[0] != pair[1]),
        min(len(said), len(prints)),
    )
    offset = sum(len(line) + 1 for line in said[:first])
    start = expected.in_text(offset) if offset < len(expected.code) else expected.start
    place = program.at(start, start + max(len(said[first]) if first < len(said) else 1, 1))
    return Finding(
        f"the code prints something else from line {first + 1} of its output on",
        place,
        "Correct the code, or let `--run --fix` write what it prints and read the text around it again.",
        edit=_rewrite(program, expected, printed),
    )


def _rewrite(program: Program, expected: Fence, printed: str) -> Edit | None:
    """The edit that puts what was printed between the fence's own lines, where the text stands in a literal block."""
    whole = program.question.at(*program.path)
    if not whole.text.startswith("|"):
        return None
    text, source = program.text, whole.source.text
    opening = text.index("\n", expected.start) + 1
    closing = text.rfind("\n", 0, len(text[: expected.end].rstrip())) + 1
    fence_line = program.at(expected.start, expected.start + 1).start
    prefix = whole.source.line(fence_line.line)[: fence_line.column - 1]
    first, last = (
        source.rfind("\n", 0, program.at(at, at + 1).span.start + (text[at] == "\n")) + 1 for at in (opening, closing)
    )
    if prefix.strip() or closing < opening:
        return None
    lines = (prefix + line if line.strip() else line for line in printed.rstrip("\n").splitlines())
    return Edit(span=Span(first, last), text="".join(line + "\n" for line in lines))
