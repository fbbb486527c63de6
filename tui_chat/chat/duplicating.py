"""Making a second session out of one."""

from __future__ import annotations

from tui_chat.chat.open_session import OpenSession
from tui_chat.domain.messages import MessageStatus
from tui_chat.domain.record import new_id, now
from tui_chat.domain.sessions import SessionStatus
from tui_chat.domain.tree import MessageTree


def duplicate(opened: OpenSession) -> OpenSession:
    """Return a copy of a session with all its answers, under ids of its own.

    A reply that some process writes at the moment is interrupted in the copy, since nobody writes that one.
    """
    made = now()
    ids = {message.id: new_id() for message in opened.tree}
    session = opened.session.model_copy(
        deep=True,
        update={
            "id": new_id(),
            "name": f"{opened.session.name} copy",
            "created_at": made,
            "updated_at": made,
            "pinned": False,
            "archived": False,
            "deleted_at": None,
            "current_node": ids.get(opened.session.current_node or ""),
            # The server's session goes on with the original only.
            "remote_id": "",
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
        for message in opened.tree
    ]
    for message in messages:
        if message.is_running:
            message.status = MessageStatus.INTERRUPTED
            session.status = SessionStatus.INTERRUPTED
    return OpenSession(session, MessageTree(messages))
