"""Lists of dialogs: what stands below each other begins or ends in the same column."""

from __future__ import annotations

import re

from textual.widgets import Static

from tests.app.screens.driving import Driver, running, write_history
from tests.app.widgets.host import drawn
from tui_chat.app.widgets import Pick
from tui_chat.config.paths import templates_folder


async def rows(driver: Driver, dialog: str, selector: str = "Pick") -> list[str]:
    await driver.until(lambda: type(driver.app.screen).__name__ == dialog)
    await driver.until(lambda: any(line.strip() for line in drawn(driver.app.screen.query_one(selector, Pick))))
    return [line for line in drawn(driver.app.screen.query_one(selector, Pick)) if line.strip()]


async def test_the_values_of_settings_end_in_the_same_column() -> None:
    async with running((80, 24)) as driver:
        await driver.type("/settings")
        await driver.press("enter")
        first, *others = await rows(driver, "SettingsScreen", ".values")
        assert first.endswith("‹ ink ›")
        assert {len(line) for line in others} == {len(first) - len(" ›")}


async def test_what_saved_prompts_say_begins_in_the_same_column() -> None:
    folder = templates_folder()
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("Say it short.\n", encoding="utf-8")
    (folder / "long-name.md").write_text("Say it long.\n", encoding="utf-8")
    async with running((80, 24)) as driver:
        await driver.type("/prompts")
        await driver.press("enter")
        shown = await rows(driver, "TemplatesDialog")
        assert len(shown) == 2
        assert len({line.index("Say it") for line in shown}) == 1


async def test_a_fact_beside_a_title_that_does_not_fit_ends_with_a_mark() -> None:
    async with running((40, 12)) as driver:
        await driver.press("f1")
        await driver.until(lambda: type(driver.app.screen).__name__ == "HelpScreen")
        fact = driver.app.screen.query_one(".sheet-title .right", Static)
        await driver.until(lambda: drawn(fact)[0].endswith("…"))


async def test_the_number_of_messages_is_seen_beside_a_long_name() -> None:
    write_history([("A name that is so long that it does not fit beside the title of a dialog", ["Hi", "Hello"])])
    async with running((80, 24)) as driver:
        await driver.press("ctrl+s")
        await driver.type("x")
        await driver.until(lambda: type(driver.app.screen).__name__ == "ExportDialog")
        fact = driver.app.screen.query_one(".sheet-title .right", Static)
        await driver.until(lambda: drawn(fact) != [""])
        assert re.fullmatch(r" +A name .*… · \d messages", drawn(fact)[0])
