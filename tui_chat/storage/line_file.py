"""Changing the end of the history file: all of a commit reaches it, or nothing."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple


class Identity(NamedTuple):
    """What changes whenever a file does."""

    device: int
    inode: int
    size: int
    """In bytes."""
    changed_at: int
    """In nanoseconds, though the clocks of file systems are coarser."""

    def is_same_file(self, other: Identity) -> bool:
        """Return whether both are the same file, if at different times."""
        return self[:2] == other[:2]


def identity(path: Path) -> Identity | None:
    """Return what a file is now; ``None`` if there is none.

    Raises:
        OSError: if that cannot be told.
    """
    try:
        facts = path.stat()
    except FileNotFoundError:
        return None
    return Identity(facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)


def append(path: Path, end: int, lines: bytes) -> None:
    """Write lines in the place of the brace that closes the object, and the brace after them.

    Args:
        path: The file.
        end: Where the brace is.
        lines: At least one line.

    Raises:
        OSError: if they are not safe on the disk; the file is what it was then.
    """
    with path.open("r+b", buffering=0) as file:
        try:
            # The brace gives way last: until then the file reads as before.
            _write_at(file, end + 1, lines[1:] + b"}")
            _write_at(file, end, lines[:1])
            os.fsync(file.fileno())
        except BaseException:
            with suppress(OSError):
                _write_at(file, end, b"}")
                file.truncate(end + 1)
            raise


def cut_off(path: Path, end: int) -> None:
    """Close the object at ``end``, whatever stands there.

    Raises:
        OSError: if it could not be written.
    """
    with path.open("r+b", buffering=0) as file:
        file.truncate(end)
        _write_at(file, end, b"}")
        os.fsync(file.fileno())


def _write_at(file: Any, offset: int, content: bytes) -> None:
    file.seek(offset)
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]
