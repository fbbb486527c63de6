"""Sessions and messages on the line storage: what a change costs, what others see of it, what is gone for good."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from tests.unit.storage.samples import message_of, opened, texts
from tui_chat.domain.errors import HistoryNotSaved
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.history import History
from tui_chat.storage.line_reader import LineReader
from tui_chat.storage.line_storage import LineStorage
from tui_chat.storage.table import LineTable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.json"


@pytest.fixture
def two(path: Path) -> Iterator[tuple[History, History]]:
    """Return one history, open twice as by two processes."""
    one, other = opened(path), opened(path)
    yield one, other
    one.close()
    other.close()


def test_a_save_reads_no_table_writes_what_changed_and_syncs_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = opened(path)
    for number in range(300):
        history.save(ChatSession(id=f"{number}").to_document(), [])
    session = ChatSession(id="7", name="other")
    history.save(session.to_document(), [message_of(session, str(number)) for number in range(300)])
    size = path.stat().st_size
    read: list[str] = []
    synced: list[int] = []
    documents, fsync = LineReader.documents, os.fsync

    def read_and_noted(self: LineReader, table: str) -> dict[str, Any]:
        read.append(table)
        return documents(self, table)

    def synced_and_noted(descriptor: int) -> None:
        synced.append(descriptor)
        fsync(descriptor)

    monkeypatch.setattr(LineReader, "documents", read_and_noted)
    monkeypatch.setattr(os, "fsync", synced_and_noted)
    message = message_of(session, "x" * 500)
    history.save(session.to_document(), [message])
    assert read == []
    assert len(synced) == 1
    assert path.stat().st_size - size < 500 + 2 * len(str(session.to_document()))
    assert history.messages("7")[-1].text == "x" * 500
    assert read == ["messages/7"]
    history.close()


def test_to_ask_for_changes_opens_no_file(two: tuple[History, History], monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = two
    one.save(ChatSession(id="a").to_document(), [])
    other.changed()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda *_: pytest.fail("a file was opened"))
        patch.setattr(LineReader, "read_on", lambda *_: pytest.fail("the file was read"))
        assert other.changed() == set()
    one.save(ChatSession(id="b").to_document(), [])
    assert other.changed() == {"b"}
    assert other.changed() == set()


def test_two_processes_give_no_number_twice(two: tuple[History, History]) -> None:
    one, other = two
    session = ChatSession(id="s")
    for number in range(5):
        for history, name in ((one, "one"), (other, "other")):
            history.save(session.to_document(), [message_of(session, f"{name} {number}")])
            history.save(ChatSession(id=f"{name} {number}").to_document(), [])
    wanted = [f"{name} {number}" for number in range(5) for name in ("one", "other")]
    for history in (one, other):
        assert [message.text for message in history.messages("s")] == wanted
        assert [session.id for session in history.sessions()] == ["s", *wanted]


def test_a_number_that_is_used_again_is_followed(path: Path, two: tuple[History, History]) -> None:
    one, other = two
    for session_id in ("kept", "removed"):
        one.save(ChatSession(id=session_id).to_document(), [])
    assert other.changed() is None
    other.sessions()
    # Without a new file, as no purge does it: the number of the last one is free, and taken at once.
    writer = LineStorage(path)
    table = LineTable(writer, "sessions")
    table.drop([2])
    table.put({2: ChatSession(id="new").to_document()})
    assert other.changed() == {"removed", "new"}
    assert [session.id for session in other.sessions()] == ["kept", "new"]
    other.save(ChatSession(id="newer").to_document(), [])
    assert [session.id for session in one.sessions()] == ["kept", "new", "newer"]
    writer.close()


def test_sessions_of_another_process_are_read_as_they_are_in_the_file(two: tuple[History, History]) -> None:
    one, other = two
    for number in range(4):
        one.save(ChatSession(id=f"{number}").to_document(), [])
    assert [session.id for session in other.sessions()] == ["0", "1", "2", "3"]
    one.save(ChatSession(id="1", name="changed").to_document(), [])
    one.purge(["2"])
    assert other.changed() is None
    assert [(session.id, session.name) for session in other.sessions()] == [
        ("0", "New session"),
        ("1", "changed"),
        ("3", "New session"),
    ]


def beside(path: Path) -> list[bytes]:
    """Return all that is on the disk."""
    return [one.read_bytes() for one in path.parent.iterdir() if one.is_file()]


def test_what_is_purged_is_nowhere(path: Path) -> None:
    history = opened(path)
    gone, kept = ChatSession(id="gone", name="a secret name"), ChatSession(id="kept")
    history.save(gone.to_document(), [message_of(gone, "a secret text")])
    history.save(kept.to_document(), [message_of(kept, "another text")])
    half = message_of(gone, "a secret half")
    history.save(gone.to_document(), [half])
    history._storage._reader.close()  # as if it had been killed
    path.write_bytes(path.read_bytes()[:-9])
    again = opened(path)
    assert sum(b"a secret half" in one for one in beside(path)) == 1  # it is kept as torn
    again.close()
    path.write_bytes(path.read_bytes().replace(b"\n", b"\n "))  # by hand, so that a copy is kept
    again = opened(path)
    again.save(kept.to_document(), [])
    assert sum(b"a secret text" in one for one in beside(path)) == 2
    foreign = path.with_name("history.json.before-mine")
    foreign.write_bytes(b"a text without the mark")
    again.purge(["gone"])
    assert not any(b"secret" in one for one in beside(path))
    assert foreign.exists()
    assert texts(again) == {"kept": ["another text"]}
    again.close()
    assert not any(b"secret" in one for one in beside(path))


def test_who_still_looks_at_purged_messages_sees_none(two: tuple[History, History]) -> None:
    one, other = two
    session = ChatSession(id="s")
    one.save(session.to_document(), [message_of(session, "text")])
    assert texts(other) == {"s": ["text"]}
    other.save(session.to_document(), [message_of(session, "one more")])
    one.purge(["s"])
    assert other.messages("s") == []
    assert texts(other) == {}
    one.purge(["s"])


def test_a_file_below_a_link_has_one_lock(tmp_path: Path, path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(path)
    one, other = opened(link), opened(path)
    with one._storage.commit():
        assert other._storage._lock._made().lock_file == one._storage._lock._made().lock_file
    one.save(ChatSession(id="a").to_document(), [])
    other.save(ChatSession(id="b").to_document(), [])
    other.tidy()
    other._storage.compact(force=True)
    one.save(ChatSession(id="c").to_document(), [])
    assert [session.id for session in other.sessions()] == ["a", "b", "c"]
    assert link.is_symlink()
    one.close()
    other.close()


def test_tinydb_with_our_storage_and_table(path: Path) -> None:
    class Database(TinyDB):
        default_storage_class = LineStorage  # type: ignore[assignment]  # it is another Storage
        table_class = LineTable  # type: ignore[assignment]  # another Table

    with Database(path) as database:
        database.insert({"a": 1})
        database.table("other").insert_multiple([{"b": 1}, {"b": 2}])
        assert database.tables() == {"_default", "other"}
        database.drop_table("_default")
        assert database.tables() == {"other"}
    with TinyDB(path) as stock:
        assert stock.table("other").all() == [{"b": 1}, {"b": 2}]
        assert stock.table("_default").all() == []
    with Database(path) as database:
        database.drop_tables()
        assert database.tables() == set()


def test_a_search_sees_the_file_as_it_was(path: Path) -> None:
    history = opened(path)
    session = ChatSession(id="s")
    history.save(session.to_document(), [message_of(session, "before")])
    history.save(session.to_document(), [message_of(session, "then")])
    with history.lines() as lines:
        history.save(session.to_document(), [message_of(session, "after")])
        history.purge(["s"])
        found = list(lines.documents("messages/s").values())
        assert [one["parts"][0]["text"] for one in found] == ["before", "then"]
        assert lines.documents("messages/other") == {}
    with history.lines() as lines:
        path.write_bytes(b"{}")  # the same file, shorter
        assert list(lines.of("sessions")) == []
    history.close()


def test_a_search_of_a_file_that_somebody_made_shorter_finds_less(path: Path) -> None:
    history = opened(path)
    session = ChatSession(id="s")
    history.save(session.to_document(), [message_of(session, "x" * 9000)])
    with history.lines() as lines:
        path.write_bytes(b"{}")
        assert list(lines.of("messages/s")) == [b""]
    history.close()


def test_what_failed_to_be_saved_is_not_remembered(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = opened(path)
    history.save(ChatSession(id="a").to_document(), [])

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(HistoryNotSaved, match="No space left"):
            history.save(ChatSession(id="b").to_document(), [])
    assert [session.id for session in history.sessions()] == ["a"]
    history.save(ChatSession(id="c").to_document(), [])
    with TinyDB(path) as stock:
        assert [one["id"] for one in stock.table("sessions#2")] == ["c"]
    history.close()
