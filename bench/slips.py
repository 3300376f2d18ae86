"""What `qbank check` says of 31 files with one slip each, beside yamllint and check-jsonschema; writes SLIPS.md.

`slips/broken/` are 13 files that are no YAML or no one document of it, `slips/wrong/` 18 that parse and are wrong. Each is
`slips/bank/questions/evaluation/stop-early.yml` with one thing changed, and takes its place in that bank.
`slips/expected.txt` says what is expected of each. `make bench-slips` brings the other two programs.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qbank.pipeline import examine
from qbank.project import read_files
from qbank.schema import question_schema

HERE = Path(__file__).parent
SLIPS = HERE / "slips"
BANK = SLIPS / "bank"
SOUND = "questions/evaluation/stop-early.yml"
_BIN = HERE / ".venv" / "bin"
_YAMLLINT = "{extends: default, rules: {document-start: disable, line-length: disable}}"
_INTRODUCTION = """\
# One slip, one finding

Made by `make bench-slips`. 13 question files that are broken and 18 that parse but are wrong, each with one slip; the same file
without it is found sound by all three programs. yamllint runs with its default rules but those about the length of lines and the
`---` at the start; check-jsonschema with the schema that `qbank schema` prints for that bank.

- *caught*: something is reported.
- *right line*: a finding names the line of the slip. (check-jsonschema names the path of a value, which is no line, and lines of YAML's errors.)
- *usable fix*: a message says what to write, looked for with the last column of [slips/expected.txt](slips/expected.txt).
  A program that stops with a traceback has caught nothing.
- *one finding*: the slip is one finding, not several.
"""


@dataclass(frozen=True, slots=True)
class Expected:
    """A slip: its file, where it is, the rule for it, and what a message must say to be of use."""

    file: Path
    place: str
    rule: str
    says: re.Pattern[str]

    @property
    def name(self) -> str:
        return self.file.relative_to(SLIPS).with_suffix("").as_posix()

    @property
    def line(self) -> int:
        return int(self.place.partition(":")[0])


@dataclass(frozen=True, slots=True)
class Said:
    """What a program says of a file: how many findings, the lines that they name, and all its words."""

    findings: int
    lines: frozenset[int]
    words: str

    def verdict(self, slip: Expected) -> tuple[bool, bool, bool, bool]:
        """Whether it is caught, at the right line, with a usable fix, as one finding."""
        usable = self.findings > 0 and bool(slip.says.search(self.words))
        return self.findings > 0, slip.line in self.lines, usable, self.findings == 1


def expected() -> Iterator[Expected]:
    """Every slip."""
    for line in (SLIPS / "expected.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, place, rule, says = line.split(maxsplit=3)
            yield Expected(SLIPS / f"{name}.yml", place, rule, re.compile(says, re.IGNORECASE))


def _run(*command: str | Path, stdin: bytes | None = None, cwd: Path | None = None) -> str:
    done = subprocess.run([str(word) for word in command], input=stdin, capture_output=True, cwd=cwd, check=False)
    return done.stdout.decode("utf-8", "replace")


def qbank(file: Path) -> Said:
    options = ("-", "--stdin-filename", SOUND, "--output-format", "jsonl")
    out = _run(Path(sys.executable).parent / "qbank", "check", *options, stdin=file.read_bytes(), cwd=BANK)
    found = [json.loads(line) for line in out.splitlines()]
    related = (note["message"] for each in found for note in each["related"])
    words = [*(f"{each['message']}. {each['help']}" for each in found), *related]
    return Said(len(found), frozenset(each["start"]["line"] for each in found), "\n".join(words))


def yamllint(file: Path) -> Said:
    lines = re.findall(r"(?m)^.*?:(\d+):\d+: \[(.*)", _run(_BIN / "yamllint", "-f", "parsable", "-d", _YAMLLINT, file))
    return Said(len(lines), frozenset(int(line) for line, _ in lines), "\n".join(words for _, words in lines))


def check_jsonschema(schema: Path) -> Callable[[Path], Said]:
    def run(file: Path) -> Said:
        command = (_BIN / "check-jsonschema", "--schemafile", schema, file)
        report = json.loads(_run(*command, "-o", "json"))
        found = [error["message"] for error in report.get("errors", ())]
        if not report.get("parse_errors"):
            return Said(len(found), frozenset(), "\n".join(found))
        # What is wrong with the YAML, and where, is said on request only.
        words = _run(*command, "--verbose").partition("caused by")[2]
        lines = re.findall(r'in "<byte string>", line (\d+)', words)
        return Said(len(report["parse_errors"]), frozenset(map(int, lines)), words)

    return run


def main() -> None:
    """Measure and write SLIPS.md."""
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder) / "question.schema.json"
        schema.write_text(json.dumps(question_schema(examine(read_files(BANK)).bank)), encoding="utf-8")
        programs: dict[str, Callable[[Path], Said]] = {
            "qbank": qbank,
            "yamllint": yamllint,
            "check-jsonschema": check_jsonschema(schema),
        }
        for name, run in programs.items():
            if run(BANK / SOUND).findings:
                sys.exit(f"{name} finds something in the sound file: {run(BANK / SOUND).words}")
        slips = list(expected())
        # Under one name, so that no message says more because of it.
        file = Path(folder) / "question.yml"
        verdicts: dict[str, dict[str, tuple[bool, ...]]] = {name: {} for name in programs}
        for slip in slips:
            file.write_bytes(slip.file.read_bytes())
            for name, run in programs.items():
                verdicts[name][slip.name] = run(file).verdict(slip)
    versions = [
        re.sub(r",? version|,", "", _run(_BIN / name, "--version")).strip() for name in ("yamllint", "check-jsonschema")
    ]
    (HERE / "SLIPS.md").write_text(_report(slips, verdicts, versions), encoding="utf-8")


_COLUMNS = ("caught", "right line", "usable fix", "one finding")


def _report(slips: list[Expected], verdicts: dict[str, dict[str, tuple[bool, ...]]], versions: list[str]) -> str:
    lines = [_INTRODUCTION, f"{', '.join(versions)}.", ""]
    for group, title in (("broken", "broken"), ("wrong", "parse but are wrong")):
        names = [slip.name for slip in slips if slip.name.startswith(group)]
        lines += [f"## {len(names)} that {'are broken' if group == 'broken' else title}", ""]
        lines += [_row("", *_COLUMNS), _row("---", *["---:"] * len(_COLUMNS))]
        for program, found in verdicts.items():
            counts = (sum(found[name][index] for name in names) for index in range(len(_COLUMNS)))
            lines.append(_row(program, *map(str, counts)))
        lines += ["", _row("slip", *verdicts), _row("---", *["---"] * len(verdicts))]
        for name in names:
            lines.append(_row(name.partition("/")[2], *(_words(found[name]) for found in verdicts.values())))
        lines.append("")
    return "\n".join(lines)


def _words(verdict: Iterable[bool]) -> str:
    """What a program achieved with a slip, in words."""
    true = [column for column, is_so in zip(_COLUMNS, verdict, strict=True) if is_so]
    return ", ".join(true[1:]) or "caught" if true and true[0] == "caught" else "–"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    if not (_BIN / "yamllint").exists():
        sys.exit("run `make bench-slips`, which installs yamllint and check-jsonschema")
    main()
