"""Histories to look at."""

from __future__ import annotations

from pathlib import Path

from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.history import History


def filled(path: Path, *, sessions: int = 1, messages: int = 2) -> History:
    """Return an open history; its sessions are ``s1``, ``s2`` …, the messages ``s1m1``, ``s1m2`` and so on."""
    history = History(path)
    history.open()
    for number in range(1, sessions + 1):
        name = f"s{number}"
        session = ChatSession(id=name, name=f"Session {number}", message_count=messages)
        chain = [
            ChatMessage(
                id=f"{name}m{place}",
                session_id=name,
                parent_id=f"{name}m{place - 1}" if place > 1 else None,
                role=Role.USER if place % 2 else Role.ASSISTANT,
                parts=[TextPart(text=f"Words {place} of {name}")],
            )
            for place in range(1, messages + 1)
        ]
        history.save(session.to_document(), [message.to_document() for message in chain])
    return history
