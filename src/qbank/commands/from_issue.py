"""`qbank new --from-issue`: a form that was filled in on GitHub becomes a question file or a sighting."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from qbank import forms, new, project
from qbank.bank import Bank
from qbank.commands import status
from qbank.diagnostics import Severity, suggest
from qbank.fmt import NotFormatted, fmt
from qbank.model import Question
from qbank.parse import parse_question
from qbank.pipeline import examine
from qbank.reports import visible
from qbank.source import Source

MAX_BYTES = 1024 * 1024
_OWN_REPORTS = f"""\
- id: {forms.OWN_REPORTS}
  name: Reports to this bank
  description: What people told this bank themselves, in an issue that can be read; nobody has verified it.
  kind: first-hand
"""


class _Refused(Exception):
    """Nothing can be made of the form; each problem has the entry that it concerns."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        self.problems = problems


def run(root: Path, file: str) -> int:
    """Write what the form in the file asks for; problems are printed with their lines, and then nothing is written."""
    files = project.read_files(root)
    bank = examine(files).bank
    filled = forms.filled(_body(file), forms.forms(bank))
    if filled is None:
        raise project.ConfigurationError(f"`{file}` holds none of the bank's forms.")
    try:
        missing = [entry for entry in filled.form.entries if entry.required and entry.name not in filled.answers]
        if missing:
            raise _Refused(*((entry.name, "is missing") for entry in missing))
        if filled.form.name == "question":
            changed = _question(bank, filled)
        elif filled.form.name == "sighting":
            changed = _sighting(bank, filled)
        else:
            raise project.ConfigurationError("a report of a mistake is for a person to read; no file is made of it.")
    except NotFormatted:
        raise project.ConfigurationError(
            "the file is not in a form that a program can change; do it by hand."
        ) from None
    except _Refused as refused:
        for name, problem in refused.problems:
            answer = filled.answers.get(name)
            label = next((entry.label for entry in filled.form.entries if entry.name == name), name)
            print(visible(f"{Path(file).name}:{answer.line if answer else 1}: {label}: {problem}"))
        return status.FINDINGS
    for path, text in changed.items():
        if project.is_link(root, path):
            raise project.ConfigurationError(f"`{path}` is a link, which is not followed.")
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        project.write_file(root, path, text)
        print(f"Wrote {path}")
    return status.CLEAN


def _body(file: str) -> str:
    """The text of the issue: the file itself, or what the JSON of GitHub's event says."""
    try:
        with Path(file).open("rb") as stream:
            text = stream.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError as error:
        raise project.ConfigurationError(f"`{file}` cannot be read: {error.strerror}") from error
    if not text.lstrip().startswith("{"):
        return text
    try:
        return str(json.loads(text)["issue"]["body"] or "")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise project.ConfigurationError(f"`{file}` is no event with an issue.") from None


def _question(bank: Bank, filled: forms.Filled) -> dict[str, str]:
    values = {name: answer.text for name, answer in filled.answers.items()}
    topic = _listed(bank, "topics", "topic", values.pop("topic"))
    taken = {question.id for question in bank.questions} | set(bank.by_id)
    first = new.id_from(values["title"])[:60].strip("-")
    id = next(id for id in (first, *(f"{first}-{number}" for number in range(2, 1000))) if id not in taken)
    words = [word.strip().lower().replace(" ", "-") for word in values["tags"].split(",")]
    fields = values | {"tags": [bank.tags.resolve(word) for word in words if word]}
    path = new.path_of(id, topic)
    text = new.text_of(id, topic, fields)
    _accepted(Source(path, text), filled.answers)
    for other, title, score in new.look_alikes(bank, values["title"], values["prompt"]):
        print(visible(f"Looks like `{other}` (similarity {score:.2f}): {title}"), file=sys.stderr)
    return {path: text}


def _sighting(bank: Bank, filled: forms.Filled) -> dict[str, str]:
    values = {name: answer.text for name, answer in filled.answers.items()}
    word = forms.asked_question(values.pop("asked"))
    question = bank.by_id.get(word)
    if question is None:
        raise _Refused(("asked", f"`{word}` is no question of the bank. {suggest(word, bank.by_id)}"))
    sighting = {"company": _listed(bank, "companies", "company", values["company"])}
    changed = {}
    if values["source"] == forms.MYSELF:
        sighting["source"] = forms.OWN_REPORTS
        if bank.sources.find(forms.OWN_REPORTS) is None:
            before = bank.sources.source.text if bank.sources.source else ""
            changed["questions/sources.yml"] = (
                before + ("" if before.endswith("\n") or not before else "\n") + _OWN_REPORTS
            )
    else:
        sighting["source"] = _listed(bank, "sources", "source", values["source"])
    if "seen" in values:
        sighting["seen"] = values["seen"]
    for name in ("role", "round"):
        if name in values:
            sighting[name] = _listed(bank, f"{name}s", name, values[name])
    source = question.at().source
    text = _with_sighting(question, source, sighting)
    after = _accepted(Source(source.path, text), filled.answers)
    if after.companies[:-1] != question.companies:
        raise _Refused(("asked", "the file's list of companies is written in a way that no program should change"))
    if after.companies[-1] in question.companies:
        raise _Refused(("company", "this sighting is in the bank already"))
    return {**changed, source.path: text}


def _with_sighting(question: Question, source: Source, sighting: dict[str, str]) -> str:
    item = "{" + ", ".join(f"{key}: {json.dumps(value)}" for key, value in sighting.items()) + "}"
    if not question.companies:
        return fmt(Source(source.path, f"{source.text.rstrip()}\ncompanies: [{item}]\n"))
    place = question.at("companies")
    head = source.text[: place.span.end].rstrip()
    if place.text.startswith("["):
        return fmt(
            Source(
                source.path, f"{head.removesuffix(']').rstrip().removesuffix(',')}, {item}]{source.text[len(head) :]}"
            )
        )
    indent = " " * (place.start.column - 1)
    return fmt(Source(source.path, f"{head}\n{indent}- {item}{source.text[len(head) :]}"))


def _listed(bank: Bank, kind: str, name: str, word: str) -> str:
    entry = bank.vocabulary(kind).find(word.strip())
    if entry is None:
        known = [entry.id for entry in bank.vocabulary(kind).entries]
        raise _Refused((name, f"`{word.strip()}` is not in {kind}.yml. {suggest(word, known)}"))
    return entry.id


def _accepted(source: Source, names: Iterable[str]) -> Question:
    """The question of a text that has just been made; refuses with what is wrong, by the form's entries."""
    question, diagnostics = parse_question(source)
    problems = []
    for diagnostic in diagnostics:
        if diagnostic.severity is Severity.ERROR:
            before = source.text[: max(diagnostic.at.span.start, diagnostic.at.span.end)]
            keys = [key for key in re.findall(r"(?m)^\W{0,6}(\w+):", before) if key in names]
            problems.append((keys[-1] if keys else "", f"{diagnostic.message}. {diagnostic.help}".strip()))
    if question is None or problems:
        raise _Refused(*problems)
    return question
