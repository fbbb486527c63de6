"""The client of Anthropic against the loopback server: what its failures are."""

from __future__ import annotations

import pytest

from tests.wire.anthropic_server import (
    AnthropicServer,
    beginning,
    ending,
    error,
    failure,
    message,
    no_credit,
    no_right,
    overloaded,
    pages,
    redacted,
    rejected,
    sse,
    streams,
    text,
    thinking,
    too_large,
    too_long,
    too_many,
    unknown_model,
    wrong_key,
)
from tests.wire.asking import ask, fail, kinds, reasoning_of, request, text_of
from tests.wire.failing import Case, check_middle, check_refusal, check_repeated, last_piece
from tests.wire.fixtures import opens_once
from tests.wire.openai_server import Reply, page, resets, sends, whole
from tests.wire.protocols import KEY
from tui_chat.clients.anthropic import AnthropicClient
from tui_chat.domain.errors import (
    AuthenticationFailed,
    BadStream,
    ContentBlocked,
    ContextTooLong,
    ModelNotFound,
    Overloaded,
    RateLimited,
    RequestRejected,
)
from tui_chat.domain.events import Finished
from tui_chat.domain.messages import FinishReason

once = opens_once(AnthropicClient, "anthropic_provider")


BIO = {"type": "refusal", "category": "bio", "explanation": f"It is dangerous, {KEY}."}

