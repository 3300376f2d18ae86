"""The project on disk: finds it, reads its files, writes what is kept and asked for. The only module that reads the bank."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType

from qbank.diagnostics import Diagnostic, Finding
from qbank.files import VOCABULARY_FILES, Files
from qbank.installed import versions
from qbank.rules import rule
from qbank.source import Place, Source, Span, Unread

QUESTIONS = "questions"
SETTINGS = "bank"
CACHE = ".cache/qbank"
MAX_BYTES = 1024 * 1024
_USUAL_BYTES = 64 * 1024
"""To make room for more than nearly all files have takes longer than to read them."""
MAX_FILES = 150_000
SETTLED = 3_000_000_000
"""Nanoseconds after which a file that is written again has another time of change, on any system."""

UNREADABLE = rule(
    "QB001",
    "unreadable-file",
    """A file cannot be read: it is not UTF-8, is a link out of the folder, is far too large, or the system refuses.

    Bad: a file saved as Windows-1252
    Good: the same file saved as UTF-8
    """,
)


class ConfigurationError(Exception):
    """The project cannot be found or is not set up; the message says what to do."""


def find_root(start: Path) -> Path:
    """The nearest folder, from `start` upwards, that has a folder `questions`.

    Raises ConfigurationError when there is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / QUESTIONS).is_dir():
            return folder
    raise ConfigurationError(
        f"no folder `{QUESTIONS}` in {start.resolve().name or 'this folder'} or above it. "
        f"Run qbank where the bank is, or create `{QUESTIONS}/` with `topics.yml` and a first question."
    )


def read_files(
    root: Path, *, questions: bool = True, known: Mapping[str, tuple[str, bytes]] = MappingProxyType({})
) -> Files:
    """All YAML files of the bank, sorted by path, or only those that are no questions.

    Of some may be `known` what the system knew of them, and their digest: where nothing has happened to such a file
    since, it is read when its text is wanted.
    Raises ConfigurationError when there is no folder `questions`.
    """
    folder = root / QUESTIONS
    if not folder.is_dir():
        raise ConfigurationError(
            f"there is no folder `{QUESTIONS}` beside mkdocs.yml. Create it with `topics.yml` and a first question."
        )
    sources: list[Source] = []
    diagnostics: list[Diagnostic] = []
    inside = os.path.realpath(folder)
    if not inside.startswith(os.path.join(os.path.realpath(root), "")):  # noqa: PTH118
        raise ConfigurationError(
            f"`{QUESTIONS}` is a link out of the project. Put the folder itself beside mkdocs.yml."
        )
    found, links = _yaml_files(folder, below=questions)
    for name in links:
        message = "this folder is a link, which is not followed"
        diagnostics += _refused(name, message, "Put the folder itself here.")[1]
    settled = time.time_ns() - SETTLED
    for name in sorted(found, key=lambda name: name.split("/"))[:MAX_FILES]:
        seen = _settled(found[name], settled)
        if seen and name in known and known[name][0] == seen:
            sources.append(Unread(name, known[name][1], seen, partial(read_question, root, name)))
            continue
        source, problem = _read(inside, found[name], name)
        diagnostics += problem
        if source is not None:
            source.seen = seen
            sources.append(source)
    if len(found) > MAX_FILES:
        message = f"the bank has {len(found):,} files, more than {MAX_FILES:,}; the rest is not read"
        diagnostics += _refused(QUESTIONS, message, "Split it into several banks.")[1]
    return _sorted_out(sources, diagnostics)


def read_question(root: Path, name: str) -> Source | None:
    """The file of one question by its name in the bank; None when it cannot be read."""
    return _read(os.path.realpath(root / QUESTIONS), root / name, name)[0]


def seen(file: os.stat_result) -> str:
    """What the system knows of a file without reading it."""
    return f"{file.st_dev} {file.st_ino} {file.st_size} {file.st_mtime_ns} {file.st_ctime_ns}"


def _settled(entry: os.DirEntry[str], before: int) -> str:
    """What the system knows of a file that was last changed before a time; nothing of another, of a link, and where no time of change is kept."""
    try:
        if os.name != "posix" or entry.is_symlink():
            return ""
        file = entry.stat()
    except OSError:
        return ""
    return seen(file) if file.st_ctime_ns < before else ""


