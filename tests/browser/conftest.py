"""A Chromium of the machine's own, and sites served to it from this machine."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # The menu below the browser's own field for addresses is a page too, and takes as long to start as a test. The last
    # such switch counts, so that the rest is what Playwright turns off.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,AvoidUnnecessaryBeforeUnloadCheckSync,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,MediaRouter,PaintHolding,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled",
)


def _missing(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and CI must run these tests")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The browser; one per worker, with a fresh context for each test."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed (pip install --group browser)")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        _missing("there is no chromium, chromium-browser or google-chrome on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """As a static host: `404.html` answers for what is not there, and `_headers` says which headers to send."""

    def __init__(self, *arguments: object, mount: str, **options: object) -> None:
        self._mount = mount
        super().__init__(*arguments, **options)

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix(self._mount))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html")
        if code != 404 or not page.exists():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        headers = Path(self.directory, "_headers")
        for line in headers.read_text("utf-8").splitlines()[1:] if headers.exists() else ():
            self.send_header(*line.strip().split(": ", 1))
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the tests say what went wrong."""


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path, str], str]]:
    """Serves a folder below `mount` and returns its address."""
    servers: dict[Path, http.server.ThreadingHTTPServer] = {}

    def start(folder: Path, mount: str = "/") -> str:
        if folder not in servers:
            handler = functools.partial(_Handler, directory=str(folder), mount=mount)
            servers[folder] = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            threading.Thread(target=servers[folder].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[folder].server_port}{mount}"

    yield start
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture
def open_page(chromium, serve) -> Iterator[Callable[..., object]]:
    """Opens an address of a built site; at the end of the test nothing may have gone wrong in its pages.

    Wrong are messages of the console, errors of scripts, dialogs, and requests to any other host.
    """
    contexts, faults = [], []

    def open_(built, address: str = "", *, width: int = 1280, missing: bool = False, **options: object):
        base = serve(built.folder, built.base)
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on(
            "console",
            lambda message: (
                faults.append(f"{page.url}: {message.type}: {message.text}")
                if message.type in ("error", "warning") and not (missing and "404" in message.text)
                else None
            ),
        )
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("dialog", lambda dialog: (faults.append(f"{page.url}: dialog {dialog.message}"), dialog.dismiss()))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((base, "data:", "blob:"))
                else faults.append(f"{page.url} asks for {request.url}")
            ),
        )
        page.base = base
        answer = page.goto(base + address)
        assert answer.status == (404 if missing else 200), address
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []
