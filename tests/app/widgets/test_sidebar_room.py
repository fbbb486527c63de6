"""How the sidebar shares its rows out."""

from __future__ import annotations

import pytest

from tests.app.widgets.host import shown
from tui_chat.app.widgets import Sidebar
from tui_chat.app.widgets.tag_row import TagRow
from tui_chat.domain.sessions import ChatSession


@pytest.mark.parametrize(("size", "is_shown"), [((80, 24), False), ((60, 15), False), ((100, 30), True)], ids=str)
async def test_tags_take_no_room_from_sessions_where_rows_are_few(size: tuple[int, int], is_shown: bool) -> None:
    async with shown(Sidebar(), size=size) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.add_class("-over")
        sidebar.set_sessions([ChatSession(name="One", tags=["python"])])
        await pilot.pause()
        assert sidebar.query_one(TagRow).display is is_shown


async def test_what_an_empty_list_says_stands_right_below_the_filter() -> None:
    async with shown(Sidebar()) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions([])
        await pilot.pause()
        note = sidebar.query_one(".note")
        assert note.display
        assert note.region.y == sidebar.field.region.bottom + 1
        sidebar.set_sessions([ChatSession(name="One")])
        await pilot.pause()
        assert not note.display
        assert sidebar.rows.region.height > 10
