from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.importers.test_stores import database
from tui_chat.chat.importing import Import, ImportProgress, ImportReport, look_at, paths_for
from tui_chat.chat.trash import purge
from tui_chat.domain.errors import HistoryNotSaved, TransferError
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.record import now
from tui_chat.domain.sessions import ChatSession
from tui_chat.exporters import session_json
from tui_chat.exporters.base import Export
from tui_chat.storage.input_memory import InputMemory
from tui_chat.storage.library import Library


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    async with Library(tmp_path / "history" / "history.json") as library:
        yield library


def talk(name: str, *texts: str, title: str = "") -> dict[str, Any]:
    """A conversation of Claude's: prompts and replies in turn, a second apart."""
    rows = [
        {
            "uuid": f"{name}{place}",
            "sender": "assistant" if place % 2 else "human",
            "text": text,
            "created_at": f"2026-03-07T12:00:{place:02}Z",
        }
        for place, text in enumerate(texts)
    ]
    return {"uuid": name, "name": title, "chat_messages": rows}


def write(path: Path, *talks: dict[str, Any]) -> Path:
    path.write_text(json.dumps(talks))
    return path


async def run(library: Library, *paths: Path, **options: Any) -> ImportReport:
    return await Import(library, paths, **options).run()


async def test_sessions_come_in_and_a_second_import_adds_nothing(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "claude.json", talk("a", "Hi", "Ho", title="One"), talk("b", "# What *is* it?\nTell me."))

    first, second = await run(library, path), await run(library, path)

    assert (first.sessions, first.messages, first.formats) == (2, 3, {"Claude": 2})
    assert (second.sessions, second.messages, second.present) == (0, 0, 2)
    sessions = {one.name: one for one in await library.sessions()}
    assert set(sessions) == {"One", "What is it?"}
    one = sessions["One"]
    assert [message.text for message in await library.messages(one.id)] == ["Hi", "Ho"]
    assert one.message_count == 2
    assert one.updated_at == datetime(2026, 3, 7, 12, 0, 1, tzinfo=UTC)


