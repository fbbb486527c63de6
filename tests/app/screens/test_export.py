"""The dialog of exports: what it says before anything is written."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input, Static

from tests.app.screens.driving import Driver, running, write_history
from tui_chat.app.screens.chat.screen import ChatScreen
from tui_chat.app.screens.export import ExportDialog


async def open_dialog(driver: Driver, *keys: str) -> ExportDialog:
    screen = driver.app.screen
    assert isinstance(screen, ChatScreen)
    await driver.until(lambda: len(screen.history.sessions) == 2)
    await driver.press("ctrl+s", *keys, "x")
    await driver.until(lambda: isinstance(driver.app.screen, ExportDialog))
    dialog = driver.app.screen
    assert isinstance(dialog, ExportDialog)
    await driver.until(lambda: bool(dialog.query_one(Input).value))
    return dialog


async def test_the_end_of_a_long_path_is_shown() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."]), ("Plums", ["And plums?", "No."])])
    async with running((80, 24)) as driver:
        field = (await open_dialog(driver)).query_one(Input)
        await driver.until(lambda: field.scroll_x > 0)
        assert field.scroll_x == field.max_scroll_x


async def test_several_sessions_are_told_what_may_hold_them() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."]), ("Plums", ["And plums?", "No."])])
    async with running() as driver:
        dialog = await open_dialog(driver, "space", "j", "space")
        where = dialog.query_one("#where", Static)
        assert str(where.render()) == "Folder, or .zip"
        await driver.press("j", "j", "j")
        await driver.until(lambda: str(where.render()) == "Folder, .zip or .jsonl")
        field = dialog.query_one(Input)
        field.value = field.value + ".jsonl"
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, ChatScreen))
        assert len(Path(field.value).expanduser().read_text().splitlines()) == 2
