"""`qbank new`: a question file to start from."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from qbank import project
from qbank.bank import Bank
from qbank.commands import from_issue, status
from qbank.diagnostics import nearest, suggest
from qbank.new import SCHEMA_FILE, id_from, look_alikes, path_of, text_of
from qbank.pipeline import examine
from qbank.reports import visible
from qbank.values import KEBAB, Difficulty


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "new",
        help="start a question file",
        description="Start a question file in its topic's folder. On a terminal, what is not given is asked for; elsewhere a title, a "
        "topic, a difficulty and tags are needed. Questions that look the same are shown first. Nothing is ever overwritten.",
        epilog=status.EXPLAINED,
    )
    parser.add_argument("--title", metavar="TEXT", help="the question as a list shows it")
    parser.add_argument("--topic", metavar="TOPIC", help="a folder below questions/, listed in topics.yml")
    parser.add_argument("--difficulty", choices=[level.value for level in Difficulty], help="how hard it is")
    parser.add_argument("--tags", metavar="TAG,TAG", help="methods and ideas, separated by commas")
    parser.add_argument("--id", metavar="ID", help="the file's name without .yml (default: from the title)")
    parser.add_argument("--prompt", metavar="TEXT", help="the question as the interviewer asks it")
    parser.add_argument("--answer", metavar="TEXT", help="the model answer; without it the question is a draft")
    parser.add_argument(
        "--from-issue",
        metavar="FILE",
        help="make the question, or add the sighting, of a form that was filled in on GitHub: its text, or the JSON of the event",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    root = project.find_root(Path())
    if options.from_issue:
        return from_issue.run(root, options.from_issue)
    bank = examine(project.read_files(root)).bank
    asks = sys.stdin.isatty() and sys.stdout.isatty()
    title = options.title or _answer(asks, "title", "Title, as a list shows it")
    for id, other, score in look_alikes(bank, title, options.prompt or ""):
        print(visible(f"Looks like `{id}` (similarity {score:.2f}): {other}"), file=sys.stderr)
    topic = _topic(
        bank, options.topic or _answer(asks, "topic", f"Topic ({', '.join(entry.id for entry in bank.topics.entries)})")
    )
    difficulty = options.difficulty or _answer(asks, "difficulty", "Difficulty (easy, medium, hard)")
    if difficulty not in {level.value for level in Difficulty}:
        raise project.ConfigurationError(
            f"`{difficulty}` is not a difficulty. {suggest(difficulty, [level.value for level in Difficulty])}"
        )
    tags = [
        _tag(bank, word)
        for word in (options.tags or _answer(asks, "tags", "Tags, separated by commas")).split(",")
        if word.strip()
    ]
    id = options.id or (input(f"Id [{id_from(title)}]: ").strip() if asks else "") or id_from(title)
    if not KEBAB.fullmatch(id):
        raise project.ConfigurationError(f"`{id}` is not lower-case words joined by hyphens.")
    if other := bank.by_id.get(id):
        raise project.ConfigurationError(f"`{id}` is taken by {other.path}; give another one with --id.")
    values: dict[str, Any] = {
        "title": title,
        "prompt": options.prompt,
        "difficulty": difficulty,
        "tags": tags,
        "answer": options.answer,
    }
    target = root / path_of(id, topic)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text_of(id, topic, values))
    except FileExistsError:
        raise project.ConfigurationError(f"{path_of(id, topic)} is there already; give another id with --id.") from None
    except OSError as error:
        raise project.ConfigurationError(f"{path_of(id, topic)} cannot be written: {error.strerror}") from error
    print(f"Wrote {path_of(id, topic)}. Fill it in, then run `qbank check`.")
    if not (root / project.QUESTIONS / SCHEMA_FILE).is_file():
        print("Editors complete and check its fields once `qbank schema --write` has been run.")
    return status.CLEAN


def _answer(asks: bool, name: str, question: str) -> str:
    """What the user types; refused where nobody can be asked."""
    if not asks:
        raise project.ConfigurationError(f"--{name} is needed where nobody can be asked.")
    try:
        while not (answer := input(f"{question}: ").strip()):
            pass
    except EOFError:
        raise project.ConfigurationError(f"no {name} was given.") from None
    return answer


def _topic(bank: Bank, word: str) -> str:
    entry = bank.topics.find(word)
    if entry is None:
        known = [entry.id for entry in bank.topics.entries]
        help = (
            suggest(word, known)
            if known
            else "None is listed yet: write its `id` and `name` into questions/topics.yml."
        )
        raise project.ConfigurationError(f"`{word}` is not a topic. {help}")
    return entry.id


def _tag(bank: Bank, word: str) -> str:
    """The tag as the bank writes it; a new one is fine, and one that is nearly a known one is pointed out."""
    tag = bank.tags.resolve(word.strip().lower().replace(" ", "-"))
    known = {bank.tags.resolve(tag) for question in bank.questions for tag in question.tags}
    if tag not in known and (near := nearest(tag, known)):
        print(visible(f"`{tag}` is a new tag; did you mean `{near}`?"), file=sys.stderr)
    return tag
