"""The rows of what is attached, whatever it is called and however narrow the screen is."""

from __future__ import annotations

import pytest
from textual.message import Message
from textual.pilot import Pilot

from tests.app.widgets.host import shown
from tui_chat.app.themes import INK, PAPER
from tui_chat.app.widgets import Attachments
from tui_chat.app.widgets.attachments import MOST_ROWS

HOSTILE = "[/b] list[int] [@click=app.quit]x[/] 漢字.txt"


def lines(pilot: Pilot[None]) -> list[str]:
    tray = pilot.app.query_one(Attachments)
    return [tray.render_line(y).text for y in range(tray.size.height)] if tray.display else []


@pytest.mark.parametrize("theme", [INK.name, PAPER.name, "textual-dark"])
@pytest.mark.parametrize("size", [(30, 12), (80, 24), (120, 40)])
async def test_each_is_one_row_as_wide_as_there_is_room(size: tuple[int, int], theme: str) -> None:
    tray = Attachments()
    async with shown(tray, size=size, theme=theme) as pilot:
        assert lines(pilot) == []
        tray.set_rows(
            [("plot.png", "1280 × 720", "84 kB"), (HOSTILE, "3 lines", "12 B"), ("x" * 300, "1 line", "300 B")]
        )
        await pilot.pause()
        drawn = lines(pilot)
        assert len(drawn) == 3
        assert all(line.rstrip().endswith("remove") for line in drawn)
        assert drawn[0].startswith("plot.png ")
        assert "…" in drawn[2]
        if size[0] > 60:
            assert drawn[0].startswith("plot.png · 1280 × 720 · 84 kB ")
            assert HOSTILE in drawn[1]
        tray.set_rows([])
        await pilot.pause()
        assert lines(pilot) == []


async def test_of_many_the_first_are_shown_and_the_rest_is_counted() -> None:
    tray = Attachments()
    async with shown(tray) as pilot:
        tray.set_rows([(f"file {number}", "1 B") for number in range(MOST_ROWS)])
        await pilot.pause()
        assert len(lines(pilot)) == MOST_ROWS
        tray.set_rows([(f"file {number}", "1 B") for number in range(20)])
        await pilot.pause()
        assert len(lines(pilot)) == MOST_ROWS
        assert lines(pilot)[-1].strip() == "… 17 more"


async def test_a_click_opens_and_a_click_on_the_last_word_removes() -> None:
    told: list[Message] = []
    tray = Attachments()
    async with shown(tray, size=(60, 20), told=told) as pilot:
        tray.set_rows([(f"file {number}", "1 B") for number in range(20)])
        await pilot.pause()
        await pilot.hover(Attachments, offset=(2, 1))
        for offset in ((2, 1), (57, 2), (2, 3)):
            await pilot.click(Attachments, offset=offset)
    wishes = [one for one in told if isinstance(one, Attachments.Opened | Attachments.Removed)]
    # What is told passes the hook at the widget and at the app.
    seen = list(dict.fromkeys((type(one).__name__, one.place) for one in wishes))
    assert seen == [("Opened", 1), ("Removed", 2), ("Opened", None)]


async def test_what_has_changed_is_told_once() -> None:
    told: list[Message] = []
    tray = Attachments()
    async with shown(tray, told=told) as pilot:
        for rows in ([("a",)], [("a",)], []):
            tray.set_rows(rows)
            await pilot.pause()
    assert len({id(one) for one in told if isinstance(one, Attachments.Changed)}) == 2
