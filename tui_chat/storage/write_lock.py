"""The lock that all processes hold while they write the history file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tui_chat.domain.errors import HistoryLocked, HistoryNotSaved

#: Seconds to wait for another process that is writing.
LOCK_TIMEOUT = 5.0


def prepare() -> None:
    """Load what the first commit needs: who only reads goes without, and starts earlier."""
    import filelock  # noqa: F401  # this is all there is to do


class WriteLock:
    """A lock beside the file. It ends with its process, however that dies."""

    def __init__(self, target: Path, path: Path) -> None:
        self._target = target
        self._path = path
        """How the user knows it, for errors."""
        self._lock: Any = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it, and tell the user what keeps us from writing.

        Raises:
            HistoryLocked: if another process holds it for too long.
            HistoryNotSaved: if there was an error of the system, here or inside.
        """
        from filelock import Timeout  # late, see `prepare`

        path = self._path
        try:
            self._target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._made():
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
        with self._made().acquire(blocking=False):
            yield

    def _made(self) -> Any:
        """Return the lock of the file."""
        from filelock import FileLock  # late, see `prepare`

        if self._lock is None:
            self._lock = FileLock(f"{self._target}.lock", timeout=LOCK_TIMEOUT, mode=0o600)
        return self._lock


def not_saved(path: Path, error: OSError) -> HistoryNotSaved:
    """Return what tells the user why the history could not be written."""
    return HistoryNotSaved(f"{path} could not be written: {error.strerror or error}.", path=path)
