"""Finding a file by a few letters of its path, in trees of many thousands."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import NamedTuple

from tui_chat.chat.file_listing import list_files

#: Seconds for which a list of files is taken to be true.
KEPT_FOR = 10.0

#: Paths that are worth showing.
MOST = 50


class Found(NamedTuple):
    """A path that fits what was typed."""

    path: str
    """Relative, with slashes; that of a folder ends in one."""
    marks: Sequence[int] = ()
    """Places of the letters that were typed."""


class FileFinder:
    """The files below a folder. All of it is done in threads; two at once wait for one another.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._listed_at = -KEPT_FOR
        self._paths: list[str] = []
        self._narrowed: tuple[str, list[str]] = ("", [])

    def find(self, typed: str) -> list[Found]:
        """Return the files and folders that fit some letters, the best first; without letters those nearest."""
        with self._lock:
            self._list()
            return _best(self._narrow(typed.casefold()), typed.casefold())

    def _list(self) -> None:
        if monotonic() - self._listed_at < KEPT_FOR:
            return
        files = list_files(self.folder)
        self._paths = [*_folders(files), *files]
        self._narrowed = ("", self._paths)
        self._listed_at = monotonic()

    def _narrow(self, wanted: str) -> list[str]:
        """Return the paths that have the letters in their order; more letters fit fewer of the same paths."""
        before, paths = self._narrowed
        if not wanted.startswith(before):
            paths = self._paths
        if wanted != before:
            fits = _pattern(wanted).match
            paths = [path for path in paths if fits(path)]
        self._narrowed = (wanted, paths)
        return paths


def _folders(files: Iterable[str]) -> list[str]:
    """Return the folders of some files, each once."""
    found: dict[str, None] = {}
    for file in files:
        end = file.rfind("/")
        while end > 0 and (folder := file[: end + 1]) not in found:
            found[folder] = None
            end = file.rfind("/", 0, end)
    return list(found)


def _pattern(wanted: str) -> re.Pattern[str]:
    """Return a pattern for letters in their order. What is left out between two is never the second: it is quick."""
    return re.compile("".join(f"[^{re.escape(one)}]*{re.escape(one)}" for one in wanted), re.IGNORECASE)


def _best(paths: Iterable[str], wanted: str) -> list[Found]:
    if not wanted:
        nearest = heapq.nsmallest(MOST, ((path.count("/", 0, -1), path.casefold(), path) for path in paths))
        return [Found(path) for _, _, path in nearest]
    ranked = ((_rank(path.casefold(), wanted), len(path), path) for path in paths)
    return [Found(path, _marks(path.casefold(), wanted)) for _, _, path in heapq.nsmallest(MOST, ranked)]


def _rank(path: str, wanted: str) -> int:
    """Return how well letters fit a path: its name, the beginning or a part of it, a part of the path, mere letters."""
    name = path[path.rfind("/", 0, -1) + 1 :]
    if name.startswith(wanted):
        return 0 if name.rstrip("/") == wanted.rstrip("/") else 1
    if path.startswith(wanted):
        return 2
    if wanted in name:
        return 3
    if wanted in path:
        return 4
    return 5 if _letters(name, wanted) else 6


def _marks(path: str, wanted: str) -> Sequence[int]:
    """Return where the letters stand, in the name of the file if they are all there."""
    start = path.rfind("/", 0, -1) + 1
    for begin in (start, 0):
        if (place := path.find(wanted, begin)) >= 0:
            return range(place, place + len(wanted))
        if places := _letters(path[begin:], wanted):
            return [begin + one for one in places]
    return ()


def _letters(text: str, wanted: str) -> list[int]:
    """Return where letters stand in their order; empty if they do not."""
    places: list[int] = []
    for letter in wanted:
        place = text.find(letter, places[-1] + 1 if places else 0)
        if place < 0:
            return []
        places.append(place)
    return places
