"""The lines of the history file as they were at one moment, for a search in another thread."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from tui_chat.storage.layout import Documents, dumps, fold, loads, parse_line
from tui_chat.storage.line_index import LineIndex


class Lines:
    """A view of the file that later commits and compactions do not change. Close it, or use it as a context manager.

    Attributes:
        path: Where the file is.
    """

    def __init__(
        self, path: Path, file: BinaryIO | None, index: LineIndex, foreign: Mapping[str, Documents] | None
    ) -> None:
        self.path = path
        # Compactions and commits of this process put others in their place, or add to the lists.
        self._tables = index.tables
        self._appended = {name: tuple(found) for name, found in index.appended.items()}
        self._foreign = foreign
        # No map of the file: to look at one kills the process if somebody else has made the file shorter.
        self._descriptor = _opened_again(path, file) if file is not None and foreign is None else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def of(self, table: str) -> Iterator[bytes]:
        """Yield the lines of a table."""
        if self._foreign is not None:
            yield dumps(self._foreign.get(table, {}))
        elif self._descriptor is not None:
            if table in self._tables:
                yield _read(self._descriptor, *self._tables[table])
            for segment in self._appended.get(table, ()):
                yield _read(self._descriptor, segment.offset, segment.length)

    def documents(self, table: str) -> Documents:
        """Return a table; an empty one if there is none."""
        found: Documents = {}
        for line in self.of(table):
            fold(found, loads(line) if self._foreign is not None else parse_line(line)[1])
        return found


def _opened_again(path: Path, file: BinaryIO) -> int:
    if sys.platform == "win32":  # where the place in a file is shared, and no open file can be replaced
        return os.open(path, os.O_RDONLY | os.O_BINARY)
    return os.dup(file.fileno())  # it reads on from a file that was replaced


def _read(descriptor: int, offset: int, length: int) -> bytes:
    if sys.platform == "win32":
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, length)
    return os.pread(descriptor, length, offset)
