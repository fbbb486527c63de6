"""The client of Ollama against the loopback server: replies and models."""

from __future__ import annotations

import pytest

from tests.wire.asking import ask, assembled, kinds, message, reasoning_of, request, text_of
from tests.wire.ollama_server import (
    OllamaServer,
    Pulled,
    beginning,
    chunk,
    failure,
    last,
    line,
    says,
    streams,
)
from tests.wire.openai_server import MODEL, Reply, page, sends, waits, whole
from tui_chat import __version__
from tui_chat.clients.base import Key
from tui_chat.clients.ollama import OllamaClient
from tui_chat.domain.errors import BadStream
from tui_chat.domain.events import Finished, Started, TextDelta, UsageReported
from tui_chat.domain.messages import FilePart, FinishReason, ImagePart, Role
from tui_chat.domain.providers import Provider
from tui_chat.domain.requests import Action
from tui_chat.domain.sessions import Params
from tui_chat.domain.usage import Usage

HELLO = "Hello from the test server."


async def test_a_reply_streams(ollama: OllamaClient, ollama_server: OllamaServer) -> None:
    ollama_server.script(says("Hello", " wörld", " <&> \u2028\u0085!"))
    assert await ask(ollama) == [
        Started(model=MODEL),
        TextDelta(text="Hello wörld <&> \u2028\u0085!"),
        UsageReported(usage=Usage(input_tokens=12, output_tokens=5, generation_seconds=2.0)),
        Finished(reason=FinishReason.STOP),
    ]


@pytest.mark.parametrize(
    "reply",
    [
        says("Hel", "lo", thinking="Hm"),
        streams(chunk("<thi"), chunk("nk>\nHm</think>"), chunk("\n\nHello"), last()),
        streams(chunk("Hello", thinking="Hm"), last()),
    ],
)
async def test_thinking_is_told_apart(ollama: OllamaClient, ollama_server: OllamaServer, reply: Reply) -> None:
    ollama_server.script(reply)
    events = await ask(ollama)
    assert (reasoning_of(events), text_of(events)) == ("Hm", "Hello")
    assert kinds(events) == ["started", "reasoning", "text", "usage", "finished"]


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (last("stop"), FinishReason.STOP),
        (last("length"), FinishReason.LENGTH),
        (last(""), FinishReason.STOP),
        (last("unload"), FinishReason.OTHER),
    ],
)
async def test_the_reason_is_kept(
    ollama: OllamaClient, ollama_server: OllamaServer, end: dict[str, object], reason: FinishReason
) -> None:
    ollama_server.script(streams(chunk("Hello"), end))
    assert (await ask(ollama))[-1] == Finished(reason=reason)


@pytest.mark.parametrize("words", ["", "Hello"])
async def test_calls_are_ignored(ollama: OllamaClient, ollama_server: OllamaServer, words: str) -> None:
    call = {"function": {"name": "f", "arguments": {"a": 1}}}
    ollama_server.script(streams(chunk(words, tool_calls=[call]), last()))
    events = await ask(ollama)
    assert text_of(events) == words
    assert events[-1] == Finished(reason=FinishReason.TOOL)


UNCOUNTED = {name: value for name, value in last().items() if name in ("model", "message", "done")}

ODD_STREAMS: dict[str, tuple[Reply, list[str]]] = {
    "ends without a mark": (sends(beginning("Hello")), ["started", "text"]),
    "ends in the middle of a line": (sends([*beginning("Hello"), b'{"model": "test-mo']), ["started", "text"]),
    "no last line end": (sends([*beginning("Hello"), line(last()).rstrip()]), ["started", "text", "usage", "finished"]),
    "no counts": (sends([*beginning("Hello"), line(UNCOUNTED)]), ["started", "text", "finished"]),
    "all in one packet": (
        sends([b"".join(beginning("Hello")) + line(last())]),
        ["started", "text", "usage", "finished"],
    ),
    "empty lines and other line ends": (
        sends([b"\xef\xbb\xbf\r\n", *(one.replace(b"\n", b"\r\n\n") for one in [*beginning("Hello"), line(last())])]),
        ["started", "text", "usage", "finished"],
    ),
    "another content type": (
        sends([*beginning("Hello"), line(last())], media_type="text/html"),
        ["started", "text", "usage", "finished"],
    ),
    "a whole reply": (whole(last(content="Hello")), ["started", "text", "usage", "finished"]),
    "more after the end": (
        sends([*beginning("Hello"), line(last()), line(chunk("Bye")), line({"error": "Oh"})]),
        ["started", "text", "usage", "finished"],
    ),
}


