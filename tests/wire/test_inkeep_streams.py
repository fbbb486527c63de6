"""What holds for every stream of Inkeep's, however it is cut and whatever is in it."""

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
    check_no_reply,
    outcome,
    shaped,
    with_an_oddity,
)
from tests.wire.inkeep_server import beginning, chunk, citation, cited, event
from tui_chat.clients.inkeep_reply import ReplyReader

LAST = chunk(finish="stop")
WHOLE = {
    "chat_session_id": "chat-1",
    "message": {"content": "Hellö", "records_cited": {"citations": [citation(1, title="Ä")]}},
}

STREAMS: dict[str, list[bytes]] = {
    "text": [*beginning("Hellö ", "\u2028🙂"), LAST],
    "sources": [*beginning("Hellö"), cited(citation(1, title="Ä"), citation(2, "https://ä.invalid")), LAST],
    "a mark at the beginning": [b"\xef\xbb\xbf\r\n", *beginning("Hello"), LAST],
    "carriage returns": [one.replace(b"\n", b"\r\n") for one in [*beginning("Hello"), LAST]],
    "cut": [*beginning("Hello"), b'event: message_chunk\ndata: {"content_ch'],
    "an error": [*beginning("Hello"), event("error", {"message": "Oh"})],
    "a whole reply": [json.dumps(WHOLE, ensure_ascii=False).encode()],
    "a page": [b"<html><title>Hi</title>"],
}


@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_may_be_cut_at_every_byte(name: str) -> None:
    await check_cuts(ReplyReader, b"".join(STREAMS[name]))


async def test_each_part_of_a_stream_is_worth_keeping() -> None:
    await check_beginnings(ReplyReader, b"".join(STREAMS["text"]))


RECORD = shaped(type=TEXT, url=TEXT, title=TEXT, description=TEXT, breadcrumbs=st.lists(TEXT, max_size=2))
CITATIONS = st.lists(st.fixed_dictionaries({"record": RECORD}, optional={"number": st.integers()}), max_size=3)
REASON = st.none() | st.sampled_from(["stop", "length", "content_filter", "?"])
CHUNK = shaped(chat_session_id=TEXT, content_chunk=TEXT, finish_reason=REASON)
EVENTS = st.lists(CHUNK | shaped(citations=CITATIONS), max_size=4)
MESSAGE = shaped(content=TEXT, records_cited=shaped(citations=CITATIONS))
RESULTS = shaped(chat_session_id=TEXT, message=MESSAGE).map(lambda one: [one])
NAMES = st.sampled_from(["message_chunk", "records_cited", "message", "error", "?"])


@given(with_an_oddity(EVENTS, anything("stop")), NAMES)
def test_any_events_give_a_reply_or_an_error_of_ours(values: list[Any], name: str) -> None:
    body = "".join(f"event: {name}\ndata: {json.dumps(value)}\n\n" for value in values)
    asyncio.run(check_any(ReplyReader, body.encode()))


@given(with_an_oddity(RESULTS, anything("stop")))
def test_any_whole_answer_is_one_or_an_error_of_ours(values: list[Any]) -> None:
    reply, failed = asyncio.run(outcome(ReplyReader, json.dumps(values[0]).encode()))
    assert failed or reply["status"] == "complete"


@given(NO_REPLY)
def test_any_bytes_give_a_reply_or_an_error_of_ours(body: bytes) -> None:
    asyncio.run(check_no_reply(ReplyReader, body))
