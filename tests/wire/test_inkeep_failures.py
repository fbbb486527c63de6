"""The client of Inkeep's chat-session API against the loopback server: everything that can go wrong on the wire."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from tests.wire.asking import ask, fail, kinds, request, text_of
from tests.wire.inkeep_server import InkeepServer, beginning, chunk, event, failure, invalid, says
from tests.wire.openai_server import Reply, hangs_up, page, resets, sends, whole
from tests.wire.protocols import KEY, keeps
from tui_chat.clients.inkeep import InkeepClient
from tui_chat.domain.errors import (
    AuthenticationFailed,
    BadStream,
    ConnectionFailed,
    ContentBlocked,
    ContextTooLong,
    ModelNotFound,
    Overloaded,
    ProviderError,
    RateLimited,
    RequestRejected,
)
from tui_chat.domain.events import Retrying
from tui_chat.domain.providers import Provider, Retries, Timeouts


@pytest.fixture
async def once(inkeep_provider: Provider) -> AsyncIterator[InkeepClient]:
    """A client that tries only once."""
    changes = {"retries": Retries(attempts=1), "timeouts": Timeouts(first_byte=0.2, silence=0.2)}
    async with InkeepClient(inkeep_provider.model_copy(update=changes), keeps(KEY)) as opened:
        yield opened


REFUSALS: dict[str, tuple[Reply, type[ProviderError], str]] = {
    "wrong key": (failure(401, "Invalid"), AuthenticationFailed, "Inkeep does not accept the key"),
    "no right": (failure(403, "No"), AuthenticationFailed, "Inkeep refuses access with this key"),
    "wrong address": (
        page(404),
        ModelNotFound,
        "Inkeep has nothing at http://127.0.0.1:PORT/v0/chat_sessions/chat_results",
    ),
    "too long": (
        invalid((["body", "message"], "Input is too long", "value_error")),
        ContextTooLong,
        "The session is longer than the model can read",
    ),
    "bad request": (failure(400, "Odd"), RequestRejected, "Inkeep does not accept the request"),
    "too many": (failure(429, "Slow down", {"Retry-After": "1"}), RateLimited, "Inkeep asks to wait"),
    "used up": (failure(402, "Pay"), RateLimited, "The quota at Inkeep is used up"),
    "overloaded": (failure(503, "Busy"), Overloaded, "Inkeep has trouble of its own"),
    "the reply is filtered": (
        sends([chunk(finish="content_filter")]),
        ContentBlocked,
        "The filter of Inkeep held the reply back",
    ),
    "nothing": (sends([chunk(finish="stop")]), BadStream, "Inkeep sent an empty answer"),
    "no reply at all": (whole({"hello": 1}), BadStream, "Inkeep sent something else instead of a reply"),
    "no JSON": (sends([b"data: hello\n\n"]), BadStream, "Inkeep sent something that is not JSON"),
    "odd JSON": (
        sends([event("message_chunk", {"content_chunk": 7})]),
        BadStream,
        "Inkeep sent something that its protocol does not know",
    ),
    "an error with 200": (whole({"error": {"message": "Oh"}}), Overloaded, "Inkeep has trouble of its own"),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_each_failure_has_its_sentence(once: InkeepClient, inkeep_server: InkeepServer, name: str) -> None:
    reply, kind, sentence = REFUSALS[name]
    inkeep_server.script(reply)
    events, error = await fail(once)
    assert type(error) is kind
    assert re.sub(r":\d+/", ":PORT/", error.text) == sentence
    assert error.advice
    assert error.provider == "inkeep"
    assert KEY not in repr(vars(error))
    assert text_of(events) == ""
    assert len(inkeep_server.requests) == 1


MIDDLES: dict[str, tuple[Reply, type[ProviderError], str]] = {
    "an error as an event": (
        lambda exchange: exchange.send_piece(event("error", {"message": "Oh"})),
        Overloaded,
        "Inkeep has trouble of its own",
    ),
}


@pytest.mark.parametrize("name", MIDDLES)
async def test_what_had_come_stays(once: InkeepClient, inkeep_server: InkeepServer, name: str) -> None:
    then, kind, sentence = MIDDLES[name]
    inkeep_server.script(sends(beginning("H", "el"), then=then))
    events, error = await fail(once)
    assert type(error) is kind
    assert error.text == sentence
    assert text_of(events) == "Hel"
    assert "finished" not in kinds(events)


async def test_each_rejected_field_is_told(once: InkeepClient, inkeep_server: InkeepServer) -> None:
    inkeep_server.script(invalid((["body", "chat_session", "tags", 0], "Not a text", "string_type")))
    _, error = await fail(once)
    assert isinstance(error, RequestRejected)
    assert error.fields == (("body.chat_session.tags.0", "Not a text", "string_type"),)
    assert (error.status, error.request_id) == (422, "req-test")


async def test_a_session_that_is_gone_is_said(once: InkeepClient) -> None:
    _, error = await fail(once, request(remote_id="chat-7"))
    assert isinstance(error, ModelNotFound)
    assert error.sentence == (
        "Inkeep does not know this session any more. Duplicate the session and go on in the copy, or start a new one."
    )
    assert error.server_words == "Chat session not found"


async def test_an_integration_of_others_is_said(inkeep_provider: Provider) -> None:
    body = {"integration_id": "another"}
    async with InkeepClient(inkeep_provider.model_copy(update={"body": body, "key_variable": ""})) as client:
        _, error = await fail(client)
    assert isinstance(error, AuthenticationFailed)
    assert error.server_words == "The key has no access to this integration"


@pytest.mark.parametrize("reply", [failure(503, "Busy"), failure(429, "Wait", {"Retry-After": "0"}), resets, hangs_up])
async def test_a_failed_request_is_repeated(inkeep: InkeepClient, inkeep_server: InkeepServer, reply: Reply) -> None:
    inkeep_server.script(reply, reply, says("Hello"))
    events = await ask(inkeep)
    assert [one.attempt for one in events if isinstance(one, Retrying)] == [2, 3]
    assert text_of(events) == "Hello"


async def test_the_wait_that_the_server_asks_for_is_told(once: InkeepClient, inkeep_server: InkeepServer) -> None:
    inkeep_server.script(failure(429, "Slow down", {"Retry-After": "38"}))
    _, error = await fail(once)
    assert (error.retry_after, error.can_retry) == (38, True)


async def test_trouble_says_nothing_about_the_key(inkeep_provider: Provider) -> None:
    changes = {"base_url": "http://127.0.0.1:9", "key_variable": ""}
    async with InkeepClient(inkeep_provider.model_copy(update=changes)) as client:
        with pytest.raises(ConnectionFailed):
            await client.is_authenticated()
