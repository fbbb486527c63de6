"""What all screens over the chat have in common: how they close."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen

Result = TypeVar("Result")


class ClosingScreen(Screen[Result]):
    """A screen whose workers end before its widgets go: what they still bring would find nothing to be shown in."""

    @property
    def is_open(self) -> bool:
        """Whether it is on screen still, for those who are no worker of it."""
        return self.is_attached and self in self.app.screen_stack

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close with a result."""
        self.workers.cancel_node(self)
        return super().dismiss(result)
