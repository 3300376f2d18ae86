"""The kinds of text that a question file holds, and what each must look like.

All text is as written: no value here is ever a number, a date or a boolean of YAML's.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError, PydanticKnownError

from qbank.hints import address_meant, date_meant

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_NAME = 64
_DEVICE = re.compile(r"(?i)con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""Names that Windows reserves, whatever their extension (Microsoft, "Naming Files, Paths, and Namespaces")."""
TOPIC_PATH = re.compile(rf"{KEBAB.pattern}(/{KEBAB.pattern})*")


@dataclass(frozen=True, slots=True)
class Markdown:
    """Marks text that authors write in Markdown; `inline` for lines of lists."""

    inline: bool = False


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks text that names something listed elsewhere: a vocabulary, or `questions`."""

    to: str

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        # What may stand here is known to the bank only; `schema` turns the mark into suggestions.
        return {**handler(core), "x-refers": self.to}


MAX_PROSE, MAX_ITEM, MAX_LINE, MAX_URL = 32_000, 1_000, 300, 2_000
"""Characters: several times what honest texts have, so that a page stays a page whoever wrote it."""
MAX_ITEMS = 50
"""Of a list."""


def wrong_form(message: str, help: str) -> PydanticCustomError:
    """The error of a validator: what is wrong with the text, and what to write instead."""
    return PydanticCustomError("form", "{message}", {"message": message, "help": help})


def _one_line(text: str) -> str:
    if "\n" in text.strip():
        raise wrong_form("is more than one line", "Write it on one line.")
    if len(text) > MAX_LINE:  # here, since a limit of the type would take the place of a field's own
        raise PydanticKnownError("string_too_long", {"max_length": MAX_LINE})
    return text


def unusable(word: str) -> str:
    """Why a word cannot be a file's or a folder's name everywhere, and so no part of an address; empty when it can."""
    if _DEVICE.fullmatch(word):
        return "is the name of a device on Windows"
    return f"has {len(word)} characters, more than {MAX_NAME}" if len(word) > MAX_NAME else ""


def _kebab(text: str) -> str:
    if problem := unusable(text):
        raise wrong_form(f"`{text if len(text) <= MAX_NAME else text[:MAX_NAME] + '…'}` {problem}", "Use another word.")
    if not KEBAB.fullmatch(text):
        words = "-".join(re.findall(r"[a-z0-9]+", text.lower()))
        hint = f"Write `{words}`." if words else "Use words such as `cross-validation`."
        raise wrong_form(f"`{text}` is not lower-case words joined by hyphens", hint)
    return text


def _topic_path(text: str) -> str:
    for part in text.split("/"):
        if problem := unusable(part):
            raise wrong_form(f"`{part[:MAX_NAME]}` {problem}", "Use another word.")
    if not TOPIC_PATH.fullmatch(text):
        raise wrong_form(
            f"`{text}` is not a folder of question files", "Write it like `evaluation` or `ml/evaluation`."
        )
    return text


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s\"<>\\^`{|}]", text)
    except ValueError:
        valid = False
    if not valid:
        raise wrong_form(f"`{text}` is not a web address", address_meant(text))
    return text


def _partial_date(text: str) -> str:
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text, re.ASCII)
    try:
        if not match or not "1900" <= text < "2100":
            raise ValueError
        datetime.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        raise wrong_form(f"`{text}` is not a date", date_meant(text)) from None
    return text


Line = Annotated[str, AfterValidator(_one_line)]
Kebab = Annotated[str, AfterValidator(_kebab), Field(json_schema_extra={"pattern": f"^{KEBAB.pattern}$"})]
TopicPath = Annotated[str, AfterValidator(_topic_path), Field(json_schema_extra={"pattern": f"^{TOPIC_PATH.pattern}$"})]
Url = Annotated[
    str, Field(max_length=MAX_URL), AfterValidator(_url), Field(json_schema_extra={"pattern": r"^https?://\S+$"})
]
PartialDate = Annotated[
    str,
    AfterValidator(_partial_date),
    # Other readers take a bare year for a number.
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}, {"type": "integer", "minimum": 1900}]}
    ),
]
Prose = Annotated[str, Field(max_length=MAX_PROSE), Markdown()]
Item = Annotated[str, Field(max_length=MAX_ITEM), Markdown(inline=True)]
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
