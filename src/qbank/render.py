"""Page -> HTML, through Jinja templates that only ever see finished values. The one importer of Jinja."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path

import jinja2
import jinja2.ext

from qbank.facts import question_address
from qbank.fragments import Fragment
from qbank.page import Page, Redirect
from qbank.pages import SECTIONS

# In a tag: text that looks the same has no `<` of its own, since that is escaped.
_QUESTION_LINK = re.compile(r'(<a [^<>]*?href=)"question:([a-z0-9-]+)"')
_PATH = re.compile(r"([^?#]*)(.*)")


class Renderer:
    """Renders pages with the templates of the given folders, the first of which wins."""

    def __init__(
        self,
        folders: Iterable[Path],
        *,
        directory_urls: bool = True,
        known: Callable[[str], str | None] = lambda id: id,
    ) -> None:
        """`known` gives the present id of a question, or None; links to unknown ones lead to the table."""
        self._directory_urls = directory_urls
        self._known = known
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # each build has a renderer of its own
        )
        self._environment.globals["section"] = {id: heading for _, id, heading in SECTIONS}
        self._environment.filters["plural"] = plural
        self._environment.filters["month"] = month

    def article(self, page: Page, *, edit_url: str = "") -> str:
        """The page's own part, as HTML: what stands in the host's article."""
        context = page.context()
        values = {field.name: getattr(context, field.name) for field in fields(context)}
        return self._render(f"pages/{page.template}.html.j2", page.address, edit_url=edit_url, **values)

    def redirect(self, redirect: Redirect) -> str:
        """A whole document that leads from an old address to the present one."""
        return self._render("pages/redirect.html.j2", redirect.address, target=redirect.target, title=redirect.title)

    def search_record(self, page: Page) -> str:
        """The little HTML that a search index should see of the page; code and answers are not in it."""
        return self._render(
            "pages/search_record.html.j2",
            page.address,
            title=page.title,
            paragraphs=[text for text in page.search_text if text],
        )

    def relative(self, address: str, start: str) -> str:
        """The relative link from one page's address to another's; a query and a fragment are kept."""
        path, rest = address, ""
        if "#" in address or "?" in address:
            path, rest = _PATH.match(address).groups()
        if path and path[-1] != "/":
            path += "/"
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
        html = template.render(url=lambda target: self.relative(target, address), **values)
        if '"question:' not in html:
            return html
        return _QUESTION_LINK.sub(lambda match: f'{match[1]}"{self._question_link(match[2], address)}"', html)

    def _question_link(self, id: str, start: str) -> str:
        known = self._known(id)
        return self.relative(question_address(known) if known else "questions/", start)


def preprocessing(change: Callable[[str], str]) -> type[jinja2.ext.Extension]:
    """An extension of Jinja that changes the source of every template before it is compiled."""

    class Preprocessing(jinja2.ext.Extension):
        def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
            return change(source)

    return Preprocessing


def plural(number: int, noun: str, many: str = "") -> str:
    """`1 question`, `2 questions`, `2 companies`."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def month(date: str) -> str:
    """`May 2026` for a day or a month, `2026` for a year."""
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{names[int(date[5:7]) - 1]} {date[:4]}" if len(date) > 4 else date


__all__ = ["Fragment", "Renderer", "month", "plural", "preprocessing"]
