"""The history through its async door, on a real disk."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

import pytest
from tinydb import TinyDB

from tui_chat.domain.errors import Ambiguous, HistoryNotSaved, HistoryUnreadable, NotFound
from tui_chat.domain.messages import ChatMessage, MessageStatus, ReasoningPart, Role, TextPart
from tui_chat.domain.record import now
from tui_chat.domain.sessions import ChatSession, SessionStatus
from tui_chat.storage.library import Library


def message_of(session: ChatSession, text: str, status: MessageStatus = MessageStatus.COMPLETE) -> ChatMessage:
    return ChatMessage(session_id=session.id, role=Role.USER, parts=[TextPart(text=text)], status=status)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "history.json"


async def test_what_is_saved_is_read_by_another_process(path: Path) -> None:
    session = ChatSession(name="Grüße \ud800 \u2028")
    message = message_of(session, "text")
    message.parts.append(ReasoningPart(text="hm", metadata={"signature": "x"}))
    async with Library(path) as library:
        await library.save(session, [message])
    async with Library(path) as library:
        assert await library.sessions() == [session]
        assert await library.messages(session.id) == [message]


async def test_stock_tinydb_opens_the_file(path: Path) -> None:
    session = ChatSession()
    async with Library(path) as library:
        await library.save(session, [message_of(session, "a"), message_of(session, "b")])
    with TinyDB(path) as database:
        assert [row["id"] for row in database.table("sessions")] == [session.id]
        assert len(database.table(f"messages/{session.id}")) == 2


async def test_saving_again_replaces(path: Path) -> None:
    session = ChatSession()
    message = message_of(session, "a")
    async with Library(path) as library:
        await library.save(session, [message])
        message.parts = [TextPart(text="b")]
        session.name = "Other"
        await library.save(session, [message])
        assert [one.text for one in await library.messages(session.id)] == ["b"]
        assert [one.name for one in await library.sessions()] == ["Other"]


async def test_a_field_that_is_empty_again_does_not_come_back(path: Path) -> None:
    session = ChatSession(deleted_at=now())
    async with Library(path) as library:
        await library.save(session)
        session.deleted_at = None
        await library.save(session)
        assert await library.sessions() == [session]


async def test_what_is_returned_can_be_changed_without_harm(path: Path) -> None:
    session = ChatSession(tags=["a"])
    async with Library(path) as library:
        await library.save(session)
        (await library.sessions())[0].tags.append("b")
        assert (await library.sessions())[0].tags == ["a"]


async def test_sessions_come_newest_first_and_the_trash_apart(path: Path) -> None:
    old, new, gone = ChatSession(), ChatSession(), ChatSession(deleted_at=now())
    old.updated_at -= timedelta(days=1)
    async with Library(path) as library:
        for session in (new, old, gone):
            await library.save(session)
        assert [one.id for one in await library.sessions()] == [new.id, old.id]
        assert [one.id for one in await library.sessions(deleted=True)] == [gone.id]
        assert (await library.find("last")).id == new.id
        assert (await library.find(gone.id, deleted=True)).id == gone.id
        with pytest.raises(NotFound):
            await library.find(gone.id)


async def test_a_session_is_found_by_a_clear_prefix(path: Path) -> None:
    async with Library(path) as library:
        with pytest.raises(NotFound):
            await library.find("last")
        await library.save(ChatSession(id="abcd"))
        await library.save(ChatSession(id="abce"))
        await library.save(ChatSession(id="ab"))
        assert (await library.find("abcd")).id == "abcd"
        assert (await library.find("ab")).id == "ab"
        with pytest.raises(Ambiguous):
            await library.find("abc")
        with pytest.raises(NotFound):
            await library.find("x")


async def test_purging_removes_the_bytes(path: Path) -> None:
    session = ChatSession()
    async with Library(path) as library:
        await library.save(session, [message_of(session, "a secret")])
        await library.purge(session.id)
        assert await library.sessions() == []
    assert b"a secret" not in path.read_bytes()


async def test_removing_messages_saves_what_moved(path: Path) -> None:
    session = ChatSession()
    one, two = message_of(session, "one"), message_of(session, "two")
    async with Library(path) as library:
        await library.save(session, [one, two])
        two.parent_id = "elsewhere"
        await library.remove_messages(session, [one.id], [two])
        assert [(m.text, m.parent_id) for m in await library.messages(session.id)] == [("two", "elsewhere")]


async def test_only_the_owner_can_read(path: Path) -> None:
    async with Library(path) as library:
        await library.save(ChatSession())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_in_memory_nothing_is_written(tmp_path: Path) -> None:
    session = ChatSession()
    async with Library(None) as library:
        await library.save(session, [message_of(session, "a")])
        assert [one.text for one in await library.messages(session.id)] == ["a"]
        await library.purge(session.id)
        assert await library.sessions() == []
    assert list(tmp_path.iterdir()) == []


async def test_a_reply_of_a_dead_process_is_interrupted_and_of_a_living_one_is_not(path: Path) -> None:
    session = ChatSession(status=SessionStatus.STREAMING)
    async with Library(path) as writer:
        await writer.save(session, [message_of(session, "part", MessageStatus.STREAMING)])
        async with Library(path) as reader:
            assert (await reader.messages(session.id))[0].status is MessageStatus.STREAMING
    async with Library(path) as reader:
        assert (await reader.messages(session.id))[0].status is MessageStatus.INTERRUPTED
        assert (await reader.session(session.id)).status is SessionStatus.INTERRUPTED


async def test_fields_of_a_newer_version_are_kept(path: Path) -> None:
    session = ChatSession()
    async with Library(path) as library:
        await library.save(session)
    tables = json.loads(path.read_text())
    tables["sessions"]["1"]["mood"] = "good"
    tables["somebody else's"] = {"1": {"a": 1}}
    path.write_text(json.dumps(tables))
    async with Library(path) as library:
        changed = await library.session(session.id)
        changed.name = "Other"
        await library.save(changed)
    tables = json.loads(path.read_text())
    assert tables["sessions"]["1"]["mood"] == "good"
    assert tables["somebody else's"] == {"1": {"a": 1}}


@pytest.mark.parametrize(
    "content",
    [b'{"sessions":{"1":', b"not json", b"[1, 2]", b'{"sessions": 3}', b"\x00" * 100, b"\xff\xfe" * 9, b"[" * 99999],
)
async def test_a_damaged_file_is_told_and_not_touched(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    library = Library(path)
    with pytest.raises(HistoryUnreadable) as caught:
        await library.open()
    assert str(path) in caught.value.text
    with pytest.raises(HistoryUnreadable):
        await library.save(ChatSession())
    await library.aclose()
    assert path.read_bytes() == content


async def test_a_folder_in_the_place_of_the_file_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    library = Library(path)
    with pytest.raises(HistoryUnreadable):
        await library.open()
    await library.aclose()


async def test_an_empty_file_is_an_empty_history(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    async with Library(path) as library:
        assert await library.sessions() == []


async def test_a_newer_format_is_read_but_not_written(path: Path) -> None:
    session = ChatSession()
    async with Library(path) as library:
        await library.save(session)
    tables = json.loads(path.read_text())
    tables["_store"]["1"]["format"] = 99
    path.write_text(json.dumps(tables))
    before = path.read_bytes()
    async with Library(path) as library:
        assert len(await library.sessions()) == 1
        with pytest.raises(HistoryNotSaved) as caught:
            await library.save(ChatSession())
        assert "newer" in caught.value.text
    assert path.read_bytes() == before


async def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.json"
    link = tmp_path / "history.json"
    link.symlink_to(target)
    async with Library(link) as library:
        await library.save(ChatSession())
    assert link.is_symlink()
    assert target.exists()


_WRITER = """
    import asyncio, sys
    from pathlib import Path
    from tui_chat.domain.messages import ChatMessage, TextPart
    from tui_chat.domain.sessions import ChatSession
    from tui_chat.storage.library import Library

    async def main():
        session = ChatSession(id="shared")
        async with Library(Path(sys.argv[1])) as library:
            for number in range(int(sys.argv[3])):
                text = f"{sys.argv[2]} {number}"
                message = ChatMessage(session_id="shared", role="user", parts=[TextPart(text=text)])
                await library.save(session, [message])
                print(text, flush=True)

    asyncio.run(main())
