"""Edits -> text: makes the fixes that diagnostics carry, until none is left to make."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import unified_diff

from qbank.diagnostics import Diagnostic, Edit
from qbank.files import Files
from qbank.source import Source

PASSES = 10
"""How often a bank is checked anew at most: edits that overlap wait for the next pass."""

Check = Callable[[Files], tuple[Diagnostic, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixed:
    """The bank after its fixes: the files, what is still wrong with them, and what was put right."""

    files: Files
    left: tuple[Diagnostic, ...]
    made: tuple[Diagnostic, ...] = ()
    changed: tuple[tuple[Source, Source], ...] = ()
    """Each changed file before and after, by path."""
    refused: tuple[str, ...] = field(default=())
    """The paths of files that a fix would have made unreadable, and of those that were never done."""


def fix(files: Files, check: Check, wanted: Callable[[Diagnostic], bool], *, passes: int = PASSES) -> Fixed:
    """Make the wanted diagnostics' edits in one pass after another, checking after each, until nothing changes.

    A file that an edit makes harder to read than it was keeps the text it had before that pass.
    """
    first = {source.path: source for source in files.sources}
    found = check(files)
    made: list[Diagnostic] = []
    refused: set[str] = set()
    changed: dict[str, Source] = {}
    for _ in range(passes):
        changed, done = _pass(files, (item for item in found if item.at.path not in refused and wanted(item)))
        if not changed:
            break
        after = check(with_sources(files, changed))
        if worse := {path for path in changed if _unreadable(after, path) > _unreadable(found, path)}:
            refused |= worse
            changed = {path: source for path, source in changed.items() if path not in worse}
            done = [item for item in done if item.at.path not in worse]
            after = check(with_sources(files, changed)) if changed else found
        files, found = with_sources(files, changed), after
        made += done
    else:
        refused |= set(changed)
    pairs = ((first[source.path], source) for source in files.sources)
    return Fixed(
        files=files,
        left=found,
        made=tuple(made),
        changed=tuple((before, after) for before, after in pairs if before != after),
        refused=tuple(sorted(refused)),
    )


def fixed(source: Source, diagnostics: Iterable[Diagnostic]) -> tuple[Source, tuple[Diagnostic, ...]]:
    """A file with the edits of its diagnostics made, and those whose edit was made.

    An edit that changes no text stands for writing the file anew as plain text.
    """
    ours = [item for item in diagnostics if item.edit is not None and item.at.path == source.path]
    text, made = apply(source.text, (item.edit for item in ours if item.edit))
    is_plain = any(_is_empty(edit) for edit in made)
    after = Source(
        source.path, text, has_bom=source.has_bom and not is_plain, has_crlf=source.has_crlf and not is_plain
    )
    return after, tuple(item for item in ours if item.edit in made)


def apply(text: str, edits: Iterable[Edit]) -> tuple[str, frozenset[Edit]]:
    """The text with the edits made, from the first to the last, and which were: one that overlaps an earlier waits."""
    pieces: list[str] = []
    made: set[Edit] = set()
    end = 0
    last: Edit | None = None
    for edit in sorted(edits, key=lambda edit: (edit.span, edit.text)):
        if _is_empty(edit):
            made.add(edit)
        elif last is not None and (edit.span, edit.text) == (last.span, last.text):
            made.add(edit)  # two rules want the same
        elif last is None or (edit.span.start >= end and edit.span.start > last.span.start):
            pieces += (text[end : edit.span.start], edit.text)
            end, last = edit.span.end, edit
            made.add(edit)
    return "".join([*pieces, text[end:]]), frozenset(made)


def written(source: Source) -> str:
    """The text as it stands in the file: with the byte-order mark and the line ends that the file has."""
    text = source.text.replace("\n", "\r\n") if source.has_crlf else source.text
    return f"\ufeff{text}" if source.has_bom else text


def diff(changed: Iterable[tuple[Source, Source]]) -> str:
    """What the fixes change, as a patch that `git apply` and `patch -p1` take."""
    lines: list[str] = []
    for before, after in changed:
        texts = (_lines(written(before)), _lines(written(after)))
        found = unified_diff(*texts, f"a/{before.path}", f"b/{after.path}")
        lines += [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found]
    return "".join(lines)


def with_sources(files: Files, changed: dict[str, Source]) -> Files:
    """The bank with some files changed."""

    def new(source: Source) -> Source:
        return changed.get(source.path, source)

    return files._replace(
        questions=tuple(map(new, files.questions)),
        vocabularies={kind: new(source) for kind, source in files.vocabularies.items()},
        settings=None if files.settings is None else new(files.settings),
    )


def _pass(files: Files, diagnostics: Iterable[Diagnostic]) -> tuple[dict[str, Source], list[Diagnostic]]:
    by_path: dict[str, list[Diagnostic]] = {}
    for item in diagnostics:
        if item.edit is not None:
            by_path.setdefault(item.at.path, []).append(item)
    changed: dict[str, Source] = {}
    done: list[Diagnostic] = []
    for source in files.sources:
        if source.path in by_path:
            after, made = fixed(source, by_path[source.path])
            if after != source:
                changed[source.path] = after
                done += made
    return changed, done


def _is_empty(edit: Edit) -> bool:
    return not edit.text and edit.span.start == edit.span.end


def _unreadable(diagnostics: Iterable[Diagnostic], path: str) -> int:
    return sum(
        item.code.startswith("QB0") and item.severity == "error" and item.at.path == path for item in diagnostics
    )


def _lines(text: str) -> list[str]:
    return [line for line in text.replace("\n", "\n\0").split("\0") if line]
