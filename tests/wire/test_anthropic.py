"""The client of Anthropic against the loopback server: what comes back."""

from __future__ import annotations

import pytest

from tests.wire.anthropic_server import (
    OUTPUT_USAGE,
    AnthropicServer,
    answer,
    beginning,
    composed,
    ending,
    listed,
    pages,
    redacted,
    says,
    search,
    signature,
    sse,
    streams,
    text,
    thinking,
    tool_call,
    web,
)
from tests.wire.asking import ask, kinds, reasoning_of, text_of
from tests.wire.openai_server import MODEL, Reply, sends, whole
from tui_chat.clients.anthropic import AnthropicClient
from tui_chat.domain.events import CitationsAdded, Finished, ReasoningDelta, Started, TextDelta, UsageReported
from tui_chat.domain.messages import CitationPart, FinishReason
from tui_chat.domain.usage import Usage

#: Those of the cache count as read.
USAGE = Usage(input_tokens=12, output_tokens=5, reasoning_tokens=2, cached_tokens=4)


async def test_a_reply_streams(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(says("Hello", " wörld", " \u2028\u0085!"))
    assert await ask(claude) == [
        Started(model=MODEL, message_remote_id="msg_1"),
        TextDelta(text="Hello wörld \u2028\u0085!"),
        UsageReported(usage=USAGE),
        Finished(reason=FinishReason.STOP),
    ]


async def test_thinking_is_told_apart_and_kept(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(streams(thinking("H", "m"), redacted("c2VjcmV0"), thinking("Or so"), text("Hello")))
    events = await ask(claude)
    assert reasoning_of(events) == "Hm\n\nOr so"
    assert text_of(events) == "Hello"
    assert kinds(events) == ["started", "reasoning", "text", "usage", "finished"]
    kept = [block for event in events if isinstance(event, ReasoningDelta) for block in event.metadata.values()]
    assert kept == [
        {"type": "thinking", "thinking": "Hm", "signature": signature("Hm")},
        {"type": "redacted_thinking", "data": "c2VjcmV0"},
        {"type": "thinking", "thinking": "Or so", "signature": signature("Or so")},
    ]


async def test_thinking_in_silence_is_kept_too(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(streams(thinking(), text("Hello")))
    events = await ask(claude)
    assert reasoning_of(events) == ""
    (kept,) = [one.metadata for one in events if isinstance(one, ReasoningDelta)]
    assert list(kept.values()) == [{"type": "thinking", "thinking": "", "signature": signature("")}]


async def test_sources_come_once(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    search_result = {
        "type": "search_result_location",
        "cited_text": "It is.",
        "source": "https://b.invalid",
        "title": "B",
        "search_result_index": 0,
        "start_block_index": 0,
        "end_block_index": 1,
    }
    page = {
        "type": "page_location",
        "cited_text": "See.",
        "document_index": 0,
        "document_title": "Report",
        "start_page_number": 1,
        "end_page_number": 2,
    }
    anthropic_server.script(
        streams(text("So", citations=[web("A"), search_result]), text(" there", citations=[web("A"), page]))
    )
    events = await ask(claude)
    assert text_of(events) == "So there"
    assert [citation for one in events if isinstance(one, CitationsAdded) for citation in one.citations] == [
        CitationPart(number=1, title="A", url="https://a.invalid", description="So it is."),
        CitationPart(number=2, title="B", url="https://b.invalid", description="It is."),
        CitationPart(number=3, title="Report", description="See."),
    ]


async def test_a_source_without_a_name_is_left_out(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(streams(text("So", citations=[{"type": "char_location", "cited_text": "It is."}])))
    assert kinds(await ask(claude)) == ["started", "text", "usage", "finished"]


async def test_what_a_search_interrupts_is_set_apart(
    claude: AnthropicClient, anthropic_server: AnthropicServer
) -> None:
    anthropic_server.script(streams(text("I look."), search("a", "A"), text("So"), text(" it is.")))
    assert text_of(await ask(claude)) == "I look.\n\nSo it is."


async def test_a_text_after_a_search_is_not_set_apart_from_nothing(
    claude: AnthropicClient, anthropic_server: AnthropicServer
) -> None:
    anthropic_server.script(streams(search("a", "A"), text("So")))
    assert text_of(await ask(claude)) == "So"


@pytest.mark.parametrize("words", ["", "Hello"])
async def test_calls_are_ignored(claude: AnthropicClient, anthropic_server: AnthropicServer, words: str) -> None:
    anthropic_server.script(streams(*([text(words)] if words else []), tool_call(), stop="tool_use"))
    events = await ask(claude)
    assert text_of(events) == words
    assert events[-1] == Finished(reason=FinishReason.TOOL)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("end_turn", FinishReason.STOP),
        ("stop_sequence", FinishReason.STOP),
        ("max_tokens", FinishReason.LENGTH),
        ("model_context_window_exceeded", FinishReason.LENGTH),
        ("tool_use", FinishReason.TOOL),
        ("refusal", FinishReason.REFUSAL),
        ("pause_turn", FinishReason.OTHER),
        ("whatever", FinishReason.OTHER),
    ],
)
async def test_the_stop_reason_is_kept(
    claude: AnthropicClient, anthropic_server: AnthropicServer, word: str, reason: FinishReason
) -> None:
    anthropic_server.script(says("Hello", stop=word))
    events = await ask(claude)
    assert text_of(events) == "Hello"
    assert events[-1] == Finished(reason=reason)


async def test_thoughts_may_use_up_the_limit(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(streams(stop="max_tokens"))
    assert kinds(await ask(claude)) == ["started", "usage", "finished"]


async def test_the_last_count_of_each_kind_is_told(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    stop = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
    counts = ({"output_tokens": 3}, {**OUTPUT_USAGE, "input_tokens": 9, "cache_read_input_tokens": None})
    anthropic_server.script(sends([*beginning("Hello"), *(sse({**stop, "usage": usage}) for usage in counts)]))
    reported = [one.usage for one in await ask(claude) if isinstance(one, UsageReported)]
    assert reported == [Usage(input_tokens=15, output_tokens=5, reasoning_tokens=2, cached_tokens=4)]


#: As servers that follow the API only half send it: data without names.
UNNAMED = [line for piece in [*beginning("Hello"), *ending()] for line in piece.splitlines(True) if line[:1] != b"e"]

ODD_STREAMS: dict[str, tuple[Reply, list[str]]] = {
    "ends without a mark": (sends(beginning("Hello")), ["started", "text", "usage"]),
    "ends in the middle of an event": (
        sends([*beginning("Hello"), b'event: message_delta\ndata: {"type": "mess']),
        ["started", "text", "usage"],
    ),
    "no stop reason": (
        sends([*beginning("Hello"), sse({"type": "message_stop"})]),
        ["started", "text", "usage", "finished"],
    ),
    "no last blank line": (
        sends([*beginning("Hello"), *ending()[:-1], ending()[-1].rstrip()]),
        ["started", "text", "usage", "finished"],
    ),
    "no names of events": (sends(UNNAMED), ["started", "text", "usage", "finished"]),
    "no types in the data": (
        sends(
            [
                b'event: content_block_delta\ndata: {"index": 0, "delta": {"text": "Hello"}}\n\n',
                b"event: message_stop\ndata: {}\n\n",
            ]
        ),
        ["started", "text", "finished"],
    ),
    "comments and pings": (
        sends([b": wait\n\n", *beginning("Hello"), sse({"type": "ping"}), b": wait\n\n", *ending()]),
        ["started", "text", "usage", "finished"],
    ),
    "kinds of events that nobody knows": (
        sends([*beginning("Hello"), sse({"type": "content_block_shine", "delta": 7}), *ending()]),
        ["started", "text", "usage", "finished"],
    ),
    "all in one packet": (
        sends([b"".join([*beginning("Hello"), *ending()])]),
        ["started", "text", "usage", "finished"],
    ),
    "another content type": (
        sends([*beginning("Hello"), *ending()], media_type="text/plain"),
        ["started", "text", "usage", "finished"],
    ),
    "a whole reply": (whole(composed(answer(text("Hello")))), ["started", "text", "usage", "finished"]),
    "text at the beginning of its block": (
        sends(
            [
                sse({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "Hello"}}),
                *ending(),
            ]
        ),
        ["started", "text", "usage", "finished"],
    ),
}


@pytest.mark.parametrize("name", ODD_STREAMS)
async def test_odd_streams_are_understood(
    claude: AnthropicClient, anthropic_server: AnthropicServer, name: str
) -> None:
    reply, expected = ODD_STREAMS[name]
    anthropic_server.script(reply)
    events = await ask(claude)
    assert text_of(events) == "Hello"
    assert kinds(events) == expected


async def test_a_whole_reply_has_all_there_is(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    blocks = [thinking("Hm"), redacted("c2VjcmV0"), text("Hello", citations=[web("A")])]
    anthropic_server.script(streams(*blocks), whole(composed(answer(*blocks))))
    assert await ask(claude) == await ask(claude)


async def test_models_are_listed_page_by_page(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    odd = {"odd": 1, "id": 7}
    anthropic_server.models_reply = pages(
        [odd, listed("claude-x")], [listed("claude-y", thinks=False)], [{"id": "other-z", "type": "model"}]
    )
    x, y, z = await claude.models()
    assert (x.name, x.provider, x.context_window) == ("claude-x", "anthropic", 200000)
    assert x.capabilities == frozenset({"images", "reasoning", "tools"})
    assert y.capabilities == frozenset({"images", "tools"})
    assert (z.name, z.context_window, z.capabilities) == ("other-z", 0, None)
    assert [one.path for one in anthropic_server.requests] == [
        "/v1/models?limit=1000",
        "/v1/models?limit=1000&after_id=claude-x",
        "/v1/models?limit=1000&after_id=claude-y",
    ]
