"""A running preview: the pages of edited questions brought up to date one by one, and after them what nobody waits for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from qbank import amend, checkcache, pagefind, project
from qbank.diagnostics import Diagnostic, has_errors
from qbank.pipeline import WARNINGS
from qbank.receipt import Inputs, State
from qbank.render import Renderer
from qbank.reports import summary

log = logging.getLogger("mkdocs.plugins.qbank")


class Preview:
    """What a preview knows of the site that it shows. Without knowing it has every page made by a whole build."""

    def __init__(self, say: Callable[[Diagnostic], None]) -> None:
        self._say = say
        self._indexing = Lock()
        self._unindexed: set[str] = set()
        self._inputs: Inputs | None = None
        self._state: State | None = None
        self._renderer: Renderer | None = None
        self._remembered: dict[str, Any] | None = None

    @property
    def questions(self) -> int:
        """How many files of questions there are; 0 when that is not known."""
        return len(self._state.questions) if self._state else 0

    def building(self, inputs: Inputs | None) -> None:
        """A whole build begins, of these inputs as they are now."""
        self._inputs, self._state = inputs, inputs and inputs.state()
        self._remembered = None
        self._unindexed.clear()

    def built(self, remembered: dict[str, Any] | None, renderer: Renderer) -> None:
        """The build has ended, and this is what `amend` needs to know of the site; None when it cannot be amended."""
        self._remembered, self._renderer = remembered, renderer

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While nothing is written that follows an earlier change."""
        with self._indexing:
            yield

    def amend(self, site: Path) -> bool:
        """Bring the pages up to date whose questions were edited; False when there is more to do than that."""
        if not (self._inputs and self._state and self._remembered):
            return False
        now = self._inputs.state()
        changed = now.edited_since(self._state)
        if changed is None:
            return False
        root = Path(self._inputs.root)
        files = checkcache.read_files(root)
        judged = partial(checkcache.judged, root, files, project.today(), jobs=project.processors())
        diagnostics = judged(without=WARNINGS)
        if has_errors(diagnostics):
            for diagnostic in diagnostics:
                self._say(diagnostic)
            log.error("qbank: %s; the preview keeps the last good state", summary(diagnostics))
            return True
        try:
            read = {source.path: source for source in files.questions}.get
            amendment = amend.Amendment(root, files, read, site, self._remembered, changed, self._renderer)
            pages = amendment.pages()
        except amend.Unknown:
            return False
        for address, page in pages.items():
            project.write_atomically(site / address / "index.html", page, durable=False)
        self._unindexed |= set(changed)
        self._state, self._remembered = now, amendment.remembered
        Thread(target=self._follow, args=(site, amendment, judged), daemon=True).start()
        return True

    def _follow(self, site: Path, amendment: amend.Amendment, judged: Callable[[], tuple[Diagnostic, ...]]) -> None:
        """What nobody has to wait for who looks at a page: warnings, and the full text."""
        if amendment.remembered is self._remembered:  # else the next one does both
            for diagnostic in judged():
                self._say(diagnostic)
        with self._indexing, suppress(amend.Unknown, OSError, pagefind.Failed, pagefind.Unavailable):
            if amendment.remembered is self._remembered:
                paths = set(self._unindexed)
                files, gone = amend.files_of(site, amendment.answers(amendment.passages(paths)))
                for name, content in files.items():
                    (site / name).parent.mkdir(parents=True, exist_ok=True)
                    project.write_atomically(site / name, content, durable=False)
                for name in gone:
                    (site / name).unlink(missing_ok=True)
                self._unindexed -= paths
