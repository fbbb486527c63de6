"""What is typed before the session to begin with is open is meant for that one."""

from __future__ import annotations

import asyncio

import pytest

from tests.app.screens.driving import Driver, write_history
from tui_chat.app.app import ChatApp
from tui_chat.chat.services import Services
from tui_chat.domain.sessions import ChatSession


async def test_what_is_typed_while_it_is_read_is_sent_and_kept_there(monkeypatch: pytest.MonkeyPatch) -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    services, gate = Services.start(), asyncio.Event()
    find = services.library.find

    async def find_later(prefix: str) -> ChatSession:
        await gate.wait()
        return await find(prefix)

    monkeypatch.setattr(services.library, "find", find_later)
    app = ChatApp(services, session="last")
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: bool(app.screen.is_mounted))
        await driver.type("what is a session")
        app.call_later(gate.set)
        await driver.press("enter")
        await driver.type("and")
        await driver.until(lambda: [one.text for one in driver.chat.opened.branch][2:3] == ["what is a session"])
        await driver.until(lambda: driver.chat.prompt.text == "and")
        assert driver.chat.opened.id == "s1"
        await app.action_quit()
