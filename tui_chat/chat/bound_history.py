"""Sessions that are bound to one at a provider: names and deleted messages follow there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from tui_chat.chat.history import Held, SessionHistory
from tui_chat.chat.open_session import OpenSession, Removal
from tui_chat.chat.remote import delete_remote, is_bound, rename_remote
from tui_chat.chat.services import Services
from tui_chat.domain.errors import ChatError
from tui_chat.domain.sessions import ChatSession

Later = Callable[[Coroutine[None, None, None]], object]
"""Lets something run without waiting for it."""


class BoundHistory(SessionHistory):
    """The history, whose changes reach the provider too. Nothing here waits for it, and what fails there stays here.

    Args:
        services: What the sessions are kept with.
        held: Finds the sessions on screen.
        later: Runs what asks the provider.
        complain: Told what did not work there.
    """

    def __init__(self, services: Services, held: Held, later: Later, complain: Callable[[ChatError], None]) -> None:
        super().__init__(services, held)
        self._later = later
        self._complain = complain
        self._turn = asyncio.Lock()

    async def _put(self, session_id: str, fields: Mapping[str, Any]) -> None:
        await super()._put(session_id, fields)
        session = await self.session(session_id)
        if "name" in fields:
            self._follow(session, "Renamed", lambda: rename_remote(self._services, session))

    async def remove_turn(self, opened: OpenSession, message_id: str) -> Removal:
        """Remove a message with its reply, here and at the provider."""
        removal = await super().remove_turn(opened, message_id)
        message = removal.gone[0]
        if message.remote_id:
            session = opened.session
            self._follow(session, "Deleted", lambda: delete_remote(self._services, session, message))
        return removal

    async def put_back(self, opened: OpenSession, removal: Removal) -> None:
        """Put back what was removed; at the provider it is gone."""
        await super().put_back(opened, removal)
        if removal.gone[0].remote_id and is_bound(self._services, opened.session):
            label = self._services.provider(opened.session.remote_provider).label
            self._complain(ChatError(f"Restored here only: {label} has no way back."))

    def _follow(self, session: ChatSession, done: str, step: Callable[[], Awaitable[None]]) -> None:
        """Do at the provider what was done here."""
        if is_bound(self._services, session):
            self._later(self._followed(done, step))

    async def _followed(self, done: str, step: Callable[[], Awaitable[None]]) -> None:
        async with self._turn:  # one after the other, so that the last change wins there, too
            try:
                await step()
            except ChatError as error:
                self._complain(ChatError(f"{done} here only: {error.text}", advice=error.advice))
