"""A message as the pane is given it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui_chat.domain.messages import ChatMessage

Hints = Sequence[tuple[str, str]]
"""Keys and their words, such as ``("Esc o", "continue")``."""

HintsFor = Callable[[ChatMessage], Hints]
"""Tells which keys act on a message where the user is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message with its place among its siblings."""

    message: ChatMessage
    sibling: int = 1
    """Its place, from 1."""
    siblings: int = 1
    """How many there are."""


def no_hints(_message: ChatMessage) -> Hints:
    """Return no keys."""
    return ()
