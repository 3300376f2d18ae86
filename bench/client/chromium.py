"""The machine's Chromium, one page at a time, and what it can be asked about itself."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

EXECUTABLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 1.6e6 / 8}
"""A slow link: 150 ms, 1.6 Mbit a second."""
PATIENCE = 120_000
"""Milliseconds after which what a script waits for is not coming."""


@contextmanager
def opened(*, slow: bool = False) -> Iterator[tuple[Browser, Page, CDPSession]]:
    """A page of a browser that was just started, so that nothing is cached and memory is this page's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(PATIENCE)
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        if slow:
            session.send("Network.emulateNetworkConditions", SLOW)
        try:
            yield browser, page, session
        finally:
            browser.close()


class Memory:
    """Megabytes of a page after a collection of garbage; made before the page is opened, to know its workers."""

    def __init__(self, browser: Browser, page: Page, session: CDPSession) -> None:
        self._browser, self._page, self._session = browser, page, session
        self._workers: list[str] = []
        self._answers: dict[int, dict] = {}
        session.on("Target.attachedToTarget", lambda event: self._workers.append(event["sessionId"]))
        session.on("Target.receivedMessageFromTarget", self._receive)
        session.send("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False})

    def heap(self) -> float:
        """JavaScript's heaps and buffers, of the page and its workers."""
        self._session.send("HeapProfiler.collectGarbage")
        sizes = [_size(self._session.send("Runtime.getHeapUsage"))]
        for worker in self._workers:
            self._ask(worker, "HeapProfiler.collectGarbage")
            sizes.append(_size(self._ask(worker, "Runtime.getHeapUsage")))
        return sum(sizes) / 1e6

    def process(self) -> float:
        """The renderer's own memory, as the system counts it: all heaps, and what is around them."""
        session = self._browser.new_browser_cdp_session()
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        own = 0
        for process in processes:
            if process["type"] == "renderer":
                with suppress(OSError):
                    text = Path(f"/proc/{process['id']}/smaps_rollup").read_text()
                    own += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_"))
        return own * 1024 / 1e6

    def _ask(self, worker: str, method: str) -> dict:
        number = len(self._answers) + 1
        message = json.dumps({"id": number, "method": method})
        self._answers[number] = {}
        self._session.send("Target.sendMessageToTarget", {"sessionId": worker, "message": message})
        for _ in range(600):
            if self._answers[number]:
                break
            self._page.wait_for_timeout(50)
        return self._answers[number]["result"]

    def _receive(self, event: dict) -> None:
        message = json.loads(event["message"])
        if message.get("id") in self._answers:
            self._answers[message["id"]] = message


def _size(usage: dict) -> float:
    return usage["usedSize"] + usage.get("backingStorageSize", 0)


def machine(*packages: str) -> str:
    """A line about what measured: processors, load, versions."""
    import platform
    from importlib.metadata import version

    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        chromium = browser.version
        browser.close()
    versions = ", ".join(f"{name} {version(name)}" for name in ("mkdocs-material", "pagefind_bin", *packages))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{model}, {os.cpu_count()} processors, load {load}. Chromium {chromium}, {versions}."