"""


def start_writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    script = textwrap.dedent(_WRITER)
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path), name, str(count)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )


async def test_two_processes_lose_nothing(path: Path) -> None:
    writers = [start_writer(path, name, 60) for name in ("a", "b")]
    outputs = [writer.communicate(timeout=60)[0] for writer in writers]
    assert [len(output.splitlines()) for output in outputs] == [60, 60]
    async with Library(path) as library:
        texts = {message.text for message in await library.messages("shared")}
    assert texts == {f"{name} {number}" for name in "ab" for number in range(60)}


async def test_killed_in_the_middle_nothing_acknowledged_is_lost(path: Path) -> None:
    acknowledged: list[str] = []
    for round_ in range(12):
        writer = start_writer(path, str(round_), 10_000)
        assert writer.stdout is not None
        acknowledged += [writer.stdout.readline().strip() for _ in range(3 + round_)]
        writer.kill()
        acknowledged += writer.stdout.read().splitlines()[:-1]
        writer.stdout.close()
        writer.wait()
    async with Library(path) as library:
        texts = {message.text for message in await library.messages("shared")}
    assert set(acknowledged) <= texts
    json.loads(path.read_text())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the limit on file sizes is a POSIX thing")
def test_a_full_disk_is_told_and_loses_nothing(path: Path) -> None:
    script = """
        import asyncio, resource, signal, sys
        from pathlib import Path
        from tui_chat.domain.errors import HistoryNotSaved
        from tui_chat.domain.sessions import ChatSession
        from tui_chat.storage.library import Library

        async def main():
            async with Library(Path(sys.argv[1])) as library:
                await library.save(ChatSession(id="kept"))
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
                try:
                    await library.save(ChatSession(id="lost", name="x" * 999))
                except HistoryNotSaved as error:
                    print(error.sentence)
                print([session.id for session in await library.sessions()])

        asyncio.run(main())
    """
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert "could not be written" in result.stdout
    assert result.stdout.splitlines()[-1] == "['kept']"
    assert list(json.loads(path.read_text())["sessions"]) == ["1"]
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".history")] == []
