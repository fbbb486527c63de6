"""Repeats a request that failed, as long as nothing of the reply has come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, stop_before_delay

from tui_chat.clients.backoff import may_pass, wait_before
from tui_chat.domain.errors import ProviderError
from tui_chat.domain.events import CitationsAdded, ImageAdded, ReasoningDelta, Retrying, StreamEvent, TextDelta
from tui_chat.domain.providers import Retries

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
    has_content = False
    coming: list[Retrying] = []

    def is_worth_it(error: BaseException) -> bool:
        return isinstance(error, ProviderError) and not has_content and may_pass(error, retries)

    def wait(state: RetryCallState) -> float:
        return wait_before(state.attempt_number + 1, _error_of(state), retries)

    tries = AsyncRetrying(
        retry=retry_if_exception(is_worth_it),
        stop=stop_after_attempt(retries.attempts) | stop_before_delay(retries.total),
        wait=wait,
        # The wait is told first, which only the loop below can do; so it waits there.
        before_sleep=lambda state: coming.append(_retrying(state)),
        sleep=_go_on,
        reraise=True,
    )
    async for one in tries:
        if coming:
            retrying = coming.pop()
            yield retrying
            await asyncio.sleep(retrying.delay)
        with one:
            async with aclosing(attempt()) as events:
                async for event in events:
                    has_content = has_content or isinstance(event, _CONTENT)
                    yield event


def _retrying(state: RetryCallState) -> Retrying:
    error = _error_of(state)
    return Retrying(
        attempt=state.attempt_number + 1,
        delay=state.upcoming_sleep,
        why=error.text,
        status=error.status,
        server_words=error.server_words,
    )


def _error_of(state: RetryCallState) -> ProviderError:
    error = state.outcome.exception() if state.outcome is not None else None
    assert isinstance(error, ProviderError)  # noqa: S101  # nothing else is repeated
    return error


async def _go_on(_: float) -> None:
    """Return at once."""
