"""`mkdocs serve` and `qbank serve`: real servers, real edits, pages read over HTTP."""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

WAIT = 30
"""Seconds until a change counts as missed; it usually takes one."""
QUESTION = "questions/ml/first-question.yml"
DRAFT = """\
title: Is the unfinished question shown in a preview?
prompt: The unfinished question, shown or not?
difficulty: easy
tags: [previews]
answer: It is.
status: draft
"""
PAGE = "questions/first-question/"


class Preview:
    """A running preview of a bank."""

    def __init__(self, bank, process, port: int, log) -> None:
        self.bank, self.process, self.base, self.log = bank, process, f"http://127.0.0.1:{port}/", log

    def get(self, address: str) -> str:
        """The page, or nothing while the server does not answer."""
        try:
            with urllib.request.urlopen(self.base + address, timeout=5) as answer:
                return answer.read().decode("utf-8")
        except (urllib.error.URLError, http.client.HTTPException, OSError):
            return ""

    def until(self, address: str, shown: Callable[[str], bool]) -> str:
        end = time.monotonic() + WAIT
        while not shown(page := self.get(address)):
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < end, self.output() + page[-3000:]
            time.sleep(0.1)
        return page

    def until_logged(self, text: str) -> None:
        end = time.monotonic() + WAIT
        while text not in self.output():
            assert time.monotonic() < end, self.output()
            time.sleep(0.1)

    def output(self) -> str:
        return self.log.read_text("utf-8", errors="replace")


@pytest.fixture
def preview(project, tmp_path):
    with contextlib.ExitStack() as stack:

        def start(module: str, *arguments: str) -> Preview:
            bank = project("small")
            if (
                module == "qbank.cli"
            ):  # where no other plugin looks at pages, those of edited answers alone are made anew
                bank.replace("mkdocs.yml", "[search, qbank]", "[qbank]")
            bank.write("questions/ml/draft-question.yml", DRAFT)
            bank.write("templates/pages/term.html.j2", "<h1>{{ name }}</h1><p>The first template.</p>")
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            log = tmp_path / "serve.log"
            process = bank.start(module, "serve", "-a", f"127.0.0.1:{port}", *arguments, log=log)
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
            running = Preview(bank, process, port, log)
            running.until(PAGE, lambda page: "What is the first question about?" in page)
            return running

        yield start


@pytest.mark.parametrize("module", ["mkdocs", "qbank.cli"])
def test_a_preview_follows_every_change_and_survives_mistakes(preview, module):
    served = preview(module)
    bank = served.bank

    assert "Only the preview shows this question" in served.get("questions/draft-question/")

    bank.replace(QUESTION, "answer: Beginnings.", "answer: Something new.")
    served.until(PAGE, lambda page: "Something new." in page)
    bank.replace(QUESTION, "Something new.", "Something new. Some Co made 12 of it.")
    served.until(PAGE, lambda page: "Some Co made 12 of it." in page)
    served.until_logged("a figure about `Some Co` without a reference")
    bank.replace("questions/ml/draft-question.yml", "answer: It is.", "answer: It is still.")
    served.until("questions/draft-question/", lambda page: "It is still." in page)

    bank.replace("questions/companies.yml", "name: Some Co", "name: Renamed Co")
    served.until("companies/some-co/", lambda page: "Renamed Co" in page)

    bank.replace("templates/pages/term.html.j2", "first template", "second template")
    served.until("tags/beginnings/", lambda page: "The second template." in page)

    bank.replace(QUESTION, "difficulty: easy", "difficulty: simple")
    served.until_logged("first-question.yml:3:13: error")
    page = served.until(PAGE, bool)
    assert "Something new." in page
    assert "Renamed Co" in served.until("companies/some-co/", bool)
    assert "Traceback" not in served.output()

    bank.replace(QUESTION, "difficulty: simple", "difficulty: hard")
    served.until(PAGE, lambda page: "/difficulty/hard/" in page)

    bank.write("questions/ml/third-question.yml", DRAFT.replace("unfinished", "third").removesuffix("status: draft\n"))
    served.until("questions/third-question/", bool)
    (bank.root / "questions/ml/third-question.yml").unlink()
    served.until("questions/", lambda page: page != "" and "third-question" not in page)
    assert served.get("questions/third-question/") == ""


def test_a_preview_of_a_broken_bank_does_not_start(project):
    bank = project("small")
    bank.replace(QUESTION, "difficulty: easy", "difficulty: simple")
    done = bank.qbank("serve", "-a", "127.0.0.1:0")
    assert done.returncode == 1
    assert "first-question.yml:3:13: error" in done.stderr
    assert "Traceback" not in done.stderr
