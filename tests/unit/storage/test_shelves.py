"""Temporary sessions live beside the history and never come near its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_chat.domain.errors import HistoryError, NotFound
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.library import Library


def said(session: ChatSession, text: str) -> ChatMessage:
    return ChatMessage(session_id=session.id, role=Role.USER, parts=[TextPart(text=text)])


async def stored(path: Path) -> list[tuple[str, list[str]]]:
    """What another process reads."""
    async with Library(path) as library:
        sessions = await library.sessions()
        return [(one.name, [message.text for message in await library.messages(one.id)]) for one in sessions]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.json"


async def test_nothing_of_a_temporary_session_is_written_until_it_is_kept(path: Path) -> None:
    usual, secret = ChatSession(name="Usual"), ChatSession(name="Hush")
    async with Library(path) as library:
        await library.save(usual, [said(usual, "known")])
        library.make_temporary(secret.id)
        first, second = said(secret, "unknown"), said(secret, "removed")
        await library.save(secret, [first])
        await library.save(None, [second])
        assert await library.changed() == {usual.id, secret.id}
        assert "Hush" not in path.read_text()
        assert "unknown" not in path.read_text()
        assert {one.name for one in await library.summaries()} == {"Usual", "Hush"}
        assert {one.name for one in await library.newest(9)} == {"Usual", "Hush"}
        summary = await library.summary(secret.id)
        assert summary is not None
        assert summary.name == (await library.session(secret.id)).name == "Hush"
        await library.remove_messages(secret, [second.id])
        assert [one.text for one in await library.messages(secret.id)] == ["unknown"]
        assert await library.claim(secret.id) is None
        await library.tidy()
        assert await stored(path) == [("Usual", ["known"])]
        await library.keep(secret.id, path)
        assert not library.is_temporary(secret.id)
        assert [one.text for one in await library.messages(secret.id)] == ["unknown"]
        await library.save(secret, [said(secret, "more")])
    assert sorted(await stored(path)) == [("Hush", ["unknown", "more"]), ("Usual", ["known"])]


async def test_a_temporary_session_is_purged(path: Path) -> None:
    secret = ChatSession(name="Hush")
    async with Library(path) as library:
        library.make_temporary(secret.id)
        await library.save(secret, [said(secret, "unknown")])
        await library.purge(secret.id)
        with pytest.raises(NotFound):
            await library.session(secret.id)
    assert not path.exists() or "Hush" not in path.read_text()


async def test_a_library_without_a_file_gets_one_for_what_is_kept(path: Path) -> None:
    one, other = ChatSession(name="Kept"), ChatSession(name="Not kept")
    async with Library(None) as library:
        await library.save(one, [said(one, "first")])
        await library.save(other, [said(other, "second")])
        assert library.is_temporary(one.id)
        assert not path.exists()
        await library.keep(one.id, path)
        assert library.is_temporary(other.id)
        await library.save(one, [said(one, "third")])
        await library.save(other, [said(other, "fourth")])
        assert [message.text for message in await library.messages(other.id)] == ["second", "fourth"]
    assert await stored(path) == [("Kept", ["first", "third"])]
    assert "Not kept" not in path.read_text()


async def test_what_cannot_be_written_stays_temporary(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    secret = ChatSession(name="Hush")
    async with Library(None) as library:
        await library.save(secret, [said(secret, "unknown")])
        with pytest.raises(HistoryError):
            await library.keep(secret.id, blocked / "history.json")
        assert library.is_temporary(secret.id)
        assert [one.text for one in await library.messages(secret.id)] == ["unknown"]
