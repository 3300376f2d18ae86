"""What a theme puts around a page, rendered once for all pages of a kind.

Pages that differ only in a few texts get the same frame, with other texts in it. A template renders the first page of a
kind as it is, and once more with words that stand nowhere else for its texts, which shows where they belong. Whether
that holds is not taken on trust: the first two pages are rendered both ways, and where the outcomes differ, a theme
does more with a page than to show these texts, and renders each.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Mapping

Texts = Mapping[str, str]
"""What a page of a kind has of its own, such as its title and its content, by names."""

_VERIFIED = 2


class Frames:
    """The frames of one build."""

    def __init__(self) -> None:
        self._kinds: dict[Hashable, _Kind] = {}

    def render(self, kind: Hashable, texts: Texts, render: Callable[[Texts], str]) -> str:
        """What `render` makes of the texts; for most pages it is not asked.

        The kind says all that the outcome depends on besides the texts. A text that the first page of its kind lacks,
        no other page of it may have.
        """
        of_kind = self._kinds.get(kind)
        if of_kind is None:
            of_kind = self._kinds[kind] = _Kind(texts, render)
        if of_kind.verified < _VERIFIED:
            rendered = render(texts)
            of_kind.verify(texts, rendered)
            return rendered
        return of_kind.filled(texts) if of_kind.holds else render(texts)


class _Kind:
    def __init__(self, texts: Texts, render: Callable[[Texts], str]) -> None:
        self.holds = True
        self.verified = 0
        words = {name: f"qb{secrets.token_hex(12)}" for name, text in texts.items() if text}
        # What a theme looks for in a text, to decide what stands around it.
        stand_ins = {name: f"<h1>{word}</h1>" if "<h1" in texts[name] else word for name, word in words.items()}
        names = {text: name for name, text in stand_ins.items()}
        pieces = re.split(f"({'|'.join(map(re.escape, names))})", render({**texts, **stand_ins}))
        self._literals = pieces[::2]
        self._names = [names[word] for word in pieces[1::2]]

    def verify(self, texts: Texts, rendered: str) -> None:
        self.verified += 1
        self.holds = self.holds and self.filled(texts) == rendered

    def filled(self, texts: Texts) -> str:
        parts = [self._literals[0]]
        for name, literal in zip(self._names, self._literals[1:], strict=True):
            parts += (texts[name], literal)
        return "".join(parts)
