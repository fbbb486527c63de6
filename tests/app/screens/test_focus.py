"""Who has the keys once a window is looked at that was not when its screen came up."""

from __future__ import annotations

import pytest
from textual import events

from tests.app.screens.driving import running, write_history


@pytest.mark.parametrize("is_looked_at", [True, False], ids=["looked at first", "typed into at once"])
async def test_the_input_of_a_window_that_began_unseen_takes_the_keys(is_looked_at: bool) -> None:
    async with running(is_seen=False) as driver:
        screen = driver.chat
        await driver.until(lambda: bool(screen.query("Prompt")) and not screen.loading)
        await driver.pilot.pause()
        assert screen.focused is None, "nothing has the focus of a window that is not looked at"
        if is_looked_at:
            driver.app.post_message(events.AppFocus())
            await driver.until(lambda: screen.prompt.has_focus)
        await driver.type("hello")
        await driver.until(lambda: screen.prompt.text == "hello")


@pytest.mark.parametrize(
    ("opening", "dialog"),
    [
        ("import", "ImportDialog"),
        ("choose_model", "ModelPicker"),
        ("show_help", "HelpScreen"),
        ("export", "ExportDialog"),
    ],
)
async def test_a_dialog_that_opened_unseen_takes_the_keys(opening: str, dialog: str) -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running() as driver:
        screen = await driver.open_session()
        driver.app.post_message(events.AppBlur())
        await driver.until(lambda: screen.focused is None)
        await screen.run_action(opening)
        await driver.until(lambda: type(driver.app.screen).__name__ == dialog)
        opened = driver.app.screen
        driver.app.post_message(events.AppFocus())
        await driver.until(lambda: opened.focused is not None)
        await driver.press("escape")
        await driver.until(lambda: driver.app.screen is screen)
        await driver.until(lambda: screen.focused is not None)
