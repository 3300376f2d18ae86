"""Running the code of answers: what counts as right, what is reported, and what the code may not do."""

from __future__ import annotations

import ctypes
import os
import sys
import textwrap
from pathlib import Path

import pytest

from qbank.diagnostics import Diagnostic
from qbank.execution import execute
from qbank.fixes import apply
from qbank.parse import parse_question
from qbank.programs import judge, programs
from qbank.source import Source

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits need fork")


def question_text(code: str, output: str) -> str:
    body = f"Text before.\n\n```python\n{code}\n```\n\n```output\n{output}\n```\n\nText after.\n"
    return f"title: A question with code\nprompt: What is printed?\ndifficulty: easy\ntags: [a]\nanswer: |\n{textwrap.indent(body, '  ')}"


def found(code: str, output: str = "1") -> list[Diagnostic]:
    question, problems = parse_question(Source("questions/evaluation/x.yml", question_text(code, output)))
    assert question is not None, problems
    return [
        diagnostic for program, result in execute(programs(question), jobs=1) for diagnostic in judge(program, result)
    ]


def test_code_that_prints_what_the_answer_says_is_right() -> None:
    assert found("print(1)") == []


def test_blocks_of_one_answer_share_their_names() -> None:
    assert found("x = 1\n```\n\nMore.\n\n```python\nprint(x)") == []


def test_another_output_is_reported_at_its_line_and_the_fix_writes_what_is_printed() -> None:
    (diagnostic,) = found("print(1)\nprint(2)", "1\n3")
    assert (diagnostic.code, diagnostic.at.start.line, diagnostic.at.text) == ("QB220", 15, "3")
    assert diagnostic.edit is not None
    fixed, _ = apply(question_text("print(1)\nprint(2)", "1\n3"), [diagnostic.edit])
    assert fixed == question_text("print(1)\nprint(2)", "1\n2")


def test_an_exception_is_reported_at_the_line_that_raised_it() -> None:
    (diagnostic,) = found("x = 0\nprint(1 / x)")
    assert (diagnostic.code, diagnostic.at.text) == ("QB221", "print(1 / x)")
    assert "ZeroDivisionError" in diagnostic.message


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import os; os._exit(0)", "it ends the interpreter"),
        ("print('a' * 10**6)", "prints more than"),
        ("import resource, time\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass", "longer than"),
        ("x = bytearray(10**11)", "more memory"),
    ],
)
def test_code_without_measure_is_stopped(code: str, message: str) -> None:
    (diagnostic,) = found(code)
    assert diagnostic.code == "QB222"
    assert message in diagnostic.message


@pytest.mark.parametrize(
    "code",
    [
        "open('/tmp/qbank-was-here', 'w')",
        "import os; os.remove('/etc/hostname')",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.fork()",
        "import os; os.kill(os.getppid(), 9)",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import os; os.system('true')",
    ],
)
def test_code_may_not_reach_the_machine(code: str) -> None:
    (diagnostic,) = found(code)
    assert diagnostic.code == "QB221"
    assert "may not" in diagnostic.message


def test_code_sees_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    assert found("import os; print(os.environ.get('SECRET_TOKEN'))", "None") == []


def has_landlock() -> bool:
    """Whether the kernel knows how to confine a process; asked as landlock_create_ruleset(2) says."""
    return sys.platform.startswith("linux") and ctypes.CDLL(None).syscall(444, None, 0, 1) > 0


@pytest.mark.skipif(not has_landlock(), reason="the system has no Landlock to confine a process with")
def test_code_reads_nothing_but_its_libraries_and_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hush", "utf-8")
    path = os.path.relpath(tmp_path / "key", "/")
    for code in (
        f"print(open('/{path}').read())",
        f"import os; print(os.read(os.open('{path}', 0, dir_fd=os.open('/', 0)), 9))",
        "import os; print(os.listdir('/proc'))",
        "import os; print(os.listdir('/dev'))",
    ):
        (diagnostic,) = found(code)
        assert "Permission denied" in diagnostic.message
    own = "open('x', 'w').write('mine'); print(open('x').read(), len(open('/dev/urandom', 'rb').read(3)))"
    assert found(own, "mine 3") == []


def test_code_without_an_output_fence_is_not_run() -> None:
    question, _ = parse_question(
        Source("questions/evaluation/x.yml", question_text("print(1)", "1").replace("```output", "```text"))
    )
    assert question is not None
    assert list(programs(question)) == []
