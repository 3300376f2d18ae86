"""Follow every link inside a finished site, without the network: `python -m tools.links FOLDER`."""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tools.pages import page

from qbank.reports import visible

MOST = 100
_ERROR_PAGE = "404.html"
"""Its links start at the site's root, wherever that is."""


def broken(site: Path) -> Iterator[str]:
    """A line for each link that leads to no file, or to no place in it."""
    pages = {path.relative_to(site).as_posix(): page(path) for path in sorted(site.rglob("*.html"))}
    files = {(Path(parent) / name).relative_to(site).as_posix() for parent, _, names in os.walk(site) for name in names}
    for name, html in pages.items():
        for link in sorted(set(html.links)):
            try:
                parts = urlsplit(link)
            except ValueError:
                yield f"{name}: {link} is no address"
                continue
            if parts.scheme or parts.netloc or name == _ERROR_PAGE:
                continue
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
            )
            if target not in files:
                target = "index.html" if target == "." else f"{target}/index.html"
            if target not in files:
                yield f"{name}: {link} leads to no file"
            # Scripts read what has a `=`; it names no place.
            elif target in pages and "=" not in parts.fragment and not pages[target].has(unquote(parts.fragment)):
                yield f"{name}: {link} leads to no place in {target}"


def main(folder: str) -> int:
    """Print what is broken; the exit status is 1 when something is."""
    site = Path(folder)
    if not (site / "index.html").is_file():
        print(f"{folder} is no site", file=sys.stderr)
        return 2
    found = list(broken(site))
    for line in found[:MOST]:
        print(visible(line))
    print(f"{len(found):,} broken links" if found else "Every link inside the site leads somewhere.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
