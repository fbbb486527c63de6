"""What a long day leaves in memory: the open session, and lines about the others; nothing else of what was said."""

from __future__ import annotations

import gc
import json
from collections import Counter
from functools import partial
from pathlib import Path
from weakref import ref

import pytest

from tests.app.screens.driving import Driver, running
from tui_chat.app.app import COLLECT_AFTER
from tui_chat.app.screens.chat.screen import ChatScreen
from tui_chat.app.transcript.sheet import Sheet
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.turn import Turn
from tui_chat.clients.scripted import SCRIPT_VARIABLE
from tui_chat.domain.messages import ChatMessage

SESSIONS, TURNS = 3, 2


async def talk(driver: Driver) -> None:
    """Take some turns in several sessions, and begin another one."""
    chat = driver.chat
    for session in range(SESSIONS):
        for turn in range(TURNS):
            chat.prompt.insert(f"question {session} {turn}")
            await driver.press("enter")
            await driver.until(partial(_is_answered, chat, turn + 1))
        await driver.press("ctrl+n")
        await driver.until(lambda: not len(chat.opened.tree))


def _is_answered(chat: ChatScreen, turns: int) -> bool:
    return len(chat.opened.branch) == 2 * turns and not len(chat.replies)


def alive() -> Counter[str]:
    """Count what lives of the kinds that hold what was said."""
    gc.collect()
    kinds = (ChatMessage, OpenSession, Turn, Sheet)
    return Counter(type(one).__name__ for one in gc.get_objects() if isinstance(one, kinds))


async def test_sessions_that_are_not_open_are_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps([[{"kind": "text", "text": "Yes"}, {"kind": "finished"}]]))
    monkeypatch.setenv(SCRIPT_VARIABLE, str(script))
    monkeypatch.setenv("TUI_CHAT_PROVIDER", "scripted")
    async with running() as driver:
        client = await driver.chat.services.client("scripted")
        await talk(driver)
        vars(client)["requests"].clear()
        first = alive()
        await talk(driver)
        vars(client)["requests"].clear()
        assert alive() == first
        assert first["OpenSession"] == 1
        assert first["ChatMessage"] <= 2 * TURNS


class Drawn:
    """Refers to itself, as what Textual draws does."""

    def __init__(self) -> None:
        self.itself = self


async def test_what_was_drawn_long_ago_is_collected_while_nobody_does_anything() -> None:
    async with running() as driver:
        drawn = [Drawn()]
        gc.collect()
        gone = ref(drawn.pop())
        for _ in range(COLLECT_AFTER):
            gc.collect(1)
        assert gone() is not None
        await driver.until(lambda: gone() is None)
