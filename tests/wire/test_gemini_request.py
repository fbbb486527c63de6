"""The client of Gemini against the loopback server: what is asked."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from tests.wire.asking import ask, assembled, message, request, text_of
from tests.wire.gemini_server import GeminiServer, failure, response, streams, text
from tests.wire.openai_server import MODEL
from tests.wire.protocols import KEY
from tui_chat import __version__
from tui_chat.clients.gemini import GeminiClient
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, ReasoningPart, Role
from tui_chat.domain.providers import Provider
from tui_chat.domain.requests import Action
from tui_chat.domain.sessions import Params

IMAGE = {"mimeType": "image/png", "data": "QUJD"}


async def test_the_request_says_what_was_asked(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    params = Params(temperature=0.5, top_p=0.9, max_tokens=9, seed=7)
    await ask(gemini, request("Hi \ud800", system_prompt="Be brief", params=params))
    sent = gemini_server.chats[0]
    assert sent.path == f"/v1beta/models/{MODEL}:streamGenerateContent?alt=sse"
    assert sent.headers["x-goog-api-key"] == KEY
    assert "authorization" not in sent.headers
    assert sent.headers["user-agent"] == f"tui-chat/{__version__}"
    assert sent.body == {
        "contents": [{"role": "user", "parts": [{"text": "Hi ?"}]}],
        "systemInstruction": {"parts": [{"text": "Be brief"}]},
        "generationConfig": {
            "temperature": 0.5,
            "topP": 0.9,
            "maxOutputTokens": 9,
            "seed": 7,
            "thinkingConfig": {"includeThoughts": True},
        },
    }


async def test_neighbours_of_one_role_become_one_and_empty_ones_none(
    gemini: GeminiClient, gemini_server: GeminiServer
) -> None:
    image = ImagePart(media_type="image/png", data="QUJD")
    messages = [
        message("One", Role.SYSTEM),
        message("See", Role.USER, image, FilePart(name="a.md", text="```\nx\n```")),
        message("", Role.ASSISTANT),
        message("Well", Role.ASSISTANT),
        message("And?", Role.USER, ImagePart(media_type="image/png", url="https://files.invalid/1")),
    ]
    await ask(gemini, request(messages=messages))
    sent = gemini_server.chats[0].body["contents"]
    assert sent == [
        {
            "role": "user",
            "parts": [
                {"text": "One"},
                {"text": "See"},
                {"inlineData": IMAGE},
                {"text": "a.md:\n\n````\n```\nx\n```\n````\n"},
            ],
        },
        {"role": "model", "parts": [{"text": "Well"}]},
        {
            "role": "user",
            "parts": [
                {"text": "And?"},
                {"fileData": {"mimeType": "image/png", "fileUri": "https://files.invalid/1"}},
            ],
        },
    ]
    for content in sent:
        types.Content.model_validate(content)  # the SDK knows no other fields


async def test_a_reply_goes_on_where_it_stopped(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    messages = [message("Count"), message("One, tw", Role.ASSISTANT)]
    await ask(gemini, request(messages=messages, action=Action.CONTINUE))
    sent = gemini_server.chats[0].body["contents"]
    assert [one["role"] for one in sent] == ["user", "model", "user"]
    assert "Go on exactly where it stopped" in sent[2]["parts"][0]["text"]


@pytest.mark.parametrize(
    ("model", "effort", "thinking"),
    [
        (MODEL, None, {}),
        (MODEL, "low", {"thinkingLevel": "LOW"}),
        ("gemini-2.5-flash", "low", {"thinkingBudget": 1024}),
        ("gemini-2.5-flash", "high", {"thinkingBudget": 24576}),
        ("gemini-2.5-flash", "odd", {}),
    ],
)
async def test_effort_becomes_a_level_or_a_budget(
    gemini: GeminiClient, gemini_server: GeminiServer, model: str, effort: str | None, thinking: dict[str, object]
) -> None:
    gemini_server.models.add(model)
    await ask(gemini, request(model=model, params=Params(reasoning_effort=effort)))
    config = gemini_server.chats[0].body["generationConfig"]["thinkingConfig"]
    assert config == {"includeThoughts": True, **thinking}
    types.ThinkingConfig.model_validate(config)


async def test_extra_fields_and_headers_are_sent(gemini_provider: Provider, gemini_server: GeminiServer) -> None:
    body = {"tools": [{"google_search": {}}], "generationConfig": {"topK": 4}}
    changes = {"body": body, "headers": {"X-Team": "blue"}, "key_variable": ""}
    async with GeminiClient(gemini_provider.model_copy(update=changes)) as client:
        await ask(client, request(params=Params(seed=7)))
    sent = gemini_server.chats[0]
    assert sent.body["tools"] == [{"google_search": {}}]
    assert sent.body["generationConfig"] == {"seed": 7, "topK": 4, "thinkingConfig": {"includeThoughts": True}}
    assert sent.headers["x-team"] == "blue"
    assert "x-goog-api-key" not in sent.headers


async def test_the_version_may_stand_in_the_base_url(gemini_provider: Provider, gemini_server: GeminiServer) -> None:
    changes = {"base_url": f"{gemini_server.base_url}/v1beta", "key_variable": ""}
    async with GeminiClient(gemini_provider.model_copy(update=changes)) as client:
        assert text_of(await ask(client, request(model=f"models/{MODEL}"))) == "Hello from the test server."
        assert [one.name for one in await client.models()] == [MODEL]


SIGNED: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "a thought": (
        [text("H", thought=True), text("m", thought=True, thoughtSignature="c2ln"), text("Hello")],
        [text("Hm", thought=True, thoughtSignature="c2ln"), text("Hello")],
    ),
    "an unsigned thought": ([text("Hm", thought=True), text("Hello")], [text("Hello")]),
    "the last piece": (
        [text("Hm", thought=True), text("Hel"), text("lo", thoughtSignature="c2ln")],
        [text("Hel"), text("lo", thoughtSignature="c2ln")],
    ),
    "the only piece": ([text("Hello", thoughtSignature="c2ln")], [text("Hello", thoughtSignature="c2ln")]),
    "nothing, at the end": (
        [text("Hel"), text("lo"), text("", thoughtSignature="c2ln")],
        [text("Hello"), text("", thoughtSignature="c2ln")],
    ),
    "nothing, right after a thought": (
        [text("Hm", thought=True), text("", thoughtSignature="c2ln"), text("Hello")],
        [text("", thoughtSignature="c2ln"), text("Hello")],
    ),
    "images": (
        [
            text("Hello", thoughtSignature="c2ln"),
            {"inlineData": IMAGE, "thoughtSignature": "aW1n"},
            {"inlineData": IMAGE},
        ],
        [
            text("Hello", thoughtSignature="c2ln"),
            {"inlineData": IMAGE, "thoughtSignature": "aW1n"},
            {"inlineData": IMAGE},
        ],
    ),
}


@pytest.mark.parametrize("name", SIGNED)
async def test_signatures_go_back_where_they_came(gemini: GeminiClient, gemini_server: GeminiServer, name: str) -> None:
    came, expected = SIGNED[name]
    gemini_server.script(streams(*(response(part) for part in came), response(finish="STOP")))
    reply = assembled(await ask(gemini))
    assert reply.text == "Hello"
    # What is kept on disk must be enough.
    stored = ChatMessage.model_validate_json(reply.model_dump_json())
    await ask(gemini, request(messages=[message("Hi"), stored, message("More")]))
    _, sent, _ = gemini_server.chats[-1].body["contents"]
    assert sent == {"role": "model", "parts": expected}
    types.Content.model_validate(sent)


async def test_signatures_of_other_vendors_stay_here(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    thought = ReasoningPart(text="Hm", metadata={"signature": "other"})
    reply = ChatMessage(session_id="s", role=Role.ASSISTANT, parts=[thought, *message("Hello").parts])
    await ask(gemini, request(messages=[message("Hi"), reply, message("More")]))
    assert gemini_server.chats[0].body["contents"][1]["parts"] == [{"text": "Hello"}]


REFUSED: dict[str, tuple[str, Params, list[object]]] = {
    "thinking": (
        "Thinking is not enabled for models/test-model",
        Params(),
        [{"includeThoughts": True}, None, None],
    ),
    "a level": (
        "Thinking level is not supported for this model.",
        Params(reasoning_effort="low"),
        [{"includeThoughts": True, "thinkingLevel": "LOW"}, {"includeThoughts": True}, {"includeThoughts": True}],
    ),
    "thinking, level or not": (
        "thinking_config is not supported.",
        Params(reasoning_effort="low"),
        [{"includeThoughts": True, "thinkingLevel": "LOW"}, None, None],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_a_model_refuses_is_left_out_from_then_on(
    gemini: GeminiClient, gemini_server: GeminiServer, name: str
) -> None:
    words, params, sent = REFUSED[name]
    gemini_server.script(failure(400, words, "INVALID_ARGUMENT"))
    for _ in range(2):
        assert text_of(await ask(gemini, request(params=params))) == "Hello from the test server."
    assert [chat.body["generationConfig"].get("thinkingConfig") for chat in gemini_server.chats] == sent


async def test_refused_instructions_go_along_with_the_prompt(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    words = "Developer instruction is not enabled for models/test-model"
    gemini_server.script(failure(400, words, "INVALID_ARGUMENT"))
    await ask(gemini, request(system_prompt="Be brief"))
    sent = gemini_server.chats[-1].body
    assert "systemInstruction" not in sent
    assert sent["contents"] == [{"role": "user", "parts": [{"text": "Be brief"}, {"text": "Hi"}]}]
