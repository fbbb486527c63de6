"""Writes a history and says after each commit that it is safe: ``python -m tests.faults.writer PATH NAME``."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from tui_chat.domain.errors import HistoryLocked
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.history import History


def main(path: str, name: str) -> None:
    """Write until killed."""
    history = History(Path(path))
    history.open()
    session = ChatSession(id=f"session-{name}")
    for number in count():
        text = f"{name} {number} " + "x" * (number * 37 % 900)
        message = ChatMessage(id=f"{name}-{number}", session_id=session.id, role=Role.USER, parts=[TextPart(text=text)])
        session.message_count = number + 1
        save(history, session, message)
        print(message.id, flush=True)
        if number % 40 == 39:
            history._storage.compact(force=True)


def save(history: History, session: ChatSession, message: ChatMessage) -> None:
    """Save, however long the other writers let one wait."""
    while True:
        try:
            history.save(session.to_document(), [message.to_document()])
        except HistoryLocked:
            continue
        return


if __name__ == "__main__":
    main(*sys.argv[1:])
