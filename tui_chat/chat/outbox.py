"""What waits to be sent: prompts behind a reply, and replies that wait on disk for the network or the provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui_chat.chat.open_session import OpenSession
from tui_chat.domain.messages import ChatMessage, MessageStatus, Part, TextPart
from tui_chat.domain.sessions import SessionStatus, SessionSummary
from tui_chat.domain.tree import MessageTree
from tui_chat.storage.library import Library

#: What the sessions do in which something may wait.
_MAY_WAIT = (SessionStatus.WAITING, SessionStatus.STREAMING, SessionStatus.INTERRUPTED, SessionStatus.ERROR)


class Waiting(NamedTuple):
    """A prompt that has not been sent, or whose request has to be sent once more."""

    opened: OpenSession
    prompt: ChatMessage
    reply: ChatMessage | None = None
    """Its reply, if a request has left and will leave again; without it the prompt waits behind another reply."""


def waiting_in(opened: OpenSession) -> list[Waiting]:
    """Return what waits in a session, in the order in which it will be sent."""
    found = [
        Waiting(opened, prompt, message)
        for message in opened.branch
        if message.waits and (prompt := opened.tree.get(message.parent_id)) is not None
    ]
    return [*found, *(Waiting(opened, prompt) for prompt in opened.queued)]


async def waiting_sessions(library: Library, sessions: Sequence[SessionSummary]) -> list[OpenSession]:
    """Return the sessions of a list in which something waits on disk, the oldest first."""
    found = []
    for summary in reversed(sessions):
        if summary.status in _MAY_WAIT:
            opened = OpenSession(await library.session(summary.id), MessageTree(await library.messages(summary.id)))
            if any(message.status is MessageStatus.QUEUED for message in opened.tree):
                found.append(opened)
    return found


def reworded(prompt: ChatMessage, text: str) -> ChatMessage:
    """Return a prompt with another text, and all else that came along with it."""
    others: list[Part] = [part for part in prompt.parts if not isinstance(part, TextPart)]
    return prompt.model_copy(update={"parts": [TextPart(text=text), *others]})


def moved(opened: OpenSession, prompt_id: str, step: int) -> list[ChatMessage]:
    """Move a prompt among those that wait behind a reply.

    Args:
        opened: The session, which is changed.
        prompt_id: The prompt.
        step: 1 for later, -1 for sooner.

    Returns:
        The messages that have to be saved; none if it stands at the end already.
    """
    queue = opened.queued
    place = next((at for at, one in enumerate(queue) if one.id == prompt_id), None)
    if place is None or not 0 <= place + step < len(queue):
        return []
    before = queue[0].parent_id
    queue[place], queue[place + step] = queue[place + step], queue[place]
    return _chained(opened, queue, before)


def cancelled(opened: OpenSession, prompt_id: str) -> list[ChatMessage]:
    """Take a prompt out of those that wait behind a reply; return those that have to be saved."""
    queue = opened.queued
    before = queue[0].parent_id if queue else None
    kept = [one for one in queue if one.id != prompt_id]
    others = [one for one in opened.tree if one.id != prompt_id]
    opened.tree = MessageTree(others)
    return _chained(opened, kept, before)


def _chained(opened: OpenSession, queue: list[ChatMessage], before: str | None) -> list[ChatMessage]:
    """Let prompts follow one another, the first of them behind a message."""
    for prompt in queue:
        prompt.parent_id, before = before, prompt.id
    opened.tree = MessageTree(opened.tree)
    opened.session.current_node = before
    return queue
