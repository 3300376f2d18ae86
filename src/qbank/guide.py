"""The pages for contributors: the guide, the field reference and the manual of each rule, all made from the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import qbank.programs  # noqa: F401 - its rules have pages too, whatever command builds them
from qbank.bank import Company as CompanyEntry
from qbank.bank import Settings, SightingSource, Suppression, Term
from qbank.contexts import Contribute, FieldLine, FieldReference, FieldTable, Link, RuleIndex, RuleLine, RulePage
from qbank.fragments import render
from qbank.model import Adaptation, FollowUp, Interviewer, Question, Reference, Sighting
from qbank.page import Page
from qbank.rules import RULES, Rule, address_of
from qbank.shape import FieldInfo, List, Model, Text, fields_of
from qbank.values import Markdown, Refers

_HOME = Link(text="Home", address="")
_GUIDE = Link(text="Contribute", address="contribute/")
_RULES = Link(text="Rules", address="contribute/rules/")

GROUPS = {
    "QB0": "Files and YAML",
    "QB1": "Shape of a question",
    "QB2": "Inside one question",
    "QB3": "The bank as a whole",
    "QB4": "Pages",
}
"""What the first digit of a code says."""

_TABLES: tuple[tuple[str, type[Model]], ...] = (
    ("A question", Question),
    ("An item of companies", Sighting),
    ("interviewer", Interviewer),
    ("An item of follow_ups", FollowUp),
    ("An item of references", Reference),
    ("adapted_from", Adaptation),
    ("An entry of topics.yml, roles.yml, rounds.yml, tags.yml", Term),
    ("An entry of companies.yml", CompanyEntry),
    ("An entry of sources.yml", SightingSource),
    ("bank.yml", Settings),
    ("An item of ignore in bank.yml", Suppression),
)


def guide_pages() -> Iterator[Page]:
    """The contribute section: the same for every bank."""
    yield Page(
        address="contribute/",
        template="contribute",
        title="Contribute",
        description="How to add a question, improve an answer or report a sighting.",
        context=lambda: Contribute(breadcrumbs=(_HOME,), rules=len(RULES)),
        in_menu=True,
    )
    yield Page(
        address="contribute/fields/",
        template="field_reference",
        title="Fields of a question file",
        description="Every field that a question, a vocabulary and the bank's settings can have.",
        context=lambda: FieldReference(
            breadcrumbs=(_HOME, _GUIDE), tables=tuple(_table(title, model) for title, model in _TABLES)
        ),
        toc=tuple((_anchor(title), title) for title, _ in _TABLES),
    )
    yield Page(
        address="contribute/rules/",
        template="rule_index",
        title="Rules",
        description="Everything that qbank check looks at.",
        context=lambda: RuleIndex(breadcrumbs=(_HOME, _GUIDE), groups=tuple(_rule_groups())),
    )
    for rule in sorted(RULES.values(), key=lambda rule: rule.code):
        yield Page(
            address=address_of(rule.code),
            template="rule_page",
            title=f"{rule.code} {rule.name}",
            description=_summary(rule),
            context=lambda rule=rule: RulePage(
                code=rule.code,
                name=rule.name,
                severity=rule.severity.value,
                manual=render(_manual(rule), scope="manual"),
                can_be_ignored=rule.can_be_ignored,
                breadcrumbs=(_HOME, _GUIDE, _RULES),
            ),
            listed=False,  # candidates search the site too, and eighty pages about YAML would stand in their way
        )


def _rule_groups() -> Iterator[tuple[str, tuple[RuleLine, ...]]]:
    for prefix, heading in GROUPS.items():
        rules = sorted((rule for rule in RULES.values() if rule.code.startswith(prefix)), key=lambda rule: rule.code)
        lines = (
            RuleLine(
                code=rule.code,
                name=rule.name,
                severity=rule.severity.value,
                summary=_summary(rule),
                address=address_of(rule.code),
            )
            for rule in rules
        )
        yield heading, tuple(lines)


def _summary(rule: Rule) -> str:
    return " ".join(rule.manual.split("\n\n")[0].split())


def _manual(rule: Rule) -> str:
    """The manual as Markdown, its two examples as a list."""
    return re.sub(r"(?m)^(Bad|Good): ", r"- **\1:** ", rule.manual)


def _table(title: str, model: type[Model]) -> FieldTable:
    fields = (_line(name, field) for name, field in fields_of(model).items())
    return FieldTable(id=_anchor(title), title=title, fields=tuple(fields))


def _anchor(title: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))


def _line(name: str, field: FieldInfo) -> FieldLine:
    return FieldLine(
        name=name,
        kind=_kind(field),
        required=field.required,
        help=field.description,
        example=_example(field.examples[0]),
    )


def _kind(field: FieldInfo) -> str:
    """What stands there, in words."""
    is_list = isinstance(field.kind, List)
    if isinstance(field.item, Text) and field.item.choices:
        return "one of " + ", ".join(field.item.choices)
    if field.model:
        what = "mappings" if is_list else "mapping"
    elif isinstance(field.marker, Markdown):
        what = "Markdown"
    elif isinstance(field.marker, Refers):
        what = "ids of questions" if field.marker.to == "questions" else f"ids of {field.marker.to}.yml"
        what = what if is_list else what.replace("ids", "id", 1)
    else:
        what = "words" if is_list else "text"
    size = f", {field.min_length} to {field.max_length}" if field.min_length and field.max_length else ""
    return (f"list of {what}" if is_list else what) + size


def _example(value: Any) -> str:
    """An example as it would stand in a file."""
    if isinstance(value, list):
        return "[" + ", ".join(map(_example, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_example(item)}" for key, item in value.items()) + "}"
    return str(value)
