"""A finished article with all that a theme is told of its page, and which of these share a frame."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from posixpath import commonprefix
from typing import Any, NamedTuple

from qbank.frames import Texts
from qbank.page import Page

_ID = re.compile(r' id="([^"]+)"')


class Location(NamedTuple):
    """Where a page is on the site, as its host says: two addresses that may be empty, and a word for its surroundings.

    What leads from pages of the same surroundings to the pages of the menu is the same.
    """

    canonical: str
    edit: str
    surroundings: str


class Sheet(NamedTuple):
    """Themes do not escape what they are given, so every text here is HTML."""

    title: str
    description: str
    content: str
    tags: tuple[str, ...]
    toc: tuple[tuple[str, str], ...]
    """Titles and ids."""
    styles: tuple[str, ...]
    listed: bool
    at: Location

    @property
    def meta(self) -> dict[str, Any]:
        """What a page that was written by hand would say in its front matter."""
        return {
            "description": self.description,
            "tags": list(self.tags),
            "hide": ["navigation"] if self.toc else ["navigation", "toc"],
            "qbank_styles": [f"assets/qbank/{name}.css" for name in self.styles],
            **({} if self.listed else {"search": {"exclude": True}}),
        }

    @property
    def ids(self) -> set[str]:
        """The places in the article that an address can lead to."""
        return set(_ID.findall(self.content))

    @property
    def texts(self) -> Texts:
        """What a theme does nothing with but show it."""
        return {
            "title": self.title,
            "description": self.description,
            "content": self.content,
            "canonical": self.at.canonical,
            "edit": self.at.edit,
        }

    def having(self, texts: Texts) -> Sheet:
        """The same with other texts."""
        at = self.at._replace(canonical=texts["canonical"], edit=texts["edit"])
        own = {name: texts[name] for name in ("title", "description", "content")}
        return self._replace(**own, at=at)

    @property
    def kind(self) -> str:
        """All that a theme is told besides the texts; with the texts that are absent, for which a theme may look."""
        absent = tuple(name for name, text in self.texts.items() if not text)
        return repr((self.at.surroundings, "<h1" in self.content, absent, self.toc, self.styles, self.listed))


def sheet(page: Page, article: str, at: Location) -> Sheet:
    """A page with its article."""
    return Sheet(
        title=html.escape(page.title),
        description=html.escape(page.description),
        content=article,
        tags=tuple(map(html.escape, page.tags)),
        toc=tuple((html.escape(title), id) for id, title in page.toc),
        styles=tuple(_styles(page.template, article)),
        listed=page.listed,
        at=at,
    )


def surroundings(url: str, menu: Iterable[str]) -> str:
    """What pages have in common from which the same relative links lead to all pages of the menu, and to all assets.

    That is how deep a page is, and the deepest folder above it that holds a page of the menu, too.
    """
    folders = _folders(url)
    shared = max((len(commonprefix([folders, _folders(target)])) for target in menu), default=0)
    return f"{len(folders)} {'/'.join(folders[:shared])}"


def _folders(url: str) -> list[str]:
    return url.split("/")[:-1]


def _styles(template: str, content: str) -> Iterator[str]:
    """The stylesheets that a page needs besides the one of every page."""
    kind = "question" if template == "question" else "lists" if "data-qb-finder" in content else "home"
    yield kind
    if "<math" in content and kind != "question":
        yield "question"
