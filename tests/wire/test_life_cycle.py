"""The life of a client, whatever protocol it speaks: opening, keys, streams, retries, closing."""

from __future__ import annotations

import asyncio
import threading
from email.utils import formatdate
from time import time

import pytest

from tests.wire.asking import ask, fail, free_port, kinds, request, text_of
from tests.wire.openai_server import OpenAIServer, Reply, failure, hangs_up, resets, sends, waits
from tests.wire.protocols import KEY, Wire, keeps
from tui_chat.clients.base import NO_KEY, Key
from tui_chat.clients.http_client import HTTPClient
from tui_chat.domain.errors import AuthenticationFailed, ConnectionFailed, Overloaded, RateLimited
from tui_chat.domain.events import Retrying, StreamEvent, TextDelta
from tui_chat.domain.messages import FinishReason
from tui_chat.domain.providers import Provider, Retries, Timeouts
from tui_chat.domain.requests import ChatResponse

HELLO = "Hello from the test server."

OLD, NEW = "sk-old-key-0000", "sk-new-key-0001"


async def test_send_gives_the_whole_reply(wire: Wire, wire_client: HTTPClient, wire_server: OpenAIServer) -> None:
    wire_server.script(wire.says("Hello", " there"))
    seen: list[StreamEvent] = []
    asked = request(session_id="s1", parent_message_id="m1", message_id="m2")
    reply = await wire_client.send(asked, on_progress=seen.append)
    assert (reply.text, reply.finish_reason) == ("Hello there", FinishReason.STOP)
    assert (reply.session_id, reply.parent_message_id, reply.message_id) == ("s1", "m1", "m2")
    assert "".join(event.text for event in seen if isinstance(event, TextDelta)) == "Hello there"
    assert (kinds(seen)[0], kinds(seen)[-1]) == ("started", "finished")


async def test_each_piece_comes_at_once(wire: Wire, wire_client: HTTPClient, wire_server: OpenAIServer) -> None:
    gate = threading.Event()
    wire_server.script(wire.says("Hello", gate, " there"))
    texts = []
    async for event in wire_client.stream(request()):
        if isinstance(event, TextDelta):
            texts.append(event.text)
            gate.set()
    assert texts == ["Hello", " there"]


async def started(client: HTTPClient, count: int) -> list[asyncio.Task[ChatResponse]]:
    """Return so many replies once the text of each has begun to come."""
    came = asyncio.Semaphore(0)

    def show(event: StreamEvent) -> None:
        if isinstance(event, TextDelta):
            came.release()

    tasks: list[asyncio.Task[ChatResponse]] = [asyncio.create_task(client.send(request(), show)) for _ in range(count)]
    for _ in tasks:
        await came.acquire()
    return tasks


