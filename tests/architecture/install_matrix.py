"""Installs the wheel and the sdist as users would, and looks whether the program works: ``.ci/install-matrix``.

Every Python from 3.11 that is at hand, with pip, pipx and uv, with the lowest and the highest dependencies allowed, and
with the extras. Words on the command line choose rows: ``.ci/install-matrix 3.13 pipx`` runs those that have all of
them. It takes half a minute a row, and needs a package index.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from tests.architecture.installed import check_extras, check_program, check_removed

ROOT = Path(__file__).parents[2]
_NAME = "tui-chat"
_EXTRAS = "[images,pdf,web]"
_OLDEST = (3, 11)


@dataclass(frozen=True)
class Row:
    """One way to install."""

    version: str
    """Of Python, such as "3.13.0"."""
    python: Path
    tool: str
    """Or "pip", "pipx" or "uv"."""
    file: str
    """The suffix of what is installed: "whl" or "tar.gz"."""
    resolution: str
    """Or "lowest" or "highest"."""
    extras: str
    """In brackets, or nothing."""

    @property
    def words(self) -> tuple[str, ...]:
        """What the row is called, and what chooses it."""
        artifact = "wheel" if self.file == "whl" else "sdist"
        return (self.version, self.tool, artifact, self.resolution, "extras" if self.extras else "bare")

    def is_chosen(self, wanted: list[str]) -> bool:
        """Tell whether the row has all the words; a Python is also meant by the beginning of its version."""
        return all(word in self.words or f"{self.version}.".startswith(f"{word}.") for word in wanted)


@dataclass(frozen=True)
class Place:
    """Where a row is installed; nothing of it is left elsewhere."""

    folder: Path
    environment: dict[str, str]

    @classmethod
    def within(cls, folder: Path) -> Place:
        """Return a place whose tools keep what they install in a folder."""
        kept = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
        own = {
            "PIPX_HOME": str(folder / "pipx"),
            "PIPX_BIN_DIR": str(folder / "bin"),
            "PIPX_MAN_DIR": str(folder / "man"),
            "UV_TOOL_DIR": str(folder / "uv"),
            "UV_TOOL_BIN_DIR": str(folder / "bin"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }
        return cls(folder, kept | own)

    def run(self, *command: str | Path) -> None:
        """Run a command of an installer.

        Raises:
            RuntimeError: If it fails; holds what it said.
        """
        result = subprocess.run(command, env=self.environment, cwd=self.folder, capture_output=True, text=True)
        if result.returncode:
            raise RuntimeError(f"{' '.join(map(str, command))}\n{result.stdout[-1500:]}{result.stderr[-3000:]}")


def pythons() -> dict[str, Path]:
    """Return every Python at hand that is new enough, one for each version."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    on_path = (Path(folder) for folder in os.environ["PATH"].split(os.pathsep) if "shims" not in folder)
    found: dict[str, Path] = {}
    for folder in (*(root / "versions").glob("*/bin"), *on_path):
        for python in sorted(folder.glob("python3.*")):
            if re.fullmatch(r"python3\.\d+", python.name) and (version := _version(python)):
                found.setdefault(version, python)
    return found


def _version(python: Path) -> str | None:
    """Return the version, if it is new enough and can make virtual environments."""
    script = "import platform, ensurepip, venv; print(platform.python_version())"
    result = subprocess.run([python, "-c", script], capture_output=True, text=True)
    version = result.stdout.strip()
    is_good = result.returncode == 0 and tuple(map(int, version.split(".")[:2])) >= _OLDEST
    return version if is_good else None


def rows() -> Iterator[Row]:
    """Yield what is tried: all of the program itself; the extras once for each Python and resolution."""
    for version, python in pythons().items():
        for tool, file, resolution in product(("pip", "pipx", "uv"), ("whl", "tar.gz"), ("lowest", "highest")):
            yield Row(version, python, tool, file, resolution, "")
        for resolution in ("lowest", "highest"):
            yield Row(version, python, "uv", "whl", resolution, _EXTRAS)


def install(row: Row, place: Place, built: Path) -> tuple[Path, Callable[[], None]]:
    """Install; return the program, and what removes it."""
    [file] = built.glob(f"*.{row.file}")
    target = f"{file}{row.extras}"
    if row.tool == "uv":
        resolution = f"--resolution={'lowest-direct' if row.resolution == 'lowest' else 'highest'}"
        place.run("uv", "tool", "install", "--quiet", "--no-config", "--python", row.python, resolution, target)
        return place.folder / "bin" / _NAME, lambda: place.run("uv", "tool", "uninstall", "--quiet", _NAME)
    limits = _limits(row, place, target)
    if row.tool == "pipx":
        pipx = ("uv", "tool", "run", "--python", row.python, "pipx")
        place.run(*pipx, "install", "--quiet", "--python", row.python, f"--pip-args=--constraint {limits}", target)
        return place.folder / "bin" / _NAME, lambda: place.run(*pipx, "uninstall", _NAME)
    place.run(row.python, "-m", "venv", "venv")
    pip = (place.folder / "venv/bin/python", "-m", "pip")
    place.run(*pip, "install", "--quiet", "--constraint", limits, target)
    return place.folder / "venv/bin" / _NAME, lambda: place.run(*pip, "uninstall", "--quiet", "--yes", _NAME)


def _limits(row: Row, place: Place, target: str) -> Path:
    """Write the versions to install: pip itself knows only the highest."""
    limits = place.folder / "limits.txt"
    limits.write_text("")
    if row.resolution == "lowest":
        wanted = place.folder / "wanted.in"
        wanted.write_text(f"{_NAME}{row.extras} @ {target.removesuffix(row.extras)}\n")
        compiling = ("uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--no-emit-package", _NAME)
        place.run(*compiling, "--resolution=lowest-direct", "--python", row.python, wanted, "--output-file", limits)
        lines = [line for line in limits.read_text().splitlines() if not line.startswith(("-", "#"))]
        limits.write_text("\n".join(lines))
    return limits


def try_row(row: Row, built: Path) -> None:
    """Install, use and remove the program.

    Raises:
        AssertionError: If the program does not do what it should.
        RuntimeError: If an installer fails.
    """
    with tempfile.TemporaryDirectory(prefix="tui-chat-") as name:
        place = Place.within(Path(name))
        home = place.folder / "home"
        home.mkdir()
        program, remove = install(row, place, built)
        check_program(program, home, has_extras=bool(row.extras))
        if row.extras:
            check_extras(program, home)
        remove()
        check_removed(program, place.folder, home)


def build(folder: Path) -> None:
    """Build the sdist, and the wheel from it, of what is committed."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    building: list[str | Path] = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", clone]
    subprocess.run(building, check=True, capture_output=True)
    shutil.rmtree(clone)


def main() -> None:
    """Try the rows, print a table, and end with 1 if one failed."""
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        build(Path(name))
        for row in (row for row in rows() if row.is_chosen(sys.argv[1:])):
            begun = time.monotonic()
            try:
                try_row(row, Path(name) / "dist")
                verdict = "works"
            except (AssertionError, RuntimeError):
                failed += 1
                verdict = f"FAILED\n{traceback.format_exc()}"
            print(f"{' · '.join(row.words):<45} {time.monotonic() - begun:5.1f} s  {verdict}", flush=True)
    print(f"{failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
