"""A page that keeps the terminal's own background."""

from __future__ import annotations

import pytest
from rich.color import Color
from rich.segment import Segment
from textual.widget import Widget

from tests.app.screens.driving import running, write_history
from tui_chat.chat.services import Options
from tui_chat.config.settings_file import save_setting


def grounds(widget: Widget) -> set[str]:
    """Return what the cells of a widget are drawn on, as the terminal is told."""
    segments: list[Segment] = [one for strip in widget.render_lines(widget.outer_size.region) for one in strip]
    return {(one.style.bgcolor if one.style and one.style.bgcolor else Color.default()).name for one in segments}


@pytest.mark.parametrize(("is_clear", "page"), [(False, "#14171a"), (True, "default")])
async def test_the_page_is_clear_if_wanted_and_what_lies_on_it_is_not(is_clear: bool, page: str) -> None:
    save_setting("look.transparent", is_clear)
    write_history([("Pears", ["Are pears ripe?", "They are:\n\n```python\nripe = True\n```\n\nEat them."])])
    async with running() as driver:
        chat = await driver.open_session()
        await driver.until(lambda: "#1b1f23" in grounds(chat.transcript))
        assert grounds(chat.transcript) == {page, "#1b1f23"}
        assert grounds(chat.title_line) == {page}
        assert page not in grounds(chat.prompt)


@pytest.mark.parametrize("is_plain", [False, True], ids=["colours", "none"])
async def test_a_theme_of_the_terminals_colours_begins_with_them(
    is_plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_plain:
        monkeypatch.setenv("NO_COLOR", "1")
    async with running(options=Options(theme="ansi-dark")) as driver:
        prompt = driver.chat.prompt
        await driver.until(lambda: prompt.has_focus)
        cells = [one.style for strip in prompt.render_lines(prompt.size.region) for one in strip if one.style]
        # No colour of ours, and a cursor that is seen.
        assert {one.bgcolor.type.name for one in cells if one.bgcolor} <= {"DEFAULT", "STANDARD"}
        white = [one for one in cells if one.bgcolor and one.bgcolor.number == 7]
        assert [bool(one.reverse) for one in cells if one.reverse or one in white] == [is_plain]
