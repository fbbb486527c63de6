"""What the scrollbar marks: where prompts, hits, pinned messages and failures are in the session."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from tui_chat.app.transcript import inks
from tui_chat.app.transcript.lines import StyleKey
from tui_chat.app.transcript.stack import Stack
from tui_chat.domain.messages import MessageStatus


class Landmark(NamedTuple):
    """A kind of mark."""

    glyph: str
    ink: StyleKey


PROMPT = Landmark("·", inks.FAINT)
PINNED = Landmark("•", inks.MUTED)
HIT = Landmark("─", inks.HIT)
CUT = Landmark("■", inks.WARNING)
FAILED = Landmark("!", inks.ERROR_TITLE)


class Landmarks:
    """Knows in which rows of a bar the marks are, at a cost that does not depend on how many there are."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._version = -1
        self._found: list[tuple[Landmark, list[int]]] = []

    def rows(self, size: int, hits: Sequence[int]) -> dict[int, Landmark]:
        """Return the mark of each row of a bar that has one, the most urgent.

        Args:
            size: Rows of the bar.
            hits: Indexes of the messages with hits, in order.
        """
        total = self._stack.heights.total
        if total <= size:
            return {}
        firsts = [self._first_from(round(row * total / size)) for row in range(size + 1)]
        marks: dict[int, Landmark] = {}
        prompts, *others = self._kinds()
        # Where every row has a prompt, marks would only be noise.
        shown = [prompts] if 2 * len(prompts[1]) <= size else []
        for landmark, indexes in [*shown, *others[:1], (HIT, hits), *others[1:]]:
            if not indexes:
                continue
            for row in range(size):
                at = bisect_left(indexes, firsts[row])
                if at < len(indexes) and indexes[at] < firsts[row + 1]:
                    marks[row] = landmark
        return marks

    def _first_from(self, row: int) -> int:
        """Return the first message that begins at a row or below it."""
        if row >= self._stack.heights.total:
            return len(self._stack)
        index, line = self._stack.heights.at(row)
        return index + (line > 0)

    def _kinds(self) -> list[tuple[Landmark, list[int]]]:
        """Return which messages have which mark, the least urgent kind first."""
        stack = self._stack
        if self._version != stack.version:
            self._version = stack.version
            messages = [(index, sheet.message) for index, sheet in enumerate(stack.sheets)]
            self._found = [
                (PROMPT, [index for index, sheet in enumerate(stack.sheets) if sheet.is_prompt]),
                (PINNED, [index for index, message in messages if message.pinned]),
                (CUT, [index for index, message in messages if message.status is MessageStatus.INTERRUPTED]),
                (FAILED, [index for index, message in messages if message.status is MessageStatus.ERROR]),
            ]
        return self._found
