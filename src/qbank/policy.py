"""The Content-Security-Policy of every page: what a browser runs and loads, whatever stands in the page.

An inline script may run because it stands in a *template*, or in a page that the site's owner wrote, and never because
it stands in the finished page: a script that a question's text smuggled there has no hash in the policy. To tell them
apart, the templates' own elements carry a mark while the site is built, a word that no author can know.

Directives that would only repeat `default-src` are left out: `connect-src`, `font-src`, `worker-src` and the like.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from html.parser import HTMLParser
from typing import NamedTuple

Sources = Mapping[str, tuple[str, ...]]
"""Directives and what each allows, such as `img-src` and `'self'`, `data:`."""

_NONE, _SELF = "'none'", "'self'"
_POLICY: Sources = {
    "default-src": (_SELF,),
    "script-src": (_SELF, "'wasm-unsafe-eval'"),  # Pagefind, the full text, is WebAssembly
    "img-src": (_SELF, "data:"),  # the icons in Material's styles
    "object-src": (_NONE,),
    "frame-src": (_NONE,),
    "base-uri": (_NONE,),
    "form-action": (_SELF,),
}
_HEADER_ONLY: Sources = {"frame-ancestors": (_NONE,)}
_LIKE_DEFAULT = ("style-src", "connect-src", "font-src", "media-src", "worker-src", "child-src", "manifest-src")
_ATTRIBUTES = ("script-src-attr", "style-src-attr")
DIRECTIVES = frozenset({*_POLICY, *_HEADER_ONLY, *_LIKE_DEFAULT, *_ATTRIBUTES})
"""The directives that a site's owner may add sources to."""

_SOURCE = re.compile(r"[!#-%'-+\--:=?-~]+")
_RUN = {"", "module", "importmap", "text/javascript", "application/javascript"}
_OPENS = re.compile(r"<(script|style)(?=[\s>])")
_HEAD = re.compile(r"<head(?:\s[^>]*)?>(?:\s*<meta charset=[^>]*>)?", re.IGNORECASE)


class Inline(NamedTuple):
    """What stands in the HTML itself and must be allowed by its hash."""

    scripts: frozenset[str] = frozenset()
    styles: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()

    def __or__(self, other: Inline) -> Inline:
        return Inline(*(mine | its for mine, its in zip(self, other, strict=True)))


class Policies:
    """The policies of one build's pages, and of all of them together."""

    def __init__(self, added: Sources) -> None:
        self._added = added
        self.word = f"data-{secrets.token_hex(8)}"
        """The mark of what a template says itself."""
        self._marked = re.compile(rf"<(script|style) {self.word}\b.*?</\1>", re.DOTALL)
        self.all = Inline()
        """What was allowed on the pages so far."""

    def mark(self, template: str) -> str:
        """The source of a template, its own scripts and styles marked as such."""
        return _OPENS.sub(rf"<\1 {self.word}", template)

    def page(self, html: str, written: str = "") -> str:
        """The finished page with its policy and without marks; `written` is the part of it that the owner wrote."""
        inline = inline_of(written)
        for found in self._marked.finditer(html):
            inline |= inline_of(found[0].replace(f" {self.word}", "", 1))
        self.all |= inline
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(inline, self._added)}">'
        # After the encoding, which must stand in the first 1,024 bytes, and before all else.
        return _HEAD.sub(lambda head: head[0] + meta, html.replace(f" {self.word}", ""), count=1)

    def headers(self) -> str:
        """The file `_headers` of Netlify and Cloudflare Pages, for all pages."""
        return (
            "/*\n"
            f"  Content-Security-Policy: {policy(self.all, self._added, header=True)}\n"
            "  X-Content-Type-Options: nosniff\n"
            "  Referrer-Policy: strict-origin-when-cross-origin\n"
        )


def policy(inline: Inline, added: Sources, *, header: bool = False) -> str:
    """The policy in words of the standard; as a header it also says who may frame the site, which a page cannot."""
    allowed = {name: list(sources) for name, sources in {**_POLICY, **(_HEADER_ONLY if header else {})}.items()}

    def add(directive: str, sources: tuple[str, ...]) -> None:
        present = allowed.get(directive, [] if directive in _ATTRIBUTES else [_SELF])
        allowed[directive] = [source for source in dict.fromkeys((*present, *sources)) if source != _NONE]

    for directive in sorted(added):
        if header or directive not in _HEADER_ONLY:
            add(directive, added[directive])
    for directive, hashes in (("script-src", inline.scripts), ("style-src", inline.styles)):
        # A hash beside it would switch off what the owner has switched on.
        if hashes and "'unsafe-inline'" not in added.get(directive, ()):
            add(directive, tuple(sorted(hashes)))
    if inline.attributes and "'unsafe-inline'" not in (added.get("style-src-attr") or added.get("style-src", ())):
        add("style-src-attr", ("'unsafe-hashes'", *sorted(inline.attributes)))
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in allowed.items())


def sources(setting: object) -> Sources | None:
    """What the setting `csp` adds to the policy; None when there is to be no policy. ValueError says what is wrong."""
    if isinstance(setting, bool):
        return {} if setting else None
    if not isinstance(setting, dict):
        raise ValueError("`csp` is true, false, or directives with lists of sources, such as `img-src: [https://…]`")
    for directive, listed in setting.items():
        if directive not in DIRECTIVES:
            raise ValueError(f"`csp` has no directive `{directive}`; it has {', '.join(sorted(DIRECTIVES))}")
        if not isinstance(listed, list) or not listed:
            raise ValueError(f"`csp`: `{directive}` is a list of sources, such as [https://stats.example.org]")
        for source in listed:
            if not isinstance(source, str) or not _SOURCE.fullmatch(source):
                raise ValueError(
                    f"`csp`: `{source}` under `{directive}` is no source, such as https://stats.example.org"
                )
            if source == _NONE:
                raise ValueError(f"`csp`: sources are added to the policy, so `{directive}` cannot add 'none'")
    return {directive: tuple(listed) for directive, listed in setting.items()}


@lru_cache(maxsize=1024)
def inline_of(html: str) -> Inline:
    """The scripts, styles and `style` attributes that stand in the HTML."""
    if not any(sign in html for sign in ("<script", "<style", "style=")):
        return Inline()
    found = _Inline()
    found.feed(html)
    found.close()
    return Inline(frozenset(found.scripts), frozenset(found.styles), frozenset(found.attributes))


class _Inline(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.attributes: list[str] = []
        self._into: list[str] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if "style" in has:
            self.attributes.append(_hash(has["style"]))
        if tag == "script" and "src" not in has and has.get("type", "").strip().lower() in _RUN:
            self._into = self.scripts
        elif tag == "style":
            self._into = self.styles
        self._text = []

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._into is not None and tag in ("script", "style"):
            self._into.append(_hash("".join(self._text)))
            self._into = None


def _hash(text: str) -> str:
    digest = hashlib.sha256(re.sub(r"\r\n?", "\n", text).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
