"""The messages of the branch that is shown, one below the other: laid out only where somebody looks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from tui_chat.app.transcript.entries import Entry, HintsFor
from tui_chat.app.transcript.heights import Heights
from tui_chat.app.transcript.images import Gallery
from tui_chat.app.transcript.rows import Place, Row, Section
from tui_chat.app.transcript.sheet import Sheet


def end_of(index: int) -> Place:
    """Return the place after everything in a message."""
    return Place(index, len(Section), 0, 0)


KEPT_ROWS = 4_000
"""Rows that are kept laid out; above that, those that were not looked at for longest are dropped."""


class Stack:
    """Sheets in order, with the rows each takes."""

    def __init__(self, hints: HintsFor, gallery: Gallery) -> None:
        self.hints = hints
        self.gallery = gallery
        """The pictures of the images."""
        self.sheets: list[Sheet] = []
        """The messages, oldest first."""
        self.heights = Heights()
        """Rows of each message with the blank row after it: true ones where it is laid out, estimates elsewhere."""
        self.version = 0
        """Changes whenever a message does, but not with the text that arrives."""
        self._indexes: dict[str, int] = {}
        self._width = 0
        self._used: dict[int, int] = {}
        self._used_rows = 0

    def __len__(self) -> int:
        return len(self.sheets)

    def __getitem__(self, index: int) -> Sheet:
        return self.sheets[index]

    @property
    def width(self) -> int:
        """Cells of the text."""
        return self._width

    @width.setter
    def width(self, width: int) -> None:
        if width != self._width:
            self._width = width
            self.forget()
            self._estimate()

    def show(self, entries: Sequence[Entry]) -> None:
        """Take other messages."""
        kept = {sheet.message.id: sheet for sheet in self.sheets}
        self.sheets = [self._sheet(entry, kept.get(entry.message.id)) for entry in entries]
        self._indexes = {entry.message.id: index for index, entry in enumerate(entries)}
        self.version += 1
        self._used.clear()
        self._used_rows = 0
        self._estimate()

    def _sheet(self, entry: Entry, old: Sheet | None) -> Sheet:
        """Return a sheet; it takes over what is open and counted on the one that shows the message already."""
        sheet = Sheet(entry, self.gallery)
        if old is not None:
            sheet.take_over(old)
        return sheet

    def add(self, entry: Entry) -> int:
        """Add a message at the end; return its index."""
        index = len(self.sheets)
        self.version += 1
        self._indexes[entry.message.id] = index
        self.sheets.append(Sheet(entry, self.gallery))
        self.heights.append(0)
        if index:
            self.settle(index - 1)
        self.settle(index)
        return index

    def replace(self, index: int, entry: Entry) -> int:
        """Show a message as it is now; return by how many rows it grew."""
        self.version += 1
        self.sheets[index].replace(entry, self.hints)
        return self.settle(index)

    def index_of(self, message_id: str) -> int | None:
        """Return the place of a message; ``None`` if it is not shown."""
        return self._indexes.get(message_id)

    def settle(self, index: int) -> int:
        """Take the height of a sheet anew; return by how many rows it grew."""
        sheet = self.sheets[index]
        if sheet.is_laid_out:
            rows = len(sheet)
            self._used_rows += rows - self._used.get(index, 0)
            self._used[index] = rows
        else:
            rows = sheet.estimate(self._width) if self._width else 1
        rows += self._gap(index)
        grew = rows - self.heights[index]
        self.heights[index] = rows
        return grew

    def sheet(self, index: int, *, whole: bool = False) -> Sheet:
        """Return a sheet with rows.

        Args:
            index: Which one.
            whole: Whether a long text has to be laid out to its end, however long that takes.
        """
        sheet = self.sheets[index]
        if not sheet.is_laid_out:
            sheet.lay_out(self._width, self.hints)
            self._make_room(index, len(sheet))
            self.settle(index)
        elif index in self._used:
            self._used[index] = self._used.pop(index)
        if whole and sheet.is_growing:
            sheet.grow(self.hints, is_all=True)
            self.settle(index)
        return sheet

    def has_room(self, index: int) -> bool:
        """Return whether a sheet can be laid out without dropping the rows of others."""
        return index in self._used or self._used_rows + self.heights[index] <= KEPT_ROWS

    def rows(self, index: int, start: int, end: int) -> list[Row | None]:
        """Return rows of a message; ``None`` stands for the blank row after it."""
        sheet = self.sheet(index)
        found: list[Row | None] = [*sheet.rows(start, end)]
        if start <= len(sheet) < end and self._gap(index):
            found.append(None)
        return found

    def place(self, index: int, line: int) -> Place:
        """Return where a row of a message is in its text."""
        found = self.sheet(index).rows(line, line + 1)
        return Place(index, *found[0].first) if found else end_of(index)

    def nth(self, index: int, line: int) -> int:
        """Return how many rows right above one in its message stand for the same place: blank rows, edges of cards."""
        rows = self.sheet(index).rows(0, line + 1)
        return sum(row.first == rows[-1].first for row in rows) - 1 if line < len(self.sheet(index)) else 0

    def line_of(self, place: Place, nth: int = 0) -> int:
        """Return which row of its message shows a place; of several, the first or one below it."""
        sheet = self.sheet(place.message, whole=True)
        rows = sheet.rows(0, len(sheet))
        if place >= end_of(place.message):
            return len(rows)
        last = max(0, bisect_right(rows, place[1:], key=lambda row: row.first) - 1)
        same = bisect_left(rows, rows[last].first, key=lambda row: row.first)
        return min(same + nth, last) if rows[last].first == place[1:] else same

    def forget(self, indexes: Iterable[int] | None = None) -> None:
        """Drop rows: those of some sheets, or all."""
        for index in list(self._used) if indexes is None else indexes:
            self.sheets[index].forget()
            self._used_rows -= self._used.pop(index, 0)

    def _gap(self, index: int) -> int:
        return 1 if index == len(self.sheets) - 1 or not self.sheets[index].ends_in_card else 0

    def _estimate(self) -> None:
        width = self._width
        if not width:
            self.heights = Heights([1] * len(self.sheets))
            return
        rows = []
        for sheet in self.sheets:
            fixed, characters = sheet.measured or sheet.measure()
            rows.append(fixed + characters // width + (not sheet.is_prompt))
        if rows:
            rows[-1] += self.sheets[-1].is_prompt
        self.heights = Heights(rows)

    def _make_room(self, index: int, rows: int) -> None:
        """Drop the rows that were not looked at for longest, but never those of a reply that is arriving."""
        if self._used_rows + rows <= KEPT_ROWS:
            return
        for old in list(self._used):
            if old != index and self.sheets[old].arrival is None:
                self.forget([old])
                if self._used_rows + rows <= KEPT_ROWS:
                    break
