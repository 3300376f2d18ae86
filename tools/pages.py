"""Pages of a finished site as a parser sees them: their ids, their links, and the text of their article."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

_BLOCKS = frozenset(
    "article aside blockquote dd details div dl dt figure footer h1 h2 h3 h4 h5 h6 header li ol p pre section summary table tr ul".split()
)
_SILENT = frozenset(("script", "style", "svg", "template"))


@dataclass
class Html(HTMLParser):
    """One page, read when it is made."""

    source: str = field(repr=False)
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._articles = self._silent = 0
        self.feed(self.source)
        self.close()

    @property
    def text(self) -> list[str]:
        """The lines of the article, without empty ones."""
        return [line for line in (" ".join(line.split()) for line in self._lines) if line]

    def has(self, place: str) -> bool:
        return not place or place in self.ids

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        self.links += [given[name] for name in ("href", "src") if name in given]
        self._articles += tag == "article"
        self._silent += tag in _SILENT
        if tag in _BLOCKS or tag == "br":
            self._lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self._articles -= tag == "article"
        self._silent -= tag in _SILENT
        if tag in _BLOCKS:
            self._lines.append("")
        elif tag in ("td", "th"):
            self._lines[-1] += " "

    def handle_data(self, data: str) -> None:
        if self._articles and not self._silent:
            first, *more = data.split("\n")
            self._lines[-1] += first
            self._lines += more


def page(path: Path) -> Html:
    return Html(path.read_text("utf-8"))
