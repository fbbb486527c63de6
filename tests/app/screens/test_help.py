"""The keys, as help shows them."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from tests.app.widgets.host import Host
from tui_chat.app.commands import Place
from tui_chat.app.screens.help import HelpScreen


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
