"""Page -> HTML, through Jinja templates that only ever see finished values. The one importer of Jinja."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, Protocol

import jinja2
import jinja2.bccache
import jinja2.ext
from jinja2 import TemplateNotFound
from jinja2.runtime import Macro

from qbank.facts import question_address
from qbank.fragments import Fragment
from qbank.page import Page, Redirect
from qbank.pages import SECTIONS

_QUESTION_LINK = re.compile(r'href="question:([a-z0-9-]+)"')
_IN_A_LINK = re.compile("<a [^<>]*")
"""What stands before it in a tag: text that looks the same has no `<` of its own, since that is escaped."""
_PATH = re.compile(r"([^?#]*)(.*)")
_MOST_PIECES = 20_000
"""Of pages that are remembered: rows and cards of ten thousand questions."""


class Store(Protocol):
    """Somewhere to keep bytes under a name; `get` answers None when it has none."""

    def get(self, name: str) -> bytes | None: ...

    def put(self, name: str, data: bytes) -> None: ...


class Renderer:
    """Renders pages with the templates of the given folders, the first of which wins."""

    def __init__(
        self,
        folders: Iterable[Path],
        *,
        directory_urls: bool = True,
        known: Callable[[str], str | None] = lambda id: id,
        compiled: Store | None = None,
    ) -> None:
        """`known` gives the present id of a question, or None; links to unknown ones lead to the table.

        `compiled` keeps templates as code: it has to be as trustworthy as this module.
        """
        self._directory_urls = directory_urls
        self._known = known
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # each build has a renderer of its own
            extensions=[preprocessing(_squeezed)],
            bytecode_cache=_Compiled(compiled) if compiled else None,
        )
        self._environment.globals["section"] = {id: heading for _, id, heading in SECTIONS}
        self._environment.filters["plural"] = plural
        self._environment.filters["month"] = month
        self._environment.filters["remembered"] = self._remembered
        self._pieces: dict[tuple[int, Macro], _Piece] = {}

    def article(self, page: Page, *, edit_url: str = "") -> str:
        """The page's own part, as HTML: what stands in the host's article."""
        values = page.context()._asdict()
        return self._render(f"pages/{page.template}.html.j2", page.address, edit_url=edit_url, **values).strip()

    def redirect(self, redirect: Redirect) -> str:
        """A whole document that leads from an old address to the present one."""
        return self._render("pages/redirect.html.j2", redirect.address, target=redirect.target, title=redirect.title)

    def search_record(self, page: Page) -> str:
        """The little HTML that a search index should see of the page; code and answers are not in it."""
        return self._render(
            "pages/search_record.html.j2",
            page.address,
            title=page.title,
            paragraphs=[text for text in page.search_text() if text],
        )

    def relative(self, address: str, start: str) -> str:
        """The relative link from one page's address to another's; a query and a fragment are kept."""
        path, rest = _parted(address)
        # Up to the folder in which both are, and from there down.
        folder, up = start, ""
        while not path.startswith(folder):
            folder, up = folder[: folder.rfind("/", 0, -1) + 1], up + "../"
        link = up + path[len(folder) :]
        if not self._directory_urls:
            return f"{link or './'}index.html{rest}"
        return link + rest or "./"

    def _render(self, template_name: str, address: str, /, **values: object) -> str:
        template = self._environment.get_template(template_name)
        html = template.render(url=_Links(self.relative, address), **values)
        return _QUESTION_LINK.sub(lambda match: self._question_link(match, address), html)

    def _remembered(self, value: object, macro: Macro, links: _Links) -> str:
        """What the macro makes of a value that many pages show, made once for all from which its links are the same."""
        piece = self._pieces.get((id(value), macro))
        if piece and (html := piece.html.get(links.place(piece))):
            return html
        own = _Links(self.relative, links.start)
        html = macro(value, own)
        if piece is None:
            if len(self._pieces) == _MOST_PIECES:
                self._pieces.clear()
            piece = self._pieces[id(value), macro] = _Piece.of(value, own)
        if place := links.place(piece):
            piece.html[place] = html
        return html

    def _question_link(self, match: re.Match[str], start: str) -> str:
        """The link to a question in place of its id; what only looks like one, and stands in no tag, as it is."""
        tag = match.string.rfind("<", 0, match.start())
        if not _IN_A_LINK.fullmatch(match.string, tag, match.start()):
            return match[0]
        known = self._known(match[1])
        return f'href="{self.relative(question_address(known) if known else "questions/", start)}"'


class _Compiled(jinja2.BytecodeCache):
    """Templates as code, which takes longer to make of them than a page."""

    def __init__(self, store: Store, word: str = "") -> None:
        """The `word` is another one in each build; in its place, what is kept has one of the same length."""
        self._store = store
        self._word, self._blank = word.encode(), (b"-blank-" * len(word))[: len(word)]

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if (code := self._store.get(self._name(bucket))) is not None:
            bucket.bytecode_from_string(code.replace(self._blank, self._word))

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self._store.put(self._name(bucket), bucket.bytecode_to_string().replace(self._word, self._blank))

    @staticmethod
    def _name(bucket: jinja2.bccache.Bucket) -> str:
        """Extensions make other code of the same template."""
        extensions = repr(sorted(bucket.environment.extensions)).encode()
        return f"{bucket.key}-{blake2b(extensions, digest_size=8).hexdigest()}"


class _Links(dict[str, str]):
    """The links from one page, by their targets. `url[address]` is `url(address)`, which takes Jinja twice as long."""

    def __init__(self, relative: Callable[[str, str], str], start: str) -> None:
        super().__init__()
        self.start = start
        self._relative = relative
        self._top = _top(start)
        self._folder = start[: start.rfind("/", 0, -1) + 1]
        self._depth = f"{start.count('/')}"

    def __missing__(self, target: str) -> str:
        link = self[target] = self._relative(target, self.start)
        return link

    def __call__(self, target: str) -> str:
        return self[target]

    def place(self, piece: _Piece) -> str:
        """What all pages have in common whose links to the piece's targets are these; empty when there are no others."""
        if self._top not in piece.tops:
            return self._depth
        return "" if any(path.startswith(self.start) for path in piece.paths) else self._folder


