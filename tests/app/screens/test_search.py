"""The search screen: typing, what is found, and going there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.app.screens.driving import Driver, running, write_history
from tui_chat.app.screens.chat import ChatScreen
from tui_chat.app.screens.search import AT_ONCE, SearchScreen
from tui_chat.config.paths import history_path
from tui_chat.domain.record import now
from tui_chat.storage.history import History

SESSIONS = [
    ("Of fish", ["What is a fish?", "A **fish** swims.\n\nSo does a whale.", "And a bird?", "It flies over the fish."]),
    ("Of birds", ["What is a bird?", "It flies."]),
    ("Of bees", ["What is a bee?", "Nothing like a fish, and no café either."]),
    ("Fish names", ["Name some.", "Cod."]),
]


class Search(Driver):
    """Drives the search screen."""

    @property
    def screen(self) -> SearchScreen:
        assert isinstance(self.app.screen, SearchScreen)
        return self.app.screen

    @property
    def lines(self) -> list[str]:
        """The rows of the list."""
        hits = self.screen.hits
        return [hits.row_at(index).left.plain for index in range(hits.count())] if hits.display else []

    @property
    def facts(self) -> str:
        return str(self.screen.query_one(".facts", Static).visual)

    @property
    def note(self) -> str:
        note = self.screen.query_one("#hits > .note", Static)
        return str(note.visual) if note.display else ""

    @property
    def keys(self) -> list[str]:
        return [words for _, words in self.screen._hints.hints]

    async def search(self, text: str, found: str = "hit") -> None:
        """Open the screen, type, and wait until all was searched."""
        if not isinstance(self.app.screen, SearchScreen):
            await self.press("ctrl+f")
            await self.until(lambda: isinstance(self.app.screen, SearchScreen))
        await self.type(text)
        await self.until(lambda: found in self.facts + self.note and "searching" not in self.facts)


@asynccontextmanager
async def searching(size: tuple[int, int] = (120, 40)) -> AsyncIterator[Search]:
    async with running(size) as driver:
        yield Search(driver.app, driver.pilot)


@pytest.fixture
def history() -> None:
    write_history(SESSIONS)


@pytest.mark.usefixtures("history")
async def test_hits_are_found_as_one_types() -> None:
    async with searching() as driver:
        await driver.search("fish")
        assert driver.lines == [
            "Of fish  4",
            "What is a fish?",
            "A fish swims. So does a whale.",
            "It flies over the fish.",
            "",
            "Of bees",
            "Nothing like a fish, and no café either.",
            "",
            "Fish names",
        ]
        assert driver.facts.startswith("6 hits in 3 sessions · ") and driver.facts.endswith(" ms")
        await driver.search(" cafe", "1 hit in 1 session ·")
        assert driver.lines == ["Of bees", "Nothing like a fish, and no café either."]
        await driver.press(*["backspace"] * 5)
        await driver.until(lambda: driver.facts.startswith("6 hits"))


@pytest.mark.usefixtures("history")
async def test_the_empty_field_tells_what_may_be_typed() -> None:
    async with searching() as driver:
        await driver.search("", "")
        await driver.until(lambda: "role:user" in driver.note)
        assert "open there" not in driver.keys
        await driver.search("fish")
        assert driver.note == "" and "open there" in driver.keys
        await driver.press(*["backspace"] * 4)
        await driver.until(lambda: "role:user" in driver.note)
        assert driver.facts == "" and driver.lines == []


@pytest.mark.usefixtures("history")
async def test_nothing_found_says_what_to_do() -> None:
    async with searching() as driver:
        await driver.search("fish unicorn role:me", "Nothing was found")
        assert "role: takes" in driver.note and "try fewer" in driver.note
        assert driver.lines == []
        await driver.press("enter", "down")
        assert isinstance(driver.app.screen, SearchScreen)


@pytest.mark.usefixtures("history")
async def test_enter_opens_the_session_at_the_hit_and_n_goes_on() -> None:
    async with searching() as driver:
        await driver.search("fish")
        await driver.press("down", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, ChatScreen) and driver.chat.opened.id == "s1")
        transcript = driver.chat.transcript
        await driver.until(lambda: transcript.cursor_message is not None and transcript.cursor_message.id == "s1m2")
        assert (transcript.finder.at, len(transcript.finder)) == (1, 3)
        await driver.press("n")
        await driver.until(lambda: transcript.cursor_message is not None and transcript.cursor_message.id == "s1m4")
        await driver.press("N", "N")
        await driver.until(lambda: transcript.cursor_message is not None and transcript.cursor_message.id == "s1m1")
        await driver.press("ctrl+f")
        await driver.until(lambda: isinstance(driver.app.screen, SearchScreen))
        await driver.until(lambda: driver.facts.startswith("6 hits"))
        assert driver.screen.field.selected_text == "fish"


@pytest.mark.usefixtures("history")
async def test_a_title_opens_the_session() -> None:
    async with searching() as driver:
        await driver.search("names")
        assert driver.screen.hits.cursor == 0
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, ChatScreen) and driver.chat.opened.id == "s4")
        assert driver.chat.prompt.has_focus


@pytest.mark.usefixtures("history")
async def test_escape_goes_back_to_where_one_was() -> None:
    async with searching() as driver:
        await driver.type("draft")
        await driver.search("fish")
        await driver.press("tab")
        assert driver.screen.filters.has_focus
        await driver.until(lambda: "next value" in driver.keys)
        await driver.press("escape")
        assert driver.screen.field.has_focus
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, ChatScreen))
        assert driver.chat.prompt.text == "draft" and driver.chat.prompt.has_focus


@pytest.mark.usefixtures("history")
async def test_the_messages_around_the_hit_stand_beside_it() -> None:
    async with searching() as driver:
        await driver.search("fish")
        transcript = driver.screen.preview.transcript
        await driver.until(lambda: len(transcript.finder) == 3)
        assert transcript.finder.current == (0, 0)
        await driver.press("down", "down")
        await driver.until(lambda: transcript.finder.current == (3, 0))
        await driver.press("down")
        await driver.until(lambda: len(transcript.finder) == 1)


@pytest.mark.usefixtures("history")
async def test_on_a_narrow_screen_tab_shows_them() -> None:
    async with searching((80, 24)) as driver:
        await driver.search("whale")
        screen = driver.screen
        assert not screen.preview.display and screen.query_one("#hits").display
        await driver.press("tab")
        await driver.until(lambda: len(screen.preview.transcript.finder) == 1)
        assert screen.preview.display and not screen.query_one("#hits").display
        await driver.press("escape")
        await driver.until(lambda: not screen.preview.display)
        assert driver.app.screen is screen
        await driver.press("shift+tab")
        assert screen.filters.has_focus


@pytest.mark.usefixtures("history")
async def test_filters_are_another_way_to_type() -> None:
    async with searching() as driver:
        await driver.search("fish")
        await driver.press("tab", "right", "space")
        await driver.until(lambda: driver.screen.field.value == "fish role:user" and driver.facts.startswith("1 hit "))
        await driver.press("space")
        await driver.until(lambda: driver.screen.field.value == "fish role:assistant")
        await driver.press("backspace", "backspace")
        await driver.until(lambda: driver.screen.field.value == "fish")
        await driver.press("x")
        assert driver.screen.field.value == "fishx" and driver.screen.field.has_focus


@pytest.mark.usefixtures("history")
async def test_the_mouse_opens_hits_and_changes_filters() -> None:
    async with searching() as driver:
        await driver.search("fish")
        await driver.pilot.click("FilterRow", offset=(24, 0))
        await driver.until(lambda: driver.screen.field.value == "fish role:user")
        await driver.until(lambda: driver.facts.startswith("1 hit "))
        assert driver.screen.field.has_focus
        await driver.pilot.click("HitList", offset=(8, 1))
        await driver.until(lambda: isinstance(driver.app.screen, ChatScreen) and driver.chat.opened.id == "s1")


async def test_more_is_looked_for_when_the_end_comes_near() -> None:
    total = AT_ONCE * 6
    write_history([(f"Session {number}", ["fish"]) for number in range(total)])
    async with searching() as driver:
        await driver.search("fish")
        hits, before = driver.screen.hits, driver.lines
        assert AT_ONCE <= hits.sessions < total
        assert driver.facts == f"{hits.sessions}+ hits in {hits.sessions}+ sessions"
        hits.last()
        await driver.until(lambda: len(driver.lines) > len(before))
        assert driver.lines[: len(before)] == before
        for _ in range(10):
            hits.last()
            await driver.pilot.pause(0.05)
        await driver.until(lambda: driver.facts.startswith(f"{total} hits in {total} sessions · "))


async def test_a_session_in_the_trash_is_restored_when_it_is_opened() -> None:
    write_history([("Gone fishing", ["fish"])], deleted_at=now())
    async with searching() as driver:
        await driver.search("fish is:deleted")
        assert driver.lines == ["Gone fishing  2", "fish"]
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, ChatScreen) and driver.chat.opened.id == "s1")
        assert not driver.chat.opened.session.is_deleted


async def test_a_hit_on_another_branch_is_shown(history: None) -> None:
    stored = History(history_path())
    stored.open()
    session = stored.session("s2")
    assert session is not None
    session.current_node = "s2m2"
    other = stored.messages("s2")[1].model_copy(update={"id": "s2m3"})
    other.parts = [other.parts[0].model_copy(update={"text": "It has feathers."})]
    stored.save(session.to_document(), [other.to_document()])
    stored.close()
    async with searching() as driver:
        await driver.search("feathers")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, ChatScreen) and driver.chat.opened.id == "s2")
        await driver.until(lambda: [message.id for message in driver.chat.opened.branch] == ["s2m1", "s2m3"])


@pytest.mark.usefixtures("history")
async def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    async with searching() as driver:
        await driver.search("fish")
        path = history_path()
        path.write_text("no history any more")
        await driver.type("x")
        await driver.until(lambda: "history" in driver.note)
        assert driver.lines == []
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, ChatScreen))


@pytest.mark.usefixtures("history")
async def test_slash_search_and_the_second_key() -> None:
    async with searching() as driver:
        await driver.type("/search fish")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, SearchScreen))
        await driver.until(lambda: driver.facts.startswith("6 hits"))
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, ChatScreen))
        await driver.press("f8")
        await driver.until(lambda: isinstance(driver.app.screen, SearchScreen))
        await driver.press("f1")
        await driver.until(lambda: not isinstance(driver.app.screen, SearchScreen))
        assert "where you are: on the search screen" in str(driver.app.screen.query_one(".right", Static).visual)
        await driver.press("escape", "escape")
        await driver.until(lambda: isinstance(driver.app.screen, ChatScreen))


@pytest.mark.usefixtures("history")
async def test_the_filter_of_the_sidebar_leads_to_it() -> None:
    async with searching() as driver:
        await driver.press("ctrl+s", "slash")
        await driver.until(lambda: driver.chat.sidebar.field.has_focus)
        await driver.type("whale")
        await driver.until(lambda: driver.chat.sidebar.rows.shown == 0)
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, SearchScreen))
        await driver.until(lambda: driver.facts.startswith("1 hit in 1 session"))
        assert driver.screen.field.value == "whale"
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, ChatScreen) and driver.chat.opened.id == "s1")
        await driver.until(lambda: driver.chat.transcript.has_focus)
