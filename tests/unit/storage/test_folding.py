"""Folding a long tail: tables that one commit wrote are copied unread, and others are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tinydb import TinyDB

from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.history import History


def messages(session_id: str, *texts: str) -> list[ChatMessage]:
    parts = [[TextPart(text=text)] for text in texts]
    return [ChatMessage(session_id=session_id, role=Role.USER, parts=one) for one in parts]


@pytest.mark.parametrize("removed", [False, True])
def test_what_one_commit_wrote_is_the_same_after_folding(tmp_path: Path, removed: bool) -> None:
    path = tmp_path / "history.json"
    history = History(path)
    history.open()
    sessions = [ChatSession(name=f"s{number}") for number in range(3)]
    said = [one for session in sessions for one in messages(session.id, "a", 'x "_deleted" y', "\u2028é")]
    history.save_many([one.to_document() for one in sessions], [one.to_document() for one in said])
    if removed:
        history.remove_messages(sessions[0].to_document(), [said[0].id], [])
        del said[0]

    history._storage.compact(force=True)

    text = path.read_text()
    assert "#" not in text.splitlines()[1][:20]
    assert [one for session in sessions for one in history.messages(session.id)] == said
    assert history.sessions() == sessions
    history.close()
    with TinyDB(path) as plain:
        assert len(plain.table(f"messages/{sessions[1].id}").all()) == 3
        assert len(plain.table("sessions").all()) == 3
