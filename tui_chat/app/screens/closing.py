"""What all screens over the chat have in common: how they close."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen

Result = TypeVar("Result")


class ClosingScreen(Screen[Result]):
    """A screen whose workers end before its widgets go: what they still bring would find nothing to be shown in."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close with a result."""
        self.workers.cancel_node(self)
        return super().dismiss(result)
