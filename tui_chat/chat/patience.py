"""How long a prompt waits on disk until it is sent again.

As long as it takes while there is no network or the provider asks to wait, else as often as the provider's config says.
These waits are kept on disk, go on after a restart and can be ended, which no library for retries does.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from tui_chat.clients.backoff import may_pass, wait_before
from tui_chat.domain.errors import ConnectionFailed, ProviderError, RateLimited
from tui_chat.domain.events import Retrying
from tui_chat.domain.messages import ChatMessage, MessageError, MessageStatus
from tui_chat.domain.providers import Retries
from tui_chat.domain.record import now

#: Seconds that nobody waits for: whoever is asked to come back later than this is told so instead.
LONGEST = 30 * 60


class Wait(NamedTuple):
    """What is waited out."""

    error: MessageError
    """Why the request failed."""
    until: datetime
    """When the next one leaves."""

    @property
    def seconds(self) -> float:
        """Seconds that are left."""
        return max(0.0, (self.until - now()).total_seconds())

    def event(self, attempt: int) -> Retrying:
        """Return what is shown of it, from now on.

        Args:
            attempt: The number of the coming request.
        """
        error = self.error
        return Retrying(
            attempt=attempt,
            delay=self.seconds,
            why=error.text,
            status=error.status,
            server_words=error.server_words,
        )

    def queued(self, reply: ChatMessage) -> ChatMessage:
        """Return a reply as it waits on disk."""
        changes = {"status": MessageStatus.QUEUED, "error": self.error, "next_try_at": self.until}
        return reply.model_copy(update=changes)


class Patience:
    """Waits between the requests of one reply.

    Args:
        retries: The provider's config: with a single request there are no waits at all.
    """

    def __init__(self, retries: Retries) -> None:
        self._retries = retries
        self._now = asyncio.Event()
        self._began = time.monotonic()
        self._in_vain = 0
        self.attempt = 1
        """The number of the request that leaves next."""

    def wait_after(self, error: ProviderError) -> Wait | None:
        """Return what to wait for after a request has failed; ``None`` if waiting would be in vain."""
        retries = self._retries
        if retries.attempts < 2 or not may_pass(error, retries):
            return None
        seconds = wait_before(self.attempt + 1, error, retries)
        if isinstance(error, ConnectionFailed | RateLimited):
            self._began, self._in_vain = time.monotonic(), 0
            is_worth_it = seconds <= LONGEST
        else:
            self._in_vain += 1
            spent = time.monotonic() - self._began
            is_worth_it = self._in_vain < retries.attempts and spent + seconds <= retries.total
        return Wait(error.to_message_error(), now() + timedelta(seconds=seconds)) if is_worth_it else None

    async def wait(self, wait: Wait) -> None:
        """Wait until the time has come, or `hurry` is called; it may have been just before."""
        self.attempt += 1
        with suppress(TimeoutError):
            await asyncio.wait_for(self._now.wait(), wait.seconds)
        self._now.clear()

    def hurry(self) -> None:
        """End the wait now."""
        self._now.set()
