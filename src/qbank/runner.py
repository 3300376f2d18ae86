"""Runs the code of answers, one forked child each. A program of its own: it imports nothing of qbank.

Reads one job a line from standard input, {"id": ..., "blocks": [source, ...]}, and writes one result a line,
{"id": ..., "outputs": [text, ...], "error": null or {...}}. The libraries that answers use are imported once, before
the first fork. What a child may do is limited by the system (time, memory, output; network and files where Linux allows that) and by an audit hook, which
stops accidents and casual mischief; it is no prison for code that is out to break it.
"""

import contextlib
import io
import json
import os
import signal
import struct
import sys
import tempfile
import time
import traceback
from pathlib import Path

PRELOADED = (
    "numpy",
    "pandas",
    "scipy.stats",
    "scipy.optimize",
    "scipy.linalg",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.metrics",
    "sklearn.ensemble",
    "sklearn.datasets",
)
MAX_SECONDS = 20
"""Of the processor; a busy machine may take three times as long."""
MAX_BYTES_OF_MEMORY = 3 * 1024**3
MAX_CHARACTERS_OF_OUTPUT = 20_000

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def main() -> None:
    """Serve jobs until standard input ends."""
    results = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Whatever a library or an answer prints in passing must not be taken for a result.
    os.dup2(2, 1)
    for name in PRELOADED:
        with contextlib.suppress(ImportError):
            __import__(name)
    for line in sys.stdin:
        job = json.loads(line)
        result = _in_child(job["blocks"]) if hasattr(os, "fork") else _run(job["blocks"])
        print(json.dumps({"id": job["id"], **result}), file=results, flush=True)


def _in_child(blocks: list[str]) -> dict:
    """The result of the blocks, run in a fork that is killed when it takes too long."""
    with tempfile.TemporaryDirectory(prefix="qbank-run-") as folder:
        readable, writable = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.close(readable)
                os.setsid()
                _confine(folder)
                with os.fdopen(writable, "w", encoding="utf-8") as pipe:
                    json.dump(_run(blocks), pipe)
                status = 0
            finally:
                os._exit(status)
        os.close(writable)
        answer, timed_out = _read_until(readable, time.monotonic() + 3 * MAX_SECONDS)
        if timed_out:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)  # whatever it may have left behind
    if timed_out:
        return _failure("limit", f"it runs longer than {MAX_SECONDS} seconds")
    try:
        return json.loads(answer)
    except ValueError:
        ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if ended_by in (signal.SIGXCPU, signal.SIGKILL):
            return _failure("limit", f"it runs longer than {MAX_SECONDS} seconds")
        reason = "it needs more memory than it may have" if ended_by else "it ends the interpreter"
        return _failure("limit", reason)


def _read_until(readable: int, deadline: float) -> tuple[str, bool]:
    import select

    pieces = []
    with os.fdopen(readable, "rb") as pipe:
        while True:
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return "", True
            piece = os.read(pipe.fileno(), 65536)
            if not piece:
                return b"".join(pieces).decode("utf-8", "replace"), False
            pieces.append(piece)


def _run(blocks: list[str]) -> dict:
    """What each block prints, with one namespace for all; stops at the first that fails."""
    namespace: dict = {"__name__": "__main__"}
    outputs: list[str] = []
    for number, source in enumerate(blocks):
        printed = _Limited()
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(source, f"<block {number}>", "exec"), namespace)
        except _TooMuchOutput:
            return {
                "outputs": outputs,
                **_failure("limit", f"it prints more than {MAX_CHARACTERS_OF_OUTPUT:,} characters", number),
            }
        except MemoryError:
            return {"outputs": outputs, **_failure("limit", "it needs more memory than it may have", number)}
        except BaseException as error:
            line = next(
                (
                    frame.lineno
                    for frame in reversed(traceback.extract_tb(error.__traceback__))
                    if frame.filename == f"<block {number}>"
                ),
                None,
            )
            if isinstance(error, SyntaxError) and error.filename == f"<block {number}>":
                line = error.lineno
            message = " ".join(traceback.format_exception_only(error)[-1].split())
            return {"outputs": outputs, **_failure("exception", message[:300], number, line or 1)}
        outputs.append(printed.getvalue())
    return {"outputs": outputs, "error": None}


