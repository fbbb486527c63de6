from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.trash import days_left, is_expired, purge
from tui_chat.domain.errors import NotFound
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.input_memory import InputMemory
from tui_chat.storage.library import Library

DELETED = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "left", "expired"),
    [
        (timedelta(0), 30, False),
        (timedelta(seconds=1), 30, False),
        (timedelta(days=1), 29, False),
        (timedelta(days=29, seconds=1), 1, False),
        (timedelta(days=30), 0, False),
        (timedelta(days=30, seconds=1), 0, True),
        (timedelta(days=400), 0, True),
        (timedelta(days=-5), 30, False),
    ],
)
def test_deleted_sessions_are_kept_for_thirty_days(after: timedelta, left: int, expired: bool) -> None:
    assert (days_left(DELETED, DELETED + after), is_expired(DELETED, DELETED + after)) == (left, expired)


async def test_nothing_of_a_session_that_is_removed_for_good_is_left_beside_the_history(tmp_path: Path) -> None:
    opened = OpenSession(ChatSession(name="Apples"))
    opened.add_prompt("the secret question")
    memory = InputMemory(tmp_path)
    async with Library(tmp_path / "history.json") as library, memory:
        await library.save(opened.session, list(opened.tree))
        for prompt in ("the secret question", "another question"):
            await memory.remember(prompt)
        memory.note_draft(opened.id, "a secret draft")
        await memory.write_drafts()
        await purge(library, memory, opened.id)
        with pytest.raises(NotFound):
            await library.session(opened.id)
        assert [prompt.text for prompt in memory.prompts] == ["another question"]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files if b"secret" in path.read_bytes()] == []
