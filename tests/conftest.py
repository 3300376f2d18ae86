"""What the tests of whole sites share: projects in a temporary folder, built sites, pages as a parser sees them."""

from __future__ import annotations

import os
import posixpath
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import hypothesis
import pytest

# A machine that is busy with something else is no reason for a test to fail.
hypothesis.settings.register_profile("qbank", deadline=None)
hypothesis.settings.load_profile("qbank")

# Nor is a runner's own environment, in which commands write annotations and a summary, too.
for name in [name for name in os.environ if name.startswith("GITHUB_")]:
    del os.environ[name]

ROOT = Path(__file__).parents[1]
BANKS = ROOT / "tests" / "site" / "banks"
PATIENCE = 120
"""Seconds after which a subprocess counts as stuck; no test waits that long when all is well."""


@dataclass(frozen=True)
class Project:
    """A bank's folder that a test may change, and the commands run in it."""

    root: Path

    @property
    def site(self) -> Path:
        return self.root / "site"

    def files(self) -> dict[str, bytes]:
        """Every file of the site, by its path."""
        return tree(self.site)

    def write(self, path: str, text: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8", newline="\n")
        return target

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text("utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def qbank(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self._run("qbank.cli", *arguments, **environment)

    def mkdocs(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self._run("mkdocs", *arguments, **environment)

    def built(self, **environment: str) -> dict[str, bytes]:
        """Every file of the site that `qbank build` makes, by its path; made anew also where nothing has changed."""
        done = self.qbank("build", "--force", **environment)
        assert done.returncode == 0, done.stderr
        return self.files()

    def git(self, *arguments: str, day: str = "2026-01-02") -> None:
        moment = f"{day}T12:00:00+0000"
        environment = _environment(self.root, GIT_AUTHOR_DATE=moment, GIT_COMMITTER_DATE=moment)
        command = ["git", "-c", "user.name=A. Writer", "-c", "user.email=a@example.org", *arguments]
        subprocess.run(command, cwd=self.root, env=environment, check=True, capture_output=True, timeout=PATIENCE)

    def start(self, module: str, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
        """The command, running, with all its output in a file."""
        with log.open("wb") as stream:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=self.root,
                env=_environment(self.root),
                stdout=stream,
                stderr=subprocess.STDOUT,
            )

    def _run(self, module: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.root,
            env=_environment(self.root, **environment),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )


def _environment(root: Path, **more: str) -> dict[str, str]:
    # Neither the machine's git settings nor a repository around the temporary folder may show in a site.
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SOURCE_DATE_EPOCH"))}
    mine |= {
        "GIT_CEILING_DIRECTORIES": str(root.parents[1]),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    return mine | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"} | more


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its POSIX path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@dataclass
class Html(HTMLParser):
    """A page as a parser sees it: its elements, the text of chosen ones, what is wrong with its tags, and
    the elements in its article that have a `style`."""

    source: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    styled: list[str] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)

    VOID = frozenset(
        ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
    )
    OPTIONAL = frozenset(("p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "option"))

    WATCHED = frozenset(("title", "script", "style", "h1"))

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self.feed(self.source)
        self.close()
        self.unbalanced += [f"<{tag}> is not closed" for tag in self._open if tag not in self.OPTIONAL]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if "article" in self._open and "style" in dict(attrs):
            self.styled.append(tag)
        if tag not in self.VOID:
            self._open.append(tag)
            if tag in self.WATCHED and "svg" not in self._open:
                self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if "article" in self._open and "style" in dict(attrs):
            self.styled.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            self.unbalanced.append(f"</{tag}> closes nothing")
            return
        while (inner := self._open.pop()) != tag:
            if inner not in self.OPTIONAL:
                self.unbalanced.append(f"</{tag}> closes <{inner}>")

    def handle_data(self, data: str) -> None:
        for tag in self.WATCHED.intersection(self._open):
            if "svg" not in self._open:
                self.texts[tag][-1] += data

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    @property
    def links(self) -> list[str]:
        return [attributes["href"] for tag, attributes in self.elements if tag == "a" and "href" in attributes]

    def addresses(self) -> list[tuple[str, str, str]]:
        """Whatever a browser would follow or load: element, attribute, address."""
        found = [(tag, name, has[name]) for tag, has in self.elements for name in ("href", "src") if name in has]
        refresh = self.attributes("meta", **{"http-equiv": "refresh"})
        return found + [("meta", "content", has["content"].partition("url=")[2]) for has in refresh]

    def attributes(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """The attributes of every such element that has those wanted."""
        return [found for name, found in self.elements if name == tag and wanted.items() <= found.items()]


@dataclass(frozen=True)
class Built:
    """A finished site: its files, and its pages parsed."""

    folder: Path
    base: str = "/"

    @property
    def pages(self) -> dict[str, Html]:
        if self.folder not in _PARSED:
            _PARSED[self.folder] = {
                path.relative_to(self.folder).as_posix(): Html(path.read_text("utf-8"))
                for path in sorted(self.folder.rglob("*.html"))
            }
        return _PARSED[self.folder]

    def broken_links(self) -> list[str]:
        """Links, sources and fragments of all pages that lead nowhere within the site."""
        return [
            f"{name}: <{tag} {attribute}={link!r}>: {problem}"
            for name, page in self.pages.items()
            for tag, attribute, link in page.addresses()
            if (problem := self._problem(name, link))
        ]

    def _problem(self, name: str, link: str) -> str:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            return ""
        address, fragment = urldefrag(link)
        path = unquote(urlsplit(address).path)
        if path.startswith("/"):
            target = path.removeprefix(self.base)
        else:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
        if target.startswith(".."):
            return "it leads out of the site"
        if path.endswith("/") or target in ("", "."):
            target = posixpath.normpath(posixpath.join(target, "index.html"))
        if not (self.folder / target).is_file():
            return "there is no such file"
        # Material's script makes `__search` and the like work; an empty fragment is the top of the page.
        if fragment and target in self.pages and unquote(fragment) not in self.pages[target].ids:
            return "there is no such id"
        return ""


_PARSED: dict[Path, dict[str, Html]] = {}


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Project]:
    """Copies a bank of tests/site/banks/ to where the test may change it."""

    def copy(name: str, folder: str = "project") -> Project:
        return Project(Path(shutil.copytree(BANKS / name, tmp_path / folder)))

    return copy


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Makes a folder once for all workers of a run; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        target, claim, failure = base / name, base / f"{name}.claimed", base / f"{name}.failed"
        try:
            claim.mkdir()
        except FileExistsError:
            end = time.monotonic() + PATIENCE
            while not (base / f"{name}.done").exists():
                assert not failure.exists(), failure.read_text("utf-8")
                assert time.monotonic() < end, f"another worker did not finish {name}"
                time.sleep(0.05)
            return target
        try:
            fill(target)
        except BaseException as error:
            failure.write_text(str(error), "utf-8")
            raise
        (base / f"{name}.done").touch()
        return target

    return make


@pytest.fixture(scope="session")
def root() -> Project:
    """This repository. Only commands that write elsewhere may run in it."""
    return Project(ROOT)


@pytest.fixture(scope="session")
def tree_of() -> Callable[[Path], dict[str, bytes]]:
    return tree


@pytest.fixture
def tomorrow(tmp_path: Path) -> dict[str, str]:
    """An environment in which Python's clock is forty days ahead."""
    folder = tmp_path / "clock"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import datetime, time\n"
        "class Ahead(datetime.datetime):\n"
        "    @classmethod\n"
        "    def now(cls, tz=None):\n"
        "        return super().now(tz) + datetime.timedelta(days=40)\n"
        "datetime.datetime = Ahead\n"
        "real = time.time\n"
        "time.time = lambda: real() + 40 * 86400\n"
    )
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))}


@pytest.fixture(scope="session")
def everything(shared) -> Built:
    """The site of the bank that has one of everything. Read only."""

    def fill(folder: Path) -> None:
        made = Project(Path(shutil.copytree(BANKS / "everything", folder)))
        made.git("init", "-q", "-b", "main")
        made.git("remote", "add", "origin", "git@github.com:someone/bank.git")
        made.git("add", ".")
        made.git("commit", "-qm", "All", "--author", "\" onmouseover=\"alert('author') <x@example.org>")
        done = made.mkdocs("build")
        assert done.returncode == 0, done.stderr

    return Built(shared("everything", fill) / "site", "/everything/")


@pytest.fixture(scope="session")
def everything_flat(shared) -> Built:
    """The same with `use_directory_urls: false`, outside git and without a site_url. Read only."""

    def fill(folder: Path) -> None:
        made = Project(Path(shutil.copytree(BANKS / "everything", folder)))
        made.replace("mkdocs.yml", "site_url: https://bank.example/everything/", "use_directory_urls: false")
        made.built()

    return Built(shared("everything-flat", fill) / "site")


@pytest.fixture(scope="session")
def our_site(shared) -> Built:
    """The site of this repository's own bank, built by `mkdocs build --strict`. Read only."""

    def fill(folder: Path) -> None:
        # Not with `--quiet`: MkDocs then counts no warnings, and `--strict` does nothing.
        done = Project(ROOT).mkdocs("build", "--strict", "-d", str(folder / "site"))
        assert done.returncode == 0, done.stderr

    return Built(shared("ours", fill) / "site")
