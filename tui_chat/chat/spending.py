"""What all replies together have cost, by day, model, provider or session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, NamedTuple

from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.usage import Usage
from tui_chat.storage.library import Library

By = Literal["day", "model", "provider", "session"]
"""What is summed up together."""


class Spent(NamedTuple):
    """What the replies of one group have cost."""

    name: str
    """The day, the model, the provider, or the name of the session."""
    replies: int
    usage: Usage
    session_id: str = ""
    """The session, if it is one."""


async def spending(library: Library, by: By) -> list[Spent]:
    """Sum up the usage of all replies, those in the trash too: they have been paid for.

    Args:
        library: The history.
        by: What is summed up together.

    Returns:
        Days and sessions in the order of time, models and providers from the most expensive on.
    """
    sums: dict[str, Spent] = {}
    async for session, reply, usage in _paid(library):
        key, name = _group(session, reply, by)
        had = sums.get(key) or Spent(name, 0, Usage(), session.id if by == "session" else "")
        sums[key] = had._replace(replies=had.replies + 1, usage=had.usage + usage)
    if by in ("model", "provider"):
        return sorted(sums.values(), key=lambda one: (-(one.usage.cost or 0), -one.usage.total_tokens, one.name))
    return [sums[key] for key in (sorted(sums) if by == "day" else sums)]


def total(spent: list[Spent]) -> Spent:
    """Return the sum of all groups."""
    return Spent("total", sum(one.replies for one in spent), sum((one.usage for one in spent), Usage()))


async def _paid(library: Library) -> AsyncIterator[tuple[ChatSession, ChatMessage, Usage]]:
    sessions = [*await library.sessions(), *await library.sessions(deleted=True)]
    for session in sorted(sessions, key=lambda one: one.created_at):
        # Most of the time is spent on reading messages; a session whose sums are empty has nothing to tell.
        if session.usage == Usage():
            continue
        for message in await library.messages(session.id):
            if message.usage is not None:
                yield session, message, message.usage


def _group(session: ChatSession, reply: ChatMessage, by: By) -> tuple[str, str]:
    match by:
        case "day":
            day = f"{reply.created_at.astimezone():%Y-%m-%d}"
            return day, day
        case "model":
            model = reply.model or "unknown"
            return model, model
        case "provider":
            provider = reply.provider or "unknown"
            return provider, provider
        case "session":
            return session.id, session.name
