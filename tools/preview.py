"""What a pull request does to the pages of a site: `python -m tools.preview BASE SITE FOLDER`.

FOLDER receives the changed pages with all that they load, pictures of them, and `preview.md`: the text of each, before
and after. The text of strangers stands in fences that it cannot close.
"""

from __future__ import annotations

import difflib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath

from tools import pictures
from tools.pages import page

from qbank.reports import fenced, visible

MOST_PAGES, MOST_LINES, MOST_CHARACTERS = 20, 120, 400
"""GitHub refuses a summary of more than 1 MiB."""
_LOADED = ("assets", "stylesheets", "javascripts", "search")


def question_pages(site: Path) -> dict[str, Path]:
    """The pages of questions, by their ids."""
    found = (site / "questions").glob("*/index.html")
    return {path.parent.name: path for path in found}


def texts(site: Path) -> dict[str, list[str]]:
    """The text of each question's page."""
    return {id: page(path).text for id, path in question_pages(site).items()}


def changes(before: Mapping[str, list[str]], after: Mapping[str, list[str]], edited: Collection[str] = ()) -> list[str]:
    """The ids of the pages that are new, gone or different, those first whose own files were edited."""
    changed = (id for id in {*before, *after} if before.get(id) != after.get(id))
    return sorted(changed, key=lambda id: (id not in edited, id))


def edited_since(base: str) -> set[str]:
    """The ids of the questions whose files differ from those of an older state."""
    command = ["git", "diff", "--name-only", "-z", base, "--", "questions"]
    names = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8", errors="replace").stdout
    return {PurePosixPath(name).stem for name in names.split("\0") if name}


def summary(
    changed: Sequence[str], before: Mapping[str, list[str]], after: Mapping[str, list[str]], note: str = ""
) -> str:
    """The changed pages in Markdown; the note follows the heading."""
    parts = [f"### Preview: {len(changed)} changed {'page' if len(changed) == 1 else 'pages'}", note]
    for id in changed[:MOST_PAGES]:
        what = "new" if id not in before else "removed" if id not in after else "changed"
        # Ids come from file names, so that they are checked here too before they are shown.
        name = id if _is_id(id) else "a page whose name is no id"
        lines = _diff(before.get(id, []), after.get(id, []))
        parts += [f"<details><summary>{name}: {what}</summary>", fenced(lines, "diff"), "</details>"]
    if len(changed) > MOST_PAGES:
        parts.append(f"And {len(changed) - MOST_PAGES} more, in the artifact.")
    return "\n\n".join(filter(None, parts)) + "\n"


def _is_id(text: str) -> bool:
    return re.fullmatch(r"[a-z0-9-]{1,64}", text) is not None


def _diff(before: list[str], after: list[str]) -> list[str]:
    lines = list(difflib.unified_diff(before, after, n=1, lineterm=""))[2:]
    kept = [line for line in lines if not line.startswith("@@")]
    more = [f"… and {len(kept) - MOST_LINES} more lines"] if len(kept) > MOST_LINES else []
    return [visible(line)[:MOST_CHARACTERS] for line in kept[:MOST_LINES]] + more


def copy(site: Path, ids: list[str], target: Path) -> None:
    """The pages with the assets that they load, as a folder that can be opened from a disk."""
    for id in ids:
        if source := question_pages(site).get(id):
            place = target / source.relative_to(site).parent
            place.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place / "index.html")
    for name in _LOADED:
        if (site / name).is_dir():
            shutil.copytree(site / name, target / name, dirs_exist_ok=True)


def built(base: str, folder: Path) -> Path:
    """The site of an older state of the questions, with the program, templates and settings of today's: only they differ.

    A bank that had errors has no site.
    """
    tree, site = folder / "tree", folder / "site"
    git = ["git", "-C", str(tree)]
    subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(tree), "HEAD"], check=True)
    try:
        subprocess.run([*git, "rm", "-r", "--quiet", "questions"], check=True)
        subprocess.run([*git, "checkout", "--quiet", base, "--", "questions"], check=True)
        command = [sys.executable, "-m", "qbank.cli", "build", "--site-dir", str(site)]
        done = subprocess.run(command, cwd=tree, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8")
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", str(tree)], check=True)
    if done.returncode:
        print("The questions of BASE have no site; all pages count as new.", file=sys.stderr)
    return site


def main(base: str, site: str, target: str) -> int:
    """Write the preview; a base whose bank has no site counts as empty."""
    if not re.fullmatch(r"[\w./][\w./~^-]*", base):
        print("BASE is not the name of a commit", file=sys.stderr)
        return 2
    place = Path(target)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        old, new = built(base, Path(folder)), Path(site)
        before, after = texts(old), texts(new)
        changed = changes(before, after, edited_since(base))
        shown = list(filter(_is_id, changed))
        note = pictures.take({"before": old, "after": new}, shown, place / "pictures") if shown else ""
    copy(new, [id for id in changed if id in after], place)
    (place / "preview.md").write_text(summary(changed, before, after, note), "utf-8")
    print(*filter(None, [note, f"Wrote {PurePosixPath(target) / 'preview.md'}"]), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
