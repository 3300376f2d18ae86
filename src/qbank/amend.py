"""A finished site whose questions were edited where only their own pages show it: these pages anew, the rest as it is.

What a whole build knows and this needs is remembered by the receipt. Whatever else has changed, is wrong with the bank,
or cannot be told from what is remembered, is left to a whole build, which makes the same of these pages.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from qbank import packs, pagefind, project
from qbank.facts import question_address
from qbank.files import Files
from qbank.frames import Frames, Texts
from qbank.model import Question
from qbank.neighbourhood import Neighbourhood, face, relatives
from qbank.page import Page
from qbank.pages import question_page
from qbank.parse import parse_question
from qbank.pipeline import bank_of
from qbank.render import Renderer
from qbank.sheets import Location, sheet
from qbank.source import Source
from qbank.text import fragments_of, prose
from qbank.values import Status


class Unknown(Exception):
    """A page differs from the remembered ones in more than can be made here."""


def files_of(site: Path, answers: Mapping[str, Mapping[str, bytes]]) -> tuple[dict[str, bytes], list[str]]:
    """What parts of the full text change of a site: files in the order in which they may appear there, and those that go."""
    files: dict[str, bytes] = {}
    gone: list[str] = []
    for folder, found in answers.items():
        there = {
            path.relative_to(site / folder).as_posix(): path for path in (site / folder).rglob("*") if path.is_file()
        }
        # What an index begins with names the rest of it.
        for name in sorted(found, key=lambda name: name == pagefind.ENTRY):
            if name not in there or there[name].read_bytes() != found[name]:
                files[f"{folder}/{name}"] = found[name]
        gone += [f"{folder}/{name}" for name in there if name not in found]
    return files, gone


class Amendment:
    """What changed questions change of a site, in a bank without errors.

    Of the `files` only those count that are no questions; `read` gives a question's file by its path, or None.
    `remembered` is what a whole build knew, and later what the next amendment has to know. From the pages of the
    `site`, as it is, come the colours of code that has not changed. A renderer that is at hand spares the compiling
    of templates.
    Raises `Unknown` when there is more to do than that, as the methods may, too.
    """

    def __init__(
        self,
        root: Path,
        files: Files,
        read: Callable[[str], Source | None],
        site: Path,
        remembered: Mapping[str, Any],
        changed: Collection[str],
        renderer: Renderer | None = None,
    ) -> None:
        self._files = files
        self._read = read
        self._site = site
        self._language = remembered["language"]
        self._drafts = remembered["drafts"]
        self._known: dict[str, Mapping[str, Any]] = dict(remembered["questions"])
        self._paths = {known["id"]: path for path, known in self._known.items()}
        former = {old: known["id"] for known in self._known.values() for old in known["formerly"]}
        self._present = former | {id: id for id in self._paths}
        self._renderer = renderer or Renderer(
            project.template_folders(root),
            directory_urls=remembered["directory_urls"],
            known=self._present.get,
            compiled=project.Compiled(),
        )
        self._frames = Frames(remembered["frames"])
        self._cache = packs.Cache(root / project.CACHE / "text")
        self._kept = root / project.CACHE / pagefind.FOLDER
        try:
            self._planned = dict(map(self._plan, changed))
        except (KeyError, OSError) as error:
            raise Unknown from error
        self._cache.flush()
        self.remembered = {**remembered, "questions": self._known}

    def pages(self) -> dict[str, str]:
        """The HTML of the changed questions' pages, by their addresses."""
        return {page.address: self._html(path, page) for path, page in self._planned.items()}

    def passages(self, changed: Collection[str]) -> dict[int, list[pagefind.Passage]]:
        """All that is in the parts of the full text that have the answers of these files; Unknown when the cache has lost it."""
        answered = {path: f"{known['url']}#answer" for path, known in self._known.items() if known["prose"]}
        number = pagefind.parts("answers", len(answered))
        part_of = {path: pagefind.part_of(url, number) for path, url in answered.items()}
        wanted = {part_of[path] for path in changed}
        found: dict[int, list[pagefind.Passage]] = {part: [] for part in sorted(wanted)}
        for path, url in answered.items():
            if part_of[path] in wanted:
                known = self._known[path]
                stored = self._cache.get(known["prose"])
                if stored is None or "words" not in stored:
                    raise Unknown
                found[part_of[path]].append(pagefind.Passage(url=url, title=known["title"], text=stored["words"]))
        return found

    def answers(self, passages: Mapping[int, list[pagefind.Passage]]) -> dict[str, dict[str, bytes]]:
        """The files of these parts, by the folders of the parts; raises `pagefind.Failed` or `pagefind.Unavailable`."""
        return {
            pagefind.folder_of("answers", part): pagefind.answers_part(found, self._language, self._kept)
            for part, found in passages.items()
        }

    def _plan(self, path: str) -> tuple[str, Page]:
        known, question = self._known[path], self._question(path)
        shown = question.status is Status.PUBLISHED or (self._drafts and question.status is Status.DRAFT)
        if face(question) != known["face"] or not shown:
            raise Unknown
        others = {self._paths[self._present[id]] for id in relatives(question, known)} - {path}
        bank = bank_of(self._files, [question, *map(self._question, sorted(others))])
        slow: list[object] = []
        before = self._site / question_address(question.id) / "index.html"
        fragments = fragments_of(question, self._cache, slow.append, before.read_text("utf-8", errors="replace"))
        if slow:
            raise Unknown  # a whole build says what is wrong
        page = question_page(Neighbourhood(bank, path, known, drafts=self._drafts), question, fragments)
        self._known[path] = {**known, "prose": prose(page.answer(), self._cache)[1]}
        return path, page

    def _html(self, path: str, page: Page) -> str:
        at = Location(*self._known[path]["at"])
        shown = sheet(page, self._renderer.article(page, edit_url=html.unescape(at.edit)), at)
        return self._frames.render(shown.kind, shown.texts, _not_here)

    def _question(self, path: str) -> Question:
        source = self._read(path)
        question = parse_question(source)[0] if source is not None else None
        if question is None:
            raise Unknown
        return question


def _not_here(texts: Texts) -> str:
    """What renders a frame that nobody has rendered before: a theme, which is not at hand."""
    raise Unknown
