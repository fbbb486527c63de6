"""The palette: one row for each command, in columns."""

from __future__ import annotations

import re

import pytest
from textual.command import CommandList
from textual.content import Content
from textual.widgets import Input

from tests.app.screens.driving import Driver, running
from tui_chat.app.commands import command
from tui_chat.app.palette import keys
from tui_chat.chat.services import Options


def rows(driver: Driver) -> list[str]:
    found = driver.app.screen.query_one(CommandList)
    return [str(found.get_option_at_index(place).prompt) for place in range(found.option_count)]


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)], ids=str)
async def test_every_command_takes_one_row_that_fits(size: tuple[int, int]) -> None:
    async with running(size) as driver:
        await driver.press("ctrl+p")
        await driver.until(lambda: bool(driver.app.screen.query(CommandList)) and len(rows(driver)) > 50)
        found = driver.app.screen.query_one(CommandList)
        room = found.scrollable_content_region.width - 2
        await driver.until(lambda: found.virtual_size.height == len(rows(driver)))
        assert [row for row in rows(driver) if len(row) > room] == []
        assert len({slash.start() for row in rows(driver) if (slash := re.search("/[a-z]", row))}) == 1


async def test_letters_find_a_command_and_its_other_ways_are_shown() -> None:
    async with running() as driver:
        await driver.press("ctrl+p")
        await driver.until(lambda: bool(driver.app.screen.query(CommandList)) and len(rows(driver)) > 50)
        await driver.type("regene")
        await driver.until(lambda: len(rows(driver)) == 1)
        assert rows(driver)[0].split("   ")[0] == "This message: regenerate"
        assert rows(driver)[0].endswith("/regenerate")
        assert not driver.app.screen.query_one(Input).cursor_blink


@pytest.mark.parametrize("theme", ["ink", "ansi-dark"])
async def test_keys_are_muted_but_where_that_cannot_be_read_on_the_row_with_the_cursor(theme: str) -> None:
    async with running(options=Options(theme=theme)) as driver:
        await driver.press("ctrl+p")
        await driver.until(lambda: bool(driver.app.screen.query(CommandList)) and len(rows(driver)) > 50)
        row = driver.app.screen.query_one(CommandList).get_option_at_index(0).prompt
        assert isinstance(row, Content)
        assert ("$foreground-muted" in [span.style for span in row.spans]) == (theme == "ink")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("session.new", "Ctrl+N"),
        ("message.copy", "Esc y"),
        ("sidebar.duplicate", "Ctrl+S C"),
        ("app.settings", ""),
        ("message.next_sibling", ""),
    ],
)
def test_a_key_is_shown_with_what_leads_to_it(name: str, shown: str) -> None:
    assert keys(command(name)) == shown