class _Piece(NamedTuple):
    """A part of pages, by the place of the page: made of a value, with links to these paths."""

    value: object
    paths: frozenset[str]
    tops: frozenset[str]
    html: dict[str, str]

    @classmethod
    def of(cls, value: object, targets: Iterable[str]) -> _Piece:
        paths = frozenset(_parted(target)[0] for target in targets)
        return cls(value, paths, frozenset(map(_top, paths)), {})


def _parted(address: str) -> tuple[str, str]:
    """A path that ends with a slash, if it is not empty, and the query and fragment."""
    path, rest = address, ""
    if "#" in address or "?" in address:
        path, rest = _PATH.match(address).groups()
    return (path + "/" if path and path[-1] != "/" else path), rest


def _top(path: str) -> str:
    return path[: path.find("/") + 1]


def add_folder(environment: jinja2.Environment, name: str, folder: str) -> None:
    """Let templates include those of a folder as `name/…`, also one whose place another has taken."""
    loader = jinja2.PrefixLoader({name: jinja2.FileSystemLoader(folder)})
    environment.loader = jinja2.ChoiceLoader([environment.loader, loader])


def keep_compiled(environment: jinja2.Environment, store: Store, word: str) -> None:
    """Let the templates of an environment be compiled once for many builds, in each of which they have another word."""
    environment.bytecode_cache = _Compiled(store, word)


def preprocessing(change: Callable[[str], str]) -> type[jinja2.ext.Extension]:
    """An extension of Jinja that changes the source of every template before it is compiled."""

    class Preprocessing(jinja2.ext.Extension):
        def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
            return change(source)

    return Preprocessing


def _squeezed(template: str) -> str:
    from qbank.assets import squeezed  # slow to import, and templates are seldom compiled

    return squeezed(template)


def plural(number: int, noun: str, many: str = "") -> str:
    """`1 question`, `2 questions`, `2 companies`."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def month(date: str) -> str:
    """`May 2026` for a day or a month, `2026` for a year."""
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{names[int(date[5:7]) - 1]} {date[:4]}" if len(date) > 4 else date


__all__ = [
    "Fragment",
    "Renderer",
    "TemplateNotFound",
    "add_folder",
    "keep_compiled",
    "month",
    "plural",
    "preprocessing",
]
