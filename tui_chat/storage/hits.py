"""What a search finds. Apart from the search itself, which takes a while to import."""

from __future__ import annotations

from typing import NamedTuple

from tui_chat.domain.messages import Role
from tui_chat.domain.sessions import ChatSession


class Excerpt(NamedTuple):
    """What stands around a hit in one line, ``…`` where it was cut."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()
    """Begin and end of each hit in ``text``, in order; none overlap."""


class Hit(NamedTuple):
    """A message, or the title of a session, that fits a query."""

    message_id: str | None
    """``None`` for the title."""
    role: Role | None
    """Who wrote the message; ``None`` for the title."""
    excerpt: Excerpt
    """What stands around the first place that fits."""


class Found(NamedTuple):
    """A session with hits."""

    session: ChatSession
    hits: tuple[Hit, ...]
    """The first of them: the title, then messages in the order they were added."""
    total: int
    """How many there are."""
