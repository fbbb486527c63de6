"""When a failed request is repeated."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from tui_chat.clients.backoff import JITTER, may_pass, wait_before
from tui_chat.clients.failures import retry_after
from tui_chat.clients.retries import with_retries
from tui_chat.domain.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    Overloaded,
    ProviderError,
    RateLimited,
    TimedOut,
)
from tui_chat.domain.events import Finished, Retrying, StreamEvent, TextDelta
from tui_chat.domain.providers import Retries


@pytest.mark.parametrize(("number", "seconds"), [(2, 0.5), (3, 0.75), (4, 1.125), (40, 60)])
def test_waits_grow_up_to_the_longest(number: int, seconds: float) -> None:
    delay = wait_before(number, Overloaded("Oh", status=503), Retries())
    assert seconds * (1 - JITTER) <= delay <= seconds * (1 + JITTER)


@pytest.mark.parametrize(("number", "seconds"), [(2, 1), (3, 3), (4, 9), (5, 20), (10_000, 20)])
def test_the_config_says_how_waits_grow(number: int, seconds: float) -> None:
    delay = wait_before(number, Overloaded("Oh", status=503), Retries(initial=1, exponent=3, maximum=20))
    assert seconds * (1 - JITTER) <= delay <= seconds * (1 + JITTER)


def test_waits_differ_a_little_from_each_other() -> None:
    delays = {wait_before(2, Overloaded("Oh", status=503), Retries()) for _ in range(20)}
    assert len(delays) > 1


@pytest.mark.parametrize(
    ("retries", "count"),
    [
        (Retries(attempts=1), 1),
        (Retries(attempts=4, initial=0), 4),
        (Retries(attempts=9, initial=0.02, exponent=1, total=0.01), 1),
        (Retries(attempts=9, initial=0, statuses=frozenset({500})), 1),
        (Retries(attempts=4, initial=0, statuses=frozenset({418, 503})), 4),
    ],
)
async def test_the_config_says_how_often(retries: Retries, count: int) -> None:
    attempts = 0

    async def attempt() -> AsyncGenerator[StreamEvent, None]:
        nonlocal attempts
        attempts += 1
        raise Overloaded("Oh", status=503)
        yield Finished()

    with pytest.raises(Overloaded):
        [event async for event in with_retries(attempt, retries)]
    assert attempts == count


@pytest.mark.parametrize(
    ("error", "retries"),
    [
        (AuthenticationFailed("No", status=401), Retries()),
        (TimedOut("No"), Retries()),
        (Overloaded("No", status=501), Retries()),
        (ConnectionFailed("No"), Retries(connection_errors=False)),
    ],
)
def test_some_failures_are_final(error: ProviderError, retries: Retries) -> None:
    assert not may_pass(error, retries)


def test_the_server_decides_how_long() -> None:
    assert wait_before(2, RateLimited("No", status=429, retry_after=7.5), Retries()) == 7.5


async def test_events_of_all_attempts_come_in_order() -> None:
    attempts = 0

    async def attempt() -> AsyncGenerator[StreamEvent, None]:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise ConnectionFailed(f"No {attempts}")
        yield TextDelta(text="Hello")
        yield Finished()

    events = [event async for event in with_retries(attempt, Retries(initial=0))]
    assert events == [
        Retrying(attempt=2, delay=0, why="No 1"),
        Retrying(attempt=3, delay=0, why="No 2"),
        TextDelta(text="Hello"),
        Finished(),
    ]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "3", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "2.5", "retry-after-ms": "soon"}, 2.5),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after-ms": "nan"}, None),
        ({"retry-after-ms": "inf"}, None),
        ({"retry-after": "9" * 400}, None),
        ({}, None),
    ],
)
def test_the_wait_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds
