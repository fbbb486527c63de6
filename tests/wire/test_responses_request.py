"""What the client of the Responses API sends, and how it learns what a model does not take."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.responses import ResponseOutputMessageParam
from openai.types.responses.response_create_params import ResponseCreateParamsStreaming
from pydantic import TypeAdapter

from tests.wire.asking import ask, fail, message, request, text_of
from tests.wire.openai_server import Reply, failure, says
from tests.wire.responses_server import ResponsesServer, reasoning, streams
from tests.wire.responses_server import message as text_message
from tests.wire.responses_server import says as responds
from tui_chat.chat.assembler import Assembler
from tui_chat.clients.openai_responses import OpenAIResponsesClient
from tui_chat.clients.prompts import GO_ON
from tui_chat.clients.responses_request import request_body
from tui_chat.domain.errors import RequestRejected
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, ReasoningPart, Role, TextPart
from tui_chat.domain.providers import Provider
from tui_chat.domain.requests import Action, ChatRequest
from tui_chat.domain.sessions import Params

PROVIDER = Provider(name="openai-responses", label="OpenAI Responses")

ITEM = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "c2VjcmV0"}
OTHER = {**ITEM, "id": "rs_2"}


def thought(*items: dict[str, Any]) -> ReasoningPart:
    return ReasoningPart(text="Hm", metadata={item["id"]: item for item in items})


def reply(*parts: Any) -> ChatMessage:
    return ChatMessage(session_id="s", role=Role.ASSISTANT, parts=list(parts))


def said(text: str) -> dict[str, Any]:
    content = {"type": "output_text", "text": text, "annotations": []}
    return {"type": "message", "role": "assistant", "content": [content]}


def asked(text: str, *more: dict[str, Any], role: str = "user") -> dict[str, Any]:
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}, *more]}


def items_of(*messages: ChatMessage, action: Action = Action.NEXT) -> Any:
    return request_body(PROVIDER, request(messages=list(messages), action=action))["input"]


async def test_a_whole_request(responses: OpenAIResponsesClient, responses_server: ResponsesServer) -> None:
    params = Params(temperature=0.5, top_p=0.9, max_tokens=99, seed=7, reasoning_effort="low")
    await ask(responses, request("Hi", system_prompt="Be brief", params=params))
    sent = responses_server.chats[0]
    assert sent.path == "/v1/responses"
    assert sent.body == {
        "model": "test-model",
        "instructions": "Be brief",
        "input": [asked("Hi")],
        "stream": True,
        "store": False,
        "include": ["reasoning.encrypted_content"],
        "reasoning": {"summary": "auto", "effort": "low"},
        "temperature": 0.5,
        "top_p": 0.9,
        "max_output_tokens": 99,
    }


def test_what_is_not_wanted_is_not_sent() -> None:
    assert set(request_body(PROVIDER, request())) == {"model", "input", "stream", "store", "include", "reasoning"}


def test_attachments_go_along() -> None:
    image = ImagePart(media_type="image/png", data="QUJD")
    there = ImagePart(media_type="image/png", url="https://a.invalid/b.png")
    file = FilePart(name="a.md", text="```\ncode\n```\n")
    assert items_of(message("See", Role.USER, image, there, file)) == [
        asked(
            "See",
            {"type": "input_image", "image_url": "data:image/png;base64,QUJD", "detail": "auto"},
            {"type": "input_image", "image_url": "https://a.invalid/b.png", "detail": "auto"},
            {"type": "input_text", "text": "a.md:\n\n````\n```\ncode\n```\n````\n"},
        )
    ]


def test_each_role_has_its_form() -> None:
    image = ImagePart(media_type="image/png", data="QUJD")
    tool = ChatMessage(session_id="s", role=Role.TOOL, parts=[TextPart(text="4")])
    empty = ChatMessage(session_id="s", role=Role.USER, parts=[])
    sent = items_of(message("Rule", Role.SYSTEM), message("Hi"), reply(TextPart(text="Hello"), image), tool, empty)
    assert sent == [asked("Rule", role="system"), asked("Hi"), said("Hello")]


def test_reasoning_stands_before_the_text_that_came_of_it() -> None:
    sent = items_of(
        message("Hi"),
        reply(thought(ITEM, OTHER), TextPart(text="One"), ReasoningPart(text="Hm"), TextPart(text="Two")),
        message("And?"),
    )
    assert sent == [asked("Hi"), ITEM, OTHER, said("One"), said("Two"), asked("And?")]


def test_reasoning_without_text_and_of_others_stays_here() -> None:
    foreign = ReasoningPart(text="Hm", metadata={"thought_signature": "c2ln", "more": {"type": "thinking"}})
    cut = reply(thought(ITEM))
    sent = items_of(message("Hi"), cut, message("Again"), reply(foreign, TextPart(text="One"), thought(OTHER)))
    assert sent == [asked("Hi"), asked("Again"), said("One")]


async def test_reasoning_goes_back_as_it_came(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer
) -> None:
    first = reasoning("First this", "Then that", encrypted="c2VjcmV0")
    second = reasoning(number=1, encrypted="bW9yZQ==")
    responses_server.script(streams(first, second, text_message("Hello", number=2)))
    assembler = Assembler(ChatMessage(session_id="s", role=Role.ASSISTANT))
    async for event in responses.stream(request("Hi")):
        assembler.add(event)
    stored = ChatMessage.model_validate_json(assembler.end().model_dump_json(exclude_none=True))
    assert stored.reasoning == "First this\n\nThen that"
    await ask(responses, request(messages=[message("Hi"), stored, message("And?")]))
    assert responses_server.chats[-1].body["input"] == [
        asked("Hi"),
        first[-1]["item"],
        second[-1]["item"],
        said("Hello"),
        asked("And?"),
    ]


def test_a_cut_reply_is_gone_on_with() -> None:
    assert items_of(message("Hi"), reply(TextPart(text="Hel")), action=Action.CONTINUE)[1:] == [
        said("Hel"),
        asked(GO_ON),
    ]
    assert items_of(message("Hi"), action=Action.CONTINUE) == [asked("Hi")]


def test_the_further_fields_of_a_provider_win() -> None:
    more = {"store": True, "reasoning": {"summary": "detailed"}, "tools": [{"type": "web_search"}]}
    provider = PROVIDER.model_copy(update={"body": more})
    body = request_body(provider, request(params=Params(reasoning_effort="high")))
    assert body["store"] is True
    assert body["reasoning"] == {"summary": "detailed", "effort": "high"}
    assert body["tools"] == [{"type": "web_search"}]
    assert request_body(provider, request(), {"reasoning"})["reasoning"] == {"summary": "detailed"}


def test_a_request_is_exactly_as_the_sdk_says() -> None:
    image = ImagePart(media_type="image/png", data="QUJD")
    full = Params(temperature=0.5, top_p=0.9, max_tokens=99, reasoning_effort="low")
    messages = [message("Hi", Role.USER, image), reply(thought(ITEM), TextPart(text="Hello")), message("And?")]
    body: Any = request_body(PROVIDER, request(messages=messages, params=full, system_prompt="Be brief"))
    spoken = body["input"].pop(2)
    # The server names messages and their states; it takes them back without.
    named = {**spoken, "id": "msg_1", "status": "completed"}
    TypeAdapter(ResponseOutputMessageParam).validate_python(named)
    checked: Any = TypeAdapter(ResponseCreateParamsStreaming).validate_python(body)
    assert checked["stream"] is True
    assert [one["type"] for one in checked["input"]] == ["message", "reasoning", "message"]


UNSUPPORTED = "Unsupported parameter: '{}' is not supported with this model."

REFUSED: dict[str, tuple[str, str, str]] = {
    "temperature": ("temperature", UNSUPPORTED, "temperature"),
    "top_p": ("top_p", UNSUPPORTED, "top_p"),
    "max_output_tokens": ("max_output_tokens", "Invalid 'max_output_tokens': too small.", "max_output_tokens"),
    "summaries": ("reasoning.summary", UNSUPPORTED, "reasoning.summary"),
    "summaries for strangers": (
        "reasoning.summary",
        "Your organization must be verified to generate reasoning summaries.",
        "reasoning.summary",
    ),
    "effort": ("reasoning.effort", "Unsupported value: 'low' is not supported with this model.", "reasoning.effort"),
    "encrypted content": ("include", "Encrypted content is not supported with this model.", "include"),
    "no parameter": ("", "Unknown parameter: 'include'.", "include"),
    "reasoning": ("", "Extra inputs are not permitted: reasoning", "reasoning"),
}


def names(body: dict[str, Any]) -> set[str]:
    return {*body, *(f"reasoning.{name}" for name in body.get("reasoning", {}))}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_refused_is_left_out_from_then_on(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer, name: str
) -> None:
    param, words, left_out = REFUSED[name]
    responses_server.script(failure(400, words.format(param), param=param), responds("Hello"), responds("Again"))
    full = request(params=Params(temperature=0.5, top_p=0.9, max_tokens=1, reasoning_effort="low"))
    assert text_of(await ask(responses, full)) == "Hello"
    assert text_of(await ask(responses, full)) == "Again"
    first, second, third = (names(chat.body) for chat in responses_server.chats)
    assert left_out in first
    assert left_out not in second
    assert second == third
    assert first - second <= {left_out, "reasoning.summary", "reasoning.effort"}


async def test_what_one_model_refuses_another_gets(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer
) -> None:
    responses_server.models.add("other")
    responses_server.script(failure(400, UNSUPPORTED.format("reasoning.summary"), param="reasoning.summary"))
    await ask(responses)
    await ask(responses, request(model="other"))
    assert ["reasoning" in chat.body for chat in responses_server.chats] == [True, False, True]


STALE = [
    failure(400, "The encrypted content c2Vj…ZXQ= could not be verified.", code="invalid_encrypted_content"),
    failure(400, "Item 'rs_1' of type 'reasoning' was provided without its required following item.", param="input"),
    failure(400, "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false.", param="input"),
]


@pytest.mark.parametrize("refusal", STALE)
async def test_stale_reasoning_is_left_out_once(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer, refusal: Reply
) -> None:
    old = request(messages=[message("Hi"), reply(thought(ITEM), TextPart(text="Hello")), message("And?")])
    responses_server.script(refusal, responds("Again"))
    assert text_of(await ask(responses, old)) == "Again"
    await ask(responses, old)
    kinds = [[item["type"] for item in chat.body["input"]] for chat in responses_server.chats]
    assert kinds == [
        ["message", "reasoning", "message", "message"],
        ["message", "message", "message"],
        ["message", "reasoning", "message", "message"],
    ]
    assert all(chat.body["store"] is False for chat in responses_server.chats)


@pytest.mark.parametrize(
    ("asked_for", "more", "refusal"),
    [
        (request(), {}, STALE[0]),
        (request(), {}, failure(400, "Invalid 'input': it must include a question.", param="input")),
        (request(), {"input": [ITEM]}, STALE[0]),
        (request(), {"temperature": 3}, failure(400, "Unsupported parameter", param="temperature")),
        (request(), {"reasoning": {"effort": "odd"}}, failure(400, "Unsupported value", param="reasoning.effort")),
        (request(), {}, failure(400, "Unrecognized request argument supplied: store")),
        (request(params=Params(seed=1)), {}, failure(400, "Unknown parameter: 'seed'.", param="seed")),
    ],
)
async def test_what_cannot_be_left_out_is_told(
    responses_provider: Provider,
    responses_server: ResponsesServer,
    asked_for: ChatRequest,
    more: dict[str, object],
    refusal: Reply,
) -> None:
    responses_server.reply = refusal
    changes = {"key_variable": "", "body": more}
    async with OpenAIResponsesClient(responses_provider.model_copy(update=changes)) as client:
        _, error = await fail(client, asked_for)
    assert isinstance(error, RequestRejected)
    assert len(responses_server.chats) == 1


async def test_a_server_of_chat_completions_is_not_misread(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer
) -> None:
    responses_server.script(says("Hello"))
    _, error = await fail(responses)
    assert error.text == "OpenAI Responses sent an empty answer"
