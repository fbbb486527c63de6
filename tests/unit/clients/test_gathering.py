"""What comes together is handed on together, and nothing of it is lost or held back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest

from tui_chat.clients.deltas import merged
from tui_chat.clients.gathering import READ_AHEAD, gathered
from tui_chat.domain.errors import BadStream
from tui_chat.domain.events import Finished, ReasoningDelta, Started, StreamEvent, TextDelta
from tui_chat.domain.messages import FinishReason


async def test_pieces_that_are_there_come_as_one() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"
        await asyncio.sleep(0.01)
        yield b"c"

    assert [piece async for piece in gathered(body())] == [b"ab", b"c"]


async def test_what_came_before_an_error_is_yielded_before_it() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"kept"
        raise ConnectionResetError

    found = []
    with pytest.raises(ConnectionResetError):
        async for piece in gathered(body()):
            found.append(piece)  # it ends with an error
    assert found == [b"kept"]


async def test_no_more_is_read_ahead_than_allowed() -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield bytes(READ_AHEAD // 4)
            await asyncio.sleep(0)

    async with aclosing(gathered(body())) as pieces:
        await anext(pieces)
        for _ in range(50):
            await asyncio.sleep(0)
        assert read <= 6


async def test_leaving_early_ends_the_reading() -> None:
    has_ended = False

    async def body() -> AsyncIterator[bytes]:
        nonlocal has_ended
        try:
            yield b"a"
            await asyncio.Event().wait()
        finally:
            has_ended = True

    async with aclosing(gathered(body())) as pieces:
        await anext(pieces)
    assert has_ended


def test_neighbouring_deltas_are_joined() -> None:
    end = Finished(reason=FinishReason.STOP)
    events: list[StreamEvent] = [
        Started(model="m"),
        ReasoningDelta(text="a"),
        ReasoningDelta(text="b"),
        ReasoningDelta(text="", metadata={"signature": "s"}),
        TextDelta(text="c"),
        TextDelta(text="d"),
        end,
    ]
    assert list(merged(events)) == [
        Started(model="m"),
        ReasoningDelta(text="ab"),
        ReasoningDelta(text="", metadata={"signature": "s"}),
        TextDelta(text="cd"),
        end,
    ]


def test_deltas_before_an_error_are_not_lost() -> None:
    def events() -> Iterator[StreamEvent]:
        yield TextDelta(text="a")
        yield TextDelta(text="b")
        raise BadStream("broken")

    joined = merged(events())
    assert next(joined) == TextDelta(text="ab")
    with pytest.raises(BadStream):
        next(joined)
