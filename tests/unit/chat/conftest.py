from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tui_chat.chat.choice import Choice
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.services import Services
from tui_chat.clients.scripted import ScriptedClient
from tui_chat.config.presets import presets
from tui_chat.domain.settings import Settings
from tui_chat.storage.library import Library


class Desk:
    """Services whose provider plays a script, with a real history file."""

    def __init__(self, path: Path) -> None:
        choice = Choice("scripted", "scripted", "because a test asks for it")
        self.services = Services(Settings(), Library(path), presets(), choice)
        self.opened = OpenSession(self.services.new_session())

    async def plays(self, *replies: list[dict[str, Any]]) -> ScriptedClient:
        client = await self.services.client("scripted")
        assert isinstance(client, ScriptedClient)
        client._script = replies
        return client


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "history.json")
    await desk.services.library.open()
    yield desk
    await desk.services.aclose()
