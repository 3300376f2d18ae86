"""Pages -> files of the site, in as many processes as there are processors.

Each is put into the frame of its kind and written as it is made, by copies of this process that have read the bank.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from qbank import packs, policy
from qbank.diagnostics import Finding
from qbank.frames import Frames, Kept, Texts
from qbank.garbage import collecting_seldom, frozen
from qbank.page import Page
from qbank.processes import spread
from qbank.sheets import Sheet
from qbank.text import prose

FEWEST_FOR_PROCESSES = 300
"""Fewer pages are made sooner than processes have started."""


class Blank(NamedTuple):
    """A page that is to be made: where it is on the site, and its file."""

    page: Page
    url: str
    file: Path


class Pressed(NamedTuple):
    """What was noticed while pages were made."""

    used: set[str]
    """The keys of what the cache was asked for."""
    findings: list[Finding]
    inline: policy.Inline
    frames: dict[str, Kept]
    keys: dict[str, str]
    """The key under which the cache has the words of a question's answer, by the address of its page."""
    remembered: dict[str, dict[str, Any]]
    """What a later build has to know of a question, by its path."""


@dataclass(kw_only=True)
class Press:
    """What pages are made with; every process has a copy of it."""

    sheet: Callable[[Page], Sheet]
    """What stands on a page."""
    theme: Callable[[Page, Sheet], str]
    """The finished page around it."""
    menu: Collection[str]
    """The addresses of pages that have a frame of their own, since the menu marks them."""
    cache: packs.Cache
    policies: policy.Policies | None
    findings: list[Finding]
    """Where is noted what is found while fragments are made."""
    frames: Frames = field(default_factory=Frames)

    def pages(self, blanks: Sequence[Blank], *, jobs: int) -> Iterator[Pressed]:
        """Make all of these pages."""
        if jobs < 2 or len(blanks) < FEWEST_FOR_PROCESSES:
            yield self._made(blanks)
            return
        # What pages have in common is found here, so that no process has to find it again.
        first = _first_of_each_kind(blanks)
        yield self._made(first)
        done = {blank.file for blank in first}
        rest = [blank for blank in blanks if blank.file not in done]
        with frozen(), collecting_seldom():
            yield from spread(self._made, [rest[number::jobs] for number in range(jobs)], jobs=jobs)

    def _made(self, blanks: Sequence[Blank]) -> Pressed:
        self.findings.clear()
        remembered: dict[str, dict[str, Any]] = {}
        kinds: set[str] = set()
        keys: dict[str, str] = {}
        for page, url, file in blanks:
            sheet = self.sheet(page)
            html = self._framed(page, url, sheet)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(html.encode())
            if page.remembered:
                key = keys[page.address] = prose(page.answer(), self.cache)[1] if page.prompt else ""
                remembered[page.path] = {**page.remembered(), "at": sheet.at, "url": url, "prose": key}
                kinds.add(sheet.kind)
        self.cache.flush()
        inline = self.policies.all if self.policies else policy.Inline()
        frames = {kind: frame for kind, frame in self.frames.kept().items() if kind in kinds}
        return Pressed(self.cache.used, list(self.findings), inline, frames, keys, remembered)

    def _framed(self, page: Page, url: str, sheet: Sheet) -> str:
        if url in self.menu:
            return self.theme(page, sheet)

        own = sheet.texts

        def rendered(texts: Texts) -> str:
            before = self.policies.all if self.policies else None
            made = self.theme(page, sheet.having(texts))
            if self.policies and texts is not own:  # no page of the site: it only shows where texts belong
                self.policies.all = before
            return made

        return self.frames.render(sheet.kind, own, rendered)


def _first_of_each_kind(blanks: Sequence[Blank]) -> list[Blank]:
    """Three pages of each template, or as many as there are."""
    found: dict[str, list[Blank]] = {}
    for blank in blanks:
        of_kind = found.setdefault(blank.page.template, [])
        if len(of_kind) < 3:
            of_kind.append(blank)
    return [blank for of_kind in found.values() for blank in of_kind]
