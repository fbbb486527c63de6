"""The official SDK talks to the loopback server: only then the server counts as one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from tests.wire.openai_server import (
    MODEL,
    OpenAIServer,
    Reply,
    beginning,
    failure,
    hangs_up,
    page,
    resets,
    says,
    sends,
    waits,
)

PROMPT: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hi"}]


@pytest.fixture
async def sdk(openai_server: OpenAIServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=openai_server.base_url, api_key="sk-test", max_retries=0) as client:
        yield client


async def streamed(sdk: openai.AsyncOpenAI, into: list[str]) -> None:
    stream = await sdk.chat.completions.create(
        model=MODEL,
        messages=PROMPT,
        stream=True,
        stream_options={"include_usage": True},
    )
    async with stream:
        async for piece in stream:
            into.extend(choice.delta.content or "" for choice in piece.choices)
            if piece.usage is not None:
                into.append(f"<{piece.usage.total_tokens}>")


async def test_it_streams(sdk: openai.AsyncOpenAI, openai_server: OpenAIServer) -> None:
    openai_server.script(says("Hello", " wörld"))
    got: list[str] = []
    await streamed(sdk, got)
    assert "".join(got) == "Hello wörld<17>"
    assert openai_server.chats[0].headers["authorization"] == "Bearer sk-test"


async def test_it_answers_in_one_piece(sdk: openai.AsyncOpenAI, openai_server: OpenAIServer) -> None:
    openai_server.script(says("Hello", " world", finish="length"))
    reply = await sdk.chat.completions.create(model=MODEL, messages=PROMPT)
    assert reply.choices[0].message.content == "Hello world"
    assert reply.choices[0].finish_reason == "length"
    assert reply.usage is not None
    assert reply.usage.prompt_tokens == 12


async def test_it_lists_models(sdk: openai.AsyncOpenAI) -> None:
    assert [model.id async for model in sdk.models.list()] == [MODEL]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, openai.BadRequestError),
        (401, openai.AuthenticationError),
        (403, openai.PermissionDeniedError),
        (404, openai.NotFoundError),
        (422, openai.UnprocessableEntityError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
    ],
)
async def test_it_refuses(
    sdk: openai.AsyncOpenAI, openai_server: OpenAIServer, status: int, error: type[openai.APIStatusError]
) -> None:
    openai_server.script(failure(status, "Not now", code="because"))
    with pytest.raises(error, match="Not now") as caught:
        await streamed(sdk, [])
    assert caught.value.status_code == status
    assert caught.value.code == "because"
    assert caught.value.request_id == "req-test"


async def test_it_checks_the_key(sdk: openai.AsyncOpenAI, openai_server: OpenAIServer) -> None:
    openai_server.key = "sk-other"
    with pytest.raises(openai.AuthenticationError):
        await streamed(sdk, [])


async def test_it_lets_in_after_the_wait_it_asks_for(sdk: openai.AsyncOpenAI, openai_server: OpenAIServer) -> None:
    openai_server.script(failure(429, "Slow down", headers={"retry-after-ms": "20", "Retry-After": "1"}), says("Hello"))
    got: list[str] = []
    await streamed(sdk.with_options(max_retries=1), got)
    assert "".join(got) == "Hello<17>"
    assert len(openai_server.chats) == 2


@pytest.mark.parametrize("cut", [hangs_up, resets])
async def test_it_cuts_in_the_middle(sdk: openai.AsyncOpenAI, openai_server: OpenAIServer, cut: Reply) -> None:
    openai_server.script(sends(beginning("Hel"), then=cut))
    got: list[str] = []
    with pytest.raises(openai.APIConnectionError):
        await streamed(sdk, got)
    assert "".join(got) == "Hel"


@pytest.mark.parametrize("reply", [waits, sends(beginning("Hel"), then=waits)])
async def test_it_is_silent(sdk: openai.AsyncOpenAI, openai_server: OpenAIServer, reply: Reply) -> None:
    openai_server.script(reply)
    with pytest.raises(openai.APITimeoutError):
        await streamed(sdk.with_options(timeout=0.1), [])
    assert openai_server.disconnected.wait(30)


async def test_it_shows_a_page(sdk: openai.AsyncOpenAI, openai_server: OpenAIServer) -> None:
    openai_server.script(page(502))
    with pytest.raises(openai.InternalServerError) as caught:
        await streamed(sdk, [])
    assert "Welcome to" in caught.value.response.text
