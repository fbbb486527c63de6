"""Hits of a search in everything, in the pane."""

from __future__ import annotations

from tests.app.transcript.driving import running
from tests.app.transcript.samples import prompt, reply
from tui_chat.app.screens.search_words import spans_of
from tui_chat.app.transcript.entries import Entry

ENTRIES = [
    Entry(prompt("Où est le café?", id="a")),
    Entry(reply("Down the **road**:\n\n" + "on and on\n\n" * 80 + "there is a CAFE.", id="b")),
    Entry(prompt("Nothing of it.", id="c")),
    Entry(reply("A road and a café.", id="d")),
]


async def test_all_words_are_marked_whatever_their_case_and_accents() -> None:
    async with running(ENTRIES, (80, 24)) as driver:
        driver.pane.find_in("b", "cafe road", spans_of("cafe road"))
        await driver.settle()
        finder = driver.pane.finder
        assert len(finder) == 5
        assert finder.current == (1, 0)
        assert "Down the road:" in "\n".join(driver.lines())
        driver.pane.find_next(1)
        await driver.settle()
        assert finder.current == (1, 1)
        assert "there is a CAFE." in "\n".join(driver.lines())
        assert driver.pane.find_next(1) == (4, 5)
        assert driver.pane.find_next(1) == (5, 5)
        assert driver.pane.find_next(1) == (1, 5)


async def test_a_message_without_a_hit_that_is_shown_leads_to_the_next_one() -> None:
    async with running(ENTRIES, (80, 24)) as driver:
        driver.pane.find_in("c", "café", spans_of("café"))
        await driver.settle()
        assert driver.pane.find_next(1) == (2, 2)


async def test_browsing_begins_at_the_hit() -> None:
    async with running(ENTRIES[:1] + ENTRIES[2:], (80, 24)) as driver:
        driver.pane.find_in("a", "café", spans_of("café"))
        driver.pane.focus()
        await driver.settle()
        assert driver.pane.cursor_message is not None and driver.pane.cursor_message.id == "a"


async def test_what_is_typed_later_is_found_as_it_stands() -> None:
    async with running(ENTRIES, (80, 24)) as driver:
        driver.pane.find_in("a", "cafe", spans_of("cafe"))
        assert len(driver.pane.finder) == 3
        assert driver.pane.find("cafe") == 1
        assert driver.pane.find("") == 0
