"""A history in an odd place, or under an odd clock: told in words, and nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.storage.samples import filled
from tui_chat.chat.open_session import OpenSession
from tui_chat.domain import record
from tui_chat.domain.errors import HistoryError, HistoryUnreadable
from tui_chat.domain.messages import MessageStatus
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.history import History
from tui_chat.storage.library import Library


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "history.json"
    async with Library(path) as library:
        await library.save(ChatSession(name="First"))
    assert path.parent.stat().st_mode & 0o777 == 0o700
    async with Library(path) as library:
        assert [one.name for one in await library.sessions()] == ["First"]


def test_a_link_to_nothing_is_told_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.symlink_to(tmp_path / "unmounted" / "history.json")
    history = History(path)
    with pytest.raises(HistoryUnreadable, match=r"link .* that is not there"):
        history.open()
    assert path.is_symlink()
    assert not (tmp_path / "unmounted").exists()


def test_a_file_that_was_taken_away_meanwhile_is_written_anew_with_all_that_is_known(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    history = filled(path, sessions=2)
    path.rename(tmp_path / "moved.json")
    try:
        history.save(ChatSession(id="s3", name="Third").to_document(), [])
    except HistoryError as error:
        assert "history.json" in error.text
    history.close()
    again = History(path if path.exists() else tmp_path / "moved.json")
    again.open()
    kept = {one.id for one in again.sessions()}
    other = History(tmp_path / "moved.json")
    other.open()
    assert {"s1", "s2"} <= kept | {one.id for one in other.sessions()}
    for opened in (again, other):
        opened.close()


async def test_sessions_of_the_future_are_listed_and_written_to(tmp_path: Path) -> None:
    ahead = datetime.now(UTC) + timedelta(days=400)
    async with Library(tmp_path / "history.json") as library:
        await library.save(ChatSession(id="ahead", name="Ahead", created_at=ahead, updated_at=ahead))
        await library.save(ChatSession(id="now", name="Now"))
        assert [one.id for one in await library.newest(5)] == ["ahead", "now"]
        opened = OpenSession(await library.session("ahead"))
        opened.add_prompt("later, by a clock that was set right")
        await library.save(opened.session, list(opened.tree))
        assert len(await library.messages("ahead")) == 1


def test_a_clock_that_goes_backwards_keeps_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = OpenSession(ChatSession())
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(4):
        moment = start - timedelta(hours=number)
        monkeypatch.setattr(record, "now", lambda moment=moment: moment)
        prompt = opened.add_prompt(f"prompt {number}")
        prompt.created_at = moment
        for answer in range(2):
            reply = opened.add_reply(prompt.id)
            reply.status, reply.created_at = MessageStatus.COMPLETE, moment - timedelta(minutes=answer)
            opened.update(reply)
    before, branch = [one.id for one in opened.tree], [one.id for one in opened.branch]
    removal = opened.remove_turn(2)
    assert len(opened.tree) == 9
    opened.put_back(removal)
    assert ([one.id for one in opened.tree], [one.id for one in opened.branch]) == (before, branch)
