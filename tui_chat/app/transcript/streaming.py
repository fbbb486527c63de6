"""When what arrives is laid out: at most thirty times a second, and a bounded amount at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from tui_chat.app.transcript.stack import Stack
from tui_chat.domain.events import StreamEvent

INTERVAL = 1 / 30
"""Seconds between two flushes at least."""
CATCH_UP = 1 / 60
"""Seconds until the next slice of a long text."""


class Stop(Protocol):
    """What can be stopped: a timer."""

    def stop(self) -> None:
        """Let it not happen any more."""


class Pump:
    """Lays out growing messages.

    Args:
        stack: The messages.
        later: Calls a function after some seconds.
        grown: Called after each flush with the rows that were added.
    """

    def __init__(self, stack: Stack, later: Callable[[float, Callable[[], None]], Stop], grown: Callable[[int], None]):
        self._stack = stack
        self._later = later
        self._grown = grown
        self._waiting: set[int] = set()
        self._timer: Stop | None = None
        self._last = 0.0

    def take(self, index: int, event: StreamEvent) -> None:
        """Take in a piece of a running reply."""
        self._stack[index].take(event)
        self.schedule(index)

    def schedule(self, index: int, interval: float = INTERVAL) -> None:
        """See to it that what a message has got is laid out soon."""
        self._waiting.add(index)
        if self._timer is None:
            wait = max(0.001, self._last + interval - time.monotonic())
            self._timer = self._later(wait, self.flush)

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits to be laid out."""
        return self._timer is None

    def clear(self) -> None:
        """Forget what was waiting: other messages are shown."""
        self._waiting.clear()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def flush(self) -> None:
        """Lay out what has come."""
        self._timer = None
        waiting, self._waiting = self._waiting, set()
        rows = 0
        for index in waiting:
            sheet = self._stack[index]
            sheet.grow(self._stack.hints)
            rows += self._stack.settle(index)
            if sheet.is_growing:
                self.schedule(index, CATCH_UP)
        self._last = time.monotonic()
        self._grown(rows)
