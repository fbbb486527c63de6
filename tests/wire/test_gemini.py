"""The client of Gemini against the loopback server: what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.asking import ask, kinds, reasoning_of, text_of
from tests.wire.gemini_server import (
    GeminiServer,
    beginning,
    ending,
    event,
    listed,
    pages,
    response,
    says,
    streams,
    text,
)
from tests.wire.openai_server import MODEL, Reply, sends, whole
from tui_chat.clients.gemini import GeminiClient
from tui_chat.domain.events import (
    CitationsAdded,
    Finished,
    ImageAdded,
    Started,
    TextDelta,
    UsageReported,
)
from tui_chat.domain.messages import CitationPart, FinishReason, ImagePart
from tui_chat.domain.usage import Usage

USAGE = Usage(input_tokens=12, output_tokens=5, reasoning_tokens=2, cached_tokens=4)

IMAGE = {"mimeType": "image/png", "data": "QUJD"}


async def test_a_reply_streams(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    gemini_server.script(says("Hello", " wörld", " \u2028\u0085!"))
    assert await ask(gemini) == [
        Started(model=MODEL, message_remote_id="resp-1"),
        TextDelta(text="Hello wörld \u2028\u0085!"),
        UsageReported(usage=USAGE),
        Finished(reason=FinishReason.STOP),
    ]


async def test_reasoning_is_told_apart(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    gemini_server.script(
        streams(
            response(text("H", thought=True)),
            response(text("m", thought=True), text("Hel")),
            response(text("lo"), finish="STOP"),
        )
    )
    events = await ask(gemini)
    assert reasoning_of(events) == "Hm"
    assert text_of(events) == "Hello"
    assert kinds(events) == ["started", "reasoning", "text", "usage", "finished"]


async def test_images_come(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    gemini_server.script(
        streams(response(text("See:")), response({"inlineData": IMAGE}), response(text("Nice."), finish="STOP"))
    )
    events = await ask(gemini)
    assert kinds(events) == ["started", "text", "image", "text", "usage", "finished"]
    assert ImageAdded(image=ImagePart(media_type="image/png", data="QUJD")) in events


async def test_sound_is_named(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    sound = {"inlineData": {"mimeType": "audio/L16", "data": "QUJD"}}
    gemini_server.script(streams(response(sound, finish="STOP")))
    assert text_of(await ask(gemini)).strip() == "*audio/L16, which cannot be shown here*"


async def test_code_and_its_results_are_text(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    gemini_server.script(
        streams(
            response(text("Let me see.")),
            response({"executableCode": {"language": "PYTHON", "code": "print('```')\n"}}),
            response({"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}}),
            response({"codeExecutionResult": {"outcome": "OUTCOME_FAILED"}}),
            response(text("Done."), finish="STOP"),
        )
    )
    assert text_of(await ask(gemini)) == (
        "Let me see.\n\n````python\nprint('```')\n````\n\n\n\n```\n1\n```\n\n\n\n```\nOUTCOME_FAILED\n```\n\nDone."
    )


@pytest.mark.parametrize("words", [[], [text("Hello")]])
async def test_calls_are_ignored(
    gemini: GeminiClient, gemini_server: GeminiServer, words: list[dict[str, Any]]
) -> None:
    call = {"functionCall": {"name": "f", "args": {"a": 1}}, "thoughtSignature": "c2ln"}
    gemini_server.script(streams(response(*words, call, finish="STOP")))
    events = await ask(gemini)
    assert text_of(events) == ("Hello" if words else "")
    assert events[-1] == Finished(reason=FinishReason.TOOL)


async def test_only_the_first_candidate_is_shown(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    both = response(text("Hello"), finish="STOP")
    both["candidates"].append({**response(text("Bye"), finish="STOP")["candidates"][0], "index": 1})
    gemini_server.script(streams(both))
    assert text_of(await ask(gemini)) == "Hello"


async def test_sources_come_once(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    web = {"web": {"uri": "https://a.invalid", "title": "A"}}
    more = [
        web,
        {"retrievedContext": {"uri": "gs://b", "title": "B", "text": "…"}},
        {"maps": {"uri": "https://maps.invalid/c", "title": "C", "placeId": "places/1"}},
        {"image": {"sourceUri": "https://d.invalid", "title": "D"}},
        {"odd": {}},
    ]
    quoting = {"citationSources": [{"startIndex": 0, "endIndex": 3, "uri": "https://e.invalid", "license": "MIT"}]}
    gemini_server.script(
        streams(
            response(text("Hel"), groundingMetadata={"groundingChunks": [web]}),
            response(
                text("lo"),
                finish="STOP",
                groundingMetadata={"groundingChunks": more, "webSearchQueries": ["a"]},
                citationMetadata=quoting,
            ),
        )
    )
    added = [one.citations for one in await ask(gemini) if isinstance(one, CitationsAdded)]
    assert added == [
        [CitationPart(number=1, title="A", url="https://a.invalid")],
        [
            CitationPart(number=2, title="B", url="gs://b"),
            CitationPart(number=3, title="C", url="https://maps.invalid/c"),
            CitationPart(number=4, title="D", url="https://d.invalid"),
            CitationPart(number=5, url="https://e.invalid", description="License: MIT"),
        ],
    ]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("STOP", FinishReason.STOP),
        ("MAX_TOKENS", FinishReason.LENGTH),
        ("SAFETY", FinishReason.FILTER),
        ("RECITATION", FinishReason.FILTER),
        ("PROHIBITED_CONTENT", FinishReason.FILTER),
        ("IMAGE_SAFETY", FinishReason.FILTER),
        ("MALFORMED_FUNCTION_CALL", FinishReason.TOOL),
        ("OTHER", FinishReason.OTHER),
        ("WHATEVER", FinishReason.OTHER),
    ],
)
async def test_the_finish_reason_is_kept(
    gemini: GeminiClient, gemini_server: GeminiServer, word: str, reason: FinishReason
) -> None:
    gemini_server.script(says("Hello", finish=word))
    assert (await ask(gemini))[-1] == Finished(reason=reason)


async def test_the_last_count_of_each_kind_is_told(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    first = {"promptTokenCount": 12, "thoughtsTokenCount": 2, "candidatesTokenCount": 1}
    last = {"promptTokenCount": 12, "candidatesTokenCount": 3, "toolUsePromptTokenCount": 5}
    gemini_server.script(
        streams(
            {**response(text("Hel")), "usageMetadata": first},
            {**response(text("lo"), finish="STOP"), "usageMetadata": last},
        )
    )
    reported = [one.usage for one in await ask(gemini) if isinstance(one, UsageReported)]
    assert reported == [Usage(input_tokens=17, output_tokens=5, reasoning_tokens=2)]


async def test_thoughts_may_use_up_the_limit(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    gemini_server.script(streams(response(finish="MAX_TOKENS")))
    assert kinds(await ask(gemini)) == ["started", "usage", "finished"]


ODD_STREAMS: dict[str, tuple[Reply, list[str]]] = {
    "ends without a mark": (sends(beginning("Hello")), ["started", "text", "usage"]),
    "ends in the middle of an event": (sends([*beginning("Hello"), b'data: {"cand']), ["started", "text", "usage"]),
    "no last blank line": (
        sends([*beginning("Hello"), ending().rstrip()]),
        ["started", "text", "usage", "finished"],
    ),
    "comments": (
        sends([b": wait\n\n", *beginning("Hello"), b": wait\n\n", ending()]),
        ["started", "text", "usage", "finished"],
    ),
    "all in one packet": (
        sends([b"".join([*beginning("Hello"), ending()])]),
        ["started", "text", "usage", "finished"],
    ),
    "another content type": (
        sends([*beginning("Hello"), ending()], media_type="application/json"),
        ["started", "text", "usage", "finished"],
    ),
    "a whole reply": (whole(response(text("Hello"), finish="STOP")), ["started", "text", "usage", "finished"]),
    "a list of chunks": (
        whole([response(text("Hel")), response(text("lo"), finish="STOP")]),
        ["started", "text", "usage", "finished"],
    ),
    "nothing but usage at last": (
        sends([*beginning("Hello"), ending(), event({"usageMetadata": {"promptTokenCount": 12}})]),
        ["started", "text", "usage", "finished"],
    ),
    "no content at first": (
        sends([event({"candidates": [{"content": {"role": "model"}}]}), *beginning("Hello"), ending()]),
        ["started", "text", "usage", "finished"],
    ),
}


@pytest.mark.parametrize("name", ODD_STREAMS)
async def test_odd_streams_are_understood(gemini: GeminiClient, gemini_server: GeminiServer, name: str) -> None:
    reply, expected = ODD_STREAMS[name]
    gemini_server.script(reply)
    events = await ask(gemini)
    assert text_of(events) == "Hello"
    assert kinds(events) == expected


async def test_models_are_listed_page_by_page(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    gemini_server.models_reply = pages(
        [listed("gemini-x", "generateContent", "countTokens", thinking=True), listed("embedding-x", "embedContent")],
        [{"odd": 1}, listed("gemma-x", "generateContent", inputTokenLimit=8192)],
    )
    gemini_x, gemma = await gemini.models()
    assert (gemini_x.name, gemini_x.provider, gemini_x.context_window) == ("gemini-x", "gemini", 1048576)
    assert gemini_x.capabilities == frozenset({"images", "tools", "reasoning"})
    assert (gemma.name, gemma.context_window, gemma.capabilities) == ("gemma-x", 8192, None)
    assert [one.path for one in gemini_server.requests] == [
        "/v1beta/models?pageSize=1000",
        "/v1beta/models?pageSize=1000&pageToken=page-1",
    ]
