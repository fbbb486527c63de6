"""Replies that came in several pieces: thoughts, calls of tools, their results and texts become one message."""

from __future__ import annotations

from collections import Counter

from tui_chat.domain.messages import ChatMessage, MessageStatus, Role, TextPart

_PIECES = (Role.ASSISTANT, Role.TOOL)


def merged(messages: list[ChatMessage], leaf: str | None) -> tuple[list[ChatMessage], str | None]:
    """Return the messages with the pieces of each reply as one, and the id that the leaf has now.

    Pieces are merged where nothing branches off; parents come before their children, before and after.
    """
    answers = Counter(message.parent_id for message in messages)
    kept: dict[str, ChatMessage] = {}
    now: dict[str, str] = {}
    for message in messages:
        parent = kept.get(now.get(message.parent_id or "", ""))
        if parent is not None and answers[message.parent_id] == 1 and _continues(parent, message):
            _join(parent, message)
            now[message.id] = parent.id
            continue
        message.parent_id = parent.id if parent else None
        kept[message.id] = message
        now[message.id] = message.id
    return list(kept.values()), now.get(leaf or "")


def _continues(before: ChatMessage, message: ChatMessage) -> bool:
    return before.role is Role.ASSISTANT and message.role in _PIECES


def _join(before: ChatMessage, message: ChatMessage) -> None:
    """Add a piece to the reply that it continues."""
    if before.parts and message.parts and isinstance(before.parts[-1], TextPart):
        first = message.parts[0]
        if isinstance(first, TextPart):
            before.parts[-1] = TextPart(text=f"{before.parts[-1].text}\n\n{first.text}")
            message.parts = message.parts[1:]
    before.parts = [*before.parts, *message.parts]
    if message.role is Role.ASSISTANT:
        before.model = message.model or before.model
        before.finish_reason = message.finish_reason or before.finish_reason
        if message.status is not MessageStatus.COMPLETE:
            before.status = message.status
