"""A further source of completions, beside commands and saved prompts, in the whole app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from tui_chat.app.app import ChatApp
from tui_chat.app.screens.chat import ChatScreen
from tui_chat.app.widgets import Completion, Offer, Source, Typed
from tui_chat.chat.services import Options, Services


class Names:
    """Completes names behind ``@``, as slowly as it is told to."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[str] = []
        self.cancelled: list[str] = []

    async def offer(self, typed: Typed) -> Offer | None:
        word = typed.word
        if not word.startswith("@"):
            return None
        self.asked.append(word)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled.append(word)
            raise
        found = [name for name in ("alice", "bob") if name.startswith(word[1:])]
        offered = [Completion(f"{name} " if name == "bob" else "", f"@{name}", key=name[:1]) for name in found]
        return Offer(typed, typed.column - len(word), offered, source=self)

    async def taken(self, key: str) -> str | None:
        return "Alice Liddell" if key == "a" else None


@asynccontextmanager
async def app_with(source: Source, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Pilot[None], ChatScreen]]:
    monkeypatch.setattr(ChatScreen, "sources", (source,))
    app = ChatApp(Services.start(Options(is_temporary=True)))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ChatScreen)
        yield pilot, screen


async def test_what_a_source_knows_is_offered_and_written(monkeypatch: pytest.MonkeyPatch) -> None:
    async with app_with(Names(), monkeypatch) as (pilot, screen):
        await pilot.press(*"to @a")
        await pilot.pause()
        assert screen.menu.display
        await pilot.press("enter")
        await pilot.pause()
        assert screen.prompt.text == "to Alice Liddell"
        assert not screen.menu.display
        await pilot.press("space", "at", "b")
        await pilot.pause()
        await pilot.press("escape")
        assert not screen.menu.display
        assert screen.prompt.has_focus


async def test_a_source_that_would_rather_not_leaves_what_was_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    async with app_with(Names(), monkeypatch) as (pilot, screen):
        await pilot.press("at", "b")
        await pilot.pause()
        await pilot.press("tab")
        await pilot.pause()
        assert screen.prompt.text == "bob @bob"


async def test_keys_never_wait_for_a_slow_source_and_only_the_newest_question_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = Names()
    names.gate.clear()
    async with app_with(names, monkeypatch) as (pilot, screen):
        await pilot.press("at", "a", "l")
        await pilot.pause()
        assert screen.prompt.text == "@al"
        assert names.asked[-1] == "@al"
        assert names.cancelled == names.asked[:-1]
        assert not screen.menu.display
        names.gate.set()
        await pilot.pause()
        assert screen.menu.display


async def test_tab_waits_for_a_slow_source(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names()
    names.gate.clear()
    async with app_with(names, monkeypatch) as (pilot, screen):
        await pilot.press("at", "a", "tab")
        await pilot.pause()
        assert screen.prompt.text == "@a"
        names.gate.set()
        await pilot.pause()
        await pilot.pause()
        assert screen.prompt.text == "Alice Liddell"
