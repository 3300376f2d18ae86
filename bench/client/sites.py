"""Two sites of one generated bank: ours, and the same pages as plain MkDocs and Material with their own search.

    python bench/client/sites.py FOLDER N

`FOLDER/ours/site` is what `qbank build` makes. `FOLDER/plain/site` has the article of each question's page from it, as a
page of its own that Material's search indexes whole, and no list or index page, which would make that index larger. Only
its home page, where the search is measured, has Material's look: 10,000 such pages take long, and the index is the same.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from generate import write  # noqa: E402

PLAIN = """\
site_name: A generated bank
plugins: [search]
theme:
  name: material
  font: false
  custom_dir: theme
hooks: [hooks.py]
nav: [index.md]
"""
HOOKS = '''\
"""What stands in the files is finished HTML: it passes Markdown by."""


def on_page_markdown(markdown, page, **_):
    page.finished = markdown
    return ""


def on_page_content(content, page, **_):
    return page.finished
'''
_ARTICLE = re.compile(r'(?s)<article class="md-content__inner md-typeset">(.*?)</article>')
_TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>|¶")
_PERMALINK = re.compile(r'<a class="headerlink".*?</a>')


def make(folder: Path, count: int) -> None:
    """Make both sites where they are missing."""
    ours, plain = folder / "ours", folder / "plain"
    if not (ours / "site").is_dir():
        write(ours, count)
        shutil.copytree(ROOT / "docs", ours / "docs", dirs_exist_ok=True)
        shutil.copy(ROOT / "mkdocs.yml", ours)
        _run(ours, "qbank.cli", "build")
    if not (plain / "site").is_dir():
        _write_plain(ours / "site", plain)
        _run(plain, "mkdocs", "build", "--quiet")


def _write_plain(site: Path, plain: Path) -> None:
    docs = plain / "docs"
    shutil.rmtree(docs, ignore_errors=True)
    docs.mkdir(parents=True)
    (plain / "theme").mkdir(exist_ok=True)
    (plain / "theme" / "bare.html").write_text(
        "<!doctype html><title>{{ page.title }}</title>{{ page.content }}", "utf-8"
    )
    (plain / "mkdocs.yml").write_text(PLAIN, encoding="utf-8")
    (plain / "hooks.py").write_text(HOOKS, encoding="utf-8")
    (docs / "index.md").write_text("---\ntitle: Home\n---\n<h1>A generated bank</h1>\n", encoding="utf-8")
    for page in sorted(site.glob("questions/question-*/index.html")):
        article = _PERMALINK.sub("", _ARTICLE.search(page.read_text("utf-8"))[1])
        title = html.unescape(_TAG.sub("", _TITLE.search(article)[1])).strip()
        target = docs / "questions" / f"{page.parent.name}.md"
        target.parent.mkdir(exist_ok=True)
        target.write_text(f"---\ntitle: {json.dumps(title)}\ntemplate: bare.html\n---\n{article}", encoding="utf-8")


def _run(folder: Path, module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], cwd=folder, check=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
