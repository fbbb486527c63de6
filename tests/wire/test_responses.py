"""The client of the Responses API against the loopback server: what comes back."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.wire.asking import ask, kinds, reasoning_of, text_of
from tests.wire.openai_server import MODEL, Reply, sends, waits, whole
from tests.wire.responses_server import (
    ResponsesServer,
    answer,
    beginning,
    ending,
    item_events,
    message,
    raw_reasoning,
    reasoning,
    refusal,
    response,
    says,
    sse,
    streams,
)
from tui_chat.clients.base import no_key
from tui_chat.clients.openai_responses import OpenAIResponsesClient
from tui_chat.clients.registry import make_client
from tui_chat.config.presets import presets
from tui_chat.domain.events import (
    CitationsAdded,
    Finished,
    ImageAdded,
    ReasoningDelta,
    Started,
    TextDelta,
    UsageReported,
)
from tui_chat.domain.messages import CitationPart, FinishReason, ImagePart
from tui_chat.domain.providers import Provider
from tui_chat.domain.usage import Usage

USAGE = Usage(input_tokens=12, output_tokens=5, reasoning_tokens=2, cached_tokens=4)


def test_the_preset_gets_this_client() -> None:
    preset = presets()["openai-responses"]
    assert (preset.label, preset.key_variable) == ("OpenAI Responses", presets()["openai"].key_variable)
    assert isinstance(make_client(preset, no_key), OpenAIResponsesClient)


async def test_a_reply_streams(responses: OpenAIResponsesClient, responses_server: ResponsesServer) -> None:
    responses_server.script(says("Hello", " wörld", " \u2028\u0085!"))
    assert await ask(responses) == [
        Started(model=MODEL, message_remote_id="resp_1"),
        TextDelta(text="Hello wörld \u2028\u0085!"),
        UsageReported(usage=USAGE),
        Finished(reason=FinishReason.STOP),
    ]


async def test_reasoning_is_told_apart(responses: OpenAIResponsesClient, responses_server: ResponsesServer) -> None:
    responses_server.script(
        streams(
            reasoning("First this", "Then that", encrypted="c2VjcmV0"),
            reasoning("At last", number=1),
            message("Hel", "lo", number=2),
        )
    )
    events = await ask(responses)
    assert kinds(events) == ["started", "reasoning", "text", "usage", "finished"]
    assert reasoning_of(events) == "First this\n\nThen that\n\nAt last"
    assert text_of(events) == "Hello"
    opaque = [event.metadata for event in events if isinstance(event, ReasoningDelta) and event.metadata]
    summary = [{"type": "summary_text", "text": text} for text in ("First this", "Then that")]
    assert opaque == [
        {"rs_0": {"type": "reasoning", "id": "rs_0", "summary": summary, "encrypted_content": "c2VjcmV0"}}
    ]


async def test_reasoning_itself_comes(responses: OpenAIResponsesClient, responses_server: ResponsesServer) -> None:
    responses_server.script(streams(raw_reasoning("H", "m"), message("Hello", number=1)))
    events = await ask(responses)
    assert (reasoning_of(events), text_of(events)) == ("Hm", "Hello")
    assert all(not event.metadata for event in events if isinstance(event, ReasoningDelta))


async def test_messages_are_set_apart(responses: OpenAIResponsesClient, responses_server: ResponsesServer) -> None:
    responses_server.script(streams(message("Let me", " see."), reasoning("Hm", number=1), message("Yes.", number=2)))
    events = await ask(responses)
    assert text_of(events) == "Let me see.\n\nYes."
    assert kinds(events) == ["started", "text", "reasoning", "text", "usage", "finished"]


async def test_a_refusal_is_text(responses: OpenAIResponsesClient, responses_server: ResponsesServer) -> None:
    responses_server.script(streams(refusal("I", " won't.")))
    events = await ask(responses)
    assert text_of(events) == "I won't."
    assert events[-1] == Finished(reason=FinishReason.REFUSAL)


async def test_sources_come_once(responses: OpenAIResponsesClient, responses_server: ResponsesServer) -> None:
    web = {"type": "url_citation", "url": "https://a.invalid", "title": "A", "start_index": 0, "end_index": 3}
    more: list[dict[str, Any]] = [
        web,
        {**web, "url": "https://b.invalid", "title": None},
        {**web, "start_index": 4, "end_index": 5},
        {"type": "file_citation", "file_id": "file_1", "filename": "notes.md", "index": 3},
        {"type": "odd"},
    ]
    responses_server.script(streams(message("Hello", annotations=more)))
    added = [one for event in await ask(responses) if isinstance(event, CitationsAdded) for one in event.citations]
    assert added == [
        CitationPart(number=1, title="A", url="https://a.invalid"),
        CitationPart(number=2, url="https://b.invalid"),
        CitationPart(number=3, title="notes.md"),
    ]


async def test_images_come(responses: OpenAIResponsesClient, responses_server: ResponsesServer) -> None:
    call = {"id": "ig_1", "type": "image_generation_call", "status": "completed", "result": "QUJD"}
    partial = {"type": "response.image_generation_call.partial_image", "partial_image_b64": "QQ=="}
    other = {**call, "id": "ig_2", "output_format": "webp"}
    responses_server.script(
        streams(item_events(call, partial), item_events(other, number=1), message("Nice.", number=2))
    )
    images = [event.image for event in await ask(responses) if isinstance(event, ImageAdded)]
    assert images == [ImagePart(media_type=f"image/{kind}", data="QUJD") for kind in ("png", "webp")]


CALL = {"id": "fc_1", "type": "function_call", "call_id": "c", "name": "f", "arguments": "{}", "status": "completed"}


@pytest.mark.parametrize("words", [[], [message("Hello", number=1)]])
async def test_calls_are_ignored(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer, words: list[list[dict[str, Any]]]
) -> None:
    responses_server.script(streams(item_events(CALL), *words))
    events = await ask(responses)
    assert text_of(events) == ("Hello" if words else "")
    assert events[-1] == Finished(reason=FinishReason.TOOL)


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        ({"reason": "max_output_tokens"}, FinishReason.LENGTH),
        ({"reason": "content_filter"}, FinishReason.FILTER),
        ({"reason": "whatever"}, FinishReason.OTHER),
        (None, FinishReason.OTHER),
    ],
)
async def test_an_incomplete_reply_tells_why(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer, why: object, reason: FinishReason
) -> None:
    responses_server.script(streams(message("Hel"), end="incomplete", incomplete_details=why))
    events = await ask(responses)
    assert text_of(events) == "Hel"
    assert events[-2:] == [UsageReported(usage=USAGE), Finished(reason=reason)]


async def test_reasoning_may_use_up_the_limit(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer
) -> None:
    details = {"reason": "max_output_tokens"}
    responses_server.script(streams(reasoning(encrypted="c2V"), end="incomplete", incomplete_details=details))
    assert (await ask(responses))[-1] == Finished(reason=FinishReason.LENGTH)


def without(*kinds: str) -> list[bytes]:
    """Return a stream that lacks events whose type ends like this."""
    return [sse(event) for event in answer(message("Hel", "lo")) if not event["type"].endswith(kinds)]


PLAIN = ["started", "text", "usage", "finished"]

#: Steps of tools, and what later versions may add.
UNKNOWN = [
    {"type": "response.web_search_call.searching", "item_id": "ws_1", "output_index": 0},
    {"type": "response.mcp_call_arguments.delta", "delta": {"odd": 1}, "output_index": "odd"},
    {"type": "response.output_item.done", "output_index": 9, "item": {"type": "web_search_call", "content": 7}},
    {"type": "keepalive"},
    {"type": 7},
    {},
]

ODD_STREAMS: dict[str, tuple[Reply, list[str]]] = {
    "ends without a mark": (sends(beginning("Hello")), ["started", "text"]),
    "ends in the middle of an event": (sends([*beginning("Hello"), b'data: {"type": "resp']), ["started", "text"]),
    "no last blank line": (sends([*beginning("Hello"), b"".join(ending("Hello")).rstrip()]), PLAIN),
    "comments": (sends([b": wait\n\n", *beginning("Hello"), b": wait\n\n", *ending("Hello")]), PLAIN),
    "all in one packet": (sends([b"".join([*beginning("Hello"), *ending("Hello")])]), PLAIN),
    "an end mark as well": (sends([*beginning("Hello"), *ending("Hello"), b"data: [DONE]\n\n"]), PLAIN),
    "an end mark alone": (sends([*beginning("Hello"), b"data: [DONE]\n\n"]), ["started", "text", "finished"]),
    "another content type": (sends([*beginning("Hello"), *ending("Hello")], media_type="application/json"), PLAIN),
    "no names of events": (
        sends(one.split(b"\n", 1)[1] for one in [*beginning("Hello"), *ending("Hello")]),
        PLAIN,
    ),
    "types in names only": (
        sends(one.replace(b'"type": "response.', b'"kind": "response.') for one in without()),
        PLAIN,
    ),
    "no beginning": (sends(without("created", "in_progress", "added")), PLAIN),
    "no deltas": (sends(without("delta")), PLAIN),
    "no items": (sends(without("delta", "item.done")), PLAIN),
    "unknown events": (
        sends(
            [
                *beginning("Hel", "lo"),
                *(f"data: {json.dumps(one)}\n\n".encode() for one in UNKNOWN),
                *ending("Hel", "lo"),
            ]
        ),
        PLAIN,
    ),
    "a whole reply": (streams(message("Hello")), PLAIN),
    "a whole reply though a stream was asked for": (
        whole(answer(message("Hello"))[-1]["response"]),
        PLAIN,
    ),
    "a whole reply without a status": (
        whole({**answer(message("Hello"))[-1]["response"], "status": None}),
        PLAIN,
    ),
    "more after the end": (sends([*without(), sse({"type": "error", "message": "Oh"})]), PLAIN),
}


@pytest.mark.parametrize("name", ODD_STREAMS)
async def test_odd_streams_are_understood(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer, name: str
) -> None:
    reply, expected = ODD_STREAMS[name]
    responses_server.script(reply)
    events = await ask(responses)
    assert text_of(events) == "Hello"
    assert kinds(events) == expected


async def test_a_whole_reply_has_all_there_is(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer
) -> None:
    source = {"type": "url_citation", "url": "https://a.invalid", "title": "A", "start_index": 0, "end_index": 3}
    items = [reasoning("Hm", encrypted="c2V"), message("Hello", number=1, annotations=[source])]
    done = answer(*items)[-1]["response"]
    responses_server.script(whole(done), streams(*items))
    assert await ask(responses) == await ask(responses)


async def test_an_unfinished_whole_reply_is_interrupted(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer
) -> None:
    item = message("Hel")[-1]["item"]
    responses_server.script(whole(response("cancelled", item)))
    assert kinds(await ask(responses)) == ["started", "text"]


async def test_models_are_listed(responses: OpenAIResponsesClient, responses_server: ResponsesServer) -> None:
    listed = [{"id": name, "object": "model"} for name in ("gpt-x", "text-embedding-x")]
    responses_server.models_reply = whole({"object": "list", "data": listed})
    assert [(one.name, one.provider) for one in await responses.models()] == [("gpt-x", "openai-responses")]


async def test_a_finished_reply_survives_silence(
    responses_provider: Provider, responses_server: ResponsesServer
) -> None:
    responses_server.script(sends([*beginning("Hello"), *ending("Hello")], then=waits))
    async with OpenAIResponsesClient(responses_provider.model_copy(update={"key_variable": ""})) as client:
        assert kinds(await asyncio.wait_for(ask(client), 3)) == PLAIN
