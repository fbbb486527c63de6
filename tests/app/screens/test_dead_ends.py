"""Commands that have nothing to act on say so."""

from __future__ import annotations

from tests.app.screens.driving import running
from tui_chat.app.widgets.toasts import Toast


async def test_what_changes_a_session_says_that_there_is_none() -> None:
    async with running() as driver:
        for command in ("rename A", "pin", "archive", "duplicate", "tags a", "project A", "delete"):
            await driver.type(f"/{command}")
            await driver.press("escape", "enter")
            await driver.until(lambda: bool(driver.app.screen.query(Toast)))
            toast = driver.app.screen.query_one(Toast)
            assert "There is no session yet" in str(toast.query_one(".words").render()), command
            driver.chat.toasts._remove(toast)
            await driver.until(lambda: not driver.app.screen.query(Toast))
