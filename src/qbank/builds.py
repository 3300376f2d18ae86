"""A site from a bank: nothing where nothing has changed, a few pages where that is all, the whole of it otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from qbank import checkcache, processes, project, staging
from qbank.files import Files
from qbank.garbage import without_collecting
from qbank.receipt import Receipt, packed


class Outcome(NamedTuple):
    """The folder of a site, how many pages it has, and how many of them were made: None when all were."""

    folder: Path
    count: int
    made: int | None


def build(
    config_file: str | None = None, *, strict: bool = False, site_dir: str | None = None, force: bool = False
) -> Outcome:
    """Bring the site up to date; all of it is made anew only where it must be, or by force.

    Raises SystemExit with MkDocs' own status when the configuration or the bank is wrong, or the disk refuses; the old
    site stays.
    """
    names = [config_file] if config_file else ["mkdocs.yml", "mkdocs.yaml"]
    configuration = next((path for path in map(Path, names) if path.is_file()), Path(names[0])).absolute()
    receipt = Receipt(configuration.resolve().parent / project.CACHE, configuration, site_dir, strict)
    with receipt.locked():
        with without_collecting():
            updated = None if force else _updated(receipt)
        if updated is not None:
            return updated
        from qbank import host  # MkDocs and its theme take longer to import than a few pages to make

        site, files = host.build(config_file, strict=strict, site_dir=site_dir, receipt=receipt)
        return Outcome(site, _pages(files), None)


def _updated(receipt: Receipt) -> Outcome | None:
    """The site when only a few pages of it, or none, have to be made; None when that is not known."""
    known = receipt.read()
    if known is None:
        return None
    built = known.built
    now, site = built.inputs.state(), Path(built.site)
    changed = now.edited_since(built.state)
    if changed == []:
        files = known.files()
        return None if files is None else Outcome(site, _pages(files), 0)
    if changed is None or not known.pages:
        return None
    # A site that nothing has happened to need not wait for what is imported from here on.
    from qbank import pipeline  # noqa: F401 - once, and not in two processes

    root = Path(built.inputs.root)
    bank: list[Files] = []
    works = (
        lambda: bank.append(checkcache.read_files(root)),
        lambda: bool(checkcache.judged(root, *bank, project.today(), jobs=1)),
    )
    with processes.beside(*works) as done:
        from concurrent.futures import ThreadPoolExecutor

        from qbank import amend, pagefind

        try:
            around, read = project.read_files(root, questions=False), partial(project.read_question, root)
            amendment = amend.Amendment(root, around, read, site, known.remembered(), changed)
            with ThreadPoolExecutor(1) as pool:  # a thread that waits for Pagefind, which takes longest
                answers = pool.submit(amendment.answers, amendment.passages(changed))
                files = known.files()
                if files is None:
                    return None
                pages = {f"{address}index.html": page.encode() for address, page in amendment.pages().items()}
                remembered = packed(amendment.remembered)
                done()  # now all that depends on the state has been read, there and here
                unchanged_since = built.inputs.state() == now
                if done():
                    return None  # something is wrong; a whole build says what, here and below
                replaced, gone = amend.files_of(site, answers.result())
            staging.replace(site, replaced | pages, gone)
        except (amend.Unknown, OSError, pagefind.Failed, pagefind.Unavailable):
            return None
    if unchanged_since:
        receipt.amend(built._replace(state=now), files, remembered, [*replaced, *pages, *gone])
    return Outcome(site, _pages(files), len(pages))


def _pages(files: Iterable[str]) -> int:
    return sum(name.endswith(".html") for name in files)
