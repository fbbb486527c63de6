"""Writing the history file anew, without appended changes, and putting what is not whole aside."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tui_chat.storage.copies import keep_copy, temporary_file
from tui_chat.storage.layout import GONE, Documents, Key, Segment, dumps, header, line, line_prefix
from tui_chat.storage.line_file import cut_off
from tui_chat.storage.line_reader import LineReader
from tui_chat.storage.small_files import removed_on_failure

_CHUNK = 1 << 20

#: Whatever holds this may hold a document that was removed.
_GONE = dumps(next(iter(GONE)))


class Renamed(NamedTuple):
    """The only line of a table, which a commit wrote: it is copied under the name of the table."""

    name: bytes
    """How the line begins in the new file."""
    rest: Segment
    """What comes after its name in the old one."""

    @property
    def length(self) -> int:
        """Bytes of the line in the new file."""
        return len(self.name) + self.rest.length


Content = Segment | Renamed | Documents
"""What a table of a new file is made of: a line of the old one, or documents."""


def rewrite(reader: LineReader, changed: Mapping[str, Documents]) -> None:
    """Let a new file take the place of the old one.

    Lines of tables without changes are copied as they are. Of a file that is not in our layout a copy is kept.

    Args:
        reader: The file; it is read anew.
        changed: Tables with changes that are to be written with it, as they are then.

    Raises:
        HistoryUnreadable: if a table with changes cannot be read.
        OSError: if it could not be written; the old file stands then.
    """
    path, index = reader.target, reader.index
    tables = folded(reader, changed)
    old = b"" if reader.is_ours else reader.content()
    copy = keep_copy(path, old, "before") if old.strip() else None
    # If that fails, what it is a copy of still stands.
    with removed_on_failure(copy) if copy is not None else nullcontext():
        temporary = write_anew(path, index.seq + bool(changed), tables, reader.file)
        reader.close()  # an open file cannot be replaced everywhere
        try:
            put_in_place(temporary, path)
        finally:
            reader.open(is_there=path.exists())


def folded(reader: LineReader, changed: Mapping[str, Documents]) -> dict[str, Content]:
    """Return what a file without appended changes holds: lines that are copied as they are, and tables with changes.

    Raises:
        HistoryUnreadable: if a table with changes cannot be read.
    """
    tables: dict[str, Content] = {}
    for name in sorted({**dict.fromkeys(reader.tables()), **changed}, key=lambda one: one != "sessions"):
        segments = reader.index.segments(name)
        if len(segments) == 1 and not segments[0].key.seq and name not in changed:
            tables[name] = segments[0]
        elif len(segments) == 1 and name not in changed and (renamed := _renamed(reader, name, segments[0])):
            tables[name] = renamed
        elif documents := changed.get(name) if name in changed else reader.documents(name):
            tables[name] = documents
    return tables


def _renamed(reader: LineReader, name: str, segment: Segment) -> Renamed | None:
    """Return the line that holds all of a table, to be copied unread; ``None`` if it has to be read.

    After an import nearly all tables are like that, and they may be far more than fits into memory.
    """
    prefix = line_prefix(segment.key)
    data = reader.raw(segment)
    if not data.startswith(prefix) or _GONE in data:
        return None
    rest = Segment(segment.offset + len(prefix), segment.length - len(prefix), segment.key)
    return Renamed(line_prefix(Key(name)), rest)


def cut_torn(reader: LineReader) -> Path | None:
    """Remove what a process that died left of its last commit.

    Returns:
        Where it is kept; ``None`` if it was nothing.

    Raises:
        OSError: if that could not be written.
    """
    torn = reader.torn()
    copy = keep_copy(reader.target, torn, "torn") if torn.strip(b"}") else None
    cut_off(reader.target, reader.index.end)
    reader.read_on()
    return copy


def write_anew(path: Path, seq: int, tables: Mapping[str, Content], old: BinaryIO | None = None) -> Path:
    """Write a temporary file without appended changes, safe on the disk.

    Args:
        path: The file whose place it is to take, not a link.
        seq: The number of the newest commit.
        tables: What it holds: documents, or a line of the old file that is copied as it is.
        old: The old file, if lines of it are copied.

    Returns:
        Where the temporary file is.

    Raises:
        OSError: if it could not be written; nothing of it is left then.
    """
    if path.exists():
        # To rename needs no permission to write, but who took it away did not want the file to change.
        path.open("r+b").close()
    lines = {
        name: content if isinstance(content, Segment | Renamed) else line(Key(name), content)
        for name, content in tables.items()
    }
    lengths = {name: len(one) if isinstance(one, bytes) else one.length for name, one in lines.items()}
    temporary, file = temporary_file(path)
    with removed_on_failure(temporary), file:
        file.write(header(seq, lengths))
        for one in lines.values():
            if isinstance(one, bytes):
                file.write(one)
            elif old is not None:
                file.write(one.name if isinstance(one, Renamed) else b"")
                _copy(old, one.rest if isinstance(one, Renamed) else one, file)
        file.write(b"}")
        file.flush()
        os.fsync(file.fileno())
    return temporary


def put_in_place(temporary: Path, path: Path) -> None:
    """Let a temporary file take the place of the old one.

    Raises:
        OSError: if that cannot be; the old one stands then, and the temporary one is gone.
    """
    with removed_on_failure(temporary):
        temporary.replace(path)
    if os.name == "posix":  # elsewhere a folder cannot be opened, and a rename is durable by itself
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _copy(source: BinaryIO, segment: Segment, target: BinaryIO) -> None:
    source.seek(segment.offset)
    left = segment.length
    while left:
        chunk = source.read(min(_CHUNK, left))
        if not chunk:
            raise OSError(errno.EIO, "the file became shorter while it was copied")
        target.write(chunk)
        left -= len(chunk)
