"""When what arrives is laid out and shown: a bounded amount at a time, and at most thirty times a second."""

from __future__ import annotations

import time
from collections.abc import Callable

from tui_chat.app.transcript.later import Cancellable, Later
from tui_chat.app.transcript.stack import Stack
from tui_chat.domain.events import StreamEvent

INTERVAL = 1 / 30
"""Seconds between two times that the screen is brought up to date, at least."""
BEHIND = 1 / 15
"""The same while there is more to lay out than one can read: half as many bytes for the terminal."""
CATCH_UP = 0.001
"""Seconds until the next slice of a long text: keys and other events come in between."""


class Pump:
    """Lays out growing messages.

    Args:
        stack: The messages.
        later: Calls a function after some seconds.
        grown: Called with the rows that were added, when it is time to show them.
    """

    def __init__(self, stack: Stack, later: Later, grown: Callable[[int], None]):
        self._stack = stack
        self._later = later
        self._grown = grown
        self._waiting: set[int] = set()
        self._timer: Cancellable | None = None
        self._rows = 0
        self._shown = 0.0

    def take(self, index: int, event: StreamEvent) -> None:
        """Take in a piece of a running reply."""
        self._stack[index].take(event)
        self.schedule(index)

    def schedule(self, index: int) -> None:
        """See to it that what a message has got is laid out soon."""
        self._waiting.add(index)
        if self._timer is None:
            self._timer = self._later(max(CATCH_UP, self._shown + INTERVAL - time.monotonic()), self.flush)

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits to be laid out."""
        return self._timer is None

    def clear(self) -> None:
        """Forget what was waiting: other messages are shown."""
        self._waiting.clear()
        self._rows = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def flush(self) -> None:
        """Lay out a slice of what has come, and show what there is, unless that was done just now."""
        self._timer = None
        waiting, self._waiting = self._waiting, set()
        for index in waiting:
            sheet = self._stack[index]
            sheet.grow(self._stack.hints)
            grew = self._stack.settle(index)
            # What is only laid out late is not new.
            self._rows += grew if sheet.arrival is not None else 0
            if sheet.is_growing:
                self._waiting.add(index)
        if self._waiting:
            self._timer = self._later(CATCH_UP, self.flush)
        if not self._waiting or time.monotonic() - self._shown >= BEHIND:
            rows, self._rows = self._rows, 0
            self._grown(rows)
            # Taken after the work: a slow terminal gets as much time for itself.
            self._shown = time.monotonic()
