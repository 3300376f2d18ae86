"""The hostile cases as a bank: the files of its questions, and the settings under which it builds."""

from __future__ import annotations

import json

from tests.builders import REQUIRED, written
from tests.conftest import Project
from tests.hostile.corpus import Case, cases

import qbank.checks  # noqa: F401 - registers the checks
from qbank.parse import parse_question
from qbank.rules import MOST_IN_A_FILE, RULES, run
from qbank.source import Source

MOST_OF_A_PAGE = 20_000


def files() -> dict[str, str]:
    """The question files that hold all cases which a bank can have: many texts a page, one title or overview a page."""
    found: dict[str, str] = {}
    texts: dict[str, list[list[Case]]] = {}
    for case in cases():
        if parse_question(Source(case.path, case.source))[0] is None:
            continue
        if "question:" in case.text.replace("question:roc-auc", ""):
            continue  # a link to a question that is not there is an error, which no bank may ignore
        if case.kind in ("title", "overview", "mistakes", "reference"):
            fields = json.loads(case.source)
            if case.kind != "title":
                fields["title"] = f"What is {case.kind} number {case.number} of {case.category}?"
            found[f"{case.category}-{case.number}"] = written(fields)
        elif case.kind == "answer" and not (case.category == "resources" and "```" in case.text):
            pages = texts.setdefault(case.category, [[]])
            if (pages[-1] and sum(len(each.text) for each in pages[-1]) + len(case.text) > MOST_OF_A_PAGE) or len(
                pages[-1]
            ) == 20:
                pages.append([])
            pages[-1].append(case)
    for category, pages in texts.items():
        for number, page in enumerate(pages):
            fields = REQUIRED | {
                "title": f"Hostile {category}, page {number}: does any of it act?",
                "prompt": page[0].text if len(page[0].text) < MOST_OF_A_PAGE / 4 else "Does it?",
                "answer": page[-1].text if len(page[-1].text) < MOST_OF_A_PAGE / 4 else "No.",
                "mistakes": list(
                    dict.fromkeys(
                        " ".join(case.text.split()) for case in page if case.text.strip() and len(case.text) < 900
                    )
                ),
                "follow_ups": [{"question": f"Case {case}", "answer": case.text} for case in page],
            }
            found[f"{category}-page-{number}"] = written({name: value for name, value in fields.items() if value})
    return found


def fill(project: Project, topic: str) -> None:
    """Put all cases into a bank, below a topic that it knows, with what they are warned of ignored."""
    codes = set()
    for id, text in files().items():
        path = f"questions/{topic}/{id}.yml"
        question, wrong = parse_question(Source(path, text))
        assert question is not None, (id, wrong)
        codes |= {found.code for found in run(question, at_most=MOST_IN_A_FILE)}
        project.write(path, text)
    assert all(RULES[code].can_be_ignored for code in codes)
    ignored = [{"rule": code, "reason": "The bank is hostile by intent."} for code in sorted(codes)]
    project.write("questions/bank.yml", written({"title": "Hostile", "ignore": ignored}))