def with_file(files: Files, name: str, data: bytes) -> Files:
    """The bank with one file's content replaced or added, as an editor has it before it is saved."""
    source, problem = _decoded(name, data)
    settings = () if files.settings is None else (files.settings,)
    others = [other for other in (*files.questions, *files.vocabularies.values(), *settings) if other.path != name]
    diagnostics = [diagnostic for diagnostic in files.diagnostics if diagnostic.at.path != name]
    own = () if source is None else (source,)
    return _sorted_out(sorted((*others, *own), key=lambda each: each.path.split("/")), [*diagnostics, *problem])


def _sorted_out(sources: list[Source], diagnostics: list[Diagnostic]) -> Files:
    """The files by what they are, which their paths say."""
    questions: list[Source] = []
    vocabularies: dict[str, Source] = {}
    settings: Source | None = None
    for source in sources:
        folder, _, name = source.path.rpartition("/")
        stem, _, extension = name.rpartition(".")
        if folder != QUESTIONS:
            questions.append(source)
        elif name == f"{SETTINGS}.yml":
            settings = source
        elif stem in VOCABULARY_FILES and extension == "yml":
            vocabularies[stem] = source
        else:
            known = ", ".join(f"`{kind}.yml`" for kind in (SETTINGS, *VOCABULARY_FILES))
            help = f"Move a question into the folder of its topic; the files directly in `{QUESTIONS}/` are {known}."
            message = f"`{name}` is neither a vocabulary nor in a topic's folder"
            diagnostics.append(UNREADABLE.diagnose(Finding(message, Place(source), help)))
    return Files(tuple(questions), vocabularies, settings, tuple(diagnostics))


def name_in(root: Path, path: Path) -> str:
    """A file's or folder's path from the root: what diagnostics call it; `.` for a folder that holds the whole bank.

    A path that does not exist may also be relative to the root, as editors and hooks have it.
    Raises ConfigurationError when it is not a part of the bank.
    """
    target = path.resolve() if path.is_dir() else path.parent.resolve() / path.name
    if (root / QUESTIONS).is_relative_to(target):
        return "."
    if not target.is_relative_to(root / QUESTIONS) and not path.is_absolute():
        target = Path(os.path.normpath(root / path))
    if not target.is_relative_to(root / QUESTIONS):
        raise ConfigurationError(f"`{path}` is not in the folder `{QUESTIONS}` of {root.name or root}.")
    return target.relative_to(root).as_posix()


def is_link(root: Path, name: str) -> bool:
    """Whether a file of the bank, or a folder on the way to it, is a symbolic link."""
    return os.path.realpath(root / name) != os.path.join(os.path.realpath(root), *name.split("/"))  # noqa: PTH118


def _yaml_files(folder: Path, *, below: bool) -> tuple[dict[str, os.DirEntry[str]], list[str]]:
    """The files in a folder and, if wanted, below it by their names from the project's, and the names of links to folders."""
    found: dict[str, os.DirEntry[str]] = {}
    links: list[str] = []
    waiting = [(QUESTIONS, os.fspath(folder))]
    while waiting:
        at, path = waiting.pop()
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    name = f"{at}/{entry.name}"
                    if entry.name.startswith("."):
                        continue
                    if os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir():  # noqa: PTH112
                        if below:
                            links.append(name) if entry.is_symlink() else waiting.append((name, entry.path))
                    elif entry.name.lower().endswith((".yml", ".yaml")):  # a name that is not right is told so
                        found[name] = entry
        except OSError:  # a folder that may not be read has no files
            continue
    return found, sorted(links)


def _read(inside: str, entry: os.DirEntry[str] | Path, name: str) -> tuple[Source | None, list[Diagnostic]]:
    # Links to folders are not followed, so that only a link leads out. Unlike Path.resolve, this does not raise for a
    # link that leads to itself.
    if entry.is_symlink() and not Path(os.path.realpath(entry)).is_relative_to(inside):
        return _refused(name, f"the file is a link out of `{QUESTIONS}/`", "Put the file itself here.")
    try:
        # Reading a pipe or a device would never end.
        if not entry.is_file() and not stat.S_ISREG(entry.stat().st_mode):
            return _refused(name, "this is not a regular file", "Put a text file here.")
        with open(entry, "rb", buffering=0) as stream:  # noqa: PTH123
            data = stream.read(_USUAL_BYTES)
            if len(data) == _USUAL_BYTES:
                data += stream.read(MAX_BYTES + 1 - _USUAL_BYTES)
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        return _refused(name, message, "Check that it exists and that you may read it.")
    return _decoded(name, data)


