"""Answers without an end, in any protocol: they can be stopped, and memory stays bounded."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from itertools import repeat

import pytest

from tests.wire.asking import fail, request, text_of
from tests.wire.openai_server import Exchange, OpenAIServer, Reply, sends
from tests.wire.protocols import KEY, WIRES, Wire, keeps
from tui_chat.clients.http_client import HTTPClient
from tui_chat.domain.errors import BadStream, Overloaded, ProviderError, TimedOut
from tui_chat.domain.events import TextDelta
from tui_chat.domain.providers import Protocol, Provider, Retries

MEGABYTE = 1024 * 1024

#: Those that read replies in a way of their own.
READERS = [wire for wire in WIRES if wire.protocol is not Protocol.ABACUS]

pytestmark = pytest.mark.parametrize("wire", READERS, ids=str, indirect=True)


@pytest.fixture
async def once(wire: Wire, wire_provider: Provider) -> AsyncIterator[HTTPClient]:
    """A client that tries only once."""
    changes = {"retries": Retries(attempts=1)}
    async with wire.client(wire_provider.model_copy(update=changes), keeps(KEY)) as opened:
        yield opened


@contextmanager
def at_most(megabytes: float) -> Iterator[None]:
    """Check that no more memory is taken in between, whatever for."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < megabytes * MEGABYTE, f"{peak / MEGABYTE:.1f} MB"


async def test_an_endless_reply_takes_no_more_memory_the_longer_it_is(
    wire: Wire, once: HTTPClient, wire_server: OpenAIServer
) -> None:
    start, more = wire.beginning("x"), wire.beginning("y" * 1000)[-1]
    wire_server.script(sends([*start, *repeat(more * 100, 10_000)], media_type=wire.media_type))
    size = 0
    with at_most(4):
        async with aclosing(once.stream(request())) as events:
            async for event in events:
                size += len(event.text) if isinstance(event, TextDelta) else 0
                if size > 6 * MEGABYTE:
                    break
    assert await asyncio.to_thread(wire_server.disconnected.wait, 30)


def unended(wire: Wire) -> Reply:
    """Reply with an event, or a line, that never ends."""
    piece = wire.beginning("x")[-1].rstrip()[:-1]
    return sends([piece, *repeat(b"x" * MEGABYTE, 1000)], media_type=wire.media_type)


def without_a_line(first: bytes) -> Callable[[Wire], Reply]:
    return lambda wire: sends([first, *repeat(b"x" * MEGABYTE, 1000)], media_type="text/plain")


def bomb(wire: Wire) -> Reply:
    """Reply with half a megabyte that unpacks to a thousand times as much."""
    piece = gzip.compress(wire.beginning("x")[-1].rstrip()[:-1] + b"x" * 32 * MEGABYTE)

    def reply(exchange: Exchange) -> None:
        size = len(piece) * 16
        exchange.wfile.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: {wire.media_type}\r\nContent-Encoding: gzip\r\n"
            f"Content-Length: {size}\r\n\r\n".encode()
        )
        for _ in range(16):
            exchange.wfile.write(piece)

    return reply


ENDLESS: dict[str, tuple[Callable[[Wire], Reply], int]] = {
    "an event": (unended, 80),
    "a page": (without_a_line(b"<html>"), 120),
    "a list": (without_a_line(b"[1,"), 120),
    "zeros": (without_a_line(b"\0"), 120),
    "packed tightly": (bomb, 150),
}


@pytest.mark.parametrize("name", ENDLESS)
async def test_what_never_makes_sense_is_given_up(
    wire: Wire, once: HTTPClient, wire_server: OpenAIServer, name: str
) -> None:
    make, megabytes = ENDLESS[name]
    wire_server.script(make(wire))
    with at_most(megabytes):
        _, error = await fail(once)
    assert isinstance(error, BadStream)
    assert "too much" in error.text or "more than 16777216 bytes" in error.text


@pytest.mark.parametrize("filler", [b": wait\n\n", b"\r\n"])
async def test_fillers_are_not_kept_and_end_with_the_limit_of_the_request(
    wire: Wire, once: HTTPClient, wire_server: OpenAIServer, filler: bytes
) -> None:
    wire_server.script(sends([*wire.beginning("Hel"), *repeat(filler * 10_000, 100_000)], media_type=wire.media_type))
    with at_most(8):
        events, error = await fail(once, request(timeout=0.6))
    if filler[:1] == b":" and wire.media_type != "text/event-stream":
        assert isinstance(error, BadStream)
    else:
        assert isinstance(error, TimedOut)
    assert text_of(events) == "Hel"


async def test_an_endless_refusal_is_cut(wire: Wire, once: HTTPClient, wire_server: OpenAIServer) -> None:
    def reply(exchange: Exchange) -> None:
        exchange.wfile.write(b"HTTP/1.1 500 Oh\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n")
        while not exchange.owner.stopping.is_set():
            exchange.wfile.write(b"It hurts. " * 10_000)

    wire_server.script(reply)
    with at_most(4):
        _, error = await fail(once)
    assert isinstance(error, Overloaded)
    assert error.server_words.startswith("It hurts.")
    assert len(error.server_words) <= 500


async def test_an_endless_list_of_models_is_given_up(once: HTTPClient, wire_server: OpenAIServer) -> None:
    wire_server.models_reply = sends([b'{"data": [', *repeat(b" " * MEGABYTE, 1000)], media_type="application/json")
    with at_most(120):
        try:
            assert await once.models()
        except ProviderError as error:
            assert "sent far too much" in error.text  # not all protocols have a list
        else:
            assert wire_server.requests == []
