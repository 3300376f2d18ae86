"""A finished site whose questions were edited where only their own pages show it: these pages anew, the rest as it is.

What a whole build knows and this needs is remembered by the receipt. Whatever else has changed, is wrong with the bank,
or cannot be told from what is remembered, is left to a whole build, which makes the same of these pages.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from qbank import checkcache, packs, pagefind, project
from qbank.diagnostics import Diagnostic
from qbank.facts import question_address
from qbank.files import Files
from qbank.frames import Frames, Texts
from qbank.model import Question
from qbank.neighbourhood import Neighbourhood, face, relatives
from qbank.pages import question_page
from qbank.parse import parse_question
from qbank.pipeline import bank_of, diagnose
from qbank.render import Renderer
from qbank.sheets import Location, sheet
from qbank.text import fragments_of, prose
from qbank.values import Status


class _Unknown(Exception):
    """A page differs from the remembered ones in more than can be made here."""


class Amendment(NamedTuple):
    """What is to be replaced in a site.

    `pages` are pages by their addresses. `answers` makes the parts of the full text that have the answers of files, by the
    folders of the parts, each with all of its files; it may raise `pagefind.Failed`, `pagefind.Unavailable` or KeyError. `remembered` is what the
    next amendment has to know.
    """

    pages: dict[str, str]
    answers: Callable[[Collection[str]], dict[str, dict[str, bytes]]]
    remembered: Mapping[str, Any]


def judged(root: Path, files: Files) -> tuple[Diagnostic, ...]:
    """All that is wrong with the bank, in the time that what has changed of it takes."""
    verdicts = checkcache.CheckCache(root / project.CACHE / checkcache.FOLDER)
    today = project.today()

    def made(files: Files) -> tuple[Diagnostic, ...]:
        return diagnose(files, today=today, known=verdicts, jobs=project.processors())

    return checkcache.diagnose(verdicts, files, today, made)


def amended(
    root: Path, files: Files, remembered: Mapping[str, Any], changed: Collection[str], renderer: Renderer | None = None
) -> Amendment | None:
    """What the changed questions change of a site, in a bank without errors; None when there is more to do than that.

    `remembered` is what a whole build knew, and `changed` are the paths of files that have changed since. A renderer that
    is at hand spares the compiling of templates.
    """
    maker = _Maker(root, files, remembered, renderer)
    try:
        pages = dict(map(maker.page, changed))
    except (_Unknown, KeyError):
        return None
    return Amendment(pages, maker.answers, {**remembered, "questions": maker.questions})


def files_of(site: Path, answers: Mapping[str, Mapping[str, bytes]]) -> tuple[dict[str, bytes], list[str]]:
    """The files of parts of the full text in the order in which they may appear in a site, and those that are no more."""
    files: dict[str, bytes] = {}
    gone: list[str] = []
    for folder, found in answers.items():
        # What an index begins with names the rest of it.
        for name in sorted(found, key=lambda name: name == pagefind.ENTRY):
            files[f"{folder}/{name}"] = found[name]
        there = (path.relative_to(site).as_posix() for path in (site / folder).rglob("*") if path.is_file())
        gone += [name for name in there if name not in files]
    return files, gone


class _Maker:
    def __init__(
        self, root: Path, files: Files, remembered: Mapping[str, Any], renderer: Renderer | None = None
    ) -> None:
        self._root = root
        self._files = files
        self._sources = {source.path: source for source in files.questions}
        self._language = remembered["language"]
        self.questions: dict[str, Mapping[str, Any]] = dict(remembered["questions"])
        self._paths = {known["id"]: path for path, known in self.questions.items()}
        former = {old: known["id"] for known in self.questions.values() for old in known["formerly"]}
        self._present = former | {id: id for id in self._paths}
        self._drafts = remembered["drafts"]
        self._renderer = renderer or Renderer(
            project.template_folders(root), directory_urls=remembered["directory_urls"], known=self._present.get
        )
        self._frames = Frames(remembered["frames"])
        self._cache = packs.Cache(root / project.CACHE / "text")

    def page(self, path: str) -> tuple[str, str]:
        """A page's address and its HTML."""
        known = self.questions[path]
        question = self._question(path)
        shown = question.status is Status.PUBLISHED or (self._drafts and question.status is Status.DRAFT)
        if face(question) != known["face"] or not shown:
            raise _Unknown
        others = {self._paths[self._present[id]] for id in relatives(question, known)} - {path}
        bank = bank_of(self._files, [question, *map(self._question, sorted(others))])
        slow: list[object] = []
        fragments = fragments_of(question, self._cache, slow.append)
        if slow:
            raise _Unknown  # a whole build says what is wrong
        page = question_page(Neighbourhood(bank, path, known, drafts=self._drafts), question, fragments)
        at = Location(*known["at"])
        shown = sheet(page, self._renderer.article(page, edit_url=html.unescape(at.edit)), at)
        self.questions[path] = {**known, "prose": prose(page.answer, self._cache)[1]}
        self._cache.flush()
        return question_address(question.id), self._frames.render(shown.kind, shown.texts, _not_here)

    def answers(self, changed: Collection[str]) -> dict[str, dict[str, bytes]]:
        """The parts of the full text that have the answers of these questions."""
        answered = {path: f"{known['url']}#answer" for path, known in self.questions.items() if known["prose"]}
        number = pagefind.parts(len(answered))
        part_of = {path: pagefind.part_of(url, number) for path, url in answered.items()}
        found = {}
        for part in {part_of[path] for path in changed}:
            passages = [self._passage(path, answered[path]) for path in answered if part_of[path] == part]
            kept = self._root / project.CACHE / pagefind.FOLDER
            found[pagefind.folder_of(part)] = pagefind.answers_part(passages, self._language, kept)
        return found

    def _passage(self, path: str, url: str) -> pagefind.Passage:
        known = self.questions[path]
        stored = self._cache.get(known["prose"]) or {}
        return pagefind.Passage(url=url, title=known["title"], text=stored["words"])

    def _question(self, path: str) -> Question:
        question, _ = parse_question(self._sources[path])
        if question is None:
            raise _Unknown
        return question


def _not_here(texts: Texts) -> str:
    """What renders a frame that nobody has rendered before: a theme, which is not at hand."""
    raise _Unknown
