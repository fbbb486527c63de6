"""Bytes that have come together are handed on together, so that each piece of a fast stream costs next to nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress

#: Bytes that are read ahead of whoever takes them.
READ_AHEAD = 256 * 1024


async def gathered(body: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Yield the pieces of a body, those joined that came while the last ones were being worked on.

    Args:
        body: The pieces; what it raises is raised here, after all that came before has been yielded.
    """
    waiting = bytearray()
    has_ended = False
    ready, taken = asyncio.Event(), asyncio.Event()

    async def read() -> None:
        nonlocal has_ended
        try:
            async for piece in body:
                waiting.extend(piece)
                ready.set()
                if len(waiting) >= READ_AHEAD:
                    taken.clear()
                    await taken.wait()
        finally:
            has_ended = True
            ready.set()

    reading = asyncio.create_task(read())
    try:
        while waiting or not has_ended:
            await ready.wait()
            if not has_ended:
                ready.clear()
            if waiting:
                piece = bytes(waiting)
                waiting.clear()
                taken.set()
                yield piece
        await reading
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait([reading])
        if reading.done() and not reading.cancelled():
            reading.exception()  # looked at, so that nobody is told that it was not
