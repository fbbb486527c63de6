"""Another version of the history is brought in by ids, and nothing here is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile

import pytest

from tests.unit.storage.samples import filled
from tui_chat.domain.errors import HistoryUnreadable, TransferError
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.usage import Usage
from tui_chat.storage.checkup import check
from tui_chat.storage.history import History
from tui_chat.storage.library import Library
from tui_chat.storage.merging import conflicts, merge

LATER = datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.json"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return tmp_path / "history (Ann's conflicted copy 2026-01-01).json"


def grown(path: Path, *, text: str, session_id: str = "s1", **fields: object) -> None:
    """Add a prompt to a session of a history, as another machine would."""
    history = History(path)
    history.open()
    session = history.session(session_id) or ChatSession(id=session_id, name=session_id)
    last = session.message_count
    message = ChatMessage(
        id=f"{session_id}-{text}",
        session_id=session_id,
        parent_id=f"{session_id}m{last}" if last else None,
        role=Role.USER,
        parts=[TextPart(text=text)],
        usage=Usage(input_tokens=5),
    )
    changed = session.model_copy(update={"message_count": last + 1, "current_node": message.id, **fields})
    history.save(changed.to_document(), [message.to_document()])
    history.close()


def test_what_both_versions_added_is_there(path: Path, other: Path) -> None:
    filled(path, sessions=2).close()
    copyfile(path, other)
    grown(path, text="here")
    grown(other, text="there", name="Renamed there", updated_at=LATER)
    grown(other, text="new", session_id="s9")
    history = History(path)
    history.open()
    assert conflicts(path) == [other]
    found = merge(history, other)
    assert (found.sessions, found.messages) == (1, 2)
    assert found.sentence.startswith("Brought in 1 session and 2 messages")
    assert [one.id for one in history.messages("s1")] == ["s1m1", "s1m2", "s1-here", "s1-there"]
    session = history.session("s1")
    assert session is not None
    assert (session.name, session.message_count, session.current_node) == ("Renamed there", 4, "s1-there")
    assert session.usage.input_tokens == 10
    assert [one.id for one in history.messages("s9")] == ["s9-new"]
    history.close()
    assert conflicts(path) == []
    assert found.path.exists() and not other.exists()
    assert check(path).problems == []


def test_what_is_newer_here_stays(path: Path, other: Path) -> None:
    filled(path).close()
    copyfile(path, other)
    grown(path, text="here", name="Named here", updated_at=LATER)
    grown(other, text="there")
    history = History(path)
    history.open()
    merge(history, other)
    session = history.session("s1")
    assert session is not None
    assert (session.name, session.current_node, session.message_count) == ("Named here", "s1-here", 4)
    history.close()


def test_merging_twice_changes_nothing(path: Path, other: Path) -> None:
    filled(path).close()
    copyfile(path, other)
    grown(other, text="there")
    history = History(path)
    history.open()
    kept = merge(history, other).path
    kept.rename(other)
    before = path.read_bytes()
    found = merge(history, other)
    assert (found.sessions, found.messages) == (0, 0)
    assert found.sentence.startswith("Nothing was missing here")
    assert path.read_bytes() == before
    history.close()


@pytest.mark.parametrize(
    ("ours", "theirs", "wins"),
    [
        (MessageStatus.INTERRUPTED, MessageStatus.COMPLETE, "theirs"),
        (MessageStatus.COMPLETE, MessageStatus.INTERRUPTED, "ours"),
        (MessageStatus.COMPLETE, MessageStatus.COMPLETE, "ours"),
        (MessageStatus.INTERRUPTED, MessageStatus.STREAMING, "theirs"),
    ],
)
def test_the_message_that_got_further_is_kept(
    path: Path, other: Path, ours: MessageStatus, theirs: MessageStatus, wins: str
) -> None:
    for one, status, text in ((path, ours, "ours"), (other, theirs, "theirs")):
        history = History(one)
        history.open()
        message = ChatMessage(id="m", session_id="s", role=Role.ASSISTANT, status=status, parts=[TextPart(text=text)])
        history.save(ChatSession(id="s", message_count=1).to_document(), [message.to_document()])
        history.close()
    history = History(path)
    history.open()
    merge(history, other)
    (kept,) = history.messages("s")
    assert kept.text == wins
    assert kept.status is not MessageStatus.STREAMING
    history.close()


def test_a_damaged_version_is_told_and_brings_nothing(path: Path, other: Path) -> None:
    filled(path).close()
    other.write_text("{ this is no history")
    history = History(path)
    history.open()
    before = path.read_bytes()
    with pytest.raises(HistoryUnreadable, match="cannot be merged"):
        merge(history, other)
    assert path.read_bytes() == before
    assert other.read_text() == "{ this is no history"
    history.close()


async def test_a_version_that_was_merged_under_that_name_before_is_not_overwritten(path: Path, other: Path) -> None:
    filled(path).close()
    copyfile(path, other)
    (kept := other.with_name(other.name + ".merged")).write_text("older")
    async with Library(path) as library:
        assert await library.conflicts() == [other]
        with pytest.raises(TransferError, match="could not be renamed"):
            await library.merge(other)
    assert kept.read_text() == "older"
    async with Library(None) as library:
        assert await library.conflicts() == []
