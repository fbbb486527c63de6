"""A whole copy of the history in another place, written without ever losing another file, and read back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from time import strftime
from typing import NamedTuple

from tui_chat.domain.errors import HistoryUnreadable, NotFound, TransferError
from tui_chat.storage.compaction import Content, folded, put_in_place, write_anew
from tui_chat.storage.layout import Documents
from tui_chat.storage.line_reader import LineReader
from tui_chat.storage.small_files import removed_on_failure


class Backup(NamedTuple):
    """A copy that was written."""

    path: Path
    """Where it is."""
    sessions: int
    messages: int
    size: int
    """In bytes."""


def back_up(path: Path, wanted: Path, *, force: bool = False) -> Backup:
    """Write a copy of the history as it is at this moment, without what was changed or removed since.

    Nothing is locked or changed: what others append meanwhile comes behind what is read here.

    Args:
        path: The history.
        wanted: A file, or a folder that gets one named by the time.
        force: Replace a file that exists.

    Raises:
        NotFound: if there is no history.
        HistoryUnreadable: if it is not whole, or written by a newer version.
        TransferError: if the copy cannot be written, or there is such a file already.
    """
    reader = LineReader(Path(os.path.realpath(path)), path)
    try:
        is_damaged = reader.open(is_there=path.exists())
        if not reader.is_there:
            raise NotFound(f"There is no history yet: {path}.", advice="Nothing was written.")
        if is_damaged:
            raise HistoryUnreadable(f"{path} is damaged.", path=path, advice="See: tui-chat doctor --repair PATH")
        if reader.index.is_newer:
            raise HistoryUnreadable(f"{path} was written by a newer tui-chat.", path=path, advice="Update tui-chat.")
        tables = folded(reader, {})
        target = place_for(path, wanted, force=force, advice="Choose another name, or add --force.")
        return _write(reader, tables, target, force=force)
    except OSError as error:
        raise HistoryUnreadable(f"{path} cannot be read: {error.strerror}.", path=path) from error
    finally:
        reader.close()


def place_for(path: Path, wanted: Path, *, force: bool = False, advice: str = "Choose another name.") -> Path:
    """Return the path of a file that may be written beside or instead of what is there; its folder is made.

    Args:
        path: The history, which is never written over.
        wanted: A file, or a folder that gets one named by the time.
        force: Whether a file that exists may be replaced.
        advice: What to do if there is one.

    Raises:
        TransferError: if there is such a file, or the folder cannot be made.
    """
    try:
        target = wanted.expanduser().absolute()
        if target.is_dir():
            target /= f"{path.stem}-{strftime('%Y%m%d-%H%M%S')}{path.suffix}"
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.path.realpath(target) == os.path.realpath(path):
            raise TransferError(f"{wanted} is the history itself.", advice="Choose another name.")
        if os.path.lexists(target) and not force:
            raise TransferError(f"{target} exists already.", advice=advice)
    except (OSError, RuntimeError, ValueError) as error:  # no permission; no home; a null byte in the path
        raise _not_written(wanted, error) from error
    return target


def write_new(target: Path, tables: Mapping[str, Documents], *, force: bool = False) -> None:
    """Write tables as a history in another place.

    Raises:
        TransferError: if it cannot be written.
    """
    try:
        _take_place(write_anew(target, 0, dict(tables)), target, force=force)
    except OSError as error:
        raise _not_written(target, error) from error


def _write(reader: LineReader, tables: dict[str, Content], target: Path, *, force: bool) -> Backup:
    try:
        temporary = write_anew(target, reader.index.seq, tables, reader.file)
        with removed_on_failure(temporary):
            sessions, messages = _compared(reader, temporary)
            size = temporary.stat().st_size
        _take_place(temporary, target, force=force)
    except OSError as error:
        raise _not_written(target, error) from error
    return Backup(target, sessions, messages, size)


def _compared(reader: LineReader, temporary: Path) -> tuple[int, int]:
    """Read a copy back; return how many sessions and messages it has.

    Raises:
        HistoryUnreadable: if the history has a damaged line.
        TransferError: if the copy is not what it should be.
    """
    copy = LineReader(temporary, temporary)
    try:
        copy.open(is_there=True)
        sessions = messages = 0
        for table in reader.tables():
            documents = reader.documents(table)
            if copy.documents(table) != documents:
                raise TransferError("The copy is not what was written.", advice="Check the disk it is on.")
            sessions += len(documents) if table == "sessions" else 0
            messages += len(documents) if table.startswith("messages/") else 0
    finally:
        copy.close()
    return sessions, messages


def _take_place(temporary: Path, target: Path, *, force: bool) -> None:
    if not force:
        with removed_on_failure(temporary):
            # The name is taken first, so that a file made by somebody else in this moment is not replaced.
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    put_in_place(temporary, target)


def _not_written(path: Path, error: Exception) -> TransferError:
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    return TransferError(f"{path} could not be written: {reason}.", advice="Choose another place.")
