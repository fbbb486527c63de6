"""What the pane needs of a clock, so that its parts need no widget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Stoppable(Protocol):
    """What can be stopped: a timer."""

    def stop(self) -> None:
        """Let it not happen any more."""


Later = Callable[[float, Callable[[], None]], Stoppable]
"""Calls a function after some seconds."""
