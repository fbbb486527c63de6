"""Where a link of a reply goes is shown before it is opened, and only the web and mail are."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from tests.app.screens.driving import running
from tui_chat.app.screens.dialogs import Confirm


@pytest.mark.parametrize(("key", "opened"), [("enter", ["https://x.invalid/a?b"]), ("escape", [])])
async def test_a_link_is_opened_by_a_yes(key: str, opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as driver:
        asked: list[str] = []
        monkeypatch.setattr(driver.app, "open_url", asked.append)
        driver.chat.ask_to_open("https://x.invalid/a?b")
        await driver.until(lambda: isinstance(driver.app.screen, Confirm))
        assert asked == []
        await driver.press(key)
        await driver.until(lambda: not isinstance(driver.app.screen, Confirm))
        await driver.app.workers.wait_for_complete()
        assert asked == opened


@pytest.mark.parametrize("url", ["--new-window", "file:///etc/passwd", "ssh://x.invalid", "notes.html", "\x1b]0;x"])
async def test_other_addresses_are_not_opened(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as driver:
        asked: list[str] = []
        monkeypatch.setattr(driver.app, "open_url", asked.append)
        await driver.chat.ask_to_open(url).wait()
        await driver.until(lambda: len(driver.chat.toasts.query(".words")) == 1)
        words = driver.chat.toasts.query_one(".words", Static)
        assert str(words.render()).startswith("Only links to the web and mail are opened")
        assert asked == []