REFUSALS: dict[str, Case] = {
    "wrong key": (wrong_key(), AuthenticationFailed, "Anthropic does not accept the key"),
    "no right": (no_right(), AuthenticationFailed, "Anthropic refuses access with this key"),
    "unknown model": (unknown_model("test-model"), ModelNotFound, "Anthropic does not know the model test-model"),
    "wrong address": (page(404), ModelNotFound, "Anthropic has nothing at http://127.0.0.1:PORT/v1/messages"),
    "too long": (too_long(), ContextTooLong, "The session is longer than test-model can read"),
    "too large": (too_large(), ContextTooLong, "The session is longer than test-model can read"),
    "too long with its reply": (
        rejected("input length and `max_tokens` exceed context limit: 199000 + 32000 > 200000, decrease input length"),
        ContextTooLong,
        "The session is longer than test-model can read",
    ),
    "bad request": (
        rejected("messages.1: `tool_use` ids were found without `tool_result` blocks"),
        RequestRejected,
        "Anthropic does not accept the request",
    ),
    "bad image": (
        rejected("messages.0.content.0.image.source.base64: invalid base64 data"),
        RequestRejected,
        "Anthropic does not accept the request",
    ),
    "too many": (too_many(), RateLimited, "Anthropic asks to wait"),
    "no credit": (no_credit(), RateLimited, "The quota at Anthropic is used up"),
    "trouble": (failure(500, "api_error", "Internal server error"), Overloaded, "Anthropic has trouble of its own"),
    "overloaded": (overloaded(), Overloaded, "Anthropic has trouble of its own"),
    "refused": (
        streams(stop="refusal", stop_details=BIO),
        ContentBlocked,
        "Anthropic refused to answer",
    ),
    "nothing": (streams(), BadStream, "Anthropic sent an empty answer"),
    "nothing but secret thoughts": (streams(redacted("c2VjcmV0")), BadStream, "Anthropic sent an empty answer"),
    "no reply at all": (whole({"hello": 1}), BadStream, "Anthropic sent something else instead of a reply"),
    "odd JSON": (
        sends([sse({"type": "content_block_delta", "index": "x", "delta": 7})]),
        BadStream,
        "Anthropic sent something that its protocol does not know",
    ),
    "an odd block": (
        whole(message({"type": "text", "text": 7}, stop="end_turn")),
        BadStream,
        "Anthropic sent something that its protocol does not know",
    ),
    "an error with 200": (
        whole(error("overloaded_error", "Overloaded")),
        Overloaded,
        "Anthropic has trouble of its own",
    ),
    "an error as the only event": (
        sends([sse(error("rate_limit_error", "Slow down"))]),
        RateLimited,
        "Anthropic asks to wait",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_each_failure_has_its_sentence(
    once: AnthropicClient, anthropic_server: AnthropicServer, name: str
) -> None:
    await check_refusal(once, anthropic_server, REFUSALS[name])


MIDDLES: dict[str, Case] = {
    "overloaded": (
        last_piece(sse(error("overloaded_error", "Overloaded"))),
        Overloaded,
        "Anthropic has trouble of its own",
    ),
    "trouble": (
        last_piece(sse(error("api_error", "Internal server error"))),
        Overloaded,
        "Anthropic has trouble of its own",
    ),
    "a limit": (last_piece(sse(error("rate_limit_error", "Slow down"))), RateLimited, "Anthropic asks to wait"),
    "no right any more": (
        last_piece(sse(error("authentication_error", "Key revoked"))),
        AuthenticationFailed,
        "Anthropic does not accept the key",
    ),
    "an error without a name": (
        last_piece(b'data: {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}\n\n'),
        Overloaded,
        "Anthropic has trouble of its own",
    ),
    "an error without a word": (
        last_piece(b"event: error\ndata: {}\n\n"),
        Overloaded,
        "Anthropic has trouble of its own",
    ),
    "no JSON": (
        last_piece(b"event: message_delta\ndata: hello\n\n"),
        BadStream,
        "Anthropic sent something that is not JSON",
    ),
}


@pytest.mark.parametrize("name", MIDDLES)
async def test_what_had_come_stays(once: AnthropicClient, anthropic_server: AnthropicServer, name: str) -> None:
    await check_middle(once, anthropic_server, beginning("H", "el"), MIDDLES[name])


async def test_an_error_after_the_stop_reason_is_too_late(
    once: AnthropicClient, anthropic_server: AnthropicServer
) -> None:
    anthropic_server.script(sends([*beginning("Hello"), *ending()[:-1], sse(error("api_error", "Oh"))]))
    assert (await ask(once))[-1] == Finished(reason=FinishReason.STOP)


async def test_the_servers_words_are_kept(once: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(no_right())
    _, failed = await fail(once)
    assert failed.status == 403
    assert failed.server_words == "Your API key does not have permission to use the specified resource."
    assert failed.request_id == "req-test"


async def test_a_refusal_tells_why(once: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(streams(stop="refusal", stop_details=BIO))
    events, failed = await fail(once)
    assert failed.server_words == "refusal: bio: It is dangerous, …6789."
    assert kinds(events) == ["started", "usage"]


async def test_a_reply_that_is_refused_in_the_middle_is_kept(
    once: AnthropicClient, anthropic_server: AnthropicServer
) -> None:
    anthropic_server.script(streams(text("Hel"), stop="refusal", stop_details=BIO))
    events = await ask(once)
    assert text_of(events) == "Hel"
    assert events[-1] == Finished(reason=FinishReason.REFUSAL, words="refusal: bio: It is dangerous, …6789.")


async def test_an_unknown_model_is_refused_by_the_server(once: AnthropicClient) -> None:
    _, failed = await fail(once, request(model="odd name?"))
    assert isinstance(failed, ModelNotFound)
    assert failed.text == "Anthropic does not know the model odd name?"


async def test_an_empty_session_is_refused_by_the_server(once: AnthropicClient) -> None:
    _, failed = await fail(once, request(messages=[]))
    assert failed.server_words == "messages: at least one message is required"


async def test_the_wait_that_the_server_asks_for_is_told(
    once: AnthropicClient, anthropic_server: AnthropicServer
) -> None:
    anthropic_server.script(too_many("38"))
    _, failed = await fail(once)
    assert (failed.retry_after, failed.can_retry) == (38, True)


async def test_no_credit_is_not_waited_for(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(no_credit())
    _, failed = await fail(claude)
    assert not failed.can_retry
    assert len(anthropic_server.chats) == 1


@pytest.mark.parametrize(
    "reply", [overloaded(), too_many("0.005"), sends([*beginning(), sse(error("overloaded_error", "Overloaded"))])]
)
async def test_a_failed_request_is_repeated(
    claude: AnthropicClient, anthropic_server: AnthropicServer, reply: Reply
) -> None:
    await check_repeated(claude, anthropic_server, reply)


async def test_nothing_is_repeated_after_thoughts(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    thought = [sse({**event, "index": 0}) for event in thinking("Hm")]
    anthropic_server.script(sends([*beginning(), *thought], then=resets))
    events, _ = await fail(claude)
    assert reasoning_of(events) == "Hm"
    assert len(anthropic_server.chats) == 1


@pytest.mark.parametrize("reply", [page(), whole({"data": 7}), whole({"models": []}), whole(7)])
async def test_no_list_of_models_is_said(
    claude: AnthropicClient, anthropic_server: AnthropicServer, reply: Reply
) -> None:
    anthropic_server.models_reply = reply
    with pytest.raises(BadStream, match="something else than a list of models"):
        await claude.models()


async def test_an_endless_list_of_models_ends(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.models_reply = whole({"data": [], "has_more": True, "last_id": "again"})
    assert await claude.models() == []
    assert len(anthropic_server.requests) == 20
    anthropic_server.models_reply = pages([])
    assert await claude.models() == []
