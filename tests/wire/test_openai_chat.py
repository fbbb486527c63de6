"""The client of Chat Completions against the loopback server: replies, well-formed and odd."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.wire.asking import ask, fail, kinds, message, reasoning_of, request, text_of
from tests.wire.openai_server import (
    MODEL,
    Exchange,
    OpenAIServer,
    Reply,
    beginning,
    chunk,
    ending,
    event,
    failure,
    plain,
    says,
    sends,
    waits,
    whole,
)
from tests.wire.protocols import KEY
from tui_chat import __version__
from tui_chat.clients.openai_chat import OpenAIChatClient
from tui_chat.domain.errors import RequestRejected
from tui_chat.domain.events import Finished, Started, TextDelta, UsageReported
from tui_chat.domain.messages import FilePart, FinishReason, ImagePart, Role
from tui_chat.domain.providers import Provider, Timeouts
from tui_chat.domain.requests import Action
from tui_chat.domain.sessions import Params
from tui_chat.domain.usage import Usage

USAGE = Usage(input_tokens=12, output_tokens=5, reasoning_tokens=2, cached_tokens=4)


async def test_a_reply_streams(client: OpenAIChatClient, openai_server: OpenAIServer) -> None:
    openai_server.script(says("Hello", " wörld", " \u2028\u0085!"))
    assert await ask(client) == [
        Started(model=MODEL, message_remote_id="chatcmpl-1"),
        TextDelta(text="Hello wörld \u2028\u0085!"),
        UsageReported(usage=USAGE),
        Finished(reason=FinishReason.STOP),
    ]


async def test_the_request_says_what_was_asked(client: OpenAIChatClient, openai_server: OpenAIServer) -> None:
    await ask(client, request("Hi \ud800", system_prompt="Be brief", params=Params(temperature=0.5, max_tokens=9)))
    sent = openai_server.chats[0]
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert sent.headers["user-agent"] == f"tui-chat/{__version__}"
    assert sent.body == {
        "model": MODEL,
        "messages": [{"role": "system", "content": "Be brief"}, {"role": "user", "content": "Hi ?"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.5,
        "max_tokens": 9,
    }


async def test_images_and_files_go_along(client: OpenAIChatClient, openai_server: OpenAIServer) -> None:
    image = ImagePart(media_type="image/png", data="QUJD")
    prompt = message("See", Role.USER, image, FilePart(name="a.md", text="```\nx\n```"))
    await ask(client, request(messages=[prompt]))
    assert openai_server.chats[0].body["messages"][0]["content"] == [
        {"type": "text", "text": "See"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD"}},
        {"type": "text", "text": "a.md:\n\n````\n```\nx\n```\n````\n"},
    ]


async def test_a_reply_goes_on_where_it_stopped(client: OpenAIChatClient, openai_server: OpenAIServer) -> None:
    messages = [message("Count"), message("One, tw", Role.ASSISTANT)]
    await ask(client, request(messages=messages, action=Action.CONTINUE))
    sent = openai_server.chats[0].body["messages"]
    assert [one["role"] for one in sent] == ["user", "assistant", "user"]
    assert sent[1]["content"] == "One, tw"
    assert "Go on exactly where it stopped" in sent[2]["content"]


async def test_extra_fields_and_headers_are_sent(provider: Provider, openai_server: OpenAIServer) -> None:
    changed = provider.model_copy(update={"body": {"top_k": 4}, "headers": {"X-Team": "blue"}, "key_variable": ""})
    async with OpenAIChatClient(changed) as client:
        await ask(client)
    assert openai_server.chats[0].body["top_k"] == 4
    assert openai_server.chats[0].headers["x-team"] == "blue"
    assert "authorization" not in openai_server.chats[0].headers


ODD_STREAMS: dict[str, tuple[Reply, list[str]]] = {
    "no end mark": (sends([*beginning("Hello"), event(chunk({}, "stop"))]), ["started", "text", "finished"]),
    "no finish reason": (sends([*beginning("Hello"), ending()[-1]]), ["started", "text", "finished"]),
    "no last blank line": (
        sends([*beginning("Hello"), ending()[0], b"data: [DONE]"]),
        ["started", "text", "finished"],
    ),
    "ends without a mark": (sends(beginning("Hello")), ["started", "text"]),
    "ends in the middle of an event": (sends([*beginning("Hello"), b'data: {"choi']), ["started", "text"]),
    "comments": (
        sends([b": PROCESSING\n\n", *beginning("Hello"), b": PROCESSING\n\n", *ending()]),
        ["started", "text", "usage", "finished"],
    ),
    "CRLF": (
        sends([one.replace(b"\n", b"\r\n") for one in [*beginning("Hello"), *ending()]]),
        ["started", "text", "usage", "finished"],
    ),
    "all in one packet": (
        sends([b"".join([*beginning("Hello"), *ending()])]),
        ["started", "text", "usage", "finished"],
    ),
    "byte by byte": (
        sends(bytes([byte]) for byte in b"".join([*beginning("Hello"), *ending()])),
        ["started", "text", "usage", "finished"],
    ),
    "another content type": (
        sends([*beginning("Hello"), *ending()], media_type="application/json"),
        ["started", "text", "usage", "finished"],
    ),
    "a plain reply": (plain("Hello"), ["started", "text", "usage", "finished"]),
    "all of the text each time": (
        sends([*beginning("H", "Hel", "Hello", "Hello"), *ending()]),
        ["started", "text", "usage", "finished"],
    ),
    "the text as a list": (
        sends([event(chunk({"content": [{"type": "text", "text": "Hello"}]})), *ending()]),
        ["started", "text", "usage", "finished"],
    ),
    "a refusal": (
        sends([event(chunk({"refusal": "Hello"})), *ending()]),
        ["started", "text", "usage", "finished"],
    ),
}


@pytest.mark.parametrize("name", ODD_STREAMS)
async def test_odd_streams_are_understood(client: OpenAIChatClient, openai_server: OpenAIServer, name: str) -> None:
    reply, expected = ODD_STREAMS[name]
    openai_server.script(reply)
    events = await ask(client)
    assert text_of(events) == "Hello"
    assert kinds(events) == expected


@pytest.mark.parametrize(
    "reply",
    [
        sends([event(chunk({"reasoning_content": "Hm"})), *beginning("Hello"), *ending()]),
        sends([event(chunk({"reasoning": "Hm"})), *beginning("Hello"), *ending()]),
        sends([*beginning("<thi", "nk>\nHm\n</th", "ink>\n\nHel", "lo"), *ending()]),
        sends(
            [
                event(chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}]})),
                *beginning("Hello"),
                *ending(),
            ]
        ),
        plain("<think>Hm</think>Hello"),
    ],
)
async def test_reasoning_is_told_apart(client: OpenAIChatClient, openai_server: OpenAIServer, reply: Reply) -> None:
    openai_server.script(reply)
    events = await ask(client)
    assert reasoning_of(events) == "Hm"
    assert text_of(events) == "Hello"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("stop", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("content_filter", FinishReason.FILTER),
        ("tool_calls", FinishReason.TOOL),
        ("eos_token", FinishReason.STOP),
        ("whatever", FinishReason.OTHER),
    ],
)
async def test_the_finish_reason_is_kept(
    client: OpenAIChatClient, openai_server: OpenAIServer, word: str, reason: FinishReason
) -> None:
    openai_server.script(says("Hello", finish=word))
    assert (await ask(client))[-1] == Finished(reason=reason)


async def test_a_server_that_never_hangs_up_is_not_waited_for(provider: Provider, openai_server: OpenAIServer) -> None:
    openai_server.script(sends([*beginning("Hello"), *ending()], then=waits))
    async with asyncio.timeout(4), OpenAIChatClient(provider.model_copy(update={"key_variable": ""})) as client:
        assert kinds(await ask(client))[-1] == "finished"


@pytest.mark.parametrize(
    "refusal",
    [
        failure(400, "Unrecognized request argument supplied: stream_options"),
        failure(400, "Not supported", param="stream_options"),
        whole({"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]}, 422),
    ],
)
async def test_a_refused_field_is_left_out_from_then_on(
    client: OpenAIChatClient, openai_server: OpenAIServer, refusal: Reply
) -> None:
    openai_server.script(refusal, says("Hello"), says("Again"))
    assert text_of(await ask(client)) == "Hello"
    assert text_of(await ask(client)) == "Again"
    assert ["stream_options" in chat.body for chat in openai_server.chats] == [True, False, False]


async def test_each_refused_field_is_left_out(client: OpenAIChatClient, openai_server: OpenAIServer) -> None:
    openai_server.script(
        failure(
            400,
            "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            code="unsupported_parameter",
            param="max_tokens",
        ),
        failure(400, "Unsupported value: 'temperature' does not support 0.2 with this model.", param="temperature"),
        says("Hello"),
    )
    asked = request(params=Params(temperature=0.2, max_tokens=7))
    assert text_of(await ask(client, asked)) == "Hello"
    last = openai_server.chats[-1].body
    assert last["max_completion_tokens"] == 7
    assert not {"max_tokens", "temperature"} & set(last)


async def test_requests_at_once_learn_from_the_same_refusal(
    client: OpenAIChatClient, openai_server: OpenAIServer
) -> None:
    both = threading.Barrier(2, timeout=60)

    def reply(handler: Exchange) -> None:
        if "stream_options" not in handler.request_body:
            says("Hello")(handler)
            return
        both.wait()
        failure(400, "Not supported", param="stream_options")(handler)

    openai_server.reply = reply
    assert [text_of(events) for events in await asyncio.gather(ask(client), ask(client))] == ["Hello", "Hello"]
    assert len(openai_server.chats) == 4


async def test_what_the_config_demands_is_sent_and_its_refusal_told(
    provider: Provider, openai_server: OpenAIServer
) -> None:
    openai_server.reply = failure(400, "Not supported", param="temperature")
    changes = {"key_variable": "", "body": {"temperature": 2}}
    async with OpenAIChatClient(provider.model_copy(update=changes)) as client:
        _, error = await fail(client)
    assert isinstance(error, RequestRejected)
    assert len(openai_server.chats) == 1


async def test_a_finished_reply_survives_silence(provider: Provider, openai_server: OpenAIServer) -> None:
    openai_server.script(sends([*beginning("Hello"), ending()[0]], then=waits))
    timeouts = Timeouts(silence=0.5)
    async with OpenAIChatClient(provider.model_copy(update={"key_variable": "", "timeouts": timeouts})) as client:
        assert kinds(await ask(client)) == ["started", "text", "finished"]
