"""The cursor that browses: a message, and a block of code in it."""

from __future__ import annotations

from tui_chat.app.transcript.stack import Stack
from tui_chat.app.transcript.viewport import Viewport


class Browser:
    """Keeps the cursor, and the window where the cursor is.

    Attributes:
        index: The browsed message; ``None`` while nobody browses.
    """

    def __init__(self, stack: Stack, viewport: Viewport) -> None:
        self._stack = stack
        self._viewport = viewport
        self.index: int | None = None
        self._code: int | None = None
        self._last_id = ""

    def enter(self) -> None:
        """Begin to browse: at the message one was at, if it is still seen, else at the lowest that is."""
        seen = self._seen()
        if not seen:
            return
        index = self._stack.index_of(self._last_id)
        self.go(index if index in seen else seen[-1])

    def leave(self) -> None:
        """Stop browsing."""
        self.index = self._code = None

    def remember(self, index: int) -> None:
        """Begin at a message when browsing begins, if it is seen then."""
        self._last_id = self._stack[index].message.id

    def go(self, index: int, code: int | None = None) -> None:
        """Put the cursor on a message, without scrolling."""
        self.index = max(0, min(index, len(self._stack) - 1))
        self._code = code
        self._last_id = self._stack[self.index].message.id

    def move(self, step: int) -> None:
        """Put the cursor on another message and scroll until it is seen."""
        if not len(self._stack):
            return
        if self.index is None:
            self.enter()
        elif 0 <= self.index + step < len(self._stack):
            self.go(self.index + step)
            self.reveal()
        else:
            self._push_on(step)

    def _push_on(self, step: int) -> None:
        """At the first and last message, go on by lines: one may be longer than the window."""
        if step > 0:
            self._viewport.follow()
        else:
            self._viewport.put(0)

    def move_code(self, step: int) -> None:
        """Put the cursor on another block of code, of another message if need be."""
        if self.index is None:
            self.enter()
        if self.index is None:
            return
        index, code = self.index, self._code
        codes = self._stack.sheet(index, whole=True).codes
        wanted = (0 if step > 0 else len(codes) - 1) if code is None else code + step
        while not 0 <= wanted < len(codes):
            index += 1 if step > 0 else -1
            if not 0 <= index < len(self._stack):
                return
            codes = self._codes(index)
            wanted = 0 if step > 0 else len(codes) - 1
        self.go(index, wanted)
        self._reveal_code(wanted)

    def _codes(self, index: int) -> list[tuple[str, str]]:
        """Return a message's code; of one that cannot have any, without laying it out."""
        text = self._stack[index].text
        might_have = "```" in text or "~~~" in text or "    " in text or "\t" in text
        return self._stack.sheet(index, whole=True).codes if might_have else []

    @property
    def code(self) -> int | None:
        """Number of the block of code that keys act on: the one under the cursor, else the message's first."""
        if self.index is None:
            return None
        count = len(self._stack.sheet(self.index).codes)
        if not count:
            return None
        return min(self._code or 0, count - 1)

    def reveal(self) -> None:
        """Scroll as little as needed until the browsed message is seen, or its beginning if it is too long."""
        if self.index is None:
            return
        sheet = self._stack.sheet(self.index, whole=True)
        self._show(self.index, 0, len(sheet) + (self.index == len(self._stack) - 1))

    def _reveal_code(self, number: int) -> None:
        if self.index is None:
            return
        sheet = self._stack.sheet(self.index)
        first = next((at for at, row in enumerate(sheet.rows(0, len(sheet))) if row.code == number), 0)
        _language, code = sheet.codes[number]
        self._show(self.index, max(0, first - 1), min(len(sheet), first + code.count("\n") + 2))

    def show_line(self, index: int, line: int) -> None:
        """Scroll until a row of a message is seen, with a few rows around it."""
        self._show(index, max(0, line - 3), line + 4)

    def show_rows(self, index: int, count: int) -> None:
        """Scroll until the first rows of a message are seen."""
        self._show(index, 0, count)

    def _show(self, index: int, first: int, end: int) -> None:
        """Scroll as little as needed until rows of a message are seen; if they are too many, the first ones."""
        viewport, height = self._viewport, self._viewport.height
        top, bottom = self._rows_above(index, first), self._rows_above(index, end)
        if top is not None and bottom is not None and top >= 0 and bottom <= height:
            return
        is_above = top is not None and top < 0
        if end - first >= height or is_above or (top is None and (index, first) < viewport.top):
            viewport.put(index, first)
        else:
            viewport.put(index, end - height)

    def _rows_above(self, index: int, line: int) -> int | None:
        """Return in which row of the window a row of a message is; ``None`` if it is far away."""
        top_index, top_line = self._viewport.top
        if index < top_index:
            return -1
        rows = -top_line
        for between in range(top_index, index):
            self._stack.sheet(between)
            rows += self._stack.heights[between]
            if rows > self._viewport.height:
                return None
        return rows + line

    def stay_in_view(self) -> None:
        """After scrolling, let the cursor be on a message that is seen."""
        seen = self._seen()
        if self.index is not None and seen and self.index not in seen:
            self.go(seen[0] if self.index < seen[0] else seen[-1])

    def _seen(self) -> list[int]:
        indexes = {one.message for one in self._viewport.seen if one.message >= 0 and one.row is not None}
        return sorted(indexes)
