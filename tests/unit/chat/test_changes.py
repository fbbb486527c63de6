"""Every change to sessions is taken back and made again, on a real history file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tui_chat.chat.changes import MOST, Change, Journal, Words
from tui_chat.chat.choice import Choice
from tui_chat.chat.history import SessionHistory, tags_in
from tui_chat.chat.message_changes import MessageChanges
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.services import Services
from tui_chat.config.presets import presets
from tui_chat.domain.errors import HistoryLocked, NotFound
from tui_chat.domain.messages import MessageStatus
from tui_chat.domain.record import now
from tui_chat.domain.sessions import ChatSession, SessionSummary
from tui_chat.domain.settings import Settings
from tui_chat.domain.tree import MessageTree
from tui_chat.storage.library import Library

LOCKED = HistoryLocked("It is locked.", path=Path("history.json"))


class Shelf:
    """A history with one session of two prompts and their replies, as the screen holds it."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.opened = OpenSession(ChatSession(name="Apples"))
        self.is_held = True
        self.history = SessionHistory(services, lambda _: self.opened if self.is_held else None)
        self.messages = MessageChanges(services, self.history)

    async def fill(self) -> None:
        for text in ("one", "two"):
            self.opened.add_prompt(text)
            reply = self.opened.add_reply(self.opened.session.current_node)
            reply.status = MessageStatus.COMPLETE
            self.opened.update(reply)
        await self.services.library.save(self.opened.session, list(self.opened.tree))
        await self.history.refresh()

    @property
    def summary(self) -> SessionSummary:
        return self.opened.session.summary()

    async def stored(self) -> ChatSession:
        """The session as another process would read it."""
        async with Library(self.services.library.path) as library:
            return await library.session(self.opened.id)

    async def shown(self) -> list[str]:
        """The ids of the messages that another process would show, in their order."""
        async with Library(self.services.library.path) as library:
            opened = OpenSession(await library.session(self.opened.id))
            opened.tree = MessageTree(await library.messages(self.opened.id))
        return [message.id for message in opened.branch]


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    choice = Choice("scripted", "scripted", "because a test asks for it")
    services = Services(Settings(), Library(tmp_path / "history.json"), presets(), choice)
    shelf = Shelf(services)
    await shelf.history.open()
    await shelf.fill()
    yield shelf
    await services.aclose()


def step(log: list[str], word: str) -> Change:
    async def do() -> None:
        log.append(word)

    async def undo() -> None:
        log.append(f"no {word}")

    return Change((word,), do, undo, Words(word), Words(f"no {word}"))


async def test_changes_go_back_and_forth_in_their_order() -> None:
    log: list[str] = []
    journal = Journal()
    for word in ("a", "b"):
        await journal.do(step(log, word))
    for move in (journal.undo, journal.undo, journal.redo, journal.redo, journal.undo):
        assert await move() is not None
    assert log == ["a", "b", "no b", "no a", "a", "b", "no b"]
    assert journal.last_done is not None
    assert journal.last_undone is not None
    assert (journal.last_done.session_ids, journal.last_undone.session_ids) == (("a",), ("b",))


async def test_a_new_change_ends_what_could_be_made_again() -> None:
    journal = Journal()
    await journal.do(step([], "a"))
    await journal.undo()
    await journal.do(step([], "b"))
    assert await journal.redo() is None
    await journal.undo()
    assert await journal.undo() is None


async def test_the_oldest_of_many_changes_are_let_go() -> None:
    journal = Journal()
    for number in range(MOST + 5):
        await journal.do(step([], str(number)))
    last = None
    while (change := await journal.undo()) is not None:
        last = change
    assert last is not None
    assert last.session_ids == ("5",)


@pytest.mark.parametrize(("error", "is_kept"), [(LOCKED, True), (NotFound("gone"), False)])
async def test_what_could_not_be_taken_back_is_kept_unless_it_is_gone(error: Exception, is_kept: bool) -> None:
    async def fail() -> None:
        raise error

    journal = Journal()
    await journal.do(Change(("s",), step([], "").do, fail, Words(""), Words("")))
    with pytest.raises(type(error)):
        await journal.undo()
    assert (journal.last_done is not None) is is_kept
    assert journal.last_undone is None


async def test_changes_made_together_go_back_together() -> None:
    log: list[str] = []
    journal = Journal()
    await journal.do(step(log, "before"))
    steps = (journal.do(step(log, word)) for word in ("a", "b"))
    made = await journal.do_all(steps, Words("Both"), Words("None"))
    assert made is journal.last_done
    assert (made.session_ids, str(made.done)) == (("a", "b"), "Both")
    await journal.undo()
    await journal.redo()
    assert log == ["before", "a", "b", "no b", "no a", "a", "b"]
    await journal.undo()
    await journal.undo()
    assert log[-1] == "no before"
    assert journal.last_done is None


