"""Lists of rows, without colours."""

from __future__ import annotations

import pytest
from textual.content import Content

from tests.app.widgets.host import shown
from tui_chat.app.widgets import Pick, Row


@pytest.mark.parametrize("has_colors", [True, False])
async def test_the_row_with_the_cursor_is_reversed_where_there_are_no_colours(
    monkeypatch: pytest.MonkeyPatch, has_colors: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if not has_colors:
        monkeypatch.setenv("NO_COLOR", "1")
    rows = Pick([Row(Content("Pear"), Content("ripe"), "pear"), Row(Content("Plum"), Content("sour"), "plum")])
    async with shown(rows) as pilot:
        rows.focus()
        await pilot.pause()
        reversed_rows = [
            all(segment.style is not None and segment.style.reverse for segment in rows.render_line(y))
            for y in range(2)
        ]
        assert reversed_rows == [not has_colors, False]
