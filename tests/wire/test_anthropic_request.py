"""The client of Anthropic against the loopback server: what is asked."""

from __future__ import annotations

import pytest
from anthropic.types import MessageCreateParams
from pydantic import TypeAdapter

from tests.wire.anthropic_server import AnthropicServer, redacted, rejected, says, signature, streams, text, thinking
from tests.wire.asking import ask, assembled, message, request, text_of
from tests.wire.openai_server import MODEL
from tests.wire.protocols import KEY
from tui_chat import __version__
from tui_chat.clients.anthropic import VERSION, AnthropicClient
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, ReasoningPart, Role
from tui_chat.domain.providers import Provider
from tui_chat.domain.requests import Action
from tui_chat.domain.sessions import Params

HELLO = "Hello from the test server."

PARAMS: TypeAdapter[MessageCreateParams] = TypeAdapter(MessageCreateParams)


async def test_the_request_says_what_was_asked(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    await ask(claude, request("Hi \ud800", system_prompt="Be brief", params=Params(temperature=0.5, max_tokens=9)))
    sent = anthropic_server.chats[0]
    assert sent.path == "/v1/messages"
    assert (sent.headers["x-api-key"], sent.headers["anthropic-version"]) == (KEY, VERSION)
    assert "authorization" not in sent.headers
    assert sent.headers["user-agent"] == f"tui-chat/{__version__}"
    assert sent.body == {
        "model": MODEL,
        "max_tokens": 9,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi ?"}]}],
        "stream": True,
        "system": "Be brief",
        "temperature": 0.5,
    }
    PARAMS.validate_python(sent.body)


async def test_what_is_not_wanted_is_not_sent(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    await ask(claude, request(system_prompt=" \n", params=Params(seed=7)))
    sent = anthropic_server.chats[0].body
    assert sent.keys() == {"model", "max_tokens", "messages", "stream"}
    assert sent["max_tokens"] == 32_000


async def test_neighbours_of_one_role_become_one_and_empty_ones_none(
    claude: AnthropicClient, anthropic_server: AnthropicServer
) -> None:
    messages = [
        message("Well", Role.ASSISTANT),
        message("See", Role.USER, ImagePart(media_type="image/png", data="QUJD"), FilePart(name="a.md", text="x")),
        message(" ", Role.ASSISTANT),
        message("And", Role.SYSTEM, ImagePart(media_type="image/png", url="https://files.invalid/1")),
    ]
    await ask(claude, request(messages=messages))
    sent = anthropic_server.chats[0].body
    assert sent["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "(The beginning of this session is left out.)"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "Well"}]},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "See"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "QUJD"}},
                {"type": "text", "text": "a.md:\n\n```\nx\n```\n"},
                {"type": "text", "text": "And"},
                {"type": "image", "source": {"type": "url", "url": "https://files.invalid/1"}},
            ],
        },
    ]
    PARAMS.validate_python(sent)


