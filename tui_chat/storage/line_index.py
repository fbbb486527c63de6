"""Where the lines of each table are in the file, and where the last whole commit ends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import BinaryIO

from tui_chat.storage.layout import FORMAT, Header, Key, Segment, find_key, parse_header, parse_line, versions_of
from tui_chat.storage.migrations import OLDEST, newest_schema

_FIRST_READ = 1 << 16
_NEXT_READ = 1 << 22


class LineIndex:
    """Knows the lines of a file.

    Attributes:
        tables: Offset and length of the line of each table that a compaction wrote.
        appended: The lines that were appended since, by table, in order.
        seq: The number of the newest commit.
        base: Where the appended commits begin, in bytes.
        end: Where the next commit is to be written: after the last whole line.
        is_clean: Whether the object is closed right there, so that the file is whole.
        is_damaged: Whether lines that should be there are not; what is there is known all the same.
        format: The layout that the file says it has.
        schema: The shape of the documents that it says it has.
    """

    def __init__(self) -> None:
        self.tables: dict[str, tuple[int, int]] = {}
        self.appended: dict[str, list[Segment]] = {}
        self.seq = 0
        self.base = 0
        self.end = 0
        self.is_clean = False
        self.is_damaged = False
        self.format = FORMAT
        self.schema = OLDEST

    @property
    def is_newer(self) -> bool:
        """Whether a newer version wrote it, so that it can only be read."""
        return self.format > FORMAT or self.schema > newest_schema()

    def read(self, file: BinaryIO) -> None:
        """Read the header, and index all lines."""
        first = _first_line(file)
        try:
            header = parse_header(first)
        except ValueError:
            self.is_damaged = True
            layout, schema = versions_of(first)
            header = Header(layout, 0, {}, schema)
        self.format, self.schema, self.seq = header.format, header.schema, header.seq
        # In one go: there may be ten thousand.
        *offsets, offset = accumulate(header.lengths.values(), initial=len(first))
        self.tables = dict(zip(header.lengths, zip(offsets, header.lengths.values(), strict=True), strict=True))
        if header.lengths and not _ends_line(file, offset):
            # Cut short, or edited by hand: the lines themselves tell.
            self.is_damaged = True
            self.tables.clear()
            offset = len(first)
        self.base = self.end = offset
        self.read_on(file)

    def read_on(self, file: BinaryIO) -> dict[str, list[Segment]]:
        """Index what was appended since; return the new lines by table."""
        file.seek(self.end)
        rest = file.read()
        found: dict[str, list[Segment]] = {}
        pending: list[Segment] = []
        whole = 0
        for start, stop, key in _lines(rest, skip_damaged=self.is_damaged):
            pending.append(Segment(self.end + start, stop - start, key))
            if key.has_more:
                continue
            whole = stop
            for segment in pending:
                self._add(segment)
                found.setdefault(segment.key.table, []).append(segment)
            pending.clear()
        self.end += whole
        self.is_clean = rest[whole:] == b"}"
        return found

    def _add(self, segment: Segment) -> None:
        key = segment.key
        self.seq = max(self.seq, key.seq)
        if key.seq:
            self.appended.setdefault(key.table, []).append(segment)
        else:
            self.tables[key.table] = segment.offset, segment.length
            self.appended.pop(key.table, None)

    def names(self) -> list[str]:
        """Return the names of all tables, in the order of the file."""
        return list({**self.tables, **self.appended})

    def segments(self, table: str) -> list[Segment]:
        """Return the lines of a table: the whole table first, then its changes in order."""
        whole = [Segment(*self.tables[table], Key(table))] if table in self.tables else []
        return whole + self.appended.get(table, [])


def _first_line(file: BinaryIO) -> bytes:
    file.seek(0)
    first = file.read(_FIRST_READ)
    while b"\n" not in first:
        more = file.read(_NEXT_READ)
        if not more:
            return first
        first += more
    return first[: first.index(b"\n") + 1]


def _ends_line(file: BinaryIO, offset: int) -> bool:
    file.seek(offset - 1)
    return file.read(1) == b"\n"


def _lines(data: bytes, *, skip_damaged: bool) -> Iterator[tuple[int, int, Key]]:
    """Yield begin, end and key of the lines, without those that are damaged or until one is."""
    has_holes = b"\0" in data  # no JSON holds one: a block that never reached the disk
    start = 0
    while (stop := data.find(b"\n", start) + 1) > 0:
        part = data[start:stop]
        key = _whole_key(part) if has_holes or skip_damaged else find_key(part)
        if key is not None:
            yield start, stop, key
        elif not skip_damaged:
            return
        start = stop


def _whole_key(part: bytes) -> Key | None:
    try:
        return parse_line(part)[0]
    except ValueError:
        return None
