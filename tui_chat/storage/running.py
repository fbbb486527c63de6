"""Telling a running process from a dead one: each holds a lock on a file of its own while it lives."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from tui_chat.domain.record import new_id


class Running:
    """The sign of life of this process, and a look at those of others.

    A lock ends with its process however that dies, which a process number, used again by the system, does not.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._token = ""
        self._lock: Any = None

    def token(self) -> str:
        """Return the name of this process' sign; it is put up when first asked for."""
        # Imported where it is needed: it costs start-up time.
        from filelock import FileLock

        if self._lock is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._token = f"{os.getpid()}-{new_id()}"
            self._lock = FileLock(self._folder / self._token, mode=0o600)
            self._lock.acquire()
        return self._token

    def is_alive(self, token: str) -> bool:
        """Return whether the process of a token lives. Signs of dead ones are cleared away.

        Where that cannot be found out, nothing can be written either: then it makes no difference.
        """
        path = self._folder / token
        if token == self._token or not token or path.parent != self._folder or not path.exists():
            return bool(token) and token == self._token
        from filelock import FileLock, Timeout  # late, as above

        lock = FileLock(path, mode=0o600)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return True
        except OSError:
            return False
        lock.release()
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return False

    def release(self) -> None:
        """Take the sign down."""
        if self._lock is not None:
            self._lock.release()
            with suppress(OSError):
                (self._folder / self._token).unlink(missing_ok=True)
            self._lock = None
