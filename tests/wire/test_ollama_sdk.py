"""The official SDK talks to the loopback server of Ollama's API: only then the server counts as one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import ollama
import pytest

from tests.wire.asking import free_port
from tests.wire.ollama_server import (
    COUNTS,
    OllamaServer,
    Pulled,
    beginning,
    chunk,
    failure,
    last,
    line,
    pulls,
    says,
    streams,
    unknown_model,
)
from tests.wire.openai_server import MODEL, Exchange, Reply, hangs_up, page, resets, sends, waits
from tests.wire.sdk_errors import CUTS, TIMEOUTS

HI = [{"role": "user", "content": "Hi"}]


@pytest.fixture
async def sdk(ollama_server: OllamaServer) -> AsyncIterator[ollama.AsyncClient]:
    async with ollama.AsyncClient(host=ollama_server.base_url) as client:
        yield client


async def stream_into(parts: list[ollama.ChatResponse], sdk: ollama.AsyncClient, **more: Any) -> None:
    async for part in await sdk.chat(model=MODEL, messages=HI, stream=True, **more):
        parts.append(part)  # what had come counts too


async def streamed(sdk: ollama.AsyncClient, **more: Any) -> list[ollama.ChatResponse]:
    parts: list[ollama.ChatResponse] = []
    await stream_into(parts, sdk, **more)
    return parts


def text_of(parts: list[ollama.ChatResponse]) -> str:
    return "".join(part.message.content or "" for part in parts)


async def test_it_streams(sdk: ollama.AsyncClient, ollama_server: OllamaServer) -> None:
    ollama_server.script(says("Hello", " wörld <&> \u2028", reason="length"))
    parts = await streamed(sdk)
    assert text_of(parts) == "Hello wörld <&> \u2028"
    end = parts[-1]
    assert (end.done, end.done_reason, end.model) == (True, "length", MODEL)
    assert {name: getattr(end, name) for name in COUNTS} == COUNTS
    assert not any(part.done for part in parts[:-1])


async def test_it_answers_in_one_piece(sdk: ollama.AsyncClient, ollama_server: OllamaServer) -> None:
    ollama_server.script(says("Hello", " world", thinking="Hm"))
    reply = await sdk.chat(model=MODEL, messages=HI, think=True)
    assert (reply.message.content, reply.message.thinking, reply.done) == ("Hello world", "Hm", True)


async def test_it_thinks_if_it_may(sdk: ollama.AsyncClient, ollama_server: OllamaServer) -> None:
    ollama_server.reply = says("Hello", thinking="Hm")
    assert [part.message.thinking for part in await streamed(sdk, think=True)] == ["Hm", None, None]
    assert [part.message.thinking for part in await streamed(sdk, think="low")] == ["Hm", None, None]
    assert [part.message.thinking for part in await streamed(sdk, think=False)] == [None, None]
    with pytest.raises(ollama.ResponseError, match="invalid think value"):
        await streamed(sdk, think="a bit")
    ollama_server.models[MODEL] = Pulled()
    with pytest.raises(ollama.ResponseError, match=f'"{MODEL}" does not support thinking'):
        await streamed(sdk, think=True)


async def test_it_calls_tools(sdk: ollama.AsyncClient, ollama_server: OllamaServer) -> None:
    call = {"function": {"name": "f", "arguments": {"a": 1}}}
    ollama_server.script(streams(chunk(tool_calls=[call]), last()))
    (first, _) = await streamed(sdk)
    assert first.message.tool_calls is not None
    assert [(one.function.name, one.function.arguments) for one in first.message.tool_calls] == [("f", {"a": 1})]


async def test_it_takes_what_the_sdk_sends(sdk: ollama.AsyncClient, ollama_server: OllamaServer) -> None:
    messages = [
        ollama.Message(role="system", content="Be brief"),
        ollama.Message(role="user", content="What?", images=[ollama.Image(value=b"ABC")]),
        ollama.Message(role="assistant", content="A cat", thinking="Hm"),
        ollama.Message(role="user", content="Sure?"),
    ]
    await sdk.chat(model=MODEL, messages=messages, think="high", options={"temperature": 0.5, "num_predict": 9})
    body = ollama_server.chats[0].body
    assert body["messages"][1] == {"role": "user", "content": "What?", "images": ["QUJD"]}
    assert body["messages"][2]["thinking"] == "Hm"
    assert (body["think"], body["stream"], body["options"]) == ("high", False, {"temperature": 0.5, "num_predict": 9})


async def test_it_lists_models(sdk: ollama.AsyncClient, ollama_server: OllamaServer) -> None:
    ollama_server.models = {"llava:7b": Pulled("completion", "vision", size=7)}
    for is_new in (True, False):
        ollama_server.is_new = is_new
        (found,) = (await sdk.list()).models
        assert found.details is not None
        assert (found.model, found.size, found.details.family) == ("llava:7b", 7, "llama")


async def test_it_shows_a_model(sdk: ollama.AsyncClient, ollama_server: OllamaServer) -> None:
    ollama_server.models = {"llava": Pulled("completion", "vision", context_length=4096)}
    shown = await sdk.show("llava:latest")
    assert shown.capabilities == ["completion", "vision"]
    assert shown.modelinfo is not None
    assert shown.modelinfo["llama.context_length"] == 4096
    with pytest.raises(ollama.ResponseError, match="model 'x' not found") as caught:
        await sdk.show("x")
    assert caught.value.status_code == 404


async def test_it_downloads(sdk: ollama.AsyncClient, ollama_server: OllamaServer) -> None:
    ollama_server.pull_reply = pulls(1000)
    progress = [one async for one in await sdk.pull("qwen3", stream=True)]
    assert [(one.completed, one.total) for one in progress if one.digest] == [(None, 1000), (500, 1000), (1000, 1000)]
    assert (progress[0].status, progress[-1].status) == ("pulling manifest", "success")
    ollama_server.pull_reply = streams(
        {"status": "pulling manifest"}, {"error": "pull model manifest: file does not exist"}
    )
    with pytest.raises(ollama.ResponseError, match="file does not exist"):
        [one async for one in await sdk.pull("qwen3", stream=True)]


REFUSALS: dict[str, tuple[Reply, int, str]] = {
    "unknown model": (unknown_model("x"), 404, "model 'x' not found"),
    "wrong key": (failure(401, "unauthorized"), 401, "unauthorized"),
    "no memory": (failure(500, "model requires more system memory"), 500, "more system memory"),
    "busy": (failure(503, "server busy, please try again"), 503, "server busy"),
    "a page": (page(502), 502, "Welcome to"),
    "plain text": (lambda exchange: exchange.send_whole(404, b"404 page not found", "text/plain"), 404, "not found"),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_it_refuses(sdk: ollama.AsyncClient, ollama_server: OllamaServer, name: str) -> None:
    reply, status, words = REFUSALS[name]
    ollama_server.script(reply)
    with pytest.raises(ollama.ResponseError, match=words) as caught:
        await streamed(sdk)
    assert caught.value.status_code == status


async def test_it_checks_model_and_messages(
    sdk: ollama.AsyncClient, ollama_server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ollama.ResponseError, match="model 'unknown' not found"):
        await sdk.chat(model="unknown", messages=HI)
    assert (await sdk.chat(model=MODEL)).done_reason == "load"
    ollama_server.models["embed"] = Pulled("embedding")
    with pytest.raises(ollama.ResponseError, match='"embed" does not support chat'):
        await sdk.chat(model="embed", messages=HI)
    ollama_server.key = "key-0123"
    with pytest.raises(ollama.ResponseError, match="unauthorized"):
        await sdk.chat(model=MODEL, messages=HI)
    monkeypatch.setenv("OLLAMA_API_KEY", "key-0123")
    async with ollama.AsyncClient(host=ollama_server.base_url) as client:
        assert (await client.chat(model=MODEL, messages=HI)).done


async def test_it_fails_in_the_middle(sdk: ollama.AsyncClient, ollama_server: OllamaServer) -> None:
    ollama_server.script(streams(chunk("Hel"), {"error": "an error was encountered while running the model"}))
    parts: list[ollama.ChatResponse] = []
    with pytest.raises(ollama.ResponseError, match="while running the model"):
        await stream_into(parts, sdk)
    assert text_of(parts) == "Hel"


@pytest.mark.parametrize("cut", [hangs_up, resets])
async def test_it_cuts_in_the_middle(sdk: ollama.AsyncClient, ollama_server: OllamaServer, cut: Reply) -> None:
    ollama_server.script(sends(beginning("Hel"), then=cut))
    parts: list[ollama.ChatResponse] = []
    with pytest.raises(CUTS):
        await stream_into(parts, sdk)
    assert text_of(parts) == "Hel"


@pytest.mark.parametrize("reply", [waits, sends(beginning("Hel"), then=waits)])
async def test_it_is_silent(ollama_server: OllamaServer, reply: Reply) -> None:
    ollama_server.script(reply)
    async with ollama.AsyncClient(host=ollama_server.base_url, timeout=0.1) as client:
        with pytest.raises(TIMEOUTS):
            await streamed(client)
    assert ollama_server.disconnected.wait(30)


async def test_it_is_not_running() -> None:
    port = free_port()
    async with ollama.AsyncClient(host=f"http://127.0.0.1:{port}") as client:
        with pytest.raises(ConnectionError, match="Failed to connect to Ollama"):
            await client.list()


def slowly(exchange: Exchange) -> None:
    """Reply with a byte a piece."""
    exchange.begin("application/x-ndjson")
    for byte in b"".join([*beginning("Hel", "lö"), line(last())]):
        exchange.send_piece(bytes([byte]))
    exchange.end()


async def test_it_sends_pieces_of_any_size(sdk: ollama.AsyncClient, ollama_server: OllamaServer) -> None:
    ollama_server.script(slowly)
    assert text_of(await streamed(sdk)) == "Hellö"
