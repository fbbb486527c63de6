from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tui_chat.clients.base import no_key
from tui_chat.clients.scripted import SCRIPT_VARIABLE, ScriptedClient
from tui_chat.config.presets import presets
from tui_chat.domain.errors import AuthenticationFailed, RateLimited
from tui_chat.domain.events import (
    CitationsAdded,
    Finished,
    ReasoningDelta,
    Started,
    StreamEvent,
    TextDelta,
    UsageReported,
)
from tui_chat.domain.messages import ChatMessage, CitationPart, FinishReason, Role, TextPart
from tui_chat.domain.requests import ChatRequest
from tui_chat.domain.usage import Usage

PROVIDER = presets()["scripted"]


def asked(text: str = "hello") -> ChatRequest:
    prompt = ChatMessage(session_id="s", role=Role.USER, parts=[TextPart(text=text)])
    return ChatRequest(model="scripted", messages=[prompt])


async def test_without_a_script_it_echoes() -> None:
    async with ScriptedClient(PROVIDER) as client:
        response = await client.send(asked("hello"))
    assert response.text == "hello"
    assert response.finish_reason is FinishReason.STOP


async def test_it_plays_a_reply_for_each_request_and_the_last_one_again() -> None:
    script = [[{"kind": "text", "text": word}, {"kind": "finished"}] for word in ("one", "two")]
    async with ScriptedClient(PROVIDER, no_key, script) as client:
        assert [(await client.send(asked(str(number)))).text for number in range(3)] == ["one", "two", "two"]
        assert [request.messages[0].text for request in client.requests] == ["0", "1", "2"]


async def test_all_kinds_of_events_can_be_scripted() -> None:
    reply: list[dict[str, Any]] = [
        {"kind": "started", "model": "big", "remote_id": "r"},
        {"kind": "reasoning", "text": "hm"},
        {"kind": "text", "text": "yes"},
        {"kind": "citations", "citations": [{"number": 1, "title": "A"}]},
        {"kind": "usage", "usage": {"input_tokens": 3, "output_tokens": 4}},
        {"kind": "finished", "reason": "length"},
    ]
    async with ScriptedClient(PROVIDER, script=[reply]) as client:
        events = [event async for event in client.stream(asked())]
    assert events == [
        Started(model="big", remote_id="r"),
        ReasoningDelta(text="hm"),
        TextDelta(text="yes"),
        CitationsAdded(citations=[CitationPart(number=1, title="A")]),
        UsageReported(usage=Usage(input_tokens=3, output_tokens=4)),
        Finished(reason=FinishReason.LENGTH),
    ]


async def test_an_error_is_raised_behind_what_came_before() -> None:
    error = {"kind": "error", "error": "RateLimited", "text": "Slow down", "status": 429, "retry_after": 2.5}
    came: list[StreamEvent] = []
    async with ScriptedClient(PROVIDER, script=[[{"kind": "text", "text": "a"}, error]]) as client:
        with pytest.raises(RateLimited, match="Slow down") as raised:
            await client.send(asked(), came.append)
    assert came == [TextDelta(text="a")]
    assert (raised.value.status, raised.value.retry_after, raised.value.provider) == (429, 2.5, "scripted")


async def test_two_streams_may_run_at_once() -> None:
    script: list[list[dict[str, Any]]] = [
        [{"kind": "pause", "seconds": 0.01}, {"kind": "text", "text": name}, {"kind": "finished"}] for name in "ab"
    ]
    async with ScriptedClient(PROVIDER, script=script) as client:
        replies = await asyncio.gather(client.send(asked()), client.send(asked()))
    assert [reply.text for reply in replies] == ["a", "b"]


async def test_a_pause_lasts() -> None:
    loop = asyncio.get_running_loop()
    async with ScriptedClient(PROVIDER, script=[[{"kind": "pause", "seconds": 0.05}]]) as client:
        began = loop.time()
        assert [event async for event in client.stream(asked())] == []
    assert loop.time() - began >= 0.05


async def test_the_environment_names_a_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "script.json"
    reply = [{"kind": "error", "error": "AuthenticationFailed", "text": "No"}]
    path.write_text(json.dumps([reply]), encoding="utf-8")
    monkeypatch.setenv(SCRIPT_VARIABLE, str(path))
    async with ScriptedClient(PROVIDER) as client:
        with pytest.raises(AuthenticationFailed):
            await client.send(asked())


async def test_it_needs_no_key_and_has_one_model() -> None:
    async with ScriptedClient(PROVIDER) as client:
        assert await client.is_authenticated()
        assert (await client.refresh()).is_valid
        assert [model.name for model in await client.models()] == ["scripted"]
