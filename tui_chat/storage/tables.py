"""The tables of the history file as TinyDB reads them: each only when it is looked at."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Protocol

from tui_chat.storage.layout import Documents


class Source(Protocol):
    """Where tables are read from."""

    def tables(self) -> list[str]:
        """Return their names."""

    def documents(self, table: str) -> Documents:
        """Return one; an empty one if there is none."""


class Tables(MutableMapping[str, Documents]):
    """What TinyDB reads: tables by name. Changes to it go nowhere until it is written."""

    def __init__(self, storage: Source) -> None:
        self._storage = storage
        self._changed: dict[str, Documents | None] = {}

    def __getitem__(self, name: str) -> Documents:
        found = self._changed[name] if name in self._changed else self._storage.documents(name) or None
        if found is None:
            raise KeyError(name)
        return found

    def __setitem__(self, name: str, documents: Documents) -> None:
        self._changed[name] = documents

    def __delitem__(self, name: str) -> None:
        self._changed[name] = None

    def __iter__(self) -> Iterator[str]:
        names = dict.fromkeys([*self._storage.tables(), *self._changed])
        return (name for name in names if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
