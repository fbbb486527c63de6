"""What holds for every stream of Gemini, however it is cut and whatever is in it."""

from __future__ import annotations

import asyncio
import json
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
    check_models,
    check_no_reply,
    shaped,
    with_an_oddity,
)
from tests.wire.gemini_server import bare_error, beginning, blocked, ending, event, response, text
from tui_chat.clients.gemini_models import models_page
from tui_chat.clients.gemini_reply import ReplyReader

IMAGE = {"inlineData": {"mimeType": "image/png", "data": "QUJD"}, "thoughtSignature": "c2ln"}
WEB = {"groundingChunks": [{"web": {"uri": "https://ä.invalid", "title": "Ä"}}]}

STREAMS: dict[str, list[bytes]] = {
    "text": [*beginning("Hellö ", "\u2028🙂"), ending()],
    "thoughts": [event(response(text("Hm…", thought=True), text("Yes", thoughtSignature="c2ln"))), ending()],
    "image and sources": [event(response(IMAGE)), event(response(finish="STOP", groundingMetadata=WEB))],
    "a mark at the beginning": [b"\xef\xbb\xbf\r\n", *beginning("Hello"), ending()],
    "plain line ends": [one.replace(b"\r\n", b"\n") for one in [*beginning("Hello"), ending()]],
    "cut": [*beginning("Hello"), b'data: {"candidates": [{"content"'],
    "bare error": [*beginning("Hello"), bare_error()],
    "blocked": [event(blocked())],
    "a list": [json.dumps([response(text("Hello")), response(finish="STOP")], ensure_ascii=False).encode()],
    "an error": [json.dumps([{"error": {"code": 429, "message": "Slow down"}}]).encode()],
    "a page": [b"<html><title>Hi</title>"],
}


@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_may_be_cut_at_every_byte(name: str) -> None:
    await check_cuts(ReplyReader, b"".join(STREAMS[name]))


async def test_each_part_of_a_stream_is_worth_keeping() -> None:
    await check_beginnings(ReplyReader, b"".join(STREAMS["text"]))


ANYTHING = anything("STOP", "SAFETY", "QUJD")
SOURCES = st.lists(shaped(web=shaped(uri=TEXT, title=TEXT), maps=shaped(uri=TEXT)), max_size=2)
QUOTES = st.lists(shaped(uri=TEXT, license=TEXT), max_size=2)
RATINGS = st.lists(shaped(category=TEXT, blocked=st.booleans()), max_size=2)
PART = st.one_of(
    shaped(text=TEXT, thought=st.booleans(), thoughtSignature=st.just("c2ln")),
    shaped(inlineData=shaped(mimeType=st.sampled_from(["image/png", "audio/x"]), data=st.just("QUJD"))),
    shaped(executableCode=shaped(language=TEXT, code=TEXT)),
    shaped(codeExecutionResult=shaped(outcome=TEXT, output=TEXT)),
    shaped(functionCall=shaped(name=TEXT)),
)
CANDIDATE = shaped(
    index=st.integers(0, 1),
    content=shaped(parts=st.lists(PART, max_size=3)),
    finishReason=st.sampled_from(["STOP", "SAFETY", "MAX_TOKENS", "X"]),
    groundingMetadata=shaped(groundingChunks=SOURCES),
    citationMetadata=shaped(citationSources=QUOTES),
    safetyRatings=RATINGS,
)
RESPONSE = shaped(
    candidates=st.lists(CANDIDATE, max_size=2),
    usageMetadata=shaped(promptTokenCount=st.integers(), thoughtsTokenCount=st.integers()),
    modelVersion=TEXT,
    responseId=TEXT,
)
RARE = shaped(
    promptFeedback=shaped(blockReason=TEXT, blockReasonMessage=TEXT, safetyRatings=RATINGS),
    error=shaped(code=st.integers(), message=TEXT, status=TEXT, details=st.lists(ANYTHING, max_size=2)),
)


REPLIES = st.tuples(st.lists(RESPONSE, max_size=4), st.lists(RARE, max_size=1)).map(lambda both: both[0] + both[1])


@given(with_an_oddity(REPLIES, ANYTHING), st.booleans())
def test_any_json_gives_a_reply_or_an_error_of_ours(values: list[Any], as_stream: bool) -> None:
    events = "".join(f"data: {json.dumps(value)}\n\n" for value in values)
    asyncio.run(check_any(ReplyReader, (events if as_stream else json.dumps(values)).encode()))


@given(NO_REPLY)
def test_any_bytes_give_a_reply_or_an_error_of_ours(body: bytes) -> None:
    asyncio.run(check_no_reply(ReplyReader, body))


@given(st.binary() | shaped(models=st.lists(shaped(name=TEXT, inputTokenLimit=ANYTHING))).map(json.dumps))
def test_any_list_of_models_is_one_or_an_error_of_ours(body: bytes | str) -> None:
    check_models(models_page, body)
