"""A TinyDB storage that never leaves a half-written file behind, and sees what other processes wrote."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from tinydb.storages import Storage

from tui_chat.domain.errors import HistoryLocked, HistoryNotSaved, HistoryUnreadable

Tables = dict[str, dict[str, Any]]
"""The whole file: tables by name, documents by id."""

#: The newest layout of the file that this version writes.
FORMAT = 1

#: Seconds to wait for another process that is writing.
LOCK_TIMEOUT = 5.0


class AtomicStorage(Storage):
    """The file is written to a temporary one beside it, synced and renamed: it is always whole.

    Writes inside `commit` reach the disk together, at its end, under a lock that all processes respect; if that
    fails, the memory is what it was before.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tables: Tables = {}
        self._seen: tuple[int, int, int] | None = None
        self._in_commit = False

    def read(self) -> Tables:
        """Return the tables; the file is read only if it has changed.

        Raises:
            HistoryUnreadable: if it is not a history.
        """
        if not self._in_commit:
            self.refresh()
        return self._tables

    def write(self, data: Tables) -> None:
        """Take over the tables; they reach the disk when the commit ends."""
        self._tables = data

    def refresh(self) -> bool:
        """Read the file if it has changed since; return whether it had."""
        try:
            seen = _identity(self.path)
            if seen == self._seen:
                return False
            self._tables = _parse(self.path.read_bytes() if seen is not None else b"", self.path)
        except OSError as error:
            raise HistoryUnreadable(f"{self.path} cannot be read: {error.strerror}.", path=self.path) from error
        self._seen = seen
        return True

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Write everything that happens inside as one change, with one sync of the disk.

        Raises:
            HistoryLocked: if another process holds the file for too long.
            HistoryNotSaved: if it cannot be written.
            HistoryUnreadable: if it has become something else than a history.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock", timeout=LOCK_TIMEOUT, mode=0o600):
                self.refresh()
                self._refuse_newer()
                before = {name: dict(table) for name, table in self._tables.items()}
                self._in_commit = True
                try:
                    yield
                    self._flush()
                except BaseException:
                    self._tables = before
                    raise
                finally:
                    self._in_commit = False
        except Timeout as error:
            raise HistoryLocked(f"{self.path} is in use by another process.", path=self.path) from error
        except OSError as error:
            raise HistoryNotSaved(f"{self.path} could not be written: {error.strerror}.", path=self.path) from error

    def _refuse_newer(self) -> None:
        written_by = self._tables.get("_store", {}).get("1", {}).get("format", FORMAT)
        if isinstance(written_by, int) and written_by > FORMAT:
            raise HistoryNotSaved(
                f"{self.path} was written by a newer tui-chat; this one can only read it.",
                path=self.path,
                advice="Update tui-chat.",
            )

    def _flush(self) -> None:
        self._tables["_store"] = {"1": {"format": FORMAT}}
        target = self.path.resolve()  # a link to another disk stays a link
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)  # mode 0600
        try:
            # Half a surrogate pair, which a server may send, becomes the JSON escape that it is read back from.
            text = json.dumps(self._tables, ensure_ascii=False, separators=(",", ":"))
            with os.fdopen(descriptor, "wb") as file:
                file.write(text.encode("utf-8", errors="backslashreplace"))
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
        _sync_folder(target.parent)
        self._seen = _identity(self.path)


def _identity(path: Path) -> tuple[int, int, int] | None:
    """Return what changes whenever the file does; ``None`` if there is none."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _parse(content: bytes, path: Path) -> Tables:
    if not content.strip():
        return {}
    try:
        tables = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise HistoryUnreadable(f"{path} is damaged: {error}.", path=path) from error
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise HistoryUnreadable(f"{path} is not a history of tui-chat.", path=path)
    return tables


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened, and a rename is durable by itself
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