async def test_what_was_done_before_a_failure_is_taken_back_as_one() -> None:
    log: list[str] = []
    journal = Journal()

    async def fail() -> None:
        raise LOCKED

    changes = [step(log, "a"), step(log, "b"), Change(("c",), fail, fail, Words(""), Words("")), step(log, "d")]
    with pytest.raises(HistoryLocked):
        await journal.do_all((journal.do(one) for one in changes), Words("All"), Words("None"))
    assert journal.last_done is not None
    await journal.undo()
    assert log == ["a", "b", "no b", "no a"]
    assert journal.last_done is None


async def test_several_sessions_are_changed_and_one_that_is_gone_does_not_matter(shelf: Shelf) -> None:
    shelf.is_held = False
    for name in ("Pears", "Plums"):
        await shelf.services.library.save(ChatSession(name=name))
    await shelf.history.refresh()
    change = await shelf.history.change_all(shelf.history.sessions, shelf.history.delete, "Deleted", "Restored")
    assert (str(change.done), str(change.undone)) == ("Deleted 3 sessions", "Restored 3 sessions")
    assert shelf.history.sessions == []
    await shelf.history.purge(next(one.id for one in await shelf.history.trash() if one.name == "Pears"))
    await shelf.history.journal.undo()
    assert sorted(one.name for one in shelf.history.sessions) == ["Apples", "Plums"]
    await shelf.history.journal.redo()
    assert shelf.history.sessions == []


async def test_changes_of_a_session_that_is_gone_are_forgotten() -> None:
    journal = Journal()
    for word in ("a", "b", "a"):
        await journal.do(step([], word))
    await journal.undo()
    journal.forget("a")
    assert await journal.redo() is None
    assert (await journal.undo()) is not None
    assert journal.last_done is None


@pytest.mark.parametrize("is_held", [True, False])
async def test_a_name_goes_back_and_forth(shelf: Shelf, is_held: bool) -> None:
    shelf.is_held = is_held
    change = await shelf.history.rename(shelf.summary, "[b]Pears")
    assert str(change.done) == "Named [b]Pears"
    assert ((await shelf.stored()).name, shelf.history.sessions[0].name) == ("[b]Pears", "[b]Pears")
    await shelf.history.journal.undo()
    assert ((await shelf.stored()).name, shelf.history.sessions[0].name) == ("Apples", "Apples")
    await shelf.history.journal.redo()
    assert (await shelf.stored()).name == "[b]Pears"
    assert shelf.opened.session.name == ("[b]Pears" if is_held else "Apples")


async def test_taking_a_name_back_keeps_what_was_said_since(shelf: Shelf) -> None:
    shelf.is_held = False
    await shelf.history.rename(shelf.summary, "Pears")
    later = await shelf.history.load(shelf.opened.id)
    prompt = later.add_prompt("three")
    await shelf.services.library.save(later.session, [prompt])
    await shelf.history.journal.undo()
    stored = await shelf.stored()
    assert (stored.name, stored.message_count, stored.current_node) == ("Apples", 5, prompt.id)


async def test_a_pin_goes_back_and_forth(shelf: Shelf) -> None:
    assert str((await shelf.history.toggle_pin(shelf.summary)).done) == "Pinned Apples"
    assert str((await shelf.history.toggle_pin(shelf.summary)).done) == "Unpinned Apples"
    await shelf.history.journal.undo()
    assert (await shelf.stored()).pinned
    await shelf.history.journal.undo()
    assert not (await shelf.stored()).pinned


async def test_archive_tags_and_project_go_back_and_forth(shelf: Shelf) -> None:
    history = shelf.history
    said = [
        str((await history.toggle_archived(shelf.summary)).done),
        str((await history.tag(shelf.summary, ["red", "[b]"])).done),
        str((await history.move(shelf.summary, "Garden")).done),
    ]
    assert said == ["Archived Apples", "Apples: #red #[b]", "Apples: in Garden"]
    listed = history.sessions[0]
    assert (listed.archived, listed.tags, listed.project) == (True, ("red", "[b]"), "Garden")
    undone = [str(change.undone) for _ in said if (change := await history.journal.undo()) is not None]
    assert undone == ["Apples: in no project", "Apples: no tags", "Back in the list: Apples"]
    stored = await shelf.stored()
    assert (stored.archived, stored.tags, stored.project) == (False, [], "")
    while await history.journal.redo() is not None:
        pass
    stored = await shelf.stored()
    assert (stored.archived, stored.tags, stored.project) == (True, ["red", "[b]"], "Garden")


async def test_a_duplicate_comes_and_goes_with_what_was_said_in_it(shelf: Shelf) -> None:
    shelf.is_held = False
    history = shelf.history
    change = await history.duplicate(shelf.summary)
    assert str(change.done) == "Made Apples copy"
    assert [one.name for one in history.sessions] == ["Apples copy", "Apples"]
    twin = await history.load(change.session_ids[0])
    assert len(twin.branch) == 4
    await shelf.services.library.save(twin.session, [twin.add_prompt("three")])
    await history.journal.undo()
    assert [one.name for one in history.sessions] == ["Apples"]
    await history.journal.redo()
    assert len((await history.load(twin.id)).branch) == 5
    assert len(await shelf.shown()) == 4


