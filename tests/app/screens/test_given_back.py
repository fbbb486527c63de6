"""What could not be sent is given back to the session that it was meant for, whichever is shown by then."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from textual import events

from tests.app.screens.driving import running, write_history
from tests.wire.openai_server import OpenAIServer, says
from tui_chat.app.screens.chat import attaching
from tui_chat.app.widgets import Attachments
from tui_chat.app.widgets.toasts import Toast
from tui_chat.chat.attaching import Read, read
from tui_chat.chat.services import Options
from tui_chat.domain.errors import HistoryLocked
from tui_chat.domain.messages import FilePart, MessageStatus
from tui_chat.storage.library import Library

PEARS = ("Pears", ["Are pears ripe?", "They are."])


class Disk:
    """A history that another process keeps locked, once it is asked for."""

    def __init__(self, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked, self.given_up = asyncio.Event(), asyncio.Event()
        self._save = library.save
        monkeypatch.setattr(library, "save", self.fail)

    async def fail(self, *_: object) -> None:
        self.asked.set()
        await self.given_up.wait()
        raise HistoryLocked("It is locked.", path=Path("history.json"))


async def test_a_prompt_that_could_not_be_saved_waits_in_the_input_of_its_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_history([PEARS])
    async with running() as driver:
        chat = await driver.open_session()
        with monkeypatch.context() as patched:
            disk = Disk(chat.services.library, patched)
            await driver.type("And plums?")
            await driver.press("enter")
            await disk.asked.wait()
            await driver.press("ctrl+n")
            await driver.until(lambda: chat.opened.id != "s1")
            disk.given_up.set()
            await driver.until(lambda: not len(chat.replies))
        assert chat.prompt.text == ""
        await chat.open_session("s1")
        assert chat.prompt.text == "And plums?"
        assert [message.text for message in chat.opened.branch] == PEARS[1]
        assert not chat.runs_elsewhere


async def test_an_answer_that_could_not_be_begun_leaves_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    write_history([PEARS])
    async with running() as driver:
        chat = await driver.open_session()
        with monkeypatch.context() as patched:
            disk = Disk(chat.services.library, patched)
            disk.given_up.set()
            await driver.press("escape", "r")
            await disk.asked.wait()
            await driver.until(lambda: not len(chat.replies))
        assert [message.text for message in chat.opened.branch] == PEARS[1]
        assert not chat.runs_elsewhere


async def test_a_prompt_that_could_not_be_queued_is_in_the_input_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    with OpenAIServer() as server:
        server.reply = says("Begun", gate, " and ended.")
        async with running(options=Options(base_url=server.base_url, model="m")) as driver:
            chat = driver.chat
            await driver.type("One")
            await driver.press("enter")
            await driver.until(lambda: chat.is_receiving and bool(chat.opened.branch[-1].text))
            with monkeypatch.context() as patched:
                disk = Disk(chat.services.library, patched)
                disk.given_up.set()
                await driver.type("Two")
                await driver.press("enter")
                await driver.until(lambda: disk.asked.is_set() and chat.prompt.text == "Two")
            assert chat.opened.queued == []
            gate.set()
            await driver.until(lambda: not chat.is_receiving)
            assert [message.status for message in chat.opened.branch] == [MessageStatus.COMPLETE] * 2


async def test_what_is_still_read_when_another_session_is_opened_is_attached_to_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, gate = threading.Event(), threading.Event()

    def slowly(wanted: str, folder: Path) -> list[Read]:
        begun.set()
        gate.wait()
        return read(wanted, folder)

    monkeypatch.setattr(attaching, "read", slowly)
    (tmp_path / "a.txt").write_text("alpha")
    write_history([PEARS])
    async with running() as driver:
        chat = await driver.open_session()
        try:
            chat.takes_paste(str(tmp_path / "a.txt"))
            chat.say("Read what is here", kind="error")
            await driver.type("Look")
            driver.app.post_message(events.Key("enter", None))
            # Errors go when a prompt is on its way; the screen waits in its handler, and a pilot for the screen.
            while not begun.is_set() or chat.query(Toast):
                await asyncio.sleep(0.01)
            await chat.action_new_session()
        finally:
            gate.set()
        await driver.until(lambda: chat.memory.draft("s1") == "Look")
        assert (chat.prompt.text, list(chat.attached), len(chat.replies)) == ("", [], 0)
        await chat.open_session("s1")
        assert [part.name for part in chat.attached if isinstance(part, FilePart)] == ["a.txt"]
        assert chat.prompt.text == "Look"
        # Clicked twice before the row has gone.
        for _ in range(2):
            chat.tray.post_message(Attachments.Removed(0))
        await driver.until(lambda: not chat.attached)
        await driver.pilot.pause()
