"""Scrolling while text is selected past the upper or lower edge of the pane, as long as the pointer stays there."""

from __future__ import annotations

from collections.abc import Callable

from tui_chat.app.transcript.later import Cancellable, Later

INTERVAL = 1 / 30
"""Seconds between two steps."""


class EdgeScroll:
    """Scrolls faster the further out the pointer is.

    Args:
        later: Calls a function after some seconds.
        scroll: Scrolls down, or up by a negative number, by rows.
    """

    def __init__(self, later: Later, scroll: Callable[[int], None]) -> None:
        self._later = later
        self._scroll = scroll
        self._beyond = 0
        self._timer: Cancellable | None = None

    def set_pointer(self, row: int, height: int) -> None:
        """Tell where the pointer is: its row in the pane, negative above, and how many rows the pane has."""
        self._beyond = row if row < 0 else max(0, row - height + 1)
        if not self._beyond:
            self.stop()
        elif self._timer is None:
            self._step()

    def stop(self) -> None:
        """The pointer was let go, or is back."""
        self._beyond = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _step(self) -> None:
        self._timer = None
        if not self._beyond:
            return  # stopped while this step was on its way
        rows = (abs(self._beyond) + 1) // 2
        self._scroll(rows if self._beyond > 0 else -rows)
        self._timer = self._later(INTERVAL, self._step)
