"""The scripts of the site without a browser: what their own tests say (`tests/client/`), and what they must not do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest
from tests.builders import ROOT

from qbank.assets import served

SCRIPTS = ROOT / "templates" / "theme" / "assets" / "qbank"


def run(*command: str, **environment: str) -> str:
    """What the command says; it must end well."""
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, encoding="utf-8", timeout=300
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4_000:]
    return done.stdout


@pytest.fixture(scope="module")
def node() -> str:
    path = shutil.which("node")
    if path is None:
        pytest.skip("node is not installed: the scripts' own tests are skipped")
    return path


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "tests" / "client").glob("*.test.js")))
def test_scripts_pass_their_own_tests(node, name):
    run(node, "--test", f"tests/client/{name}")


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.js")), ids=lambda path: path.name)
def test_a_script_writes_no_markup_no_style_and_no_code(path):
    """The texts of a bank are hostile, and the site is to run under a strict Content-Security-Policy."""
    text = served(path.read_text("utf-8"), path.name)
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.style\b|\bstyle:|srcdoc"
    )
    assert re.findall(forbidden, text) == []
    assert not re.search(r"https?://", text)
