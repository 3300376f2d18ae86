"""A static host of this machine that compresses text as hosts do, and counts what it sends."""

from __future__ import annotations

import gzip
import http.server
import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

TEXT = {".html", ".css", ".js", ".json", ".svg", ".xml", ".txt"}
"""Pagefind's own files are compressed when they are made, and hosts leave them as they are."""


class Host(http.server.ThreadingHTTPServer):
    """Serves one folder; `sent` has the path and the bytes, headers included, of every answer."""

    daemon_threads = True
    request_queue_size = 128  # of the 5 that Python has, a browser's sixth connection waits a second

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked = 0
        self.sent: list[tuple[str, int]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    @property
    def quiet(self) -> bool:
        """Whether everything that was asked for is on its way."""
        return self.asked == len(self.sent)

    def bytes_of(self, *, since: int = 0, only: str = "") -> int:
        """Bytes of the answers after so many, to paths that contain a text."""
        return sum(size for path, size in self.sent[since:] if only in path)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or what follows the headers waits for the browser to confirm them
    server: Host

    def do_GET(self) -> None:
        self.server.asked += 1
        path = self.path.partition("?")[0]
        file = self.server.folder / path.lstrip("/")
        file = file / "index.html" if path.endswith("/") else file
        found = file.is_file()
        body, packed = _content(file) if found else (b"", False)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if file.suffix in TEXT else kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        headers = sum(map(len, self._headers_buffer)) + 2
        self.server.sent.append((path, headers + len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # a browser that is closed waits for nothing
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@cache
def _content(file: Path) -> tuple[bytes, bool]:
    content = file.read_bytes()
    return (gzip.compress(content, 6, mtime=0), True) if file.suffix in TEXT else (content, False)


@contextmanager
def served(folder: Path) -> Iterator[Host]:
    """The folder's host, while it is needed."""
    with Host(folder) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        try:
            yield host
        finally:
            host.shutdown()
