"""What the pane needs of a clock, so that its parts need no widget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from textual.message_pump import MessagePump


class Cancellable(Protocol):
    """What can be taken back: a call that is to come."""

    def cancel(self) -> None:
        """Let it not happen any more."""


Later = Callable[[float, Callable[[], None]], Cancellable]
"""Calls a function after some seconds."""


def clock_of(node: MessagePump) -> Later:
    """Return the clock of a widget: what is called has its turn among the widget's messages.

    Textual's own timers never call what is overdue before they begin to wait, as a millisecond is on a busy machine.
    """

    def call(seconds: float, function: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, node.call_next, function)

    return call
