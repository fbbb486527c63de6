"""The history of a run that writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tui_chat.storage.layout import Documents, fold
from tui_chat.storage.line_storage import LineStorage


class MemoryLines(LineStorage):
    """The same without a file: what is put is kept as long as the program runs."""

    def __init__(self) -> None:
        super().__init__(Path())
        self._tables: dict[str, Documents] = {}
        self._reader.foreign = self._tables

    def refresh(self) -> dict[str, Documents] | None:
        """Nobody else writes."""
        return {}

    def compact(self, *, force: bool = False, is_busy: bool = False) -> None:
        """There is nothing to fold."""

    def close(self) -> None:
        """There is nothing to let go of."""

    def clean_up(self) -> None:
        """There is nothing to remove."""

    def forget(self, marks: Sequence[str]) -> None:
        """There are no copies."""

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Keep everything that is put inside."""
        if self._in_commit:
            yield
            return
        self._in_commit = True
        try:
            yield
            for table, changes in self._pending.items():
                fold(self._tables.setdefault(table, {}), changes)
        finally:
            self._in_commit = False
            self._pending = {}