@pytest.mark.parametrize(
    ("typed", "tags"),
    [("", []), ("#work, urgent", ["work", "urgent"]), ("a a,#a ##b", ["a", "b"]), (" # , ", []), ("c#", ["c#"])],
)
def test_tags_are_read_from_a_line(typed: str, tags: list[str]) -> None:
    assert tags_in(typed) == tags


async def test_a_deleted_session_comes_back_and_goes_again(shelf: Shelf) -> None:
    change = await shelf.history.delete(shelf.summary)
    assert str(change.done) == "Deleted Apples, 4 messages"
    assert change.needs_rest
    assert shelf.history.sessions == []
    await shelf.history.journal.undo()
    assert [one.name for one in shelf.history.sessions] == ["Apples"]
    await shelf.history.journal.redo()
    assert shelf.history.sessions == []
    assert (await shelf.stored()).is_deleted


async def test_what_is_in_the_trash_is_restored_and_that_is_taken_back(shelf: Shelf) -> None:
    shelf.is_held = False
    await shelf.history.delete(shelf.summary)
    (lying,) = await shelf.history.trash()
    assert str((await shelf.history.restore(lying)).done) == "Restored Apples"
    assert await shelf.history.trash() == []
    await shelf.history.journal.undo()
    assert [one.id for one in await shelf.history.trash()] == [lying.id]
    assert (await shelf.stored()).deleted_at == lying.deleted_at


async def test_what_is_purged_is_gone_from_the_file_and_from_undo(shelf: Shelf) -> None:
    shelf.is_held = False
    await shelf.history.delete(shelf.summary)
    await shelf.history.purge(shelf.opened.id)
    path = shelf.services.library.path
    assert path is not None
    assert shelf.opened.id not in path.read_text()
    assert await shelf.history.trash() == []
    assert await shelf.history.journal.undo() is None


async def test_only_what_was_deleted_long_ago_is_removed_by_itself(shelf: Shelf) -> None:
    shelf.is_held = False
    ages = {"old": 31, "newer": 29, "never": None}
    for name, days in ages.items():
        deleted_at = None if days is None else now() - timedelta(days=days)
        updated_at = now() - timedelta(days=100)
        await shelf.services.library.save(ChatSession(name=name, updated_at=updated_at, deleted_at=deleted_at))
    await shelf.history.refresh()
    await shelf.history.purge_expired()
    assert [one.name for one in await shelf.history.trash()] == ["newer"]
    assert [one.name for one in shelf.history.sessions] == ["Apples", "never"]


@pytest.mark.parametrize("index", [0, 1, 2, 3])
@pytest.mark.parametrize("is_held", [True, False])
async def test_messages_come_back_where_they_were(shelf: Shelf, index: int, is_held: bool) -> None:
    before = await shelf.shown()
    change = await shelf.messages.delete_turn(shelf.opened, index)
    # As after another session was opened, and this one again.
    shelf.is_held = is_held
    kept = await shelf.shown()
    assert len(kept) == len(before) - (2 if index % 2 == 0 else 1)
    assert str(change.done) == ("Deleted 2 messages" if index % 2 == 0 else "Deleted the message")
    await shelf.history.journal.undo()
    assert await shelf.shown() == before
    assert (await shelf.stored()).message_count == 4
    await shelf.history.journal.redo()
    assert await shelf.shown() == kept
    await shelf.history.journal.undo()
    assert await shelf.shown() == before


async def test_a_change_that_is_not_saved_changes_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [message.id for message in shelf.opened.branch]

    async def fail(*_: object) -> None:
        raise LOCKED

    monkeypatch.setattr(shelf.services.library, "save", fail)
    monkeypatch.setattr(shelf.services.library, "remove_messages", fail)
    with pytest.raises(HistoryLocked):
        await shelf.history.rename(shelf.summary, "Pears")
    with pytest.raises(HistoryLocked):
        await shelf.messages.delete_turn(shelf.opened, 0)
    assert shelf.opened.session.name == "Apples"
    assert [message.id for message in shelf.opened.branch] == before
    assert shelf.history.journal.last_done is None


async def test_a_session_that_is_opened_while_it_is_read_is_the_one_that_is_shown(shelf: Shelf) -> None:
    for reading, shown in ((SessionHistory.opened, shelf.opened), (SessionHistory.session, shelf.opened.session)):
        seen = iter([None, shelf.opened])
        history = SessionHistory(shelf.services, partial(_next, seen))
        assert await reading(history, shelf.opened.id) is shown


def _next(seen: Iterator[OpenSession | None], _: str) -> OpenSession | None:
    return next(seen)
