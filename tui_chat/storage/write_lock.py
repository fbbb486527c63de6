"""The lock that all processes hold while they write the history file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tui_chat.domain.errors import HistoryLocked, HistoryNotSaved

#: Seconds to wait for another process that is writing.
LOCK_TIMEOUT = 5.0


class WriteLock:
    """A lock beside the file. It ends with its process, however that dies."""

    def __init__(self, target: Path, path: Path) -> None:
        self._target = target
        self._path = path
        """How the user knows it, for errors."""
        self._lock = FileLock(f"{target}.lock", timeout=LOCK_TIMEOUT, mode=0o600)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it, and tell the user what keeps us from writing.

        Raises:
            HistoryLocked: if another process holds it for too long.
            HistoryNotSaved: if there was an error of the system, here or inside.
        """
        path = self._path
        try:
            self._target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock:
                yield
        except Timeout as error:
            raise HistoryLocked(f"{path} is in use by another process.", path=path) from error
        except OSError as error:
            raise not_saved(path, error) from error

    @contextmanager
    def held_if_free(self) -> Iterator[None]:
        """Hold it without waiting.

        Raises:
            OSError: if another process holds it, or nothing may be written there.
        """
        with self._lock.acquire(blocking=False):
            yield


def not_saved(path: Path, error: OSError) -> HistoryNotSaved:
    """Return what tells the user why the history could not be written."""
    return HistoryNotSaved(f"{path} could not be written: {error.strerror or error}.", path=path)
