"""A search that is under way: begun in the thread of the history, gone on with in another."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from time import monotonic

from tui_chat.domain.errors import HistoryUnreadable
from tui_chat.storage.hits import Found
from tui_chat.storage.lines import Lines

#: Seconds after which whoever waits is told what was found so far, and that nothing was found yet.
PATIENCE = 0.004, 0.02


class Searching:
    """A search in the history as it was when it began.

    Args:
        found: What is found, session by session; ``None`` for a session without hits.
        lines: What is searched; closed with the search.
    """

    def __init__(self, found: Iterator[Found | None], lines: Lines) -> None:
        self._found = found
        self._lines = lines
        self._is_closed = False
        self._mutex = Lock()
        """Held while the lines are in use."""

    def go_on(self) -> list[Found] | None:
        """Search for a moment.

        Returns:
            What was found in it; ``None`` if there is nothing left to search.

        Raises:
            HistoryUnreadable: if the file cannot be read.
        """
        try:
            with self._mutex:
                return self._batch()
        except OSError as error:
            path = self._lines.path
            raise HistoryUnreadable(f"{path} cannot be read: {error.strerror or error}.", path=path) from error
        finally:
            if self._is_closed:
                self.close()

    def close(self) -> None:
        """Stop, and let go of the file. It does not wait for a thread that searches; that one sees it and stops."""
        self._is_closed = True
        if self._mutex.acquire(blocking=False):
            try:
                self._lines.close()
            finally:
                self._mutex.release()

    def _batch(self) -> list[Found] | None:
        began = monotonic()
        batch: list[Found] = []
        while not self._is_closed:
            try:
                found = next(self._found)
            except StopIteration:
                return batch or None
            if found is not None:
                batch.append(found)
            if monotonic() - began > PATIENCE[not batch]:
                return batch
        return None
