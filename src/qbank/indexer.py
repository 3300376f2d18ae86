"""The program Pagefind: texts -> the files of an index in which a browser searches them.

The program is spoken to directly, in base64-coded JSON on its standard input; its Python package waits a tenth of a
second for each answer, half an hour for a large bank. Texts in the same order give the same bytes.

What an index has of an address is written backwards: the program compares each with all that came before, letter by
letter, and those of a bank begin alike.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread, Timer
from typing import IO, Any

from qbank.processes import widen

PATIENCE = 1800
"""Seconds after which the program counts as stuck."""
_ALLOCATION = {"_RJEM_MALLOC_CONF": "narenas:1,tcache_max:8388608,thp:always"}
"""What the program's jemalloc does with memory that is free again: it keeps more than it would (`TUNING.md` of jemalloc).

The program takes the same few hundred kilobytes for every file that it compresses, and asks the system each time:
half a million page faults for ten thousand prompts, an eighth of its time.
"""


class Unavailable(Exception):
    """Pagefind cannot run on this machine; the message says why."""


class Failed(Exception):
    """Pagefind ran and did not do what it was asked; the message says what."""


def index(texts: Iterable[tuple[str, str, str]], language: str) -> dict[str, bytes]:
    """Returns the files of an index by their names: of texts, each with the address and the title that are found with it.

    Raises Unavailable or Failed.
    """
    return _run(_program(), _requests(texts, language))


def _program() -> Path:
    """Where the program is; raises Unavailable when it cannot be used here."""
    try:
        from pagefind_bin import get_executable

        return get_executable()
    except (ImportError, OSError) as error:
        raise Unavailable(f"the package `pagefind_bin` is not usable here: {error}") from error


def _run(program: Path, requests: Iterable[dict[str, Any]]) -> dict[str, bytes]:
    """The files that the program makes in one conversation.

    They are asked for and not written by it, since it says that it has written them before it has.
    """
    try:
        process = subprocess.Popen(
            [program, "--service"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ALLOCATION | os.environ,
        )
    except OSError as error:
        raise Unavailable(f"Pagefind does not start: {error}") from error
    for pipe in (process.stdin, process.stdout):
        widen(pipe)
    watch = Timer(PATIENCE, process.kill)
    watch.daemon = True
    watch.start()
    feeder = Thread(target=_feed, args=(process.stdin, requests), daemon=True)
    try:
        feeder.start()
        for answer in _answers(process.stdout):
            if answer["type"] == "Error":
                raise Failed(f"Pagefind says: {answer.get('message')}")
            if answer["type"] == "GetFiles":
                # Each text is let go of as soon as its bytes are there: together they are large.
                return {file["path"]: base64.b64decode(file.pop("content")) for file in answer["files"]}
        raise Failed(f"Pagefind ended before it gave its index, with status {process.wait()}")
    finally:
        watch.cancel()
        process.kill()
        process.wait()
        feeder.join()
        process.stdout.close()
        with suppress(OSError):  # what could not be written to a program that ended
            process.stdin.close()


def _requests(told: Iterable[tuple[str, str, str]], language: str) -> Iterator[dict[str, Any]]:
    yield {"type": "NewIndex", "config": {}}
    for url, title, text in told:
        record = {"url": url[::-1], "content": text, "language": language}
        yield {"type": "AddRecord", "index_id": 0, **record, "meta": {"title": title}}
    yield {"type": "GetFiles", "index_id": 0}


def _feed(stream: IO[bytes], requests: Iterable[dict[str, Any]]) -> None:
    """Write the requests. The program stops at the end of its input, so that stays open until the last answer."""
    with suppress(OSError):  # it ended, which is seen where its answers are read
        for number, payload in enumerate(requests):
            stream.write(base64.b64encode(json.dumps({"message_id": number, "payload": payload}).encode()) + b",")
        stream.flush()


def _answers(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    message = bytearray()
    while chunk := stream.read1(1 << 20):
        first, *others = chunk.split(b",")
        message += first
        for other in others:
            told, message = base64.b64decode(message), bytearray(other)
            payload = json.loads(told)["payload"]
            del told
            yield payload
