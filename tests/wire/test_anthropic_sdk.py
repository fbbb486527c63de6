"""The official SDK talks to the loopback server of the Messages API: only then the server counts as one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import anthropic
import pytest
from anthropic.types import (
    CitationsDelta,
    CitationsWebSearchResultLocation,
    ImageBlockParam,
    Message,
    MessageParam,
    RawMessageStreamEvent,
    RedactedThinkingBlock,
    ServerToolUseBlock,
    TextBlock,
    ThinkingBlock,
    ThinkingDelta,
    ToolUseBlock,
    WebSearchToolResultBlock,
)
from pydantic import TypeAdapter

from tests.wire.anthropic_server import (
    AnthropicServer,
    Event,
    answer,
    beginning,
    composed,
    ending,
    error,
    listed,
    no_credit,
    no_right,
    overloaded,
    pages,
    redacted,
    says,
    search,
    signature,
    sse,
    streams,
    text,
    thinking,
    too_large,
    too_long,
    too_many,
    tool_call,
    unknown_model,
    web,
    wrong_key,
)
from tests.wire.openai_server import MODEL, Exchange, Reply, hangs_up, page, resets, sends, waits
from tests.wire.sdk_errors import CUTS, TIMEOUTS

HI: list[MessageParam] = [{"role": "user", "content": "Hi"}]


@pytest.fixture
async def sdk(anthropic_server: AnthropicServer) -> AsyncIterator[anthropic.AsyncAnthropic]:
    url = anthropic_server.base_url
    async with anthropic.AsyncAnthropic(base_url=url, api_key="sk-test", max_retries=0) as client:
        yield client


async def stream_into(events: list[RawMessageStreamEvent], sdk: anthropic.AsyncAnthropic, **more: Any) -> None:
    stream = await sdk.messages.create(model=MODEL, max_tokens=99, messages=HI, stream=True, **more)
    async with stream:
        async for event in stream:
            events.append(event)  # what had come counts too


def text_of(events: list[RawMessageStreamEvent]) -> str:
    deltas = (event.delta for event in events if event.type == "content_block_delta")
    return "".join(delta.text for delta in deltas if delta.type == "text_delta")


async def composed_by(sdk: anthropic.AsyncAnthropic, **more: Any) -> Message:
    """Return the message that the SDK makes of a stream."""
    async with sdk.messages.stream(model=MODEL, max_tokens=2000, messages=HI, **more) as stream:
        return await stream.get_final_message()


async def test_it_streams(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(says("Hello", " wörld", stop="max_tokens"))
    reply = await composed_by(sdk)
    (block,) = reply.content
    assert isinstance(block, TextBlock)
    assert (block.text, reply.stop_reason, reply.model, reply.id) == ("Hello wörld", "max_tokens", MODEL, "msg_1")
    usage = reply.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens) == (6, 4, 2)
    assert usage.output_tokens == 5
    sent = anthropic_server.chats[0].headers
    assert "sk-test" in (sent.get("x-api-key"), sent.get("authorization", "").removeprefix("Bearer "))
    assert sent["anthropic-version"]


async def test_it_answers_in_one_piece(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(says("Hello", " world"))
    reply = await sdk.messages.create(model=MODEL, max_tokens=99, messages=HI)
    assert [block.type == "text" and block.text for block in reply.content] == ["Hello world"]
    assert (reply.stop_reason, reply.usage.output_tokens) == ("end_turn", 5)
    assert reply._request_id == "req-test"


async def test_it_thinks(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(streams(thinking("H", "m"), redacted("c2VjcmV0"), text("Hello")))
    reply = await composed_by(sdk, thinking={"type": "adaptive", "display": "summarized"})
    thought, hidden, words = reply.content
    assert isinstance(thought, ThinkingBlock)
    assert (thought.thinking, thought.signature) == ("Hm", signature("Hm"))
    assert isinstance(hidden, RedactedThinkingBlock)
    assert hidden.data == "c2VjcmV0"
    assert isinstance(words, TextBlock)
    assert words.text == "Hello"


async def test_it_takes_its_blocks_back(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(streams(thinking("Hm"), redacted("c2VjcmV0"), text("Hello")), says("Again"))
    first = await composed_by(sdk)
    more: list[MessageParam] = [*HI, {"role": "assistant", "content": first.content}, {"role": "user", "content": "?"}]
    reply = await sdk.messages.create(model=MODEL, max_tokens=99, messages=more)
    assert [block.type == "text" and block.text for block in reply.content] == ["Again"]
    sent = anthropic_server.chats[1].body["messages"][1]["content"]
    assert [block["type"] for block in sent] == ["thinking", "redacted_thinking", "text"]
    changed: list[Any] = [{**sent[0], "thinking": "Ahem"}, sent[2]]
    more[1] = {"role": "assistant", "content": changed}
    with pytest.raises(anthropic.BadRequestError, match="Invalid `signature` in `thinking` block"):
        await sdk.messages.create(model=MODEL, max_tokens=99, messages=more)


async def test_it_searches_and_cites(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(streams(text("I look."), search("a", "A", "B"), text("So", citations=[web("A")])))
    before, call, found, after = (await composed_by(sdk)).content
    assert isinstance(before, TextBlock)
    assert isinstance(call, ServerToolUseBlock)
    assert call.input == {"query": "a"}
    assert isinstance(found, WebSearchToolResultBlock)
    assert isinstance(found.content, list)
    assert [one.title for one in found.content] == ["A", "B"]
    assert isinstance(after, TextBlock)
    (cited,) = after.citations or []
    assert isinstance(cited, CitationsWebSearchResultLocation)
    assert (cited.url, cited.title, cited.cited_text) == ("https://a.invalid", "A", "So it is.")


async def test_it_calls_tools(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(streams(tool_call(), stop="tool_use"))
    (call,) = (await composed_by(sdk)).content
    assert isinstance(call, ToolUseBlock)
    assert (call.name, call.input) == ("f", {"a": 1})


async def test_it_refuses_to_say_it(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    details = {"type": "refusal", "category": "bio", "explanation": "It is dangerous."}
    anthropic_server.script(streams(text("Hel"), stop="refusal", stop_details=details))
    reply = await composed_by(sdk)
    assert reply.stop_reason == "refusal"
    assert reply.stop_details is not None
    assert (reply.stop_details.category, reply.stop_details.explanation) == ("bio", "It is dangerous.")


async def test_it_takes_what_the_sdk_sends(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    image: ImageBlockParam = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": "QUJD"},
    }
    await sdk.messages.create(
        model=MODEL,
        max_tokens=9,
        messages=[{"role": "user", "content": [image, {"type": "text", "text": "What?"}]}],
        system="Be brief",
        thinking={"type": "adaptive", "display": "summarized"},
        output_config={"effort": "low"},
    )
    body = anthropic_server.chats[0].body
    assert (body["system"], body["max_tokens"], body["output_config"]) == ("Be brief", 9, {"effort": "low"})
    assert body["messages"][0]["content"][0] == image


EVENTS: list[list[list[Event]]] = [
    [thinking("H", "m"), text("Hello")],
    [thinking(), redacted("c2VjcmV0"), text("Hel", "lo", citations=[web("A")])],
    [text("I look."), search("a", "A"), text("So")],
    [tool_call()],
]


@pytest.mark.parametrize("blocks", EVENTS)
def test_each_event_is_exactly_as_the_sdk_says(blocks: list[list[Event]]) -> None:
    event_type: TypeAdapter[RawMessageStreamEvent] = TypeAdapter(RawMessageStreamEvent)
    events = answer(*blocks)
    for event in events:
        if event["type"] != "ping":  # the SDK keeps those to itself
            assert event_type.validate_json(json.dumps(event)).type == event["type"]
    Message.model_validate(composed(events))


async def test_deltas_have_their_kinds(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(streams(thinking("Hm"), text("So", citations=[web("A")])))
    events: list[RawMessageStreamEvent] = []
    await stream_into(events, sdk)
    deltas = [event.delta for event in events if event.type == "content_block_delta"]
    assert [delta.type for delta in deltas] == ["thinking_delta", "signature_delta", "text_delta", "citations_delta"]
    assert isinstance(deltas[0], ThinkingDelta)
    assert isinstance(deltas[3], CitationsDelta)


async def test_it_lists_models_page_by_page(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    anthropic_server.models_reply = pages([listed("one")], [listed("two", sees=False, thinks=False)])
    models = [model async for model in sdk.models.list()]
    assert [(one.id, one.max_input_tokens) for one in models] == [("one", 200000), ("two", 200000)]
    able = [one.capabilities for one in models]
    assert [one and (one.image_input.supported, one.thinking.supported) for one in able] == [
        (True, True),
        (False, False),
    ]


REFUSALS: dict[str, tuple[Reply, type[anthropic.APIStatusError], int, str]] = {
    "wrong key": (wrong_key(), anthropic.AuthenticationError, 401, "authentication_error"),
    "no right": (no_right(), anthropic.PermissionDeniedError, 403, "permission_error"),
    "unknown model": (unknown_model("x"), anthropic.NotFoundError, 404, "not_found_error"),
    "too large": (too_large(), anthropic.APIStatusError, 413, "request_too_large"),
    "too long": (too_long(), anthropic.BadRequestError, 400, "prompt is too long"),
    "no credit": (no_credit(), anthropic.BadRequestError, 400, "credit balance is too low"),
    "too many": (too_many("7"), anthropic.RateLimitError, 429, "rate_limit_error"),
    "overloaded": (overloaded(), anthropic.InternalServerError, 529, "overloaded_error"),
    "a page": (page(502), anthropic.InternalServerError, 502, "Welcome to"),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_it_refuses(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer, name: str) -> None:
    reply, kind, status, words = REFUSALS[name]
    anthropic_server.script(reply)
    with pytest.raises(kind, match=words) as caught:
        await composed_by(sdk)
    assert caught.value.status_code == status
    assert caught.value.request_id == (None if name == "a page" else "req-test")
    assert caught.value.response.headers.get("retry-after") == ("7" if name == "too many" else None)


async def test_it_checks_key_model_and_messages(
    sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer
) -> None:
    with pytest.raises(anthropic.NotFoundError, match="model: unknown"):
        await sdk.messages.create(model="unknown", max_tokens=9, messages=HI)
    with pytest.raises(anthropic.BadRequestError, match="first message must use"):
        await sdk.messages.create(model=MODEL, max_tokens=9, messages=[{"role": "assistant", "content": "Hi"}])
    with pytest.raises(anthropic.BadRequestError, match="must contain non-whitespace text"):
        await sdk.messages.create(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": " "}])
    with pytest.raises(anthropic.BadRequestError, match="output_tokens_are_many: Extra inputs"):
        extra = {"output_tokens_are_many": True}
        await sdk.messages.create(model=MODEL, max_tokens=9, messages=HI, extra_body=extra)
    anthropic_server.key = "another"
    with pytest.raises(anthropic.AuthenticationError, match="invalid x-api-key"):
        await sdk.messages.create(model=MODEL, max_tokens=9, messages=HI)


async def test_it_refuses_ways_to_think(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    with pytest.raises(anthropic.BadRequestError, match=r'"thinking.type.enabled" is not supported'):
        await composed_by(sdk, thinking={"type": "enabled", "budget_tokens": 1024})
    anthropic_server.thinks = {"enabled"}
    await composed_by(sdk, thinking={"type": "enabled", "budget_tokens": 1024})
    with pytest.raises(anthropic.BadRequestError, match="adaptive thinking is not supported"):
        await composed_by(sdk, thinking={"type": "adaptive"})
    with pytest.raises(anthropic.BadRequestError, match=r"must be greater than `thinking.budget_tokens`"):
        await composed_by(sdk, thinking={"type": "enabled", "budget_tokens": 2000})
    anthropic_server.most_tokens = 1000
    with pytest.raises(anthropic.BadRequestError, match="max_tokens: 2000 > 1000"):
        await composed_by(sdk)


async def test_it_fails_in_the_middle(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(sends([*beginning("Hel"), sse(error("overloaded_error", "Overloaded"))]))
    events: list[RawMessageStreamEvent] = []
    with pytest.raises(anthropic.APIStatusError, match="Overloaded"):
        await stream_into(events, sdk)
    assert text_of(events) == "Hel"


@pytest.mark.parametrize("cut", [hangs_up, resets])
async def test_it_cuts_in_the_middle(
    sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer, cut: Reply
) -> None:
    anthropic_server.script(sends(beginning("Hel"), then=cut))
    events: list[RawMessageStreamEvent] = []
    with pytest.raises((anthropic.APIConnectionError, *CUTS)):
        await stream_into(events, sdk)
    assert text_of(events) == "Hel"


@pytest.mark.parametrize("reply", [waits, sends(beginning("Hel"), then=waits)])
async def test_it_is_silent(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer, reply: Reply) -> None:
    anthropic_server.script(reply)
    with pytest.raises((anthropic.APITimeoutError, *TIMEOUTS)):
        await stream_into([], sdk, timeout=0.1)
    assert anthropic_server.disconnected.wait(30)


def slowly(exchange: Exchange) -> None:
    """Reply with a byte a piece."""
    exchange.begin()
    for byte in b"".join([*beginning("Hel", "lö"), *ending()]):
        exchange.send_piece(bytes([byte]))
    exchange.end()


async def test_it_sends_pieces_of_any_size(sdk: anthropic.AsyncAnthropic, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(slowly)
    events: list[RawMessageStreamEvent] = []
    await stream_into(events, sdk)
    assert text_of(events) == "Hellö"
