"""Making a second session out of one, or out of a part of it."""

from __future__ import annotations

from collections.abc import Sequence

from tui_chat.chat.open_session import OpenSession
from tui_chat.domain.messages import ChatMessage, MessageStatus
from tui_chat.domain.record import new_id, now
from tui_chat.domain.sessions import SessionStatus
from tui_chat.domain.tree import MessageTree
from tui_chat.domain.usage import Usage


def duplicate(opened: OpenSession) -> OpenSession:
    """Return a copy of a session with all its answers, under ids of its own."""
    return _copied(opened, list(opened.tree), f"{opened.session.name} copy", opened.session.current_node)


def fork(opened: OpenSession, message: ChatMessage) -> OpenSession:
    """Return a new session with the messages that lead to one, and that one, under ids of their own."""
    path = opened.tree.branch(message.id)
    forked = _copied(opened, path, f"{opened.session.name} fork", message.id)
    forked.session.status = SessionStatus.IDLE
    forked.session.message_count = len(path)
    forked.session.usage = sum((one.usage for one in path if one.usage is not None), Usage())
    return forked


def _copied(opened: OpenSession, chosen: Sequence[ChatMessage], name: str, leaf: str | None) -> OpenSession:
    """Return a new session made of messages of one.

    A reply that some process writes at the moment is interrupted in the copy, since nobody writes that one.
    """
    made = now()
    ids = {message.id: new_id() for message in chosen}
    session = opened.session.model_copy(
        deep=True,
        update={
            "id": new_id(),
            "name": name,
            "created_at": made,
            "updated_at": made,
            "pinned": False,
            "archived": False,
            "deleted_at": None,
            "current_node": ids.get(leaf or ""),
            "shown": {ids.get(one, ""): ids[shown] for one, shown in opened.session.shown.items() if shown in ids},
            # The server's session goes on with the original only.
            "remote_id": "",
            "remote_provider": "",
            "remote_node": None,
        },
    )
    messages = [
        message.model_copy(
            deep=True,
            update={
                "id": ids[message.id],
                "session_id": session.id,
                "parent_id": ids.get(message.parent_id or ""),
                "remote_id": "",
            },
        )
        for message in chosen
    ]
    for message in messages:
        if message.is_running:
            message.status = MessageStatus.INTERRUPTED
            session.status = SessionStatus.INTERRUPTED
    return OpenSession(session, MessageTree(messages))