async def test_stopping_ends_the_request(wire: Wire, wire_client: HTTPClient, wire_server: OpenAIServer) -> None:
    wire_server.script(wire.says("Hello", threading.Event()))
    (task,) = await started(wire_client, 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(wire_server.disconnected.wait, 30)


async def test_many_streams_run_at_once(wire: Wire, wire_client: HTTPClient, wire_server: OpenAIServer) -> None:
    gate = threading.Event()
    wire_server.reply = wire.says("Hello", gate, " all")
    tasks = await started(wire_client, 8)
    gate.set()
    assert [reply.text for reply in await asyncio.gather(*tasks)] == ["Hello all"] * 8


async def test_closing_ends_running_streams(wire: Wire, wire_client: HTTPClient, wire_server: OpenAIServer) -> None:
    wire_server.reply = wire.says("Hello", threading.Event())
    tasks = await started(wire_client, 2)
    await wire_client.aclose()
    await wire_client.aclose()
    for reply in await asyncio.gather(*tasks):
        assert (reply.text, reply.finish_reason) == ("Hello", None)
    assert await asyncio.to_thread(wire_server.disconnected.wait, 30)


async def test_closing_ends_a_wait_between_tries(
    wire: Wire, wire_provider: Provider, wire_server: OpenAIServer
) -> None:
    wire_server.reply = failure(429, "Slow down", headers={"Retry-After": "20"})
    waiting = asyncio.Event()
    async with wire.client(wire_provider, keeps(KEY)) as client:
        task = asyncio.create_task(client.send(request(), on_progress=lambda event: waiting.set()))
        await waiting.wait()
    async with asyncio.timeout(2):
        assert (await task).text == ""


async def test_a_reset_client_works(wire: Wire, wire_client: HTTPClient, wire_server: OpenAIServer) -> None:
    wire_server.script(wire.says("Hello", threading.Event()))
    (task,) = await started(wire_client, 1)
    await wire_client.reset()
    assert (await task).text == "Hello"
    assert text_of(await ask(wire_client)) == HELLO


async def test_a_closed_client_says_so(wire: Wire, wire_provider: Provider, wire_server: OpenAIServer) -> None:
    client = wire.client(wire_provider, keeps(KEY))
    with pytest.raises(ConnectionFailed, match="The connection to Acme is closed"):
        await ask(client)
    await client.open()
    await client.aclose()
    with pytest.raises(ConnectionFailed, match="The connection to Acme is closed"):
        await ask(client)
    assert wire_server.requests == []


async def test_opening_reads_the_key_once_and_sends_nothing(
    wire: Wire, wire_provider: Provider, wire_server: OpenAIServer
) -> None:
    asked = 0

    async def source() -> Key:
        nonlocal asked
        asked += 1
        return Key(KEY, "ACME_API_KEY")

    async with wire.client(wire_provider, source) as client:
        await client.open()
    assert (asked, wire_server.requests) == (1, [])


async def test_a_connection_serves_many_replies(wire_client: HTTPClient, wire_server: OpenAIServer) -> None:
    for _ in range(3):
        await ask(wire_client)
    assert wire_server.connections == 1


async def test_a_request_may_have_a_limit_of_its_own(
    wire: Wire, wire_client: HTTPClient, wire_server: OpenAIServer
) -> None:
    wire_server.script(wire.says("Hello", threading.Event()))
    events, error = await fail(wire_client, request(timeout=1))
    assert text_of(events) == "Hello"
    assert error.text == "The reply of Acme took longer than 1 s"


async def test_a_finished_reply_survives_silence(
    wire: Wire, wire_provider: Provider, wire_server: OpenAIServer
) -> None:
    wire_server.script(sends(wire.stream("Hello"), media_type=wire.media_type, then=waits))
    hasty = wire_provider.model_copy(update={"timeouts": Timeouts(silence=0.5)})
    async with wire.client(hasty, keeps(KEY)) as client:
        events = await ask(client)
    assert (text_of(events), events[-1].kind) == ("Hello", "finished")


async def test_the_key_goes_into_its_header_and_nowhere_else(
    wire: Wire, wire_client: HTTPClient, wire_server: OpenAIServer
) -> None:
    await ask(wire_client)
    await wire_client.models()
    for sent in wire_server.requests:
        assert [name for name, value in sent.headers.items() if KEY in value] == [wire.key_header.lower()]
        assert KEY not in sent.path
        assert KEY not in repr(sent.body)


async def test_the_state_of_the_key_is_known(wire_client: HTTPClient, wire_server: OpenAIServer) -> None:
    assert await wire_client.is_authenticated()
    credentials = await wire_client.refresh()
    assert (credentials.masked, credentials.source, credentials.is_valid) == ("…6789", "TEST_API_KEY", True)
    wire_server.key = "another"
    assert not await wire_client.is_authenticated()
    assert (await wire_client.refresh()).is_valid is False


async def test_trouble_says_nothing_about_the_key(wire: Wire, wire_provider: Provider) -> None:
    nowhere = wire_provider.model_copy(update={"base_url": f"http://127.0.0.1:{free_port()}"})
    async with wire.client(nowhere, keeps(KEY)) as client:
        with pytest.raises(ConnectionFailed):
            await client.is_authenticated()
        with pytest.raises(ConnectionFailed):
            await client.refresh()


async def test_a_new_key_is_read_by_a_refresh(wire: Wire, wire_provider: Provider, wire_server: OpenAIServer) -> None:
    wire_server.key = NEW
    async with wire.client(wire_provider, keeps(OLD, f"{NEW}\n")) as client:
        assert not await client.is_authenticated()
        credentials = await client.refresh()
        assert (credentials.masked, credentials.is_valid) == ("…0001", True)
        assert text_of(await ask(client)) == HELLO


@pytest.mark.parametrize("status", [401, 403])
async def test_a_new_key_is_used_at_once(
    wire: Wire, wire_provider: Provider, wire_server: OpenAIServer, status: int
) -> None:
    wire_server.script(failure(status, "Not with this one"))
    async with wire.client(wire_provider, keeps(OLD, f"{NEW}\n")) as client:
        events = await ask(client)
    assert text_of(events) == HELLO
    assert [key in repr(chat.headers) for chat, key in zip(wire_server.chats, (OLD, NEW), strict=True)] == [True, True]
    assert "retrying" not in kinds(events)


async def test_a_new_key_is_tried_only_once(wire: Wire, wire_provider: Provider, wire_server: OpenAIServer) -> None:
    wire_server.key = "another"
    async with wire.client(wire_provider, keeps(OLD, NEW, "sk-newest-0002")) as client:
        _, error = await fail(client)
    assert isinstance(error, AuthenticationFailed)
    assert len(wire_server.chats) == 2


async def test_the_same_key_is_not_sent_twice(wire_client: HTTPClient, wire_server: OpenAIServer) -> None:
    wire_server.key = "another"
    _, error = await fail(wire_client)
    assert isinstance(error, AuthenticationFailed)
    assert error.status in (400, 401)
    assert KEY not in repr(vars(error))
    assert len(wire_server.chats) == 1


async def test_a_missing_key_is_said_without_asking(
    wire: Wire, wire_provider: Provider, wire_server: OpenAIServer
) -> None:
    async def nothing() -> Key:
        return NO_KEY

    async with wire.client(wire_provider, nothing) as client:
        assert not await client.is_authenticated()
        _, error = await fail(client)
    assert error.sentence == "Acme needs a key. Set ACME_API_KEY to a valid key, then try again."
    assert wire_server.requests == []


@pytest.mark.parametrize("key", ["schlüssel-0123", "two\nlines-0123"])
async def test_a_key_that_cannot_be_sent_is_said(
    wire: Wire, wire_provider: Provider, wire_server: OpenAIServer, key: str
) -> None:
    async with wire.client(wire_provider, keeps(key)) as client:
        _, error = await fail(client)
    assert error.text == "The key for Acme holds characters that cannot be sent"
    assert key not in str(error)
    assert wire_server.requests == []


REPEATED: dict[str, Reply] = {
    "trouble": failure(500, "Oh"),
    "busy": failure(503, "Oh"),
    "overloaded": failure(529, "Oh"),
    "too many": failure(429, "Slow down", headers={"retry-after-ms": "5"}),
    "reset": resets,
    "hung up": hangs_up,
}


@pytest.mark.parametrize("name", REPEATED)
async def test_a_failed_request_is_repeated(
    wire: Wire, wire_client: HTTPClient, wire_server: OpenAIServer, name: str
) -> None:
    wire_server.script(REPEATED[name], REPEATED[name], wire.says("Hello"))
    events = await ask(wire_client)
    assert [one.attempt for one in events if isinstance(one, Retrying)] == [2, 3]
    assert text_of(events) == "Hello"


async def test_it_gives_up_after_the_last_try(wire_client: HTTPClient, wire_server: OpenAIServer) -> None:
    wire_server.reply = failure(500, "Oh")
    events, error = await fail(wire_client)
    assert [one.why for one in events if isinstance(one, Retrying)] == ["Acme has trouble of its own"] * 2
    assert isinstance(error, Overloaded)
    assert len(wire_server.chats) == 3


async def test_a_request_may_say_itself_how_often(
    wire: Wire, wire_client: HTTPClient, wire_server: OpenAIServer
) -> None:
    wire_server.reply = failure(500, "Oh")
    await fail(wire_client, request(retries=Retries(attempts=1)))
    await fail(wire_client, request(retries=Retries(attempts=5, initial=0)))
    assert len(wire_server.chats) == 6


async def test_nothing_is_repeated_after_content(
    wire: Wire, wire_client: HTTPClient, wire_server: OpenAIServer
) -> None:
    wire_server.script(sends(wire.beginning("Hel"), media_type=wire.media_type, then=resets))
    events, error = await fail(wire_client)
    assert text_of(events) == "Hel"
    assert isinstance(error, ConnectionFailed)
    assert len(wire_server.chats) == 1


async def test_a_wait_beyond_the_limit_is_left_to_the_user(wire_client: HTTPClient, wire_server: OpenAIServer) -> None:
    wire_server.script(failure(429, "Slow down", headers={"Retry-After": formatdate(time() + 100, usegmt=True)}))
    _, error = await fail(wire_client)
    assert isinstance(error, RateLimited)
    assert error.retry_after == pytest.approx(99, abs=2)
    assert len(wire_server.chats) == 1
