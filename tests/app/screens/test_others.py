"""What is written into the history while the app runs, by itself or by others."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from tests.app.screens.driving import Driver, running, write_history
from tests.wire.openai_server import OpenAIServer, says
from tui_chat.app.screens.chat import others
from tui_chat.app.screens.compare import CompareScreen
from tui_chat.app.screens.compare_models import CompareModels
from tui_chat.chat.services import Options
from tui_chat.domain.errors import HistoryLocked


async def compare(driver: Driver) -> None:
    await driver.type("/compare best?")
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, CompareModels))
    await driver.until(lambda: len(driver.chat.history.sessions) == 0)
    await driver.type("test")
    await driver.press("space", "enter")
    await driver.until(lambda: isinstance(driver.app.screen, CompareScreen))


async def test_a_session_in_which_models_are_compared_is_not_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(others, "LOOK_EVERY", 0.02)
    gate = threading.Event()
    with OpenAIServer() as server:
        server.reply = says("Begun", gate, " and ended.")
        async with running(options=Options(base_url=server.base_url, model="m")) as driver:
            chat = driver.chat
            opened = chat.opened
            await compare(driver)
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


async def test_answers_that_could_not_be_saved_when_models_were_compared_are_saved_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_: object) -> None:
        raise HistoryLocked("It is locked.", path=Path("history.json"))

    gate = threading.Event()
    with OpenAIServer() as server:
        server.reply = says("Begun", gate, " and ended.")
        async with running(options=Options(base_url=server.base_url, model="m")) as driver:
            chat = driver.chat
            await compare(driver)
            # Both are on disk once they have been asked for.
            await driver.until(lambda: len(server.chats) == 2)
            with monkeypatch.context() as patched:
                patched.setattr(chat.services.library, "save", fail)
                gate.set()
                await driver.until(lambda: chat.rivalry is not None and not chat.rivalry.running)
                await driver.press("enter")
                await driver.until(lambda: chat.rivalry is None)
            await asyncio.gather(chat.save_unsaved(), chat.save_unsaved())
            assert chat.unsaved == []
            stored = await chat.services.library.messages(chat.opened.id)
            assert [one.text for one in stored[1:]] == ["Begun and ended."] * 2
