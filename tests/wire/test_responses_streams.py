"""What holds for every stream of the Responses API, however it is cut and whatever is in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.bodies import (
    NO_REPLY,
    TEXT,
    anything,
    check_any,
    check_beginnings,
    check_cuts,
    check_no_reply,
    shaped,
    with_an_oddity,
)
from tests.wire.responses_server import (
    Event,
    answer,
    error_event,
    item_events,
    message,
    raw_reasoning,
    reasoning,
    refusal,
    sse,
)
from tui_chat.clients.responses_reply import ReplyReader

#: What is read of a response; the rest only makes bodies longer to cut.
READ = ("id", "model", "status", "output", "usage", "incomplete_details", "error")


def slim(*items: Iterable[Event], end: str = "completed", **more: Any) -> list[bytes]:
    """Return a stream without what is not read of it."""
    events = answer(*items, end=end, **more)
    for event in events:
        if "response" in event:
            event["response"] = {name: event["response"][name] for name in READ if event["response"][name]}
    return [sse(event) for event in events if not event["type"].endswith((".in_progress", "part.done", "text.done"))]


SOURCE = {"type": "url_citation", "url": "https://ä.invalid", "title": "Ä"}
IMAGE = {"id": "ig_1", "type": "image_generation_call", "result": "QUJD"}

STREAMS: dict[str, list[bytes]] = {
    "text": slim(message("Hellö ", "\u2028🙂")),
    "reasoning and sources": slim(reasoning("Hm…", encrypted="c2V"), message("Yes", number=1, annotations=[SOURCE])),
    "reasoning itself, and an image": slim(raw_reasoning("H", "m"), item_events(IMAGE, number=1)),
    "a refusal, too long": slim(refusal("No"), end="incomplete", incomplete_details={"reason": "max_output_tokens"}),
    "other line ends": [b"\xef\xbb\xbf\r\n", *(one.replace(b"\n", b"\r\n") for one in slim(message("Hi")))],
    "cut": [*slim(message("Hi"), end=""), b'event: response.completed\ndata: {"type": "response.compl'],
    "an error": [*slim(message("Hi"), end=""), error_event("Slow down", "rate_limit_exceeded")],
    "failed": slim(message("Hi"), end="failed", error={"code": "server_error", "message": "Oh"}),
    "whole": [json.dumps(answer(message("Hi"))[-1]["response"]).encode()],
    "a page": [b"<html><title>Hi</title>"],
}


@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_may_be_cut_at_every_byte(name: str) -> None:
    await check_cuts(ReplyReader, b"".join(STREAMS[name]))


async def test_each_part_of_a_stream_is_worth_keeping() -> None:
    await check_beginnings(ReplyReader, b"".join(STREAMS["text"]))


ANYTHING = anything("message", "reasoning", "QUJD", "completed", "error", "response.completed")
INDEX = st.integers(0, 2)
SOURCES = st.lists(shaped(type=TEXT, url=TEXT, title=TEXT, filename=TEXT), max_size=2)
CONTENTS = st.lists(shaped(type=TEXT, text=TEXT, refusal=TEXT, annotations=SOURCES), max_size=2)
ITEM = shaped(
    type=st.sampled_from(["message", "reasoning", "image_generation_call", "function_call", "x"]),
    id=TEXT,
    content=CONTENTS,
    summary=CONTENTS,
    encrypted_content=st.just("c2V"),
    result=st.just("QUJD"),
    output_format=TEXT,
)
RESPONSE = shaped(
    id=TEXT,
    model=TEXT,
    status=st.sampled_from(["completed", "incomplete", "cancelled", "x"]),
    output=st.lists(ITEM, max_size=2),
    incomplete_details=shaped(reason=st.sampled_from(["max_output_tokens", "content_filter", "x"])),
    usage=shaped(input_tokens=st.integers(), output_tokens_details=shaped(reasoning_tokens=st.integers())),
)
DELTAS = ("output_text", "refusal", "reasoning_summary_text", "reasoning_text")
DELTA = shaped(delta=TEXT, output_index=INDEX, content_index=INDEX, summary_index=INDEX).flatmap(
    lambda made: st.sampled_from(DELTAS).map(lambda kind: {"type": f"response.{kind}.delta", **made})
)
DONE = shaped(item=ITEM, output_index=INDEX).map(lambda made: {"type": "response.output_item.done", **made})
CITED = shaped(annotation=shaped(type=TEXT, url=TEXT)).map(
    lambda made: {"type": "response.output_text.annotation.added", **made}
)
ABOUT = RESPONSE.flatmap(
    lambda made: st.sampled_from(["created", "completed", "incomplete"]).map(
        lambda kind: {"type": f"response.{kind}", "response": made}
    )
)
FAILED = shaped(code=TEXT, message=TEXT, param=TEXT).flatmap(
    lambda error: st.sampled_from(
        [
            {"type": "error", **error},
            {"type": "error", "error": error},
            {"type": "response.failed", "response": {"error": error}},
        ]
    )
)
EVENTS = st.tuples(
    st.lists(DELTA | DELTA | DONE | CITED | ABOUT, max_size=5), st.lists(ABOUT | FAILED, max_size=1)
).map(lambda both: both[0] + both[1])


@given(with_an_oddity(EVENTS, ANYTHING))
def test_any_events_give_a_reply_or_an_error_of_ours(values: list[Any]) -> None:
    body = "".join(f"data: {json.dumps(value)}\n\n" for value in values)
    asyncio.run(check_any(ReplyReader, body.encode()))


@given(with_an_oddity(RESPONSE.map(lambda one: [one]), ANYTHING))
def test_any_json_gives_a_reply_or_an_error_of_ours(values: list[Any]) -> None:
    asyncio.run(check_any(ReplyReader, json.dumps(values[0]).encode()))


@given(NO_REPLY)
def test_any_bytes_give_an_error_of_ours(body: bytes) -> None:
    asyncio.run(check_no_reply(ReplyReader, body))
