"""What holds for every stream of Gemini, however it is cut and whatever is in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.gemini_server import bare_error, beginning, blocked, ending, event, response, text
from tests.wire.openai_server import MODEL
from tui_chat.chat.assembler import Assembler
from tui_chat.clients.gemini_models import models_page
from tui_chat.clients.gemini_reply import ReplyReader
from tui_chat.clients.transport import Answer
from tui_chat.domain.errors import ProviderError
from tui_chat.domain.messages import ChatMessage, Role
from tui_chat.domain.providers import Provider

PROVIDER = Provider(name="gemini", label="Gemini")


class Cut(Answer):
    """An answer whose body comes in these pieces and no others."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__(PROVIDER, httpx.Response(200), None, "")
        self._pieces = pieces

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        for piece in self._pieces:
            yield piece


async def outcome(*pieces: bytes) -> tuple[dict[str, Any], str]:
    """Return the reply that a body makes up, and the error that it ends with."""
    assembler = Assembler(ChatMessage(id="m", session_id="s", role=Role.ASSISTANT), clock=lambda: 0)
    failed = ""
    try:
        async for one in ReplyReader(PROVIDER, MODEL, "").read(Cut(*pieces)):
            assembler.add(one)
        assembler.end()
    except ProviderError as error:
        failed = f"{type(error).__name__}: {error.text}: {error.server_words}"
        assembler.fail(error)
    return assembler.message.model_dump(exclude={"created_at"}), failed


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
    body = b"".join(STREAMS[name])
    expected = await outcome(body)
    for at in range(1, len(body)):
        assert await outcome(body[:at], body[at:]) == expected, body[:at]
    assert await outcome(*(bytes([byte]) for byte in body)) == expected


async def test_each_part_of_a_stream_is_worth_keeping() -> None:
    whole = "".join(part["text"] for part in (await outcome(b"".join(STREAMS["text"])))[0]["parts"])
    body = b"".join(STREAMS["text"])
    for size in range(len(body)):
        reply, _ = await outcome(body[:size])
        assert whole.startswith("".join(part["text"] for part in reply["parts"]))
        assert reply["status"] != "complete" or reply["parts"]


#: Half surrogate pairs too: JSON can hold them.
TEXT = st.text(st.characters(exclude_categories=()), max_size=9)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from(["STOP", "SAFETY", "QUJD"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def shaped(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects with some of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


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


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return all places of a JSON value: the list or object, and the index or name there."""
    inner = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    return [place for at, one in inner for place in ((value, at), *places(one))]


@st.composite
def replies(draw: st.DrawFn) -> list[Any]:
    """Return chunks of a reply, with anything in one place of every other."""
    values: list[Any] = draw(st.lists(RESPONSE, max_size=4)) + draw(st.lists(RARE, max_size=1))
    found, is_odd = places(values), draw(st.booleans())
    if found and is_odd:
        holder, at = draw(st.sampled_from(found))
        holder[at] = draw(ANYTHING)
    return values


@given(replies(), st.booleans())
def test_any_json_gives_a_reply_or_an_error_of_ours(values: list[Any], as_stream: bool) -> None:
    events = "".join(f"data: {json.dumps(value)}\n\n" for value in values)
    reply, failed = asyncio.run(outcome((events if as_stream else json.dumps(values)).encode()))
    assert failed or reply["status"] in ("complete", "interrupted")


@given(st.binary() | st.binary().map(lambda data: b"data: " + data + b"\n\n"))
def test_any_bytes_give_a_reply_or_an_error_of_ours(body: bytes) -> None:
    _, failed = asyncio.run(outcome(body))
    assert failed


@given(st.binary() | shaped(models=st.lists(shaped(name=TEXT, inputTokenLimit=ANYTHING))).map(json.dumps))
def test_any_list_of_models_is_one_or_an_error_of_ours(body: bytes | str) -> None:
    try:
        models, token = models_page(PROVIDER, body.encode() if isinstance(body, str) else body)
    except ProviderError:
        return
    assert isinstance(models, list)
    assert isinstance(token, str)
