"""What is sent: the visible branch without what the user left out."""

from __future__ import annotations

from tui_chat.domain.messages import ChatMessage, ImagePart, Role
from tui_chat.domain.tree import MessageTree


def messages_to_send(tree: MessageTree, last_id: str | None) -> list[ChatMessage]:
    """Return the messages of the branch that ends with ``last_id``, oldest first.

    Left out are messages the user excluded, and replies that failed before anything came. Nothing is trimmed.
    The cost is linear in the branch, not in the session.
    """
    return [message for message in tree.branch(last_id) if _is_sent(message)]


def _is_sent(message: ChatMessage) -> bool:
    if message.excluded:
        return False
    if message.role is not Role.ASSISTANT:
        return True
    return bool(message.text or message.reasoning) or any(isinstance(part, ImagePart) for part in message.parts)
