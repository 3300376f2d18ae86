"""The forms by which a question, a sighting or a mistake is reported on GitHub, made from the model; and what was filled in."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

from qbank.bank import Bank, Vocabulary
from qbank.model import Question, Sighting
from qbank.shape import List, fields_of
from qbank.values import Difficulty, Markdown

MYSELF = "I was asked this myself"
OWN_REPORTS = "first-hand-reports"
"""The source of sightings that people tell the bank themselves."""
_EMPTY = ("_No response_", "None", "")
_IN_QUESTION_FORM = ("short_answer",)
"""Fields besides the required ones: ten minutes are enough for the form."""


class Entry(NamedTuple):
    """One thing that a form asks for."""

    name: str
    label: str
    kind: str
    help: str
    required: bool = True
    example: str = ""
    options: tuple[str, ...] = ()


class Form(NamedTuple):
    """A form; `name` is its file's stem."""

    name: str
    title: str
    description: str
    label: str
    entries: tuple[Entry, ...]


class Answer(NamedTuple):
    """What was filled in, and the line of its heading."""

    line: int
    text: str


class Filled(NamedTuple):
    """A form that came back: the answers that were given, by the names of entries."""

    form: Form
    answers: dict[str, Answer]


def forms(bank: Bank) -> tuple[Form, ...]:
    """All forms of a bank."""
    return (
        Form(
            "question",
            "Add a question",
            "A question that the bank does not have, with or without its answer.",
            "question",
            tuple(_question_entries(bank)),
        ),
        Form(
            "sighting",
            "I was asked this",
            "A company asked a question that the bank has.",
            "sighting",
            tuple(_sighting_entries(bank)),
        ),
        Form(
            "wrong-answer",
            "This answer is wrong",
            "A mistake in a question or its answer.",
            "wrong-answer",
            (
                Entry("mistaken", "Which page?", "input", "The address of the page, or the question's id."),
                Entry("wrong", "What is wrong?", "textarea", "Quote the sentence, and say what is right."),
                Entry("evidence", "How do you know?", "textarea", "A paper, a textbook, or code that shows it.", False),
            ),
        ),
    )


def written(form: Form) -> str:
    """The form as the file that GitHub reads."""
    lines = [
        "# Made by `qbank schema --forms`; change the model or the vocabularies, not this file.",
        f"name: {_text(form.title)}",
        f"description: {_text(form.description)}",
        f"labels: [{_text(form.label)}]",
        "body:",
    ]
    for entry in form.entries:
        lines += [f"  - type: {entry.kind}", f"    id: {entry.name}", "    attributes:"]
        lines += [f"      label: {_text(entry.label)}", f"      description: {_text(entry.help)}"]
        if entry.example:
            lines.append(f"      placeholder: {_text(entry.example)}")
        if entry.options:
            lines += ["      options:", *(f"        - {_text(option)}" for option in entry.options)]
        lines += ["    validations:", f"      required: {str(entry.required).lower()}"]
    return "\n".join(lines) + "\n"


def filled(body: str, known: tuple[Form, ...]) -> Filled | None:
    """The form that an issue's text answers, or None.

    Only the headings of its entries, each once and in their order, divide it: all others are part of an answer.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((line for line in lines if line.strip()), "").strip()
    form = next((form for form in known if first == f"### {form.entries[0].label}"), None)
    if form is None:
        return None
    answers: dict[str, Answer] = {}
    at, current, kept = 0, None, []

    def close() -> None:
        text = "\n".join(kept).strip("\n ")
        if current and text not in _EMPTY:
            answers[current[0].name] = Answer(current[1], text)

    for number, line in enumerate(lines, start=1):
        # An entry that was left out does not make the next one a part of what stands before.
        next_one = next(
            (i for i in range(at, len(form.entries)) if line.strip() == f"### {form.entries[i].label}"), None
        )
        if next_one is None:
            kept.append(_plain(line))
        else:
            close()
            current, kept, at = (form.entries[next_one], number), [], next_one + 1
    close()
    return Filled(form, answers)


def _question_entries(bank: Bank) -> Iterator[Entry]:
    yield Entry("topic", "Topic", "dropdown", "The folder that the question goes into.", options=_ids(bank.topics))
    for name, info in fields_of(Question).items():
        if not info.required and name not in _IN_QUESTION_FORM:
            continue
        required = info.required and name != "answer"
        label = name.replace("_", " ").capitalize()
        example = info.examples[0] if info.examples else ""
        if name == "difficulty":
            options = tuple(level.value for level in Difficulty)
            yield Entry(name, label, "dropdown", info.description, required, options=options)
        elif isinstance(info.kind, List):
            help = f"{info.description} Separated by commas."
            yield Entry(name, label, "input", help, required, ", ".join(example))
        else:
            kind = "textarea" if isinstance(info.marker, Markdown) else "input"
            yield Entry(name, label, kind, info.description, required, example)


def _sighting_entries(bank: Bank) -> Iterator[Entry]:
    yield Entry("asked", "Which question?", "input", "The address of its page, or its id.")
    sources = (MYSELF, *(entry.id for entry in bank.sources.entries if entry.id != OWN_REPORTS))
    kinds = {"source": sources, "role": _ids(bank.roles), "round": _ids(bank.rounds)}
    for name, info in fields_of(Sighting).items():
        label = name.capitalize()
        if name in kinds:
            if kinds[name]:
                yield Entry(name, label, "dropdown", info.description, name == "source", options=kinds[name])
        else:
            yield Entry(name, label, "input", info.description, info.required, str(info.examples[0]))


def _ids(vocabulary: Vocabulary[Any]) -> tuple[str, ...]:
    return tuple(entry.id for entry in vocabulary.entries)


def _plain(line: str) -> str:
    """The line without the signs that no file of a bank may hold."""
    return "".join(sign for sign in line if sign == "\t" or unicodedata.category(sign) not in ("Cc", "Cs"))


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def asked_question(text: str) -> str:
    """The id in the address of a page, or the text itself."""
    match = re.search(r"/questions/([a-z0-9-]+)(?:/|\.html|$)", text)
    return match[1] if match else text.strip()
