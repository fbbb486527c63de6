"""Screens in a terminal of 40 columns: what matters is still there."""

from __future__ import annotations

from textual.widgets import Input, Static

from tests.app.screens.driving import running, write_history
from tests.app.widgets.host import drawn
from tui_chat.app.widgets import Pick

TINY = (40, 12)


async def test_what_is_searched_for_can_be_read() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running(TINY) as driver:
        await driver.press("ctrl+f", *"pears")
        await driver.until(lambda: any("hit" in line for line in drawn(driver.app.screen.query_one(".facts"))))
        assert driver.app.screen.query_one(Input).region.width >= 15


async def test_the_keys_stand_in_one_column_without_broken_words() -> None:
    async with running(TINY) as driver:
        await driver.press("f1")
        await driver.until(lambda: type(driver.app.screen).__name__ == "HelpScreen")
        column = driver.app.screen.query(".help-column").first(Static)
        await driver.until(lambda: any("send, or queue" in line for line in drawn(column)))
        assert sum(one.display for one in driver.app.screen.query(".help-column")) == 1


async def test_settings_are_told_apart() -> None:
    async with running(TINY) as driver:
        await driver.type("/settings")
        await driver.press("enter")
        await driver.until(lambda: type(driver.app.screen).__name__ == "SettingsScreen")
        await driver.until(lambda: "ink" in drawn(driver.app.screen.query_one(".values", Pick))[0])
        assert "Theme" in drawn(driver.app.screen.query_one(".values", Pick))[0]
