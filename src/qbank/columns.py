"""The questions that lists show, as columns in two small JSON files: what search, filters and tables in the browser read.

`assets/qbank/index.json` is all that search and filters need, and `assets/qbank/overviews.json` the longest texts of
it apart, which only the rows on the screen need. Both are UTF-8 JSON. *A column of numbers is a string*, one character
a number, since that is what gzip makes smallest and a script reads soonest: the number is the character's code less
35, and one less still for characters above `\\`, which JSON would have to escape (`decoded` below says it in Python).

| key of `index.json` | value |
|---|---|
| `version` | 1; a reader that does not know it leaves the page as it is |
| `state` | a few letters that differ where the questions do; `overviews.json` has the same when it belongs to this file |
| `companies` | `[id, name, aliases, parent]` each; `parent` is an index into this list, or -1 |
| `topics` `tags` `roles` `rounds` | `[id, name, aliases]` each; a topic's parent is its id without the last part |
| `sources` | `[id, name]` each |
| `newest` | the latest month of any sighting, in months since January 1970 |
| `ids` `titles` | a list of texts with one for each question, in the order of the lists |
| `difficulty` `completeness` | a number for each question: 0 easy, 1 medium, 2 hard; 0 stub, 1 good, 2 complete |
| `topic` | for each question an index into `topics` |
| `tag_counts` `role_counts` `sighting_counts` | for each question how many numbers of the flat columns are its own |
| `tag` `role` | flat: indexes into `tags` and `roles`; the roles of a question's sightings are its roles, too |
| `sighting_company` | flat, a question's newest sourced sighting first: an index into `companies` |
| `sighting_source` `sighting_role` `sighting_round` | flat; 0: not said, else 1 + an index into that list |
| `sighting_seen` | flat; 0: not said, else 1 + how many months before `newest` it was; a year stands for its January |
| `sighting_precision` | flat; 0: the date is only a year or not said, 1: its month is known |

`overviews.json` has `version`, `state` and `overviews`, a text for each question, which may be empty.

Only terms that some question names are listed, and every topic. The order is that of the bank everywhere, so that the
same bank gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from qbank.facts import Facts, newest_first
from qbank.values import Completeness, Difficulty

VERSION = 1
_FIRST, _ESCAPED = 35, 92


def index_files(facts: Facts) -> dict[str, str]:
    """The text of each file by its address below the site's root.

    The names are the same for every state of the bank: hashed ones would change every page with every question.
    """
    index = columns(facts)
    overviews = [question.overview or "" for question in facts.live]
    state = hashlib.sha256(_json([index, overviews]).encode()).hexdigest()[:12]
    head = {"version": VERSION, "state": state}
    return {
        "assets/qbank/index.json": _json(head | index),
        "assets/qbank/overviews.json": _json(head | {"overviews": overviews}),
    }


def columns(facts: Facts) -> dict[str, Any]:
    """What `index.json` says of the questions, as the table above has it."""
    bank, live = facts.bank, facts.live
    companies = [company for company in bank.companies.entries if facts.by_company[company.id]]
    cited = {bank.sources.resolve(s.source) for question in live for s in question.companies if s.source}
    sources = [source for source in bank.sources.entries if source.id in cited]
    ids = {
        "companies": [company.id for company in companies],
        "topics": [topic.id for topic in bank.topics.entries],
        "sources": [source.id for source in sources],
        **{kind: list(facts.terms_of[kind]) for kind in ("tags", "roles", "rounds")},
    }
    place = {kind: {id: number for number, id in enumerate(found)} for kind, found in ids.items()}

    def of(kind: str, words: Iterable[str]) -> list[int]:
        return [place[kind][id] for id in dict.fromkeys(bank.vocabulary(kind).resolve(word) for word in words)]

    def said(kind: str, word: str | None) -> int:
        return 1 + of(kind, [word])[0] if word else 0

    tags = [of("tags", question.tags) for question in live]
    roles = [of("roles", facts.roles(question)) for question in live]
    sightings = [newest_first(question.companies) for question in live]
    flat = [sighting for group in sightings for sighting in group]
    months = [months_since_1970(sighting.seen) if sighting.seen else None for sighting in flat]
    newest = max((month for month in months if month is not None), default=0)
    return {
        "companies": [
            [company.id, company.name, company.aliases, place["companies"].get(company.parent or "", -1)]
            for company in companies
        ],
        **{
            kind: [[id, facts.term_link(kind, id).text, facts.aliases(kind, id)] for id in ids[kind]]
            for kind in ("topics", "tags", "roles", "rounds")
        },
        "sources": [[source.id, source.name] for source in sources],
        "newest": newest,
        "ids": [question.id for question in live],
        "titles": [question.title for question in live],
        "difficulty": encoded(_rank(question.difficulty) for question in live),
        "completeness": encoded(_rank(question.completeness) for question in live),
        "topic": encoded(place["topics"][question.topic] for question in live),
        "tag_counts": encoded(map(len, tags)),
        "tag": encoded(number for group in tags for number in group),
        "role_counts": encoded(map(len, roles)),
        "role": encoded(number for group in roles for number in group),
        "sighting_counts": encoded(map(len, sightings)),
        "sighting_company": encoded(of("companies", [sighting.company])[0] for sighting in flat),
        "sighting_source": encoded(said("sources", sighting.source) for sighting in flat),
        "sighting_seen": encoded(0 if month is None else 1 + newest - month for month in months),
        "sighting_precision": encoded(int(len(sighting.seen or "") > 4) for sighting in flat),
        "sighting_role": encoded(said("roles", sighting.role) for sighting in flat),
        "sighting_round": encoded(said("rounds", sighting.round) for sighting in flat),
    }


def encoded(numbers: Iterable[int]) -> str:
    """Numbers from 0 on as a string, one character each."""
    return "".join(chr(_FIRST + number + (_FIRST + number >= _ESCAPED)) for number in numbers)


def decoded(column: str) -> list[int]:
    """The numbers of such a string."""
    return [ord(sign) - _FIRST - (ord(sign) > _ESCAPED) for sign in column]


def months_since_1970(date: str) -> int:
    """The earliest month that a year, a month or a day (`2026`, `2026-05`, `2026-05-12`) can mean, as a number."""
    return 12 * (int(date[:4]) - 1970) + int(date[5:7] or 1) - 1


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _rank(member: Difficulty | Completeness) -> int:
    return list(type(member)).index(member)