@pytest.mark.parametrize("name", ODD_STREAMS)
async def test_odd_streams_are_understood(ollama: OllamaClient, ollama_server: OllamaServer, name: str) -> None:
    reply, expected = ODD_STREAMS[name]
    ollama_server.script(reply)
    events = await ask(ollama)
    assert text_of(events) == "Hello"
    assert kinds(events) == expected


async def test_the_request_says_what_was_asked(ollama: OllamaClient, ollama_server: OllamaServer) -> None:
    params = Params(temperature=0.5, top_p=0.9, max_tokens=9, seed=7)
    await ask(ollama, request("Hi \ud800", system_prompt="Be brief", params=params))
    sent = ollama_server.chats[0]
    assert sent.path == "/api/chat"
    assert "authorization" not in sent.headers
    assert sent.headers["user-agent"] == f"tui-chat/{__version__}"
    assert sent.body == {
        "model": MODEL,
        "messages": [{"role": "system", "content": "Be brief"}, {"role": "user", "content": "Hi ?"}],
        "stream": True,
        "truncate": False,
        "options": {"temperature": 0.5, "top_p": 0.9, "num_predict": 9, "seed": 7},
    }


async def test_images_and_files_go_along(ollama: OllamaClient, ollama_server: OllamaServer) -> None:
    image, far = ImagePart(media_type="image/png", data="QUJD"), ImagePart(media_type="image/png", url="https://a")
    messages = [
        message("What?", Role.USER, image, FilePart(name="a.md", text="x"), far),
        message("", Role.ASSISTANT),
        message("", Role.USER, image),
    ]
    assert text_of(await ask(ollama, request(messages=messages))) == HELLO
    assert ollama_server.chats[0].body["messages"] == [
        {"role": "user", "content": "What?\n\na.md:\n\n```\nx\n```\n\n\nhttps://a", "images": ["QUJD"]},
        {"role": "user", "content": "", "images": ["QUJD"]},
    ]


async def test_a_reply_goes_on_where_it_stopped(ollama: OllamaClient, ollama_server: OllamaServer) -> None:
    messages = [message("Count"), message("One, tw", Role.ASSISTANT)]
    await ask(ollama, request(messages=messages, action=Action.CONTINUE))
    sent = ollama_server.chats[0].body["messages"]
    assert [one["role"] for one in sent] == ["user", "assistant", "user"]
    assert "Go on exactly where it stopped" in sent[2]["content"]


async def test_thinking_goes_back_to_where_it_came_from(ollama: OllamaClient, ollama_server: OllamaServer) -> None:
    ollama_server.script(says("Hello", thinking="Hm"))
    reply = assembled(await ask(ollama))
    for provider in ("ollama", "another"):
        told = reply.model_copy(update={"provider": provider})
        await ask(ollama, request(messages=[message("Hi"), told, message("More")]))
    assert [chat.body["messages"][1] for chat in ollama_server.chats[1:]] == [
        {"role": "assistant", "content": "Hello", "thinking": "Hm"},
        {"role": "assistant", "content": "Hello"},
    ]


@pytest.mark.parametrize(
    ("effort", "think"),
    [(None, None), ("none", False), ("minimal", False), ("low", "low"), ("High", "high"), ("odd", True)],
)
async def test_effort_turns_thinking_on(
    ollama: OllamaClient, ollama_server: OllamaServer, effort: str | None, think: object
) -> None:
    await ask(ollama, request(params=Params(reasoning_effort=effort)))
    assert ollama_server.chats[0].body.get("think") == think


