"""How long a prompt waits on disk until it is sent again: while there is no network, or the provider asks to wait."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from tui_chat.domain.errors import ConnectionFailed, ProviderError, RateLimited
from tui_chat.domain.events import Retrying
from tui_chat.domain.messages import ChatMessage, MessageError, MessageStatus
from tui_chat.domain.providers import Retries
from tui_chat.domain.record import now

#: By how much the first wait is longer than the first of the quick repetitions before it.
SLOWER = 10

#: By what the wait grows each time.
GROWTH = 2

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
        retries: The provider's config: without quick repetitions there are no slow ones either.
    """

    def __init__(self, retries: Retries) -> None:
        self._retries = retries
        self._now = asyncio.Event()
        self.attempt = 1
        """The number of the request that leaves next."""

    def wait_after(self, error: ProviderError) -> Wait | None:
        """Return what to wait for after a request has failed; ``None`` if waiting would be in vain."""
        retries = self._retries
        is_offline = isinstance(error, ConnectionFailed) and retries.connection_errors
        if retries.attempts < 2 or not error.can_retry or not (is_offline or isinstance(error, RateLimited)):
            return None
        grown = retries.initial * SLOWER * GROWTH ** min(self.attempt - 1, 16)
        seconds = error.retry_after if error.retry_after is not None else min(retries.maximum, grown)
        return Wait(error.to_message_error(), now() + timedelta(seconds=seconds)) if seconds <= LONGEST else None

    async def wait(self, wait: Wait) -> None:
        """Wait until the time has come, or `hurry` is called."""
        self._now.clear()
        self.attempt += 1
        with suppress(TimeoutError):
            await asyncio.wait_for(self._now.wait(), wait.seconds)

    def hurry(self) -> None:
        """End the wait now."""
        self._now.set()
