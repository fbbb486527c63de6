"""Selecting text by mouse and by keyboard, and what is copied."""

from __future__ import annotations

import asyncio

import pytest
from textual.events import MouseMove

from tests.app.transcript.driving import branch, running
from tests.app.transcript.samples import REPLY, prompt, reply
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.view import Transcript

WIDE = "汉字 and é, then 👩‍👩‍👧 done"


def three() -> list[Entry]:
    """Return a prompt, a reply and a prompt."""
    return [Entry(prompt("First line\nsecond line")), Entry(reply("Some **bold** words.")), Entry(prompt("The end"))]


async def test_a_drag_within_a_line() -> None:
    async with running(three()) as driver:
        y = driver.row_of("Some bold")
        await driver.drag((4, y), (8, y), (12, y))
        assert driver.pane.selected_text == "Some bold"
        assert driver.app.screen.get_selected_text() == "Some bold"


async def test_a_drag_over_several_messages_copies_logical_text() -> None:
    async with running(three()) as driver:
        await driver.drag((4, driver.row_of("second")), (10, 8), (6, driver.row_of("The end")))
        assert driver.pane.selected_text == "second line\n\nSome **bold** words.\n\nThe"


async def test_a_drag_upwards_is_the_same() -> None:
    async with running(three()) as driver:
        await driver.drag((6, driver.row_of("The end")), (10, 8), (4, driver.row_of("second")))
        assert driver.pane.selected_text == "second line\n\nSome **bold** words.\n\nThe"


async def test_wraps_borders_and_gutters_are_not_copied() -> None:
    async with running([Entry(reply(REPLY))], (60, 60)) as driver:
        await driver.drag((4, driver.row_of("Retry only")), (5, 9), (50, driver.row_of("hides")))
        text = driver.pane.selected_text
        assert (
            "Retry only what is safe to repeat, wait longer each time, and spread the waits at random so that" in text
        )
        assert "| 429 Too Many Requests | always |" in text
        assert "\n    for attempt in range(tries):\n        reply = await client.get(url)\n" in text
        assert "│" not in text
        assert "python" not in text


async def test_selection_survives_resize_and_scrolling() -> None:
    async with running([*three(), *branch(4)]) as driver:
        driver.pane.scroll_home()
        await driver.settle()
        await driver.drag((4, driver.row_of("second")), (9, driver.row_of("Some bold")))
        before = driver.pane.selected_text
        assert before == "second line\n\nSome b"
        await driver.pilot.resize_terminal(44, 20)
        driver.pane.scroll_rows(9)
        await driver.settle()
        assert driver.pane.selected_text == before


async def test_wide_and_joined_characters_are_never_cut() -> None:
    async with running([Entry(reply(WIDE))]) as driver:
        y = driver.row_of("done")
        for end in range(5, 40):
            await driver.drag((4, y), (end, y))
            text = driver.pane.selected_text
            assert WIDE.startswith(text)
            assert not WIDE[len(text) :].startswith(("\u200d", "\u0301"))
            assert not text.endswith("\u200d")


async def test_double_click_selects_a_word_and_triple_a_line() -> None:
    async with running(three()) as driver:
        y = driver.row_of("Some bold")
        await driver.pilot.click(offset=(10, y), times=2)
        await driver.settle()
        assert driver.pane.selected_text == "bold"
        await driver.pilot.click(offset=(10, y), times=3)
        await driver.settle()
        assert driver.pane.selected_text == "Some bold words."


async def test_a_click_clears_the_selection() -> None:
    async with running(three()) as driver:
        y = driver.row_of("Some bold")
        await driver.drag((4, y), (12, y))
        await driver.pilot.click(offset=(20, y))
        await driver.settle()
        assert driver.pane.selected_text == ""


async def test_holding_the_pointer_at_the_edge_scrolls_and_selects_on() -> None:
    async with running(branch(8)) as driver:
        pane = driver.pane
        top = pane.viewport.row
        await driver.pilot.mouse_down(offset=(30, 12))
        await driver.pilot.hover(offset=(30, 5))
        driver.app.post_message(
            MouseMove(None, 30, 0, 0, -5, 1, False, False, False, screen_x=30, screen_y=0)  # the pilot's have no delta
        )
        async with asyncio.timeout(10):
            while pane.viewport.row > top - 30:
                await driver.pilot.pause(0.01)
        await driver.pilot.mouse_up(offset=(30, 0))
        await driver.settle()
        assert pane.selected_text.count("\n") >= 15
        second = pane.viewport.seen[1]  # of the first one only what stands behind the pointer
        assert second.row is None or not second.row.line.text or second.row.line.text.split()[0] in pane.selected_text


async def test_a_drag_that_leaves_the_pane_reaches_as_far_as_one_sees() -> None:
    async with running(three()) as driver:
        pane = driver.pane
        await driver.drag((4, driver.row_of("Some")), (4, 20), (79, 23))
        assert pane.selected_text.startswith("Some bold words.")
        assert pane.selected_text.endswith("The end")


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (("l", "l", "l"), "Some"),
        (("w",), "Some b"),
        (("w", "w", "h"), "Some bold "),
        (("$",), "Some bold words."),
        (("$", "b"), "Some bold w"),
        (("$", "b", "b"), "Some b"),
        (("j",), "Some bold words.\n\nT"),
        (("k",), "second line\n\nS"),
        (("k", "0", "k"), "First line\nsecond line\n\nS"),
    ],
)
async def test_motions(keys: tuple[str, ...], text: str) -> None:
    async with running(three()) as driver:
        await driver.press("k", "v")
        names = {"$": "dollar_sign"}
        await driver.press(*(names.get(key, key) for key in keys))
        assert driver.pane.selected_text == text


async def test_y_copies_and_escape_leaves() -> None:
    async with running(three()) as driver:
        await driver.press("k", "v", "w", "w", "y")
        [request] = driver.got(Transcript.CopyRequested)
        assert request.text == "Some bold w"
        assert driver.pane.selector is None
        assert driver.pane.selected_text == ""
        await driver.press("v", "escape")
        assert driver.pane.selector is None
        assert not driver.got(Transcript.BrowsingEnded)
        assert len(driver.got(Transcript.SelectingChanged)) == 4


async def test_what_was_selected_by_mouse_is_not_selected_in_other_messages() -> None:
    async with running(three()) as driver:
        y = driver.row_of("Some bold")
        await driver.drag((4, y), (12, y))
        assert driver.pane.selected_text
        driver.pane.show([Entry(prompt("Other")), Entry(reply("Not the same words"))])
        await driver.settle()
        assert driver.pane.selected_text == ""
