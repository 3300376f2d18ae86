"""Random single-character edits of valid files: `python -m bench.fuzz [N [SEED]]`; exit status 1 when a law is broken.

The laws: nothing raises, every place lies inside of its file, every report can be written, and one pass of the safe fixes
leaves none of their rules to make. Besides, it counts how many findings an edit leads to, since one slip should be one
finding, and shows the edits that lead to the most. For text that is meant to harm, one module at a time: `make fuzz`.
"""

from __future__ import annotations

import random
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import generate

from qbank import fixes, reports
from qbank.diagnostics import Diagnostic
from qbank.files import Files
from qbank.pipeline import diagnose
from qbank.project import read_files
from qbank.source import Source

HERE = Path(__file__).parent
EDITS = 10_000
_SIGNS = "abz09 \n\t:#-'\"`|>[]{}(),&*!%@$\\/=<?.~^_;+\u00a0\u200b\u202e\u201c\u2019\u0430\ufeff\x07\u2028é😀"
_WORST = 12
_TODAY = "2026-11-25"


@dataclass(frozen=True, slots=True)
class Edit:
    """A file with one character taken away, put in or replaced."""

    source: Source
    what: str


def edits(sources: Sequence[Source], count: int, seed: str = "edits") -> Iterator[Edit]:
    """So many random edits, the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        source = chance.choice(sources)
        at, kind, sign = chance.randrange(len(source.text)), chance.choice("-+~"), chance.choice(_SIGNS)
        end = at + (kind != "+")
        new = source.text[:at] + ("" if kind == "-" else sign) + source.text[end:]
        removed = source.text[at:end]
        what = f"{source.path}:{source.location(at)}: {removed!r} -> {'' if kind == '-' else sign!r}"
        yield Edit(source._replace(text=new), what)


def broken_law(found: Sequence[Diagnostic]) -> str:
    """What a place or a report does that it must not; nothing when all is well."""
    for item in found:
        for place in (item.at, *(place for place, _ in item.related)):
            if not 0 <= place.span.start <= place.span.end <= len(place.source.text):
                return f"{item.code}: {place.span} is outside of {place.path}"
        if item.edit and not 0 <= item.edit.span.start <= item.edit.span.end <= len(item.at.source.text):
            return f"{item.code}: the fix {item.edit.span} is outside of the file"
        if not item.message or item.message.endswith(".") or not item.help:
            return f"{item.code}: message or help is not as it should be: {item.message!r} {item.help!r}"
    for name, write in reports.FORMATS.items():
        if not isinstance(write(tuple(found)), str):
            return f"{name} is no text"
    return ""


def unsettled(files: Files, found: Sequence[Diagnostic], known: Known) -> str:
    """What a pass of the safe fixes leaves to the next one, or breaks; nothing when all is well."""
    if not (codes := {item.code for item in found if _is_safe(item)}):
        return ""

    def check(files: Files) -> tuple[Diagnostic, ...]:
        return diagnose(files, today=_TODAY, known=known)

    def wanted(item: Diagnostic) -> bool:
        return item.code in codes and _is_safe(item)

    once = fixes.fix(files, check, wanted, passes=1)
    if not once.changed:
        return f"{codes}: no file is changed, or one becomes harder to read"
    left = {item.code for item in once.left if wanted(item)}
    return f"{left}: one pass of fixes leaves more of them" if left else ""


def _is_safe(item: Diagnostic) -> bool:
    return item.edit is not None and item.edit.safe


class Known:
    """Verdicts of files that were looked at before, so that an edit costs one file and not the bank."""

    def __init__(self) -> None:
        self._verdicts: dict[Source, str] = {}

    def get(self, source: Source) -> str | None:
        return self._verdicts.get(source)

    def put(self, source: Source, verdict: str) -> None:
        if len(self._verdicts) < 100:
            self._verdicts[source] = verdict


def banks(folder: Path) -> list[Files]:
    """Two small banks in which nothing is wrong: one written by hand, one generated in the folder."""
    generate.write(folder, 3)
    return [read_files(HERE / "slips" / "bank"), read_files(folder)]


def tried(files: Files, count: int, seed: str) -> Iterator[tuple[Edit, list[Diagnostic], str]]:
    """Random edits of a bank's questions, each with what is found and the law that it breaks."""
    known = Known()
    before = set(_keys(diagnose(files, today=_TODAY, known=known)))
    for edit in edits(files.questions, count, seed):
        others = (source for source in files.questions if source.path != edit.source.path)
        changed = files._replace(questions=tuple(sorted((*others, edit.source), key=lambda source: source.path)))
        try:
            everything = diagnose(changed, today=_TODAY, known=known)
            found = [item for item, key in zip(everything, _keys(everything), strict=True) if key not in before]
            yield edit, found, broken_law(found) or unsettled(changed, found, known)
        except Exception:
            yield edit, [], traceback.format_exc()


def _keys(found: Iterable[Diagnostic]) -> list[tuple[str, str, str]]:
    return [(item.at.path, item.code, item.message) for item in found]


def main(count: int, seed: str) -> int:
    """Try the edits; prints how many findings they led to, and every law that was broken."""
    numbers: Counter[int] = Counter()
    worst: list[tuple[int, str, list[str]]] = []
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for files in (both := banks(Path(folder))):
            for edit, found, problem in tried(files, count // len(both), seed):
                if problem:
                    failures += 1
                    print(f"{edit.what}\n{problem}")
                numbers[len(found)] += 1
                worst.append((-len(found), edit.what, [reports.concise(item) for item in found]))
    _tell(numbers, sorted(worst)[:_WORST], sum(numbers.values()), failures)
    return 1 if failures else 0


def _tell(numbers: Counter[int], worst: list[tuple[int, str, list[str]]], count: int, failures: int) -> None:
    for _, what, said in worst:
        print(f"{what}\n" + "".join(f"    {line}\n" for line in said[:6]), end="")
    several = sum(times for size, times in numbers.items() if size > 1)
    print(
        f"{count:,} edits: {failures} broke a law; {numbers[0]:,} without a finding, {numbers[1]:,} with one, ", end=""
    )
    print(f"{several:,} ({several / max(1, count - numbers[0]):.1%} of those with any) with several")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else EDITS, sys.argv[2] if len(sys.argv) > 2 else "edits"))
