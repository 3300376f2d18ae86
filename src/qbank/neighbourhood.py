"""What the page of one question shows of others, remembered, so that the page can be made again without the whole bank.

All that other pages show of a question, or compare it by, is its *face*. While no face changes, and no vocabulary, all
that the pages say of each other stays as it is, and a question whose answer was edited is the only one to be shown anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from qbank.bank import Bank
from qbank.contexts import Link
from qbank.facts import Facts
from qbank.history import History
from qbank.model import Question
from qbank.shape import fields_of

_OWN = frozenset(
    "short_answer answer example story expectations approach mistakes interviewer follow_ups references".split()
)
"""Fields whose text only the question's own page shows. Which of them there are, its completeness says."""


def face(question: Question) -> str:
    """A hash of all of a question that has to do with other pages."""
    shown = [getattr(question, name) for name in fields_of(Question) if name not in _OWN]
    follow_ups = [follow_up.id for follow_up in question.follow_ups]
    whole = repr((question.path, shown, follow_ups, question.completeness))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def remembered(facts: Facts, question: Question) -> dict[str, Any]:
    """What `Neighbourhood` needs to know of a question, as JSON has it."""
    history = facts.history.get(question.path)
    return {
        "id": question.id,
        "title": question.title,
        "face": face(question),
        "formerly": question.formerly,
        "related": facts.related(question),
        "neighbours": [link and (link.text, link.address) for link in facts.neighbours.get(question.id, (None, None))],
        "history": history,
    }


class Neighbourhood(Facts):
    """The facts about one question, in a bank of only those that its page shows."""

    def __init__(self, bank: Bank, path: str, known: Mapping[str, Any], *, drafts: bool) -> None:
        updated = known["history"]
        super().__init__(bank, {path: History(updated[0], tuple(updated[1]))} if updated else {}, drafts=drafts)
        self._known = known
        before, after = (link and Link(text=link[0], address=link[1]) for link in known["neighbours"])
        self.neighbours = {known["id"]: (before, after)}

    def related(self, question: Question) -> tuple[str, ...]:
        return tuple(self._known["related"])


def relatives(question: Question, known: Mapping[str, Any]) -> set[str]:
    """The ids of the questions that its page shows besides itself and its neighbours."""
    return {*known["related"], *(follow_up.id for follow_up in question.follow_ups if follow_up.id)}