def _decoded(name: str, data: bytes) -> tuple[Source | None, list[Diagnostic]]:
    if len(data) > MAX_BYTES:
        return _too_large(name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8")
        message = f"byte 0x{data[error.start]:02X} is not UTF-8{_likely(data)}"
        return _refused(name, message, "Save the file as UTF-8.", good)
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Source(name, plain, has_bom=text.startswith("\ufeff"), has_crlf="\r" in text), []


def _too_large(name: str) -> tuple[None, list[Diagnostic]]:
    message = f"the file is larger than {MAX_BYTES:,} bytes"
    return _refused(name, message, "Shorten it, or split it into several questions.")


def _refused(name: str, message: str, help: str, readable: str = "") -> tuple[None, list[Diagnostic]]:
    """A file that is not read, blamed at the end of what can be read of it."""
    place = Place(Source(name, readable), Span(len(readable), len(readable)))
    return None, [UNREADABLE.diagnose(Finding(message, place, help))]


def _likely(data: bytes) -> str:
    """What the file was probably saved as."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "; the file looks like UTF-16"
    return (
        "; the file looks like Windows-1252"
        if any(0x80 <= byte <= 0x9F for byte in data)
        else "; the file looks like Latin-1"
    )


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def today() -> str:
    """The day (YYYY-MM-DD) by the clock, for dates that lie in the future.

    Not by SOURCE_DATE_EPOCH, which may be long past: what is built does not depend on this day, only whether it is built.
    """
    return time.strftime("%Y-%m-%d", time.gmtime())


# --- templates, and what is written ---------------------------------------------------------------------------


def template_folders(root: Path | None = None) -> tuple[Path, ...]:
    """Where templates are looked up: the project's own first, then those that came with qbank."""
    package = Path(__file__).parent / "templates"
    shipped = package if package.is_dir() else Path(__file__).parents[2] / "templates"
    own = () if root is None or (root / "templates").resolve() == shipped.resolve() else (root / "templates",)
    return (*(folder for folder in own if folder.is_dir()), shipped)


class Compiled:
    """Templates as code, kept where Python keeps our modules, if it may: nobody writes there who could not write those."""

    def __init__(self) -> None:
        from importlib.util import cache_from_source  # checks do without

        modules = Path(cache_from_source(__file__)).parent
        # What is made of a template depends on who is asked to make it, and how.
        asked = [Path(__file__).with_name(name).read_bytes() for name in ("render.py", "assets.py", "policy.py")]
        maker = blake2b(repr((sys.implementation.cache_tag, versions("jinja2"), asked)).encode(), digest_size=8)
        self._folder = modules / f"templates-{maker.hexdigest()}"

    def get(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def put(self, name: str, data: bytes) -> None:
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):  # then the next build compiles it again
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._folder / name, data, durable=False)


def own_folders(root: Path) -> tuple[Path, ...]:
    """The folders of a project that no site may take the place of."""
    return tuple(root / name for name in (QUESTIONS, CACHE, "templates", ".git"))


def kept(file: Path) -> str:
    """The text that was kept in a file of the cache; nothing when it is missing or damaged."""
    try:
        digest, _, text = file.read_bytes().partition(b"\n")
        return text.decode("utf-8") if blake2b(text, digest_size=20).hexdigest().encode() == digest else ""
    except (OSError, UnicodeDecodeError):
        return ""


def keep(file: Path, text: str) -> None:
    """Keep a text in a file of the cache; a disk that refuses costs time later, not correctness now."""
    digest = blake2b(text.encode("utf-8"), digest_size=20).hexdigest()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, f"{digest}\n{text}", durable=False)
    except OSError:
        return


def write_file(root: Path, name: str, text: str) -> None:
    """Write a file that somebody asked for; raises ConfigurationError when the system refuses."""
    try:
        write_atomically(root / name, text)
    except OSError as error:
        raise ConfigurationError(f"`{name}` cannot be written: {error.strerror}") from error


def write_atomically(target: Path, content: str | bytes, *, durable: bool = True) -> None:
    """Write a file so that whoever reads it sees the old text or the new one, never a part; its mode stays.

    `durable` makes that true of a machine that loses its power too, and takes a few milliseconds.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    temporary = target.with_name(f".{target.name[:32]}.{os.urandom(8).hex()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)  # less what the umask forbids
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        if target.is_file() and not target.is_symlink():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
