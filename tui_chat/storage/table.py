"""A TinyDB table that writes only the documents that changed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, cast

from tinydb.table import Table

from tui_chat.storage.line_storage import LineStorage

_ABSENT = object()


class LineTable(Table):
    """A table of the history file. All of TinyDB's methods work; those below cost no more than what they change."""

    def __init__(self, storage: LineStorage, name: str) -> None:
        # Cached query results would be wrong once another process has written.
        super().__init__(storage, name, cache_size=0)
        self._lines = storage

    def documents(self) -> dict[int, dict[str, Any]]:
        """Return all documents by number, read anew."""
        return {int(number): document for number, document in self._lines.documents(self.name).items()}

    def put(self, documents: Mapping[int, Mapping[str, Any]]) -> None:
        """Insert documents, or let them take the place of those with their numbers."""
        with self._lines.commit():
            self._lines.put(self.name, {str(number): document for number, document in documents.items()})

    def drop(self, numbers: Iterable[int]) -> None:
        """Remove documents by number."""
        with self._lines.commit():
            self._lines.put(self.name, {str(number): None for number in numbers})

    def insert(self, document: Mapping[str, Any]) -> int:
        """Insert a document under a number that no other process uses."""
        with self._lines.commit():
            self._next_id = None
            return super().insert(document)

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Insert documents under numbers that no other process uses."""
        with self._lines.commit():
            self._next_id = None
            return super().insert_multiple(documents)

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        self._lines.refresh()
        return cast("dict[str, Mapping[str, Any]]", self._lines.documents(self.name))

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        with self._lines.commit():
            view = _View(self._lines.documents(self.name))
            updater(cast("dict[int, Mapping[str, Any]]", view))
            if changes := view.changes():
                self._lines.put(self.name, changes)
        self.clear_cache()


class _View(MutableMapping[int, Any]):
    """A table as TinyDB's updaters see it: documents are copied when they are touched, since they change in place."""

    def __init__(self, base: Mapping[str, Any]) -> None:
        self._base = base
        self._touched: dict[int, Any] = {}

    def __getitem__(self, number: int) -> Any:
        if number not in self._touched:
            self._touched[number] = copy.deepcopy(self._base[str(number)])
        if self._touched[number] is _ABSENT:
            raise KeyError(number)
        return self._touched[number]

    def __setitem__(self, number: int, document: Any) -> None:
        self._touched[number] = document

    def __delitem__(self, number: int) -> None:
        self[number]
        self._touched[number] = _ABSENT

    def __iter__(self) -> Iterator[int]:
        for number in [*map(int, self._base), *(one for one in self._touched if str(one) not in self._base)]:
            if self._touched.get(number) is not _ABSENT:
                yield number

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def changes(self) -> dict[str, Any]:
        """Return what is different from before, by number; ``None`` for what was removed."""
        found: dict[str, Any] = {}
        for number, document in self._touched.items():
            if document is _ABSENT:
                if str(number) in self._base:
                    found[str(number)] = None
            elif self._base.get(str(number)) != document:
                found[str(number)] = dict(document)
        return found
