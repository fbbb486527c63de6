"""Writing the history file anew, and the copies that are kept when something in it had to be mended."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import strftime
from typing import BinaryIO

from tui_chat.storage.layout import Documents, Key, Segment, header, line

_CHUNK = 1 << 20


def rewrite(path: Path, seq: int, tables: Mapping[str, Segment | Documents], old: BinaryIO | None) -> None:
    """Write a file without appended changes, and let it take the place of the old one once it is safe on the disk.

    Args:
        path: The file; a link stays a link.
        seq: The number of the newest commit.
        tables: What it holds: documents, or a line of the old file that is copied as it is.
        old: The old file.

    Raises:
        OSError: if it could not be written; the old one stands then.
    """
    lines = {
        name: content if isinstance(content, Segment) else line(Key(name), content) for name, content in tables.items()
    }
    lengths = {name: one.length if isinstance(one, Segment) else len(one) for name, one in lines.items()}
    target = path.resolve()
    descriptor, temporary = tempfile.mkstemp(prefix=_prefix(target), dir=target.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(header(seq, lengths))
            for one in lines.values():
                if isinstance(one, bytes):
                    file.write(one)
                elif old is not None:
                    _copy(old, one, file)
            file.write(b"}")
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
    sync_folder(target.parent)


def keep_copy(path: Path, content: bytes, why: str) -> Path:
    """Keep bytes beside the history file that are about to go, and return where."""
    target = path.resolve()
    copy = target.with_name(f"{target.name}.{why}-{strftime('%Y%m%d-%H%M%S')}")
    while copy.exists():
        copy = copy.with_name(f"{copy.name}+")
    copy.touch(mode=0o600)
    copy.write_bytes(content)
    return copy


def leftovers(path: Path) -> list[Path]:
    """Return the temporary files of writers that died, or that are at work just now."""
    target = path.resolve()
    return list(target.parent.glob(f"{_prefix(target)}*"))


def sync_folder(folder: Path) -> None:
    """See to it that a renaming reaches the disk."""
    if os.name == "posix":  # elsewhere a folder cannot be opened, and a rename is durable by itself
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _prefix(target: Path) -> str:
    return f".{target.name}-"


def _copy(source: BinaryIO, segment: Segment, target: BinaryIO) -> None:
    source.seek(segment.offset)
    left = segment.length
    while left:
        chunk = source.read(min(_CHUNK, left))
        if not chunk:
            raise OSError("the history file became shorter while it was copied")
        target.write(chunk)
        left -= len(chunk)
