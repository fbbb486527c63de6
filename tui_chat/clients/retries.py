"""Repeats a request that failed, as long as nothing of the reply has come."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from tui_chat.domain.errors import ProviderError
from tui_chat.domain.events import CitationsAdded, ImageAdded, ReasoningDelta, Retrying, StreamEvent, TextDelta
from tui_chat.domain.providers import Retries

#: By how much a wait may differ from what it should be, so that clients that failed together do not return together.
JITTER = 0.25

_CONTENT = TextDelta | ReasoningDelta | CitationsAdded | ImageAdded


async def with_retries(
    attempt: Callable[[], AsyncGenerator[StreamEvent, None]], retries: Retries
) -> AsyncGenerator[StreamEvent, None]:
    """Yield the events of an attempt; where it fails in vain, yield `Retrying`, wait, and begin anew.

    Args:
        attempt: Begins the request anew at each call.
        retries: What is worth another try, how often and how long.

    Raises:
        ProviderError: of the last attempt.
    """
    began = time.monotonic()
    number = 1
    while True:
        has_content = False
        try:
            async with aclosing(attempt()) as events:
                async for event in events:
                    has_content = has_content or isinstance(event, _CONTENT)
                    yield event
            return
        except ProviderError as error:
            delay = wait_before(number + 1, error, retries)
            spent = time.monotonic() - began
            if has_content or number >= retries.attempts or delay is None or spent + delay > retries.total:
                raise
            number += 1
            retrying = Retrying(
                attempt=number, delay=delay, why=error.text, status=error.status, server_words=error.server_words
            )
        yield retrying
        await asyncio.sleep(delay)


def wait_before(number: int, error: ProviderError, retries: Retries) -> float | None:
    """Return the seconds to wait before a request.

    What the server asks for wins over the growing waits of the config.

    Args:
        number: Which request it is, from 2.
        error: Why the one before it failed.
        retries: The config.

    Returns:
        ``None`` if another request would be in vain.
    """
    wanted = retries.connection_errors if error.status is None else error.status in retries.statuses
    if not (error.can_retry and wanted):
        return None
    if error.retry_after is not None:
        return error.retry_after
    try:
        delay = min(retries.maximum, retries.initial * retries.exponent ** (number - 2))
    except OverflowError:
        delay = retries.maximum
    return delay * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret hangs on it
