"""What holds for every stream of Chat Completions, however it is cut and whatever is in it."""

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
from tests.wire.openai_server import event
from tui_chat.clients.openai_models import model_infos
from tui_chat.clients.openai_reply import ReplyReader


def said(finish: str | None = None, **delta: Any) -> bytes:
    """Return a chunk without what is not read of it, which only makes bodies longer to cut."""
    return event({"choices": [{"delta": delta, "finish_reason": finish}]})


ENDING = [said("stop"), event({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}})]
DONE = b"data: [DONE]\n\n"

STREAMS: dict[str, list[bytes]] = {
    "text": [said(content="Hellö "), said(content="\u2028🙂"), *ENDING, DONE],
    "thoughts": [said(reasoning_content="Hm…"), said(content="Yes"), *ENDING, DONE],
    "tagged thoughts": [said(content="<thi"), said(content="nk>H\n</think"), said(content=">\nYes"), *ENDING],
    "all of the text each time": [said(content="Hell"), said(content="Hello"), said(content="Hello you"), *ENDING],
    "a list": [said(content=[{"text": "Hi"}, {"thinking": [{"text": "Hm"}]}]), *ENDING],
    "halves of a character": [
        said(content="Hi 1").replace(b"1", b"\\ud83d"),
        said(content="2").replace(b"2", b"\\ude42"),
        said(reasoning_content="1").replace(b"1", b"\\ud83d"),
        *ENDING,
    ],
    "a refusal": [said(refusal="No"), *ENDING],
    "comments and other line ends": [
        b"\xef\xbb\xbf: WAIT\r\n\r\n",
        *(one.replace(b"\n", b"\r\n") for one in [said(content="Hi"), DONE]),
    ],
    "old line ends": [one.replace(b"\n", b"\r") for one in [said(content="Hi"), DONE]],
    "cut": [said(content="Hi"), b'data: {"choices": [{"del'],
    "an error": [said(content="Hi"), b'event: error\ndata: {"error": {"message": "Slow down", "code": 429}}\n\n'],
    "whole": [json.dumps({"choices": [{"message": {"content": "<think>Hm</think>Hi"}}]}).encode()],
    "a page": [b"<html><title>Hi</title>"],
}


@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_may_be_cut_at_every_byte(name: str) -> None:
    await check_cuts(ReplyReader, b"".join(STREAMS[name]))


async def test_each_part_of_a_stream_is_worth_keeping() -> None:
    await check_beginnings(ReplyReader, b"".join(STREAMS["text"]))


ANYTHING = anything("stop", "<think>", "</think>", "error")
CONTENT = TEXT | st.sampled_from(["<think>", "</think>", "a", "aa", "aab"])
PIECES = st.lists(shaped(type=TEXT, text=TEXT, thinking=TEXT | st.lists(shaped(text=TEXT), max_size=2)), max_size=2)
DELTA = shaped(content=CONTENT | PIECES, reasoning_content=TEXT, reasoning=TEXT, refusal=TEXT, role=TEXT)
CHOICE = shaped(
    delta=DELTA, message=DELTA, finish_reason=st.none() | st.sampled_from(["stop", "length", "content_filter", "x"])
)
USAGE = shaped(
    prompt_tokens=st.integers(),
    completion_tokens=st.integers(),
    prompt_tokens_details=shaped(cached_tokens=st.integers()),
    completion_tokens_details=shaped(reasoning_tokens=st.integers()),
    cost=st.floats(),
)
CHUNK = shaped(id=TEXT | st.integers(), model=TEXT, choices=st.lists(CHOICE, max_size=2), usage=USAGE)
FAILED = shaped(error=TEXT | shaped(message=TEXT, code=TEXT | st.integers(), type=TEXT, param=TEXT))
CHUNKS = st.tuples(st.lists(CHUNK, max_size=5), st.lists(FAILED, max_size=1)).map(lambda both: both[0] + both[1])


@given(with_an_oddity(CHUNKS, ANYTHING), st.booleans())
def test_any_chunks_give_a_reply_or_an_error_of_ours(values: list[Any], is_done: bool) -> None:
    body = b"".join(f"data: {json.dumps(value)}\n\n".encode() for value in values) + DONE * is_done
    asyncio.run(check_any(ReplyReader, body))


@given(with_an_oddity(CHUNK.map(lambda one: [one]), ANYTHING))
def test_any_json_gives_a_reply_or_an_error_of_ours(values: list[Any]) -> None:
    asyncio.run(check_any(ReplyReader, json.dumps(values[0]).encode()))


@given(NO_REPLY)
def test_any_bytes_give_an_error_of_ours(body: bytes) -> None:
    asyncio.run(check_no_reply(ReplyReader, body))


MODEL = shaped(
    id=TEXT,
    context_length=ANYTHING,
    max_model_len=ANYTHING,
    architecture=shaped(input_modalities=st.lists(TEXT, max_size=2)),
    supported_parameters=st.lists(TEXT, max_size=2),
    pricing=shaped(prompt=ANYTHING, completion=ANYTHING, input_cache_read=ANYTHING),
)


@given(st.binary() | shaped(data=st.lists(MODEL, max_size=3)).map(lambda one: json.dumps(one).encode()))
def test_any_list_of_models_is_one_or_an_error_of_ours(body: bytes) -> None:
    check_models(model_infos, body)
