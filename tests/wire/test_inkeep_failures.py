"""The client of Inkeep's chat-session API against the loopback server: everything that can go wrong on the wire."""

from __future__ import annotations

import pytest

from tests.wire.asking import fail, request
from tests.wire.failing import Case, check_middle, check_refusal, check_repeated, piece
from tests.wire.fixtures import opens_once
from tests.wire.inkeep_server import InkeepServer, beginning, chunk, event, failure, invalid
from tests.wire.openai_server import Reply, hangs_up, page, resets, sends, whole
from tui_chat.clients.inkeep import InkeepClient
from tui_chat.domain.errors import (
    AuthenticationFailed,
    BadStream,
    ConnectionFailed,
    ContentBlocked,
    ContextTooLong,
    ModelNotFound,
    Overloaded,
    RateLimited,
    RequestRejected,
)
from tui_chat.domain.providers import Provider

once = opens_once(InkeepClient, "inkeep_provider")


REFUSALS: dict[str, Case] = {
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
    await check_refusal(once, inkeep_server, REFUSALS[name])


MIDDLES: dict[str, Case] = {
    "an error as an event": (
        piece(event("error", {"message": "Oh"})),
        Overloaded,
        "Inkeep has trouble of its own",
    ),
}


@pytest.mark.parametrize("name", MIDDLES)
async def test_what_had_come_stays(once: InkeepClient, inkeep_server: InkeepServer, name: str) -> None:
    await check_middle(once, inkeep_server, beginning("H", "el"), MIDDLES[name])


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
    await check_repeated(inkeep, inkeep_server, reply)


async def test_the_wait_that_the_server_asks_for_is_told(once: InkeepClient, inkeep_server: InkeepServer) -> None:
    inkeep_server.script(failure(429, "Slow down", {"Retry-After": "38"}))
    _, error = await fail(once)
    assert (error.retry_after, error.can_retry) == (38, True)


async def test_trouble_says_nothing_about_the_key(inkeep_provider: Provider) -> None:
    changes = {"base_url": "http://127.0.0.1:9", "key_variable": ""}
    async with InkeepClient(inkeep_provider.model_copy(update=changes)) as client:
        with pytest.raises(ConnectionFailed):
            await client.is_authenticated()
