"""The lines of the history file as they were at one moment, for a search in another thread."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import BinaryIO, Self

from tui_chat.storage.layout import Documents, dumps, fold, loads, parse_line
from tui_chat.storage.line_index import LineIndex


class Lines:
    """A view of the file that later commits and compactions do not change. Use it as a context manager."""

    def __init__(
        self,
        file: BinaryIO | None,
        index: LineIndex,
        foreign: Mapping[str, Documents] | None,
    ) -> None:
        # Compactions and commits of this process put others in their place, or add to the lists.
        self._tables = index.tables
        self._appended = {name: tuple(found) for name, found in index.appended.items()}
        self._foreign = foreign
        self._bytes: mmap.mmap | None = None
        if file is not None and os.fstat(file.fileno()).st_size:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bytes is not None:
            self._bytes.close()

    def of(self, table: str) -> Iterator[bytes]:
        """Yield the lines of a table."""
        if self._foreign is not None:
            yield dumps(self._foreign.get(table, {}))
        elif self._bytes is not None:
            if table in self._tables:
                offset, length = self._tables[table]
                yield self._bytes[offset : offset + length]
            for segment in self._appended.get(table, ()):
                yield self._bytes[segment.offset : segment.offset + segment.length]

    def documents(self, table: str) -> Documents:
        """Return a table; an empty one if there is none."""
        found: Documents = {}
        for line in self.of(table):
            fold(found, loads(line) if self._foreign is not None else parse_line(line)[1])
        return found
