"""What tells one diagnostic from another when the file around it changes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from qbank.diagnostics import Diagnostic


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """A name for each diagnostic, unique among them.

    It is made of the rule, the path, the text of the line and a number among equals, so it stays when lines are added
    or removed elsewhere. The message is no part of it, since some messages count things in other files.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    names = []
    for diagnostic in diagnostics:
        at = diagnostic.at
        key = (diagnostic.code, at.path, at.source.line(at.start.line).strip())
        text = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        names.append(hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32])
    return names
