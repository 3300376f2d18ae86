"""What people install: a wheel made from a clean checkout builds a site with all that the site needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDOR = "assets/qbank/vendor/"
HOOK = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["hooks"]["custom"]
LIBRARIES = {name for name in HOOK["libraries"] if not name.endswith(".d.ts")}
NETWORK = ("No matching distribution", "ConnectionError", "Temporary failure", "npm ci` failed", "Max retries")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel that pip makes of the files that git knows, those not yet committed included."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("only a git checkout can say which files belong to it")
    folder = tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, os.fsdecode(listed.stdout).split("\0")):
        if name.startswith(("src/", "templates/")) or ("/" not in name and (ROOT / name).exists()):
            (folder / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / "clone" / name)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", "dist", "./clone"]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=600)
    if done.returncode and any(sign in done.stderr for sign in NETWORK) and os.environ.get("CI") != "true":
        pytest.skip(f"a wheel needs PyPI and npm's registry: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, done.stderr
    return next((folder / "dist").glob("*.whl"))


def test_a_wheel_has_templates_libraries_and_licences(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    templates = {path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*") if path.is_file()}
    assert {f"qbank/{name}" for name in templates if "/vendor/" not in name} <= names
    shipped = {name.removeprefix(f"qbank/templates/theme/{VENDOR}") for name in names if VENDOR in name}
    assert shipped >= LIBRARIES
    assert all(any(name.startswith(f"{library[:-3]}.LICEN") for name in shipped) for library in LIBRARIES)


def test_a_fresh_environment_with_the_wheel_builds_a_site(wheel, project, tmp_path):
    bank = project("small")
    venv.create(tmp_path / "fresh", with_pip=False, symlinks=os.name != "nt")
    python = next(path for path in (tmp_path / "fresh").glob("*/python*") if path.stem == "python")
    packages = Path(
        sysconfig.get_path("purelib", vars={"base": str(tmp_path / "fresh"), "platbase": str(tmp_path / "fresh")})
    )
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", str(wheel)]
    subprocess.run(install, check=True, timeout=300)
    # What qbank depends on is taken from here; .pth files are not followed there, so that this checkout is not seen.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    shown = [str(python), "-c", "import qbank; print(qbank.__file__)"]
    where = subprocess.run(
        shown, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    assert Path(where.stdout.strip()).is_relative_to(packages)
    done = subprocess.run(
        [str(python), "-m", "qbank.cli", "build", "--strict"],
        cwd=bank.root,
        capture_output=True,
        encoding="utf-8",
        env=environment | {"NO_MKDOCS_2_WARNING": "1"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    site = bank.files()
    assert b"What is the first question about?" in site["questions/first-question/index.html"]
    served = {name.removeprefix(VENDOR) for name in site if name.startswith(VENDOR)}
    assert {name for name in served if name.endswith(".js")} == LIBRARIES
    assert all(".LICEN" in name for name in served - LIBRARIES)