async def test_the_same_session_twice_in_one_import_is_one(library: Library, tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{number}.json", talk("a", "Hi")) for number in range(2)]

    report = await run(library, *paths)

    assert (report.sessions, report.present) == (1, 1)


async def test_a_trial_writes_nothing(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "claude.json", talk("a", "Hi"))

    report = await run(library, path, is_trial=True)

    assert report.sessions == 1
    assert next(report.lines()) == "1 session with 1 message would be imported."
    assert await library.summaries() == []


async def test_deleted_sessions_stay_deleted(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "claude.json", talk("a", "Hi"))
    await run(library, path)
    [session] = await library.sessions()
    session.deleted_at = now()
    await library.save(session)

    report = await run(library, write(path, talk("a", "Hi", "Ho")))

    assert (report.sessions, report.grown, report.in_trash) == (0, 0, 1)
    assert await library.sessions() == []


async def test_what_was_removed_for_good_comes_back_only_when_asked_for(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "claude.json", talk("a", "Hi"), talk("b", "Ho"))
    await run(library, path)
    async with InputMemory(tmp_path) as memory:
        await purge(library, memory, next(one.id for one in await library.sessions() if one.name == "Hi"))

    report = await run(library, path)
    assert (report.sessions, report.present, report.purged) == (0, 1, 1)
    assert "1 session removed here for good, and left out." in report.lines()

    report = await run(library, path, is_again=True)
    assert (report.sessions, report.present, report.purged) == (1, 1, 0)
    assert {one.name for one in await library.sessions()} == {"Hi", "Ho"}
    assert (await run(library, path)).present == 2


async def test_a_session_that_has_grown_gets_only_what_is_new(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "claude.json", talk("a", "Hi", "Ho", "And?"))
    await run(library, path)
    [session] = await library.sessions()
    messages = await library.messages(session.id)
    # Here the last prompt was deleted, and it stays so; what answers it would hang in the air.
    session.current_node = messages[1].id
    await library.remove_messages(session, [messages[2].id])

    gone = await run(library, write(path, talk("a", "Hi", "Ho", "And?", "That.")))
    assert (gone.grown, gone.present) == (0, 1)

    await run(library, write(path, talk("b", "Hi", "Ho")))
    grown = await run(library, write(path, talk("b", "Hi", "Ho", "And?", "That.")))
    assert (grown.sessions, grown.grown, grown.messages) == (0, 1, 2)
    newest = (await library.sessions())[0]
    stored = await library.messages(newest.id)
    assert [message.text for message in stored] == ["Hi", "Ho", "And?", "That."]
    assert (newest.current_node, newest.message_count) == (stored[-1].id, 4)
    assert newest.updated_at == stored[-1].created_at


async def test_what_was_deleted_here_does_not_come_back_where_messages_have_no_times(
    library: Library, tmp_path: Path
) -> None:
    path = database("oterm.sql", tmp_path / "store.db")
    await run(library, path)
    [session] = await library.sessions()
    await library.remove_messages(session, [(await library.messages(session.id))[-1].id])
    path.touch()

    report = await run(library, path)

    assert (report.grown, report.present) == (0, 1)
    assert len(await library.messages(session.id)) == 3


async def test_what_was_said_here_meanwhile_stays_visible(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "claude.json", talk("a", "Hi", "Ho"))
    await run(library, path)
    [session] = await library.sessions()
    leaf = (await library.messages(session.id))[-1].id
    mine = ChatMessage(session_id=session.id, parent_id=leaf, role=Role.USER, parts=[TextPart(text="Mine")])
    session.current_node = mine.id
    await library.save(session, [mine])

    await run(library, write(path, talk("a", "Hi", "Ho", "And?")))

    [session] = await library.sessions()
    assert session.current_node == mine.id
    assert session.message_count == 4


async def test_our_own_json_comes_back_as_it_was(library: Library, tmp_path: Path) -> None:
    session = ChatSession(name="New session", created_at=datetime(2026, 1, 1, tzinfo=UTC), message_count=1)
    message = ChatMessage(session_id=session.id, role=Role.USER, parts=[TextPart(text="Hi")])
    session.current_node = message.id
    path = tmp_path / "session.json"
    path.write_text(session_json.render(Export(session=session, messages=[message], tree=[message])))

    await run(library, path)

    assert await library.session(session.id) == session
    assert await library.messages(session.id) == [message]


async def test_progress_is_told_and_an_import_can_be_stopped(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "claude.json", *(talk(str(number), "x" * 2000, "y") for number in range(4_000)))
    importing = Import(library, [path])
    seen: list[ImportProgress] = []

    def watch(progress: ImportProgress) -> None:
        seen.append(progress)
        if len(seen) == 2:
            importing.stop()

    report = await importing.run(watch)

    assert report.is_stopped
    assert 0 < report.sessions < 4_000
    assert len(await library.summaries()) == report.sessions
    assert 0 < seen[0].done < seen[1].done < seen[1].total == path.stat().st_size
    assert (await run(library, path)).sessions == 4_000 - report.sessions


async def test_problems_are_told_and_the_rest_comes_in(library: Library, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('[{"uuid": "a", "chat_mess')
    good = write(tmp_path / "good.json", talk("a", "Hi"), {"uuid": "b", "chat_messages": 7}, talk("c"))

    report = await run(library, broken, good)

    assert (report.sessions, report.empty) == (1, 1)
    assert [(one.where, one.why) for one in report.problems] == [
        ("broken.json", "it is cut short or damaged before the first session ends, or holds none"),
        ("good.json, session 2", "it has no messages (no “chat_messages”)"),
    ]
    assert report.to_dict()["problems"][1]["where"] == "good.json, session 2"


async def test_a_folder_gives_what_is_in_it_and_no_word_on_the_rest(library: Library, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "claude.json", talk("a", "Hi"))
    database("elia.sql", tmp_path / "in" / "deeper" / "elia.sqlite")
    (tmp_path / "in" / "other.json").write_text('{"name": "x"}')
    (tmp_path / "in" / "README.md").write_text("# Read me")

    report = await run(library, tmp_path / "in")

    assert (report.sessions, report.problems) == (3, [])
    assert report.formats == {"Claude": 1, "elia": 2}


async def test_a_format_that_is_named_wins(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "claude.json", talk("a", "Hi"))

    assert (await run(library, path, name="claude")).sessions == 1
    assert [one.why for one in (await run(library, path, name="chatgpt")).problems] == [
        "it has no tree of messages (no “mapping”)"
    ]


async def test_nothing_to_import_is_an_error(library: Library, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(TransferError, match="No sessions were found"):
        await run(library, tmp_path / "empty")
    with pytest.raises(TransferError, match="There is no file"):
        await run(library, tmp_path / "nowhere")
    with pytest.raises(TransferError, match="There is nothing to import"):
        paths_for([], "chatgpt")


async def test_a_history_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "claude.json", talk("a", "Hi"))
    newer = tmp_path / "history.json"
    newer.write_bytes(b'{"_store":{"1":{"format":99,"seq":0,"lens":{}}}\n}')
    async with Library(newer) as library:
        with pytest.raises(HistoryNotSaved, match="newer"):
            await run(library, path)


def test_a_path_is_looked_at_before_anything_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "claude.json", talk("a", "Hi"))

    assert look_at(path).labels == ("Claude",)
    assert look_at(tmp_path).labels == ("Claude",)
    assert look_at(tmp_path / "x").trouble == f"There is no file {tmp_path / 'x'}"
    path.write_text("milk")
    assert look_at(path).trouble == "it has none of the formats that are known"
    assert look_at(tmp_path).trouble == "it has none of the formats that are known"
