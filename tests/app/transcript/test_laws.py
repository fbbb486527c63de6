"""Laws of the pane: what must hold for any branch, any size, any stream and any keys."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.transcript.driving import Driver, branch, running
from tests.app.transcript.samples import REPLY, prompt, reply
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.heights import Heights
from tui_chat.app.transcript.rows import Row
from tui_chat.domain.events import CitationsAdded, ReasoningDelta, Retrying, TextDelta
from tui_chat.domain.messages import CitationPart, MessageError, MessageStatus

_EITHER: st.SearchStrategy[Any] = st.booleans()
SIZES = ((80, 24), (120, 40), (60, 15))


def seen(driver: Driver) -> list[tuple[int, Row | None]]:
    """Return the rows on the screen; they are the same objects while they look the same."""
    return [(one.message, one.row) for one in driver.pane.viewport.seen]


def still(driver: Driver) -> list[str]:
    """Return what is on the screen without what may change: counters, and the mark in the last row."""
    return [text for text in driver.texts()[:-1] if "writing" not in text]


@given(st.lists(st.integers(0, 30), max_size=40), st.data())
def test_heights_add_up(rows: list[int], data: st.DataObject) -> None:
    heights = Heights(rows)
    for _ in range(5):
        if rows and data.draw(_EITHER):
            index = data.draw(st.integers(0, len(rows) - 1))
            rows[index] = heights[index] = data.draw(st.integers(0, 30))
        else:
            rows.append(data.draw(st.integers(0, 30)))
            heights.append(rows[-1])
    assert [heights.before(index) for index in range(len(rows) + 1)] == [
        sum(rows[:end]) for end in range(len(rows) + 1)
    ]
    places = [(index, line) for index, count in enumerate(rows) for line in range(count)]
    assert [heights.at(row) for row in range(len(places))] == places


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", [-3, -1, -13])
async def test_no_step_jumps(size: tuple[int, int], step: int) -> None:
    """Every step moves the rows by exactly that many, over messages that were never laid out, there and back."""
    async with running(branch(30), size) as driver:
        pane = driver.pane
        pane.scroll_to(y=pane.scroll_y // 2)
        for rows in [step] * 60 + [-step] * 60:
            before = seen(driver)
            pane.scroll_rows(rows)
            after = seen(driver)
            moved = after[-rows:] == before[:rows] if rows < 0 else after[:-rows] == before[rows:]
            assert moved or pane.viewport.following or pane.viewport.top == (0, 0)


async def test_steps_reach_both_ends() -> None:
    async with running(branch(12)) as driver:
        for _ in range(400):
            driver.pane.scroll_rows(-3)
        assert driver.pane.viewport.top == (0, 0)
        assert driver.pane.scroll_y == 0
        for _ in range(400):
            driver.pane.scroll_page_down()
        assert driver.pane.is_following
        assert driver.pane.viewport.below == 0


@pytest.mark.parametrize("seed", range(4))
async def test_a_view_scrolled_up_does_not_move_while_a_reply_streams(seed: int) -> None:
    chance = random.Random(seed)
    running_reply = reply("", id="run", status=MessageStatus.STREAMING)
    async with running([*branch(6), Entry(running_reply)]) as driver:
        pane = driver.pane
        driver.app.set_focus(None)
        pane.apply("run", TextDelta(text=REPLY))
        await driver.settle()
        pane.scroll_rows(-chance.randint(2, 40))
        await driver.settle()
        before = still(driver)
        text = "\n\n" + REPLY * 3
        while text:
            cut = chance.randint(1, 200)
            pane.apply("run", TextDelta(text=text[:cut]))
            text = text[cut:]
            if chance.random() < 0.3:
                await driver.settle()
                assert still(driver) == before
        assert not pane.is_following
        pane.update_entry(Entry(reply(REPLY * 4, id="run")))
        await driver.settle()
        assert not pane.is_following


@pytest.mark.parametrize("offset", [0, 7, 31, 64, 133])
async def test_resizing_there_and_back_is_the_identity(offset: int) -> None:
    async with running(branch(8), (120, 30)) as driver:
        pane = driver.pane
        pane.scroll_home()
        pane.scroll_rows(offset)
        await driver.settle()
        before = driver.texts()
        for width in (60, 97, 41, 120):
            await driver.pilot.resize_terminal(width, 30)
            await driver.settle()
        assert driver.texts() == before


async def test_resizing_at_the_end_stays_at_the_end() -> None:
    async with running(branch(8), (120, 30)) as driver:
        for size in ((60, 15), (40, 50), (120, 30)):
            await driver.pilot.resize_terminal(*size)
            await driver.settle()
            assert driver.pane.is_following
            assert driver.pane.viewport.below == 0


@pytest.mark.parametrize("seed", range(3))
async def test_any_keys_and_events_are_survived(seed: int) -> None:
    chance = random.Random(seed)
    keys = "j k J K d u g G home end ] [ space i v n N h l w b 0 $ { } y escape up down left right pageup pagedown x"
    names = {"]": "right_square_bracket", "[": "left_square_bracket", "$": "dollar_sign"}
    names |= {"{": "left_curly_bracket", "}": "right_curly_bracket"}
    async with running(branch(5), chance.choice(SIZES)) as driver:
        pane = driver.pane
        for _ in range(40):
            match chance.randrange(8):
                case 0:
                    await driver.pilot.resize_terminal(chance.randint(1, 130), chance.randint(1, 45))
                case 1:
                    pane.find(chance.choice(["why", "a", "", "[", "nowhere"]))
                case 2:
                    pane.add(Entry(reply(REPLY[:50], id="run", status=MessageStatus.STREAMING)))
                    pane.apply("run", chance.choice(EVENTS))
                case 3:
                    pane.update_entry(Entry(chance.choice(ENDINGS)))
                case 4:
                    pane.show(branch(chance.randrange(4)), at=chance.choice([None, "p1", "nobody"]))
                case _:
                    key = chance.choice(keys.split())
                    await driver.pilot.press(names.get(key, key))
            await driver.pilot.pause()
            width, height = pane.size
            if width and height:
                assert all(strip.cell_length == width for strip in pane.render_lines(pane.size.region))


EVENTS = (
    TextDelta(text="more\n\n```py\nx = 1\n"),
    TextDelta(text=""),
    ReasoningDelta(text="Let me think.\nAnd again"),
    Retrying(attempt=2, delay=30, why="Busy \x1b[31m[/]"),
    CitationsAdded(citations=[CitationPart(number=1, title="T" * 200, url="https://example.org/a")]),
)
ENDINGS = (
    reply("done", id="run"),
    reply("", id="run", status=MessageStatus.ERROR),
    reply("cut", id="run", status=MessageStatus.INTERRUPTED),
    reply("x", id="r1", status=MessageStatus.ERROR, error=MessageError(kind="K", text="[b]no[/", advice="wait " * 60)),
    prompt("changed", id="p1", pinned=True, excluded=True),
)
