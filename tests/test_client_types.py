"""The types in the comments of our JavaScript hold, as TypeScript sees it."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from tests.builders import ROOT


def test_the_modules_of_the_site_are_typed():
    compiler, npm = ROOT / "node_modules" / "typescript" / "package.json", shutil.which("npm")
    if npm is None or not compiler.is_file():
        reason = "TypeScript needs npm and `npm ci`"
        if os.environ.get("CI") == "true" and npm:
            pytest.fail(f"{reason}, and CI must run this test")
        pytest.skip(reason)
    done = subprocess.run([npm, "run", "--silent", "types"], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout
