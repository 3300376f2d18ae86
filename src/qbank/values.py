"""The kinds of text that a question file holds, and what each must look like.

All text is as written: no value here is ever a number, a date or a boolean of YAML's.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, NamedTuple

from qbank.hints import address_meant, date_meant
from qbank.shape import AtMost, Form, Wrong

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_NAME = 64
_DEVICE = re.compile(r"(?i)con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""Names that Windows reserves, whatever their extension (Microsoft, "Naming Files, Paths, and Namespaces")."""
TOPIC_PATH = re.compile(rf"{KEBAB.pattern}(/{KEBAB.pattern})*")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_SIGN = r"[^\s\"<>\\^`{|}"
"""A sign that may stand in a web address; what follows closes the bracket."""
_WEB_ADDRESS = re.compile(rf"(?i:https?)://(?:\[[0-9A-Fa-f:.]+\]|{_SIGN}/?#@:\[\]]+)(?::[0-9]*)?(?:[/?#]{_SIGN}]*)?")


class Markdown(NamedTuple):
    """Marks text that authors write in Markdown; `inline` for lines of lists."""

    inline: bool = False


class Refers(NamedTuple):
    """Marks text that names something listed elsewhere: a vocabulary, or `questions`."""

    to: str


MAX_PROSE, MAX_ITEM, MAX_LINE, MAX_URL = 32_000, 1_000, 300, 2_000
"""Characters: several times what honest texts have, so that a page stays a page whoever wrote it."""
MAX_ITEMS = 50
"""Of a list."""


def unusable(word: str) -> str:
    """Why a word cannot be a file's or a folder's name everywhere, and so no part of an address; empty when it can."""
    if _DEVICE.fullmatch(word):
        return "is the name of a device on Windows"
    return f"has {len(word)} characters, more than {MAX_NAME}" if len(word) > MAX_NAME else ""


def _one_line(text: str) -> Wrong | None:
    return Wrong("is more than one line", "Write it on one line.") if "\n" in text.strip() else None


def _kebab(text: str) -> Wrong | None:
    if problem := unusable(text):
        shown = text if len(text) <= MAX_NAME else f"{text[:MAX_NAME]}…"
        return Wrong(f"`{shown}` {problem}", "Use another word.")
    if KEBAB.fullmatch(text):
        return None
    words = "-".join(re.findall(r"[a-z0-9]+", text.lower()))
    hint = f"Write `{words}`." if words else "Use words such as `cross-validation`."
    return Wrong(f"`{text}` is not lower-case words joined by hyphens", hint)


def _topic_path(text: str) -> Wrong | None:
    for part in text.split("/"):
        if problem := unusable(part):
            return Wrong(f"`{part[:MAX_NAME]}` {problem}", "Use another word.")
    if TOPIC_PATH.fullmatch(text):
        return None
    return Wrong(f"`{text}` is not a folder of question files", "Write it like `evaluation` or `ml/evaluation`.")


def _url(text: str) -> Wrong | None:
    if _WEB_ADDRESS.fullmatch(text):
        return None
    return Wrong(f"`{text}` is not a web address", address_meant(text))


def _partial_date(text: str) -> Wrong | None:
    year, month, day = (int(part or 1) for part in match.groups()) if (match := _DATE.fullmatch(text)) else (0, 0, 0)
    if 1900 <= year < 2100 and 1 <= month <= 12 and 1 <= day <= _days(year, month):
        return None
    return Wrong(f"`{text}` is not a date", date_meant(text))


def _days(year: int, month: int) -> int:
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 + is_leap if month == 2 else 30 if month in (4, 6, 9, 11) else 31


Line = Annotated[str, AtMost(MAX_LINE), Form(_one_line)]
Kebab = Annotated[str, Form(_kebab, pattern=f"^{KEBAB.pattern}$")]
TopicPath = Annotated[str, Form(_topic_path, pattern=f"^{TOPIC_PATH.pattern}$")]
Url = Annotated[str, AtMost(MAX_URL), Form(_url, pattern=r"^https?://\S+$")]
# Other readers take a bare year for a number.
PartialDate = Annotated[
    str, Form(_partial_date, type=["string", "integer"], pattern=r"^(19|20)\d{2}(-\d{2}(-\d{2})?)?$", minimum=1900)
]
Prose = Annotated[str, AtMost(MAX_PROSE), Markdown()]
Item = Annotated[str, AtMost(MAX_ITEM), Markdown(inline=True)]
QuestionId = Annotated[Kebab, Refers("questions")]


class Difficulty(StrEnum):
    """How hard a question is, in rising order."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Status(StrEnum):
    """Whether a question is part of the site."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class SourceKind(StrEnum):
    """What kind of evidence a source of sightings is."""

    FIRST_HAND = "first-hand"
    PUBLIC_POST = "public-post"
    COMPANY = "company"
    COLLECTION = "collection"


class Completeness(StrEnum):
    """How much of what helps a reader a question has, in rising order."""

    STUB = "stub"
    GOOD = "good"
    COMPLETE = "complete"
