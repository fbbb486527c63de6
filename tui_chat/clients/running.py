"""The running streams of a client: each with its time limit, all of them ended together when the client closes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

from tui_chat.domain.errors import TimedOut
from tui_chat.domain.providers import Provider

_Event = TypeVar("_Event")


class RunningStreams:
    """Knows the streams of one client.

    A stream that is ended from here just stops, without `Finished`: its reply counts as interrupted, and what had
    come of it stays.
    """

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._streams: set[_Stream] = set()

    async def run(self, events: AsyncGenerator[_Event, None], seconds: float | None) -> AsyncGenerator[_Event, None]:
        """Yield the events until they end, or `end` is called.

        Args:
            events: The events; closed at the end.
            seconds: Limit for the whole stream; ``None`` sets none.

        Raises:
            TimedOut: if the limit was reached.
        """
        deadline = None if seconds is None else asyncio.get_running_loop().time() + seconds
        stream = _Stream(deadline)
        self._streams.add(stream)
        try:
            async with aclosing(events):
                while (event := await stream.next_of(events)) is not None:
                    yield event
        except TimeoutError:
            if not stream.is_ended:
                raise TimedOut(
                    f"The reply of {self._provider.label} took longer than {seconds:g} s", provider=self._provider.name
                ) from None
        finally:
            self._streams.discard(stream)
            stream.has_gone.set()

    async def end(self) -> None:
        """End all streams, and wait for those that were waiting for their server."""
        waiting = [stream for stream in list(self._streams) if stream.end()]
        for stream in waiting:
            await stream.has_gone.wait()


class _Stream:
    """One stream. Ending it lets the limit of its current wait run out at once."""

    def __init__(self, deadline: float | None) -> None:
        self._deadline = deadline
        self._limit: asyncio.Timeout | None = None
        self.is_ended = False
        self.has_gone = asyncio.Event()

    async def next_of(self, events: AsyncGenerator[_Event, None]) -> _Event | None:
        if self.is_ended:
            return None
        try:
            async with asyncio.timeout_at(self._deadline) as self._limit:
                return await anext(events, None)
        finally:
            self._limit = None

    def end(self) -> bool:
        """End it; return whether it was waiting, and so goes by itself."""
        self.is_ended = True
        if self._limit is None:
            return False
        if self._limit.expired():
            return True
        self._limit.reschedule(asyncio.get_running_loop().time())
        return True
