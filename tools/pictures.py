"""Pictures of pages before and after a change, as a phone and a desktop show them, where a Chromium is.

The pages are those of strangers: they are served from this machine, ask no other host for anything, and a browser of
a user who is not root keeps them in its sandbox.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

WIDTHS = {"phone": 390, "desktop": 1280}
MOST = 4
"""Pages; each takes up to four pictures."""
_TALLEST = 12_000
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"


def take(sites: Mapping[str, Path], ids: Sequence[str], folder: Path) -> str:
    """Write the pictures and a page that shows them side by side, and say what was done, or why nothing was."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return "No pictures: playwright is not installed."
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        return "No pictures: there is no Chromium here."
    folder.mkdir(parents=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        for when, site in sites.items():
            with _served(site) as base:
                for name, width in WIDTHS.items():
                    context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
                    context.route(lambda url, base=base: not url.startswith(base), lambda route: route.abort())
                    for id in ids[:MOST]:
                        if (site / "questions" / id / "index.html").is_file():
                            _shoot(context, f"{base}/questions/{id}/", folder / f"{id}-{name}-{when}.png")
                    context.close()
        browser.close()
    (folder / "index.html").write_text(_side_by_side(ids[:MOST], list(sites), folder), "utf-8")
    more = f" of the first {MOST} pages" if len(ids) > MOST else ""
    return f"Pictures{more}, before and after, on a phone and a desktop: `pictures/index.html` in the artifact."


def _shoot(context: Any, address: str, file: Path) -> None:
    page = context.new_page()
    page.goto(address, timeout=30_000)
    page.evaluate(_OPEN_ALL)
    height = min(page.evaluate("document.documentElement.scrollHeight"), _TALLEST)
    page.set_viewport_size({"width": page.viewport_size["width"], "height": height})
    page.screenshot(path=file, timeout=30_000)
    page.close()


def _side_by_side(ids: Sequence[str], times: Sequence[str], folder: Path) -> str:
    rows = [
        f"<h2>{escape(id)}, {name}</h2><p>"
        + " ".join(
            f'<img src="{escape(file)}" alt="{when}" title="{when}" style="vertical-align: top; border: 1px solid">'
            for when in times
            if (folder / (file := f"{id}-{name}-{when}.png")).is_file()
        )
        for id in ids
        for name in WIDTHS
    ]
    return "<!doctype html><html lang=en><meta charset=utf-8><title>Changed pages</title>" + "".join(rows) + "</html>\n"


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: addresses come from strangers."""


@contextmanager
def _served(site: Path) -> Iterator[str]:
    handler = functools.partial(_Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
