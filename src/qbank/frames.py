"""What a theme puts around a page, rendered once for all pages of a kind.

Pages that differ only in a few texts get the same frame, with other texts in it. A template renders the first page of a
kind as it is, and once more with words that stand nowhere else for its texts, which shows where they belong. Whether
that holds is not taken on trust: the first two pages are rendered both ways, and where the outcomes differ, a theme
does more with a page than to show these texts, and renders each.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence

Texts = Mapping[str, str]
"""What a page of a kind has of its own, such as its title and its content, by names."""

Kept = tuple[Sequence[str], Sequence[str]]
"""A frame as plain values: the HTML around texts, and the names of the texts."""

_VERIFIED = 2


class Frames:
    """The frames of one build."""

    def __init__(self, kept: Mapping[str, Kept] | None = None) -> None:
        """With frames that an earlier build has kept."""
        self._kinds = {kind: _Kind(*frame) for kind, frame in (kept or {}).items()}

    def kept(self) -> dict[str, Kept]:
        """The frames that are known to be right, for a later build."""
        return {kind: (frame.literals, frame.names) for kind, frame in self._kinds.items() if frame.is_proven}

    def render(self, kind: str, texts: Texts, render: Callable[[Texts], str]) -> str:
        """What `render` makes of the texts; for most pages it is not asked.

        The kind says all that the outcome depends on besides the texts. A text that the first page of its kind lacks,
        no other page of it may have.
        """
        frame = self._kinds.get(kind)
        if frame is None:
            frame = self._kinds[kind] = _found(texts, render)
        if frame.to_verify:
            rendered = render(texts)
            frame.verify(texts, rendered)
            return rendered
        return frame.filled(texts) if frame.holds else render(texts)


class _Kind:
    """What stands before, between and after the texts of a kind, and their names in the order in which they appear."""

    def __init__(self, literals: Sequence[str], names: Sequence[str], to_verify: int = 0) -> None:
        self.literals, self.names = literals, names
        self.to_verify = to_verify
        self.holds = True

    @property
    def is_proven(self) -> bool:
        return self.holds and self.to_verify < _VERIFIED

    def verify(self, texts: Texts, rendered: str) -> None:
        self.to_verify -= 1
        self.holds = self.holds and self.filled(texts) == rendered

    def filled(self, texts: Texts) -> str:
        parts = [self.literals[0]]
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            parts += (texts[name], literal)
        return "".join(parts)


def _found(texts: Texts, render: Callable[[Texts], str]) -> _Kind:
    words = {name: f"qb{secrets.token_hex(12)}" for name, text in texts.items() if text}
    # What a theme looks for in a text, to decide what stands around it.
    stand_ins = {name: f"<h1>{word}</h1>" if "<h1" in texts[name] else word for name, word in words.items()}
    names = {text: name for name, text in stand_ins.items()}
    pieces = re.split(f"({'|'.join(map(re.escape, names))})", render({**texts, **stand_ins}))
    return _Kind(pieces[::2], [names[word] for word in pieces[1::2]], _VERIFIED)
