"""The official SDK talks to the loopback server of the Responses API: only then the server counts as one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseErrorEvent,
    ResponseFailedEvent,
    ResponseIncompleteEvent,
    ResponseInputParam,
    ResponseOutputItemDoneEvent,
    ResponseOutputTextAnnotationAddedEvent,
    ResponseReasoningItem,
    ResponseReasoningSummaryTextDeltaEvent,
    ResponseReasoningTextDeltaEvent,
    ResponseRefusalDeltaEvent,
    ResponseStreamEvent,
    ResponseTextDeltaEvent,
)
from openai.types.responses.response_output_text_annotation_added_event import AnnotationURLCitation
from pydantic import TypeAdapter

from tests.wire.openai_server import MODEL, Exchange, Reply, failure, hangs_up, page, resets, sends, waits
from tests.wire.responses_server import (
    ResponsesServer,
    answer,
    beginning,
    ending,
    error_event,
    message,
    raw_reasoning,
    reasoning,
    refusal,
    says,
    streams,
    too_long,
    too_many,
    unknown_model,
    used_up,
    wrong_key,
)

SOURCE = {"type": "url_citation", "url": "https://a.invalid", "title": "A", "start_index": 0, "end_index": 3}


@pytest.fixture
async def sdk(responses_server: ResponsesServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=responses_server.base_url, api_key="sk-test", max_retries=0) as client:
        yield client


async def stream_into(events: list[ResponseStreamEvent], sdk: openai.AsyncOpenAI, **more: Any) -> None:
    async with await sdk.responses.create(model=MODEL, input="Hi", stream=True, **more) as stream:
        async for event in stream:
            events.append(event)  # what had come counts too


async def streamed(sdk: openai.AsyncOpenAI, **more: Any) -> list[ResponseStreamEvent]:
    events: list[ResponseStreamEvent] = []
    await stream_into(events, sdk, **more)
    return events


def text_of(events: list[ResponseStreamEvent]) -> str:
    return "".join(event.delta for event in events if isinstance(event, ResponseTextDeltaEvent))


async def test_it_streams(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer) -> None:
    responses_server.script(says("Hello", " wörld"))
    events = await streamed(sdk)
    assert text_of(events) == "Hello wörld"
    last = events[-1]
    assert isinstance(last, ResponseCompletedEvent)
    assert last.response.output_text == "Hello wörld"
    assert last.response.usage is not None
    assert last.response.usage.output_tokens_details.reasoning_tokens == 2
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert responses_server.chats[0].headers["authorization"] == "Bearer sk-test"


async def test_it_answers_in_one_piece(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer) -> None:
    responses_server.script(says("Hello", " world"))
    reply = await sdk.responses.create(model=MODEL, input="Hi")
    assert (reply.output_text, reply.status, reply.model) == ("Hello world", "completed", MODEL)


async def test_it_reasons(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer) -> None:
    responses_server.script(
        streams(reasoning("First this", "Then that", encrypted="c2VjcmV0"), raw_reasoning("Hm", number=1))
    )
    events = await streamed(sdk, store=False, include=["reasoning.encrypted_content"], reasoning={"summary": "auto"})
    summaries = [event for event in events if isinstance(event, ResponseReasoningSummaryTextDeltaEvent)]
    assert [(one.summary_index, one.delta) for one in summaries] == [
        (0, "First"),
        (0, " this"),
        (1, "Then"),
        (1, " that"),
    ]
    assert [event.delta for event in events if isinstance(event, ResponseReasoningTextDeltaEvent)] == ["Hm"]
    item = next(event for event in events if isinstance(event, ResponseOutputItemDoneEvent)).item
    assert isinstance(item, ResponseReasoningItem)
    assert item.encrypted_content == "c2VjcmV0"
    assert [part.text for part in item.summary] == ["First this", "Then that"]


async def test_it_takes_its_items_back(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer) -> None:
    responses_server.script(streams(reasoning("Hm", encrypted="c2VjcmV0"), message("Hello", number=1)), says("Again"))
    first = await sdk.responses.create(model=MODEL, input="Hi", store=False)
    items: ResponseInputParam = [
        {"role": "user", "content": "Hi"},
        *(item.to_dict() for item in first.output),  # type: ignore[list-item]  # told for answers, not for prompts
        {"role": "user", "content": [{"type": "input_text", "text": "And?"}]},
    ]
    assert (await sdk.responses.create(model=MODEL, input=items, store=False)).output_text == "Again"
    assert [one.get("type") for one in responses_server.chats[1].body["input"]] == [None, "reasoning", "message", None]


async def test_it_refuses_to_say_it(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer) -> None:
    responses_server.script(streams(refusal("I", " won't")))
    deltas = [event.delta for event in await streamed(sdk) if isinstance(event, ResponseRefusalDeltaEvent)]
    assert deltas == ["I", " won't"]


async def test_it_cites(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer) -> None:
    responses_server.script(streams(message("Hello", annotations=[SOURCE])))
    (added,) = [e for e in await streamed(sdk) if isinstance(e, ResponseOutputTextAnnotationAddedEvent)]
    assert isinstance(added.annotation, AnnotationURLCitation)
    assert (added.annotation.url, added.annotation.title) == ("https://a.invalid", "A")


@pytest.mark.parametrize("reason", ["max_output_tokens", "content_filter"])
async def test_it_stops_early(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer, reason: str) -> None:
    responses_server.script(streams(message("Hel"), end="incomplete", incomplete_details={"reason": reason}))
    last = (await streamed(sdk))[-1]
    assert isinstance(last, ResponseIncompleteEvent)
    assert last.response.incomplete_details is not None
    assert last.response.incomplete_details.reason == reason


async def test_it_fails_at_the_end(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer) -> None:
    responses_server.script(streams(message("Hel"), end="failed", error={"code": "server_error", "message": "Oh"}))
    last = (await streamed(sdk))[-1]
    assert isinstance(last, ResponseFailedEvent)
    assert last.response.error is not None
    assert (last.response.error.code, last.response.error.message) == ("server_error", "Oh")


async def test_it_fails_in_the_middle(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer) -> None:
    flat = error_event("Oh", "server_error", nested=False)
    responses_server.script(sends([*beginning("Hel"), flat]), sends([*beginning("Hel"), error_event("Oh", "x")]))
    last = (await streamed(sdk))[-1]
    assert isinstance(last, ResponseErrorEvent)
    assert (last.code, last.message) == ("server_error", "Oh")
    events: list[ResponseStreamEvent] = []
    with pytest.raises(openai.APIError, match="Oh"):
        await stream_into(events, sdk)
    assert text_of(events) == "Hel"


@pytest.mark.parametrize(
    "items",
    [
        [message("Hel", "lo", annotations=[SOURCE])],
        [refusal("No")],
        [reasoning("First this", "Then that", encrypted="c2VjcmV0"), message("Hello", number=1)],
        [raw_reasoning("H", "m"), message("Hello", number=1)],
    ],
)
def test_each_event_is_exactly_as_the_sdk_says(items: list[list[dict[str, Any]]]) -> None:
    event_type: TypeAdapter[ResponseStreamEvent] = TypeAdapter(ResponseStreamEvent)
    for end, more in (
        ("completed", {}),
        ("incomplete", {"incomplete_details": {"reason": "max_output_tokens"}}),
        ("failed", {"error": {"code": "server_error", "message": "Oh"}}),
    ):
        events = answer(*items, end=end, **more)
        for event in events:
            assert event_type.validate_json(json.dumps(event)).type == event["type"]
        Response.model_validate(events[-1]["response"])


REFUSALS: dict[str, tuple[Reply, type[openai.APIStatusError], str]] = {
    "wrong key": (wrong_key(), openai.AuthenticationError, "invalid_api_key"),
    "no right": (failure(403, "Not for you"), openai.PermissionDeniedError, ""),
    "unknown model": (unknown_model("x"), openai.BadRequestError, "model_not_found"),
    "too long": (too_long(), openai.BadRequestError, "context_length_exceeded"),
    "too many": (too_many(), openai.RateLimitError, "rate_limit_exceeded"),
    "used up": (used_up(), openai.RateLimitError, "insufficient_quota"),
    "overloaded": (failure(503, "Busy"), openai.InternalServerError, ""),
    "a page": (page(502), openai.InternalServerError, ""),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_it_refuses(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer, name: str) -> None:
    reply, kind, code = REFUSALS[name]
    responses_server.script(reply)
    with pytest.raises(kind) as caught:
        await streamed(sdk)
    assert (caught.value.code or "") == code


async def test_it_checks_key_model_and_items(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer) -> None:
    with pytest.raises(openai.BadRequestError, match="'unknown' does not exist"):
        await sdk.responses.create(model="unknown", input="Hi")
    wrong: ResponseInputParam = [{"role": "assistant", "content": [{"type": "input_text", "text": "Hi"}]}]
    with pytest.raises(openai.BadRequestError, match="Supported values are: output_text"):
        await sdk.responses.create(model=MODEL, input=wrong)
    alone: ResponseInputParam = [{"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "c2VjcmV0"}]
    with pytest.raises(openai.BadRequestError, match="required following item"):
        await sdk.responses.create(model=MODEL, input=alone)
    responses_server.key = "another"
    with pytest.raises(openai.AuthenticationError):
        await sdk.responses.create(model=MODEL, input="Hi")


async def test_it_lists_models(sdk: openai.AsyncOpenAI) -> None:
    assert [model.id async for model in sdk.models.list()] == [MODEL]


@pytest.mark.parametrize("cut", [hangs_up, resets])
async def test_it_cuts_in_the_middle(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer, cut: Reply) -> None:
    responses_server.script(sends(beginning("Hel"), then=cut))
    events: list[ResponseStreamEvent] = []
    with pytest.raises(openai.APIConnectionError):
        await stream_into(events, sdk)
    assert text_of(events) == "Hel"


@pytest.mark.parametrize("reply", [waits, sends(beginning("Hel"), then=waits)])
async def test_it_is_silent(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer, reply: Reply) -> None:
    responses_server.script(reply)
    with pytest.raises(openai.APITimeoutError):
        await streamed(sdk, timeout=0.1)
    assert responses_server.disconnected.wait(30)


def slowly(exchange: Exchange) -> None:
    """Reply with a byte a piece."""
    exchange.begin()
    for byte in b"".join([*beginning("Hel", "lö"), *ending("Hel", "lö")]):
        exchange.send_piece(bytes([byte]))
    exchange.end()


async def test_it_sends_pieces_of_any_size(sdk: openai.AsyncOpenAI, responses_server: ResponsesServer) -> None:
    responses_server.script(slowly)
    assert text_of(await streamed(sdk)) == "Hellö"
