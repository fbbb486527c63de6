"""Histories to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.history import History


def filled(path: Path, *, sessions: int = 1, messages: int = 2) -> History:
    """Return an open history; its sessions are ``s1``, ``s2`` …, the messages ``s1m1``, ``s1m2`` and so on."""
    history = opened(path)
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


def message_of(session: ChatSession, text: str, **fields: Any) -> dict[str, Any]:
    """Return a prompt of a session as a document."""
    return ChatMessage(session_id=session.id, role=Role.USER, parts=[TextPart(text=text)], **fields).to_document()


def opened(path: Path) -> History:
    """Return a history that was opened, as the app does it."""
    history = History(path)
    history.open()
    return history


def texts(history: History) -> dict[str, list[str]]:
    """Return what is said in each session."""
    return {one.id: [message.text for message in history.messages(one.id)] for one in history.sessions()}
