"""Listing the files below a folder that are worth attaching: those that git does not ignore."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import deque
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

#: Files that are listed at most: a home folder may have millions.
MOST_FILES = 100_000

#: Seconds after which git is not waited for any longer.
GIT_TIMEOUT = 20.0

#: Folders full of what nobody wrote, which are left out where no git says so.
_BULK = {"node_modules", "__pycache__"}

_Specs = tuple[tuple[str, Any], ...]
"""What is ignored, by the folder from which on."""


def list_files(folder: Path) -> list[str]:
    """Return the files below a folder that git does not ignore, relative to it, with slashes.

    Where there is no git repository, hidden folders are left out, and what a ``.gitignore`` names all the same.
    """
    listed = _listed_by_git(folder)
    return list(_walk(folder)) if listed is None else listed[:MOST_FILES]


def fits(path: str, pattern: str) -> bool:
    """Return whether a path fits a pattern with ``*``, ``?``, ``[…]``, and ``**`` for any number of folders."""
    return _fits(path.split("/"), pattern.split("/"))


def is_pattern(text: str) -> bool:
    """Return whether a text has wildcards."""
    return any(mark in text for mark in "*?[")


def _fits(names: Sequence[str], wanted: Sequence[str]) -> bool:
    if not wanted:
        return not names
    if wanted[0] == "**":
        return _fits(names, wanted[1:]) or (bool(names) and _fits(names[1:], wanted))
    return bool(names) and fnmatchcase(names[0], wanted[0]) and _fits(names[1:], wanted[1:])


def _listed_by_git(folder: Path) -> list[str] | None:
    """Return what git knows and does not ignore; ``None`` outside of a repository, or without git."""
    git = shutil.which("git")
    if git is None:
        return None
    # A repository may name a program as its file monitor; looking for files must not start what strangers wrote.
    command = [git, "-c", "core.fsmonitor=false", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        # No shell, and nothing foreign among the arguments.
        listed = subprocess.run(  # noqa: S603
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=GIT_TIMEOUT, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    paths = dict.fromkeys(os.fsdecode(listed.stdout).split("\0"))
    return [path for path in paths if path and not path.endswith("/")]


def _walk(folder: Path) -> Iterator[str]:
    """Yield the files below a folder, the nearest first."""
    count = 0
    waiting: deque[tuple[str, _Specs]] = deque([("", ())])
    while waiting:
        below, specs = waiting.popleft()
        entries = _entries(folder / below)
        specs = _with_spec(folder, below, specs, entries)
        for entry in entries:
            path = f"{below}{entry.name}"
            is_folder = _is_folder(entry)
            if _is_ignored(path, is_folder, specs):
                continue
            if is_folder:
                if not entry.name.startswith(".") and entry.name not in _BULK:
                    waiting.append((f"{path}/", specs))
            else:
                yield path
                count += 1
                if count >= MOST_FILES:
                    return


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _with_spec(folder: Path, below: str, specs: _Specs, entries: Sequence[os.DirEntry[str]]) -> _Specs:
    if all(entry.name != ".gitignore" for entry in entries):
        return specs
    # Imported here: most files are in repositories, where git itself is asked.
    from pathspec import GitIgnoreSpec

    try:
        lines = (folder / below / ".gitignore").read_text("utf-8", "replace").splitlines()
        return (*specs, (below, GitIgnoreSpec.from_lines(lines)))
    except (OSError, ValueError):
        return specs


def _is_ignored(path: str, is_folder: bool, specs: _Specs) -> bool:
    """Return whether a path is ignored; what stands in a nearer file wins."""
    shown = f"{path}/" if is_folder else path
    for below, spec in reversed(specs):
        verdict = spec.check_file(shown.removeprefix(below)).include
        if verdict is not None:
            return bool(verdict)
    return False
