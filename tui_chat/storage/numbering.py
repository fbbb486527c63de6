"""The numbers under which documents are stored, by their ids, so that none has to be searched for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tui_chat.storage.layout import GONE, Documents

_TABLES_KEPT = 8
"""Tables of messages whose numbers are remembered."""


class Numbers:
    """The number of each document by its id, by table, as far as they are known; they are right under the lock only."""

    def __init__(self, read: Callable[[str], Mapping[int, Mapping[str, Any]]]) -> None:
        self._read = read
        """Returns the documents of a table by number."""
        self._by_table: dict[str, dict[str, int]] = {}

    def remember(self, table: str, documents: Mapping[int, Mapping[str, Any]]) -> None:
        """Take over the numbers of a whole table."""
        self._by_table.pop(table, None)
        # The one table of sessions is in use all the time, so it stays.
        messages = [name for name in self._by_table if name.startswith("messages/")]
        for old in messages[: max(0, len(messages) - _TABLES_KEPT + 1)]:
            del self._by_table[old]
        self._by_table[table] = {str(documents[number].get("id")): number for number in sorted(documents)}

    def forget(self, table: str) -> None:
        """Read the numbers of a table anew when they are asked for again."""
        self._by_table.pop(table, None)

    def forget_all(self) -> None:
        """Read all numbers anew when they are asked for again."""
        self._by_table.clear()

    def ids(self, table: str) -> list[str]:
        """Return the ids of a table's documents."""
        return list(self._of(table))

    def give(self, table: str, document_id: str) -> int:
        """Return the number of a document; a new one gets the next."""
        numbers = self._of(table)
        if document_id not in numbers:
            # They are kept in order, so the last one is the highest.
            numbers[document_id] = next(reversed(numbers.values()), 0) + 1
        return numbers[document_id]

    def take(self, table: str, ids: Iterable[str]) -> list[int]:
        """Return the numbers of documents that are to be removed, as far as there are any."""
        numbers = self._of(table)
        return [number for one in ids if (number := numbers.pop(one, None)) is not None]

    def follow(self, table: str, changes: Documents) -> list[str]:
        """Take in what another process changed.

        Returns:
            The ids of the documents that are gone.
        """
        numbers = self._of(table)
        owners = {str(number): one for one, number in numbers.items()}
        gone = [
            owner
            for number, document in changes.items()
            if (owner := owners.get(number)) is not None and (document == GONE or str(document.get("id")) != owner)
        ]
        for one in gone:
            del numbers[one]
        known = {str(document.get("id")): int(number) for number, document in changes.items() if document != GONE}
        self._by_table[table] = dict(sorted({**numbers, **known}.items(), key=lambda item: item[1]))
        return gone

    def _of(self, table: str) -> dict[str, int]:
        if table not in self._by_table:
            self.remember(table, self._read(table))
        return self._by_table[table]
