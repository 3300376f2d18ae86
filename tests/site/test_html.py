"""The pages are valid HTML, as the Nu HTML checker sees it: one Java process over all pages of three sites.

It needs Java 11 or newer and `npm ci`, which puts the checker where package-lock.json says; without them it is skipped.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

CHECKER = Path(__file__).parents[2] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
NOT_OURS = (
    # MathML Core allows these on every element; the checker knows MathML 3.
    "Attribute “displaystyle” not allowed on element",
    "Attribute “scriptlevel” not allowed on element",
    # <input type="checkbox" autocomplete="off">, the switches of its menus
    "Attribute “autocomplete” is only allowed when the input type is",
    # <label for="__toc"> on pages whose table of contents is hidden
    "The value of the “for” attribute of the “label” element must be the ID of a non-hidden form control.",
)


def test_pages_are_valid_html(everything, everything_flat, our_site):
    java = shutil.which("java")
    if java is None or not CHECKER.is_file():
        pytest.skip("the HTML checker needs java and `npm ci`")
    folders = [str(built.folder) for built in (everything, everything_flat, our_site)]
    command = [java, "-Xss8m", "-jar", str(CHECKER), "--skip-non-html", "--format", "json", "--exit-zero-always"]
    done = subprocess.run([*command, *folders], capture_output=True, encoding="utf-8", timeout=300)
    messages = json.loads(done.stderr)["messages"]
    faults = Counter(
        f"{message['message']} {message.get('extract', '')!r}"
        for message in messages
        if message["type"] != "info" and not message["message"].startswith(NOT_OURS)
    )
    assert not faults, "\n".join(f"{count} times {fault}" for fault, count in faults.most_common())
    # That Material's own faults are there says that the checker has read the pages.
    assert len(messages) > len(everything.pages)
