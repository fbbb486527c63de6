"""Which rows are seen. The truth is a message and a row in it; the scroll position is worked out from that.

Heights of messages that were never looked at are estimates. When one is corrected, the rows on the screen stay where
they are, and only the scroll position and the thumb of the scrollbar change.
"""

from __future__ import annotations

from typing import NamedTuple

from tui_chat.app.transcript.rows import Place, Row
from tui_chat.app.transcript.stack import Stack


class Seen(NamedTuple):
    """A row of the screen."""

    message: int
    """Its message; -1 below the last one."""
    row: Row | None
    """What is drawn; ``None`` is blank."""


NOTHING = Seen(-1, None)
"""Below the last message."""


class Viewport:
    """A window on the stack.

    Attributes:
        height: Rows of the window.
        following: Whether it stays at the end.
        is_rising: Whether it was moved up last.
        top: The message and the row in it at the top of the window.
        seen: What is in the window, top to bottom.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.height = 0
        self.following = True
        self.is_rising = False
        self.top = (0, 0)
        self.seen: list[Seen] = []
        self._may_follow = False
        self._kept: tuple[Place, int] | None = None

    @property
    def row(self) -> int:
        """The row at the top, counted from the start of the branch."""
        index, line = self.top
        return self._stack.heights.before(index) + line

    @property
    def below(self) -> int:
        """Rows below the window."""
        return max(0, self._stack.heights.total - self.row - self.height)

    def follow(self) -> None:
        """Go to the end and stay there."""
        self.following = True
        self.is_rising = False
        self._kept = None

    def put(self, index: int, line: int = 0) -> None:
        """Let a row be at the top, and no longer follow."""
        self.following = self.is_rising = self._may_follow = False
        self._kept = None
        self.top = (index, line)

    def move(self, rows: int) -> None:
        """Move the window down, or up by a negative number, by rows as they are on the screen."""
        index, line = self.top
        self.put(index, line + rows)
        self._may_follow = rows > 0
        self.is_rising = rows < 0

    def jump(self, row: int) -> None:
        """Let a row be at the top that is counted from the start, where heights may be estimates."""
        is_down = row > self.row
        self.put(*self._stack.heights.at(row))
        self._may_follow = is_down

    def keep(self) -> None:
        """Remember what is at the top, to find it again after a change of width.

        What was remembered stays so until somebody scrolls: a row that is at the top for lack of a better one must
        not take its place, or a resize there and back would not be the identity.
        """
        if self._kept is None and not self.following and len(self._stack):
            self._kept = self._stack.place(*self.top), self._stack.nth(*self.top)

    def find_again(self) -> None:
        """Let what was remembered be at the top."""
        if self._kept is not None and not self.following:
            place, nth = self._kept
            self.top = (place.message, self._stack.line_of(place, nth))

    def fill(self) -> None:
        """Lay out what is in the window."""
        if not len(self._stack) or self.height <= 0:
            self.top, self.seen = (0, 0), [NOTHING] * max(0, self.height)
            return
        if not self.following:
            self._normalize()
            self._gather()
            is_past_end = self.seen[-1] is NOTHING
            self.following = self._may_follow and (is_past_end or not self.below)
            if is_past_end and not self.following:
                self._go_to_end()
                self._gather()
        if self.following:
            self._go_to_end()
            self._gather()

    def _normalize(self) -> None:
        """Bring the row at the top into the message that it belongs to."""
        stack = self._stack
        index, line = self.top
        index = min(index, len(stack) - 1)
        while line < 0 and index > 0:
            index -= 1
            stack.sheet(index, whole=True)
            line += stack.heights[index]
        line = max(0, line)
        while stack.sheet(index) and line >= stack.heights[index]:
            if stack[index].is_growing:
                stack.sheet(index, whole=True)
                continue
            if index == len(stack) - 1:
                line = stack.heights[index] - 1
                break
            line -= stack.heights[index]
            index += 1
        self.top = (index, line)

    def _go_to_end(self) -> None:
        stack = self._stack
        index, need = len(stack), self.height
        while index > 0 and need > 0:
            index -= 1
            stack.sheet(index)
            need -= stack.heights[index]
        self.top = (index, max(0, -need))

    def _gather(self) -> None:
        stack, height = self._stack, self.height
        index, line = self.top
        seen: list[Seen] = []
        while len(seen) < height and index < len(stack):
            seen += [Seen(index, row) for row in stack.rows(index, line, line + height - len(seen))]
            line = 0
            index += 1
        self.seen = seen + [NOTHING] * (height - len(seen))
