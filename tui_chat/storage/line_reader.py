"""Reading the history file: its lines, or, if somebody else wrote it, the whole of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from tui_chat.domain.errors import HistoryUnreadable
from tui_chat.storage.adopting import Foreign, read_foreign
from tui_chat.storage.layout import MAGIC, Documents, Segment, documents_of, fold
from tui_chat.storage.line_index import LineIndex
from tui_chat.storage.lines import Lines
from tui_chat.storage.migrations import migrate, newest_schema


class LineReader:
    """The file as it was when it was opened, or when it was last read on.

    Attributes:
        target: Where it is, not a link.
        file: The open file; ``None`` if there is none.
        index: Where its lines are.
        foreign: The tables of a file that somebody else or an older version wrote, as they would be now, until a
            commit brings it into our layout; else ``None``.
    """

    def __init__(self, target: Path, path: Path) -> None:
        self.target = target
        self._path = path
        """How the user knows it, for errors."""
        self.file: BinaryIO | None = None
        self.index = LineIndex()
        self.foreign: dict[str, Documents] | None = None

    @property
    def is_there(self) -> bool:
        """Whether there is a file."""
        return self.file is not None

    @property
    def is_ours(self) -> bool:
        """Whether it is in our layout, so that lines can be appended to it."""
        return self.is_there and self.foreign is None and not self.index.is_damaged

    @property
    def is_torn(self) -> bool:
        """Whether a commit at its end is not whole: somebody is writing, or died of it."""
        return self.is_ours and not self.index.is_clean

    def open(self, *, is_there: bool) -> bool:
        """Read the file anew.

        Returns:
            Whether something in it is damaged.

        Raises:
            HistoryUnreadable: if it is no history.
            OSError: if it cannot be read.
        """
        self.close()
        self.index = LineIndex()
        self.foreign = None
        if not is_there:
            return False
        # Without a buffer, which would not notice what was appended since.
        self.file = self.target.open("rb", buffering=0)
        if self.file.read(len(MAGIC)) != MAGIC:
            self._read_foreign()
            return False
        self.index.read(self.file)
        if self.index.is_damaged:
            # Somebody may have taken the lines apart and left it whole.
            with suppress(HistoryUnreadable):
                self._read_foreign()
        is_damaged = self.index.is_damaged
        if self.foreign is None and self.index.schema < newest_schema():
            self._keep(Foreign(self.index.format, self.index.schema, {n: self.documents(n) for n in self.tables()}))
        return is_damaged

    def _read_foreign(self) -> None:
        self._keep(read_foreign(self._path, self.content()))

    def _keep(self, found: Foreign) -> None:
        self.foreign = migrate(found.tables, found.schema)
        self.index = LineIndex()
        self.index.format, self.index.schema = found.format, found.schema

    def read_on(self) -> dict[str, Documents] | None:
        """Read what was appended since.

        Returns:
            The changes by table; ``None`` if the file must be opened anew.

        Raises:
            HistoryUnreadable: if that is damaged.
        """
        if self.file is None or not self.is_ours:
            return None
        self.file.seek(self.index.end - 1)
        if self.file.read(1) != b"\n":
            return None
        changed: dict[str, Documents] = {}
        for table, segments in self.index.read_on(self.file).items():
            for segment in segments:
                if not segment.key.seq:
                    return None
                changed.setdefault(table, {}).update(self._parsed(segment))
        return changed

    def close(self) -> None:
        """Let go of the file."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def content(self) -> bytes:
        """Return the whole file."""
        return self._bytes(0, -1)

    def torn(self) -> bytes:
        """Return what stands behind the last whole commit."""
        return self._bytes(self.index.end, -1)

    def tables(self) -> list[str]:
        """Return the names of the tables, in the order of the file."""
        return self.index.names() if self.foreign is None else list(self.foreign)

    def documents(self, table: str) -> Documents:
        """Return a table; an empty one if there is none.

        Raises:
            HistoryUnreadable: if it is damaged.
        """
        found = dict((self.foreign or {}).get(table, {}))
        for segment in self.index.segments(table):
            fold(found, self._parsed(segment))
        return found

    def raw(self, segment: Segment) -> bytes:
        """Return a line as it is in the file."""
        return self._bytes(segment.offset, segment.length)

    def lines(self) -> Lines:
        """Return the lines as they are now."""
        return Lines(self.target, self.file, self.index, self.foreign)

    def _parsed(self, segment: Segment) -> Documents:
        try:
            return documents_of(segment.key, self._bytes(segment.offset, segment.length))
        except ValueError as error:
            raise HistoryUnreadable(
                f"{self._path} is damaged in {segment.key.table}: {error}.", path=self._path
            ) from error

    def _bytes(self, offset: int, length: int) -> bytes:
        if self.file is None:
            return b""
        self.file.seek(offset)
        return self.file.read(length)