async def test_a_reply_goes_on_where_it_stopped(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    messages = [message("Count"), message("One, tw", Role.ASSISTANT)]
    await ask(claude, request(messages=messages, action=Action.CONTINUE))
    sent = anthropic_server.chats[0].body["messages"]
    assert [one["role"] for one in sent] == ["user", "assistant", "user"]
    assert "Go on exactly where it stopped" in sent[2]["content"][0]["text"]


async def test_images_of_replies_stay_here(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    drawn = message("See", Role.ASSISTANT, ImagePart(media_type="image/png", data="QUJD"))
    assert text_of(await ask(claude, request(messages=[message("Hi"), drawn, message("More")]))) == HELLO
    assert anthropic_server.chats[0].body["messages"][1]["content"] == [{"type": "text", "text": "See"}]


ADAPTIVE = {"type": "adaptive", "display": "summarized"}


@pytest.mark.parametrize(
    ("effort", "expected"),
    [
        (None, {}),
        ("none", {}),
        ("odd", {}),
        ("minimal", {"thinking": ADAPTIVE, "output_config": {"effort": "low"}}),
        ("low", {"thinking": ADAPTIVE, "output_config": {"effort": "low"}}),
        ("High", {"thinking": ADAPTIVE, "output_config": {"effort": "high"}}),
    ],
)
async def test_effort_becomes_thinking(
    claude: AnthropicClient, anthropic_server: AnthropicServer, effort: str | None, expected: dict[str, object]
) -> None:
    await ask(claude, request(params=Params(reasoning_effort=effort)))
    sent = anthropic_server.chats[0].body
    assert {name: sent[name] for name in ("thinking", "output_config") if name in sent} == expected
    PARAMS.validate_python(sent)


async def test_older_models_get_a_number_of_tokens(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.thinks = {"enabled"}
    anthropic_server.most_tokens = 8192
    for _ in range(2):
        asked = request(params=Params(reasoning_effort="high", temperature=0.5))
        assert text_of(await ask(claude, asked)) == HELLO
    bodies = [chat.body for chat in anthropic_server.chats]
    assert [(body.get("thinking", {}).get("type"), body["max_tokens"]) for body in bodies] == [
        ("adaptive", 32_000),
        ("adaptive", 8192),
        ("enabled", 8192),
        ("enabled", 8192),
    ]
    assert bodies[-1]["thinking"] == {"type": "enabled", "budget_tokens": 4096}
    assert all("temperature" not in body for body in bodies)
    PARAMS.validate_python(bodies[-1])


async def test_a_limit_stands_beside_the_budget(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.thinks = {"enabled"}
    await ask(claude, request(params=Params(reasoning_effort="low", max_tokens=100)))
    sent = anthropic_server.chats[-1].body
    assert (sent["thinking"]["budget_tokens"], sent["max_tokens"]) == (1024, 1124)


async def test_models_that_cannot_think_answer_all_the_same(
    claude: AnthropicClient, anthropic_server: AnthropicServer
) -> None:
    anthropic_server.thinks = set()
    asked = request(params=Params(reasoning_effort="high", temperature=0.5))
    assert text_of(await ask(claude, asked)) == HELLO
    assert text_of(await ask(claude, asked)) == HELLO
    last = anthropic_server.chats[-1].body
    assert not {"thinking", "output_config"} & last.keys()
    assert last["temperature"] == 0.5
    assert len(anthropic_server.chats) == 4


@pytest.mark.parametrize(
    ("params", "words", "sent"),
    [
        (Params(temperature=0.5, top_p=0.9), "`temperature` is deprecated for this model.", {"top_p": 0.9}),
        (Params(temperature=0.5), "`temperature` is deprecated for this model.", {}),
        (Params(top_p=0.9), "top_p: is not supported by this model", {}),
    ],
)
async def test_what_a_model_refuses_is_left_out_from_then_on(
    claude: AnthropicClient, anthropic_server: AnthropicServer, params: Params, words: str, sent: dict[str, object]
) -> None:
    anthropic_server.script(rejected(words))
    for _ in range(2):
        assert text_of(await ask(claude, request(params=params))) == HELLO
    for body in (chat.body for chat in anthropic_server.chats[1:]):
        assert {name: body[name] for name in ("temperature", "top_p") if name in body} == sent
    assert len(anthropic_server.chats) == 3


async def test_what_one_model_refuses_another_gets(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.models.add("other")
    anthropic_server.script(rejected("`temperature` is deprecated for this model."))
    await ask(claude, request(params=Params(temperature=0.5)))
    await ask(claude, request(model="other", params=Params(temperature=0.5)))
    assert ["temperature" in chat.body for chat in anthropic_server.chats] == [True, False, True]


async def test_extra_fields_and_headers_are_sent(
    anthropic_provider: Provider, anthropic_server: AnthropicServer
) -> None:
    tools = [{"type": "web_search_20250305", "name": "web_search"}]
    changes = {
        "body": {"tools": tools, "max_tokens": 5},
        "headers": {"anthropic-beta": "x", "anthropic-version": "2026-10-21"},
        "key_variable": "",
    }
    async with AnthropicClient(anthropic_provider.model_copy(update=changes)) as client:
        await ask(client)
    sent = anthropic_server.chats[0]
    assert (sent.body["tools"], sent.body["max_tokens"]) == (tools, 5)
    assert (sent.headers["anthropic-beta"], sent.headers["anthropic-version"]) == ("x", "2026-10-21")
    assert "x-api-key" not in sent.headers


async def test_the_version_may_stand_in_the_base_url(
    anthropic_provider: Provider, anthropic_server: AnthropicServer
) -> None:
    changes = {"base_url": f"{anthropic_server.base_url}/v1", "key_variable": ""}
    async with AnthropicClient(anthropic_provider.model_copy(update=changes)) as client:
        assert text_of(await ask(client)) == HELLO
        assert [one.name for one in await client.models()] == [MODEL]


async def test_thinking_goes_back_as_it_came(claude: AnthropicClient, anthropic_server: AnthropicServer) -> None:
    anthropic_server.script(streams(thinking("H", "m"), redacted("c2VjcmV0"), thinking("Or so"), text("Hello")))
    reply = assembled(await ask(claude))
    assert (reply.reasoning, reply.text) == ("Hm\n\nOr so", "Hello")
    # What is kept on disk must be enough.
    stored = ChatMessage.model_validate_json(reply.model_dump_json())
    assert text_of(await ask(claude, request(messages=[message("Hi"), stored, message("More")]))) == HELLO
    sent = anthropic_server.chats[-1].body
    assert sent["messages"][1] == {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "Hm", "signature": signature("Hm")},
            {"type": "redacted_thinking", "data": "c2VjcmV0"},
            {"type": "thinking", "thinking": "Or so", "signature": signature("Or so")},
            {"type": "text", "text": "Hello"},
        ],
    }
    PARAMS.validate_python(sent)


async def test_thinking_that_no_text_came_of_stays_here(
    claude: AnthropicClient, anthropic_server: AnthropicServer
) -> None:
    anthropic_server.script(streams(thinking("Hm"), text("Hel"), thinking("Or"), stop=""), says("Again"))
    reply = assembled(await ask(claude))
    assert text_of(await ask(claude, request(messages=[message("Hi"), reply, message("More")]))) == "Again"
    assert [block["type"] for block in anthropic_server.chats[-1].body["messages"][1]["content"]] == [
        "thinking",
        "text",
    ]


async def test_reasoning_of_other_vendors_stays_here(
    claude: AnthropicClient, anthropic_server: AnthropicServer
) -> None:
    thought = ReasoningPart(text="Hm", metadata={"signature": "other", "block 0": {"type": "odd"}})
    reply = ChatMessage(session_id="s", role=Role.ASSISTANT, parts=[thought, *message("Hello").parts])
    await ask(claude, request(messages=[message("Hi"), reply, message("More")]))
    assert anthropic_server.chats[0].body["messages"][1]["content"] == [{"type": "text", "text": "Hello"}]


async def test_thinking_that_is_refused_is_left_out_from_then_on(
    claude: AnthropicClient, anthropic_server: AnthropicServer
) -> None:
    anthropic_server.script(streams(thinking("Hm"), text("Hello")))
    reply = assembled(await ask(claude))
    changed = {"type": "thinking", "thinking": "Ahem", "signature": signature("Hm")}
    stale = reply.model_copy(update={"parts": [ReasoningPart(text="Ahem", metadata={"b": changed}), *reply.parts[1:]]})
    messages = [message("Hi"), stale, message("More")]
    for _ in range(2):
        assert text_of(await ask(claude, request(messages=messages))) == HELLO
    kinds = [[block["type"] for block in chat.body["messages"][1]["content"]] for chat in anthropic_server.chats[1:]]
    assert kinds == [["thinking", "text"], ["text"], ["text"]]
