"""What the pane takes from inside Textual is still there and does what it did."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Offset, Size
from textual.strip import Strip

from tests.app.transcript.driving import branch, running
from tui_chat.app.transcript.private import drag_pointer, faded, move_drag_end, send, set_scroll


async def test_the_scroll_position_is_set_without_a_wish_to_scroll() -> None:
    async with running(branch(6)) as driver:
        pane = driver.pane
        top = pane.viewport.top
        set_scroll(pane, Size(80, 5000), 1234)
        await driver.pilot.pause()
        assert pane.virtual_size == Size(80, 5000)
        assert (pane.scroll_y, pane.scroll_target_y) == (1234, 1234)
        assert pane.viewport.top == top


def test_a_strip_fades_into_its_ground() -> None:
    style = Style(color="#ffffff", bgcolor="#808080")
    strip = faded(Strip([Segment("ab", style)]), Color(0, 0, 0), 0.5)
    [segment] = strip
    assert segment.text == "ab"
    assert segment.style is not None
    assert segment.style.color is not None
    assert segment.style.bgcolor is not None
    assert segment.style.color.get_truecolor()[0] in (127, 128)
    assert segment.style.bgcolor.get_truecolor()[0] == 64


async def test_a_drag_tells_where_its_pointer_is_and_lets_its_end_be_moved() -> None:
    async with running(branch(6)) as driver:
        pane = driver.pane
        assert drag_pointer(pane) is None
        await driver.pilot.mouse_down(offset=(10, 4))
        await driver.pilot.hover(offset=(12, 6))
        assert drag_pointer(pane) == Offset(12, 6)
        selection = pane.text_selection
        assert selection is not None
        assert selection.start is not None
        move_drag_end(pane, selection.start)
        moved = pane.text_selection
        assert moved is not None
        assert moved.end == selection.start + Offset(1, 0)
        await driver.pilot.mouse_up(offset=(12, 6))
        assert drag_pointer(pane) is None


async def test_commands_reach_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "write", lambda _driver, data: written.append(data))
    async with running(branch(1)) as driver:
        send(driver.app, "\x1b_Gi=1\x1b\\")
        assert written[-1] == "\x1b_Gi=1\x1b\\"
