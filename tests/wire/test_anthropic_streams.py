"""What holds for every stream of the Messages API, however it is cut and whatever is in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.anthropic_server import (
    Event,
    answer,
    composed,
    error,
    redacted,
    search,
    sse,
    text,
    thinking,
    tool_call,
    web,
)
from tests.wire.bodies import (
    NO_REPLY,
    TEXT,
    anything,
    check_any,
    check_beginnings,
    check_cuts,
    check_models,
    check_no_reply,
    shaped,
    with_an_oddity,
)
from tui_chat.clients.anthropic_models import models_page
from tui_chat.clients.anthropic_reply import ReplyReader

#: What is not read of a message and its blocks only makes bodies longer to cut.
UNREAD = {"role", "content", "stop_sequence", "encrypted_content", "encrypted_index", "service_tier"}


def slim(value: Any) -> Any:
    if isinstance(value, list):
        return [slim(one) for one in value]
    if isinstance(value, dict):
        return {name: slim(one) for name, one in value.items() if name not in UNREAD}
    return value


def stream(*blocks: Iterable[Event], stop: str = "end_turn", **more: Any) -> list[bytes]:
    return [sse(slim(event)) for event in answer(*blocks, stop=stop, **more)]


STREAMS: dict[str, list[bytes]] = {
    "text": stream(text("Hellö ", "\u2028🙂")),
    "thinking": stream(thinking("H", "m…"), redacted("c2V"), text("Yes")),
    "a search and sources": stream(text("I"), search("a", "A"), text("So", citations=[web("Ä", "https://ä.invalid")])),
    "a call": stream(tool_call(), stop="tool_use"),
    "a refusal": stream(text("No"), stop="refusal", stop_details={"category": "bio", "explanation": "Oh"}),
    "nothing but a refusal": stream(stop="refusal", stop_details={"category": "bio", "explanation": "Oh"}),
    "other line ends": [b"\xef\xbb\xbf\r\n", *(one.replace(b"\n", b"\r\n") for one in stream(text("Hi")))],
    "cut": [*stream(text("Hi"), stop=""), b'event: message_delta\ndata: {"type": "message_del'],
    "an error": [*stream(text("Hi"), stop=""), sse(error("overloaded_error", "Overloaded"))],
    "whole": [json.dumps(composed(answer(thinking("Hm"), text("Hi"))), ensure_ascii=False).encode()],
    "a page": [b"<html><title>Hi</title>"],
}


@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_may_be_cut_at_every_byte(name: str) -> None:
    await check_cuts(ReplyReader, b"".join(STREAMS[name]))


async def test_each_part_of_a_stream_is_worth_keeping() -> None:
    await check_beginnings(ReplyReader, b"".join(STREAMS["text"]))


ANYTHING = anything("text", "thinking", "text_delta", "message_stop", "error", "end_turn")
INDEX = st.integers(0, 2)
SOURCE = shaped(type=TEXT, url=TEXT, source=TEXT, title=TEXT, document_title=TEXT, cited_text=TEXT)
KINDS = st.sampled_from(["text", "thinking", "redacted_thinking", "tool_use", "web_search_tool_result", "x"])
BLOCK = shaped(type=KINDS, text=TEXT, thinking=TEXT, signature=TEXT, data=TEXT, citations=st.lists(SOURCE, max_size=2))
COUNTS = shaped(
    input_tokens=st.integers(),
    output_tokens=st.integers(),
    cache_read_input_tokens=st.integers(),
    output_tokens_details=shaped(thinking_tokens=st.integers()),
)
STOP = st.sampled_from(["end_turn", "max_tokens", "refusal", "tool_use", "x"])
WHY = shaped(category=TEXT, explanation=TEXT)
MESSAGE = shaped(
    id=TEXT, model=TEXT, content=st.lists(BLOCK, max_size=3), usage=COUNTS, stop_reason=STOP, stop_details=WHY
)
GROWTH = shaped(text=TEXT, thinking=TEXT, signature=TEXT, citation=SOURCE)


def events(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return shaped(**fields).map(lambda made: {"type": kind, **made})


GROWN = events("content_block_delta", index=INDEX, delta=GROWTH)
BLOCKS = events("content_block_start", index=INDEX, content_block=BLOCK) | events("content_block_stop", index=INDEX)
ABOUT = events("message_start", message=MESSAGE) | events("ping")
ENDS = events("message_delta", delta=shaped(stop_reason=STOP, stop_details=WHY), usage=COUNTS) | events("message_stop")
FAILED = events("error", error=shaped(type=TEXT, message=TEXT), request_id=TEXT)
EVENTS = st.tuples(
    st.lists(ABOUT, max_size=1), st.lists(GROWN | GROWN | BLOCKS, max_size=6), st.lists(ENDS | FAILED, max_size=2)
).map(lambda parts: [*parts[0], *parts[1], *parts[2]])


@given(with_an_oddity(EVENTS, ANYTHING))
def test_any_events_give_a_reply_or_an_error_of_ours(values: list[Any]) -> None:
    body = "".join(f"data: {json.dumps(value)}\n\n" for value in values)
    asyncio.run(check_any(ReplyReader, body.encode()))


@given(with_an_oddity(MESSAGE.map(lambda one: [one]), ANYTHING))
def test_any_json_gives_a_reply_or_an_error_of_ours(values: list[Any]) -> None:
    asyncio.run(check_any(ReplyReader, json.dumps(values[0]).encode()))


@given(NO_REPLY)
def test_any_bytes_give_an_error_of_ours(body: bytes) -> None:
    asyncio.run(check_no_reply(ReplyReader, body))


@given(st.binary() | shaped(data=st.lists(shaped(id=TEXT, max_input_tokens=ANYTHING))).map(json.dumps))
def test_any_list_of_models_is_one_or_an_error_of_ours(body: bytes | str) -> None:
    check_models(models_page, body)
