"""The whole app on a history of its own, without a terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from textual.app import App
from textual.pilot import Pilot

from tui_chat.app.app import ChatApp
from tui_chat.app.screens.chat.screen import ChatScreen
from tui_chat.chat.services import Options, Services
from tui_chat.config.paths import history_path
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.history import History

START = datetime(2025, 3, 1, 12, tzinfo=UTC)


def write_history(sessions: Sequence[tuple[str, Sequence[str]]], **fields: object) -> None:
    """Write sessions by name and texts, the newest first; prompts and replies in turn.

    Their ids are ``s1``, ``s2`` …, those of the messages ``s1m1``, ``s1m2`` and so on.
    """
    path = history_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    history = History(path)
    history.open()
    for number, (name, texts) in enumerate(sessions, 1):
        session = ChatSession.model_validate(
            {"id": f"s{number}", "name": name, "updated_at": START - timedelta(days=number), "provider": "guide"}
            | fields
        )
        messages = [
            ChatMessage(
                id=f"s{number}m{place}",
                session_id=session.id,
                parent_id=f"s{number}m{place - 1}" if place > 1 else None,
                role=Role.USER if place % 2 else Role.ASSISTANT,
                parts=[TextPart(text=text)],
                created_at=START,
            )
            for place, text in enumerate(texts, 1)
        ]
        history.save(session.to_document(), [message.to_document() for message in messages])
    history.close()


class Driver:
    """Drives the app.

    Attributes:
        app: The app.
        pilot: What presses keys.
    """

    def __init__(self, app: ChatApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def chat(self) -> ChatScreen:
        """The chat screen, below whatever dialog is open."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, ChatScreen)
        return screen

    async def open_session(self) -> ChatScreen:
        """Open the only session of the history, ``s1``, by keyboard; return the chat screen."""
        chat = self.chat
        await self.until(lambda: len(chat.history.sessions) == 1)
        await self.press("ctrl+s", "enter")
        await self.until(lambda: chat.opened.id == "s1")
        return chat

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; a minute at most."""
        for _ in range(3000):
            if holds():
                return
            await self.pilot.pause(0.02)
        raise AssertionError("it did not come to hold")

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type a text, each character as a key of its own."""
        names = {" ": "space", ":": "colon", "-": "minus", '"': "quotation_mark", "/": "slash"}
        await self.pilot.press(*(names.get(character, character) for character in text))


@asynccontextmanager
async def running(
    size: tuple[int, int] = (120, 40), *, is_seen: bool = True, options: Options | None = None
) -> AsyncIterator[Driver]:
    """Run the app on the history of the test, perhaps in a window that nobody looks at."""
    app = ChatApp(Services.start(options))
    app.set_reactive(App.app_focus, is_seen)
    async with app.run_test(size=size, notifications=True) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: bool(app.screen.is_mounted))
        yield driver
        await app.action_quit()