REFUSED = {
    "thinking": (f'"{MODEL}" does not support thinking', ["low", None, None]),
    "a level": (f'think value "low" is not supported for {MODEL}', ["low", True, True]),
    "a level, by an older server": (
        "json: cannot unmarshal string into Go struct field ChatRequest.think of type bool",
        ["low", True, True],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_a_model_refuses_is_left_out_from_then_on(
    ollama: OllamaClient, ollama_server: OllamaServer, name: str
) -> None:
    words, sent = REFUSED[name]
    ollama_server.script(failure(400, words))
    for _ in range(2):
        assert text_of(await ask(ollama, request(params=Params(reasoning_effort="low")))) == HELLO
    assert [chat.body.get("think") for chat in ollama_server.chats] == sent


async def test_a_model_that_cannot_think_answers_all_the_same(
    ollama: OllamaClient, ollama_server: OllamaServer
) -> None:
    ollama_server.models = {MODEL: Pulled(), "thinker": Pulled("completion", "thinking")}
    for model in (MODEL, "thinker"):
        assert text_of(await ask(ollama, request(model=model, params=Params(reasoning_effort="high")))) == HELLO
    assert [chat.body.get("think") for chat in ollama_server.chats] == ["high", None, "high"]


async def test_extra_fields_and_a_key_are_sent(ollama_provider: Provider, ollama_server: OllamaServer) -> None:
    body = {"keep_alive": "1h", "options": {"num_ctx": 4096, "seed": 1}, "think": "max"}
    ollama_server.key = "key-0123"

    async def key() -> Key:
        return Key("key-0123", "OLLAMA_API_KEY")

    async with OllamaClient(ollama_provider.model_copy(update={"body": body}), key) as client:
        await ask(client, request(params=Params(seed=7, temperature=0.5, reasoning_effort="low")))
        assert [(one.name, one.context_window) for one in await client.models()] == [(MODEL, 4096)]
    sent = ollama_server.chats[0].body
    assert (sent["keep_alive"], sent["think"]) == ("1h", "max")
    assert sent["options"] == {"num_ctx": 4096, "seed": 1, "temperature": 0.5}


@pytest.mark.parametrize("is_new", [True, False])
async def test_models_are_listed_with_what_they_can(
    ollama: OllamaClient, ollama_server: OllamaServer, is_new: bool
) -> None:
    ollama_server.is_new = is_new
    ollama_server.models = {
        "qwen3:8b": Pulled("completion", "thinking", "tools", family="qwen3", context_length=40960, size=5_000),
        "llava:7b": Pulled("completion", "vision", context_length=4096),
        "nomic:latest": Pulled("embedding"),
    }
    qwen, llava = await ollama.models()
    assert (qwen.name, qwen.provider, qwen.context_window) == ("qwen3:8b", "ollama", 40960)
    assert (qwen.family, qwen.size) == ("qwen3", 5_000)
    assert qwen.capabilities == frozenset({"reasoning", "tools"})
    assert llava.context_window == 4096
    assert llava.capabilities == frozenset({"images"})
    await ollama.models()
    # Each is looked at once, and only where the list does not tell.
    assert len(ollama_server.asked("/api/show")) == (0 if is_new else 3)


@pytest.mark.parametrize("reply", [waits, page(), failure(500, "Oh"), whole(7)])
async def test_models_are_listed_without_what_the_server_does_not_tell(
    ollama: OllamaClient, ollama_server: OllamaServer, reply: Reply
) -> None:
    ollama_server.is_new = False
    ollama_server.models = {"qwen3:8b": Pulled("completion", "tools"), "nomic-embed-text:latest": Pulled("embedding")}
    ollama_server.show_reply = reply
    (qwen,) = await ollama.models()
    assert (qwen.name, qwen.context_window, qwen.capabilities) == ("qwen3:8b", 0, None)


async def test_no_models_are_none(ollama: OllamaClient, ollama_server: OllamaServer) -> None:
    for listed in ([], None, [{"odd": 1}, 7]):
        ollama_server.models_reply = whole({"models": listed})
        assert await ollama.models() == []


@pytest.mark.parametrize("reply", [page(), whole({"models": 7}), whole({"data": []}), whole(7)])
async def test_no_list_of_models_is_said(ollama: OllamaClient, ollama_server: OllamaServer, reply: Reply) -> None:
    ollama_server.models_reply = reply
    with pytest.raises(BadStream, match="something else than a list of models"):
        await ollama.models()
