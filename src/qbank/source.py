"""Where text comes from, and where in it something stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple


class Location(NamedTuple):
    """A place for people: line and column, both counted from 1, columns in characters."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


class Span(NamedTuple):
    """A half-open range of character offsets into a source's text."""

    start: int
    end: int


_ASCII = bytes(range(0x80))
_SEEN = bytes(range(0x20, 0x7F)) + b"\n"


def is_printable(text: str) -> bool:
    """Whether all signs but line ends can be seen, or are the common space."""
    # Of most texts, the same is had in a fifth of the time.
    return not text.encode().translate(None, _SEEN) if text.isascii() else text.replace("\n", "").isprintable()


class _File(NamedTuple):
    path: str
    text: str
    has_bom: bool = False
    has_crlf: bool = False


class Source(_File):
    """A file's text under its POSIX path, relative to the project's root.

    The text has plain line ends and no byte-order mark; whether the file had others is noted beside it.
    """

    seen = ""
    """What the system knew of the file when it was read, where that tells it from what it may become; else nothing."""

    def __repr__(self) -> str:
        return f"Source({self.path!r})"

    def whole(self) -> Source:
        """The same with its text read; raises `Changed` where that is not the text which the digest is of."""
        return self

    def location(self, offset: int) -> Location:
        """The line and column of an offset; an offset past the end is clamped to it."""
        offset = max(0, min(offset, len(self.text)))
        index = bisect_right(self._line_starts, offset) - 1
        return Location(index + 1, offset - self._line_starts[index] + 1)

    def line(self, number: int) -> str:
        """The text of a line, without its end; empty past the last line."""
        starts = self._line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    @cached_property
    def is_printable(self) -> bool:
        """Whether nothing in it but the line ends is what `is_printable` does not know."""
        return is_printable(self.text)

    @cached_property
    def beyond_ascii(self) -> str:
        """The signs that are not ASCII, in their order: few, where there are any."""
        if self.text.isascii():
            return ""
        return self.text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")

    @cached_property
    def digest(self) -> bytes:
        """A hash of all that is known of the file."""
        found = blake2b(self.text.encode("utf-8", "surrogatepass"), digest_size=20)
        found.update(f"\0{self.has_bom} {self.has_crlf} ".encode())
        found.update(self.path.encode("utf-8", "surrogatepass"))
        return found.digest()

    @cached_property
    def _line_starts(self) -> list[int]:
        # The line breaks that editors count; YAML's further ones (NEL, LS, PS) do not start a line in them.
        return [0, *(match.end() for match in re.finditer(r"\r\n?|\n", self.text))]


class Changed(Exception):
    """A file is not what it was a moment ago."""


class Unread(Source):
    """A file that nothing has happened to since its digest was taken: it is read when its text is wanted."""

    def __new__(cls, path: str, digest: bytes, seen: str, read: Callable[[], Source | None]) -> Unread:
        made = super().__new__(cls, path, "")
        made.__dict__.update(digest=digest, seen=seen, _read=read)
        return made

    @cached_property
    def _file(self) -> Source:
        return self._read() or Source(self.path, "")

    @property
    def text(self) -> str:  # type: ignore[override]
        return self._file.text

    @property
    def has_bom(self) -> bool:  # type: ignore[override]
        return self._file.has_bom

    @property
    def has_crlf(self) -> bool:  # type: ignore[override]
        return self._file.has_crlf

    # The tuple has no text: by it, two states of a file would be the same.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unread) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def whole(self) -> Source:
        if self._file.digest != self.digest:
            raise Changed
        return self._file


class Place(NamedTuple):
    """A span in a source: what a diagnostic points at."""

    source: Source
    span: Span = Span(0, 0)

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def start(self) -> Location:
        return self.source.location(self.span.start)

    @property
    def end(self) -> Location:
        return self.source.location(self.span.end)

    @property
    def text(self) -> str:
        return self.source.text[self.span.start : self.span.end]