def _failure(kind: str, message: str, block: int = 0, line: int = 1) -> dict:
    return {"outputs": [], "error": {"kind": kind, "message": message, "block": block, "line": line}}


class _TooMuchOutput(BaseException):
    pass


class _Limited(io.StringIO):
    def write(self, text: str) -> int:
        if self.tell() + len(text) > MAX_CHARACTERS_OF_OUTPUT:
            raise _TooMuchOutput
        return super().write(text)


# --- limits --------------------------------------------------------------------------------------------------------


def _confine(folder: str) -> None:
    """Take away what an answer's code does not need: the network, files outside its own folder, time and memory."""
    import resource

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(HOME=folder, TMPDIR=folder, PATH="/usr/bin:/bin", LANG="C.UTF-8")
    tempfile.tempdir = folder
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES_OF_MEMORY, MAX_BYTES_OF_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024**2, 1024**2))
    with contextlib.suppress(Exception):
        _leave_the_network()
    # Before the step to another user, who may not be able to open what an interpreter is in.
    with contextlib.suppress(Exception):
        _leave_the_files(folder)
    if os.geteuid() == 0 and all(_open_to_all(prefix) for prefix in (sys.prefix, sys.base_prefix)):
        # Root could write anywhere; nobody can write what it does not own, but must still be able to import.
        with contextlib.suppress(OSError):
            os.chown(folder, 65534, 65534)
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
    sys.addaudithook(_guard(os.path.realpath(folder) + os.sep))


def _open_to_all(path: str) -> bool:
    here = Path(path).resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (here, *here.parents))


def _leave_the_network() -> None:
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0 and libc.unshare(_CLONE_NEWNET) == 0:
        return
    libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


_READ = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/opt", "/sys", "/proc/self")
"""Folders that libraries read from. Homes, and what `/proc` says of other processes, are none of them."""
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
"""Files that libraries read from; in `/dev` there is other processes' memory, too."""
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_ALL = (1 << 13) - 1  # what the first version of Landlock knows
_CREATE_RULESET, _ADD_RULE, _RESTRICT, _NO_NEW_PRIVILEGES = 444, 445, 446, 38


def _leave_the_files(folder: str) -> None:
    """Let Linux (Landlock) refuse all files but those of the interpreter, its libraries and the own folder.

    It also keeps a process from looking into those outside: into their memory, and into their environment.
    """
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    handled = ctypes.c_uint64(_ALL)
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(handled), ctypes.c_size_t(8), 0)
    if ruleset < 0:
        return
    readable = {os.path.realpath(path) for path in (*_READ, sys.prefix, sys.base_prefix, *sys.path)}
    folders = dict.fromkeys(filter(os.path.isdir, readable), _READ_FILE | _READ_FOLDER)
    allowed = dict.fromkeys(_DEVICES, _READ_FILE) | folders | {folder: _ALL & ~_EXECUTE}
    for path, rights in allowed.items():
        if os.path.exists(path):  # noqa: PTH110
            opened = os.open(path, os.O_PATH)
            rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, opened))
            libc.syscall(_ADD_RULE, ruleset, 1, rule, 0)
            os.close(opened)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.syscall(_RESTRICT, ruleset, 0)
    os.close(ruleset)


_NEVER = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.forkpty",
    "os.kill",
    "ctypes.dlopen",
    "pty.spawn",
)
_CHANGES = (
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.link",
    "os.symlink",
    "shutil.rmtree",
    "shutil.move",
)


def _guard(own: str):
    """An audit hook (PEP 578) that refuses what an answer has no reason to do."""

    def hook(event: str, arguments: tuple) -> None:
        if event in _NEVER:
            raise PermissionError(f"code in answers may not use {event}")
        if event == "open":
            path, mode, flags = arguments
            writes = any(sign in (mode or "") for sign in "wax+") or (flags or 0) & (
                os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
            )
            if writes and not isinstance(path, int) and not _inside(own, path):
                raise PermissionError("code in answers may not write files")
        elif event in _CHANGES and not _inside(own, arguments[0]):
            raise PermissionError("code in answers may not change files")

    return hook


def _inside(own: str, path: object) -> bool:
    return os.path.realpath(os.fsdecode(path)).startswith(own)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
