"""The keys, as help shows them."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from tests.app.widgets.host import Host
from tui_chat.app.commands import Place
from tui_chat.app.screens.help import HelpScreen
from tui_chat.app.widgets import Hints


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
@pytest.mark.parametrize("place", [place for place in Place if place is not Place.EVERYWHERE])
async def test_no_line_of_a_column_is_wrapped_under_a_key(size: tuple[int, int], place: Place) -> None:
    async with Host((), "ink").run_test(size=size) as pilot:
        screen = HelpScreen(place)
        await pilot.app.push_screen(screen)
        await pilot.pause()
        columns = [column for column in screen.query(".help-column").results(Static) if column.display]
        assert len(columns) == (2 if size[0] < 104 else 3)
        for column in columns:
            lines = str(column.render()).split("\n")
            assert column.size.height >= len(lines)
            assert max(len(line) for line in lines) <= column.content_size.width


@pytest.mark.parametrize(("height", "keys"), [(40, ["Tab", "Ctrl+P", "Esc"]), (16, ["Tab", "↑ ↓", "Ctrl+P", "Esc"])])
async def test_keys_that_scroll_are_told_where_there_is_something_to_scroll(height: int, keys: list[str]) -> None:
    async with Host((), "ink").run_test(size=(120, height)) as pilot:
        screen = HelpScreen(Place.INPUT)
        await pilot.app.push_screen(screen)
        await pilot.pause()
        assert [key for key, _word in screen.query_one(Hints).hints] == keys


async def test_function_keys_are_told_as_second_ways() -> None:
    async with Host((), "ink").run_test(size=(120, 40)) as pilot:
        screen = HelpScreen(Place.INPUT)
        await pilot.app.push_screen(screen)
        await pilot.pause()
        *_others, everywhere = screen.query(".help-column").results(Static)
        lines = str(everywhere.render()).split("\n")
        assert [line.split()[0] for line in lines[lines.index("Or") + 1 :]] == ["F2", "F3", "F4", "F8"]
