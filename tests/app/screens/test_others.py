"""What is written into the history while the app runs, by itself or by others."""

from __future__ import annotations

import threading

import pytest

from tests.app.screens.driving import running, write_history
from tests.wire.openai_server import OpenAIServer, says
from tui_chat.app.screens.chat import others
from tui_chat.app.screens.compare import CompareScreen
from tui_chat.app.screens.compare_models import CompareModels
from tui_chat.chat.services import Options


async def test_a_session_in_which_models_are_compared_is_not_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(others, "LOOK_EVERY", 0.02)
    gate = threading.Event()
    with OpenAIServer() as server:
        server.reply = says("Begun", gate, " and ended.")
        async with running(options=Options(base_url=server.base_url, model="m")) as driver:
            chat = driver.chat
            opened = chat.opened
            await driver.type("/compare best?")
            await driver.press("enter")
            await driver.until(lambda: isinstance(driver.app.screen, CompareModels))
            await driver.until(lambda: len(chat.history.sessions) == 0)
            await driver.type("test")
            await driver.press("space", "enter")
            await driver.until(lambda: isinstance(driver.app.screen, CompareScreen))
            # Its answers are written while they come; that the list has it tells that it was looked at.
            await driver.until(lambda: len(chat.history.sessions) == 1)
            write_history([("By another process", ["Hi", "Hello"])])
            await driver.until(lambda: len(chat.history.sessions) == 2)
            gate.set()
            await driver.until(lambda: chat.rivalry is not None and not chat.rivalry.running)
            await driver.press("enter")
            await driver.until(lambda: chat.rivalry is None)
            assert chat.opened is opened
            assert not chat.runs_elsewhere
            assert chat.opened.branch[-1].text == "Begun and ended."
