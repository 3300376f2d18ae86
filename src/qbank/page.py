"""A page as a value: what every renderer and every host of the site is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qbank.source import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the site. `title` and `description` are plain text; whoever puts them into HTML escapes them.

    `prompt` and `answer` are what full text finds of it, as Markdown; the second only for those who ask for answers.
    `origin` says where in the bank a page comes from, which takes reading its file once more.
    `remembered` is what a later build must remember of a question to make this page again without the rest of the bank.
    """

    address: str
    template: str
    title: str
    context: Callable[[], Any] = field(repr=False)
    description: str = ""
    toc: tuple[tuple[str, str], ...] = ()
    search_text: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False)
    prompt: tuple[str, ...] = ()
    answer: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False)
    tags: tuple[str, ...] = ()
    in_menu: bool = False
    listed: bool = True
    path: str = ""
    updated: str = ""
    origin: Callable[[], Place] | None = field(default=None, repr=False)
    remembered: Callable[[], Mapping[str, Any]] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Redirect:
    """An old address that leads to another."""

    address: str
    target: str
    title: str
    origin: Callable[[], Place] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Site:
    """All pages, in the order in which they are built, and the files that scripts on them read, by their addresses."""

    pages: tuple[Page, ...]
    redirects: tuple[Redirect, ...] = ()
    files: Callable[[], Mapping[str, str]] = field(default=dict, repr=False)
