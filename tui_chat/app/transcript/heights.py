"""How many rows each message takes, with fast sums: a Fenwick tree."""

from __future__ import annotations

from collections.abc import Iterable


class Heights:
    """Rows per message. Reading and changing one costs O(log n), so that ten thousand messages scroll like ten."""

    def __init__(self, rows: Iterable[int] = ()) -> None:
        self._rows = list(rows)
        self._sums = [0, *self._rows]
        for place in range(1, len(self._sums)):
            above = place + (place & -place)
            if above < len(self._sums):
                self._sums[above] += self._sums[place]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> int:
        return self._rows[index]

    def __setitem__(self, index: int, rows: int) -> None:
        change = rows - self._rows[index]
        self._rows[index] = rows
        place = index + 1
        while change and place < len(self._sums):
            self._sums[place] += change
            place += place & -place

    def append(self, rows: int) -> None:
        """Add a message at the end."""
        place = len(self._sums)
        self._rows.append(rows)
        first = place - (place & -place)
        below = place - 1
        while below > first:
            rows += self._sums[below]
            below -= below & -below
        self._sums.append(rows)

    @property
    def total(self) -> int:
        """Rows of all messages."""
        return self.before(len(self._rows))

    def before(self, index: int) -> int:
        """Return the rows of all messages above one."""
        rows = 0
        while index > 0:
            rows += self._sums[index]
            index -= index & -index
        return rows

    def at(self, row: int) -> tuple[int, int]:
        """Return the message a row belongs to, and the row's place in it; rows out of range are clamped."""
        if not self._rows:
            return 0, 0
        row = max(0, min(row, self.total - 1))
        place, rest = 0, row
        step = 1 << (len(self._rows).bit_length() - 1)
        while step:
            if place + step < len(self._sums) and self._sums[place + step] <= rest:
                place += step
                rest -= self._sums[place]
            step >>= 1
        return min(place, len(self._rows) - 1), rest
