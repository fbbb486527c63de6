"""The client of Chat Completions against the loopback server: everything that can go wrong on the wire."""

from __future__ import annotations

import pytest

from tests.wire.asking import ask, fail, free_port, kinds
from tests.wire.failing import Case, check_middle, check_refusal, piece
from tests.wire.fixtures import opens_once
from tests.wire.openai_server import (
    OpenAIServer,
    Reply,
    beginning,
    chunk,
    ending,
    event,
    failure,
    page,
    resets,
    says,
    sends,
    whole,
)
from tui_chat.clients.openai_chat import OpenAIChatClient
from tui_chat.domain.errors import (
    AuthenticationFailed,
    BadStream,
    ConnectionFailed,
    ContentBlocked,
    ContextTooLong,
    ModelNotFound,
    Overloaded,
    RateLimited,
    RequestRejected,
)
from tui_chat.domain.providers import Provider, Retries

once = opens_once(OpenAIChatClient, "provider")


REFUSALS: dict[str, Case] = {
    "wrong key": (failure(401, "Bad key"), AuthenticationFailed, "Acme does not accept the key"),
    "no right": (failure(403, "Not for you"), AuthenticationFailed, "Acme refuses access with this key"),
    "wrong key, said with 400": (
        whole([{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key."}}], 400),
        AuthenticationFailed,
        "Acme does not accept the key",
    ),
    "unknown model": (
        failure(404, "The model `test-model` does not exist", code="model_not_found"),
        ModelNotFound,
        "Acme does not know the model test-model",
    ),
    "unknown model, said with 400": (
        failure(400, "Model Not Exist"),
        ModelNotFound,
        "Acme does not know the model test-model",
    ),
    "wrong address": (page(404), ModelNotFound, "Acme has nothing at http://127.0.0.1:PORT/v1/chat/completions"),
    "bad request": (failure(400, "No"), RequestRejected, "Acme does not accept the request"),
    "too long": (
        failure(400, "This model's maximum context length is 8192 tokens.", code="context_length_exceeded"),
        ContextTooLong,
        "The session is longer than test-model can read",
    ),
    "filtered": (
        failure(400, "The prompt was blocked", code="content_filter"),
        ContentBlocked,
        "The filter of Acme refused the prompt",
    ),
    "too many": (failure(429, "Slow down"), RateLimited, "Acme asks to wait"),
    "used up": (
        failure(429, "You exceeded your quota", code="insufficient_quota"),
        RateLimited,
        "The quota at Acme is used up",
    ),
    "unpaid": (failure(402, "Insufficient Balance"), RateLimited, "The quota at Acme is used up"),
    "trouble": (failure(500, "Oh"), Overloaded, "Acme has trouble of its own"),
    "overloaded": (failure(529, "Oh"), Overloaded, "Acme has trouble of its own"),
    "no reply at all": (whole({"hello": 1}), BadStream, "Acme sent something else instead of a reply"),
    "an empty answer": (says(), BadStream, "Acme sent an empty answer"),
    "no JSON": (sends([b"data: hello\n\n"]), BadStream, "Acme sent something that is not JSON"),
    "odd JSON": (
        sends([event({"choices": [{"delta": 7}]})]),
        BadStream,
        "Acme sent something that its protocol does not know",
    ),
    "all filtered": (says(finish="content_filter"), ContentBlocked, "The filter of Acme held the reply back"),
    "an error in the stream": (
        sends([event({"error": {"message": "Upstream died", "code": 502}})]),
        Overloaded,
        "Acme has trouble of its own",
    ),
    "a limit in the stream": (
        sends([b'event: error\ndata: {"error": {"message": "Slow down", "type": "rate_limit_error"}}\n\n']),
        RateLimited,
        "Acme asks to wait",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_each_failure_has_its_sentence(once: OpenAIChatClient, openai_server: OpenAIServer, name: str) -> None:
    await check_refusal(once, openai_server, REFUSALS[name])


MIDDLES: dict[str, Case] = {
    "error": (
        piece(event({"error": {"message": "Upstream died"}})),
        Overloaded,
        "Acme has trouble of its own",
    ),
}


@pytest.mark.parametrize("name", MIDDLES)
async def test_what_had_come_stays(once: OpenAIChatClient, openai_server: OpenAIServer, name: str) -> None:
    await check_middle(once, openai_server, beginning("H", "Hel"), MIDDLES[name], text="HHel")


async def test_the_servers_words_are_kept_without_the_key(once: OpenAIChatClient, openai_server: OpenAIServer) -> None:
    openai_server.key = "another"
    _, error = await fail(once)
    assert error.status == 401
    assert error.server_words == "Incorrect API key: Bearer …6789"
    assert error.request_id == "req-test"
    assert error.advice == (
        "Set ACME_API_KEY to a valid key, then try again. Keys are made at https://acme.invalid/keys."
    )


async def test_each_rejected_field_is_told(once: OpenAIChatClient, openai_server: OpenAIServer) -> None:
    detail = [{"loc": ["body", "messages", 0], "msg": "Field required", "type": "missing"}]
    openai_server.script(whole({"detail": detail}, 422))
    _, error = await fail(once)
    assert isinstance(error, RequestRejected)
    assert error.fields == (("body.messages.0", "Field required", "missing"),)
    assert error.server_words == "body.messages.0: Field required"


async def test_models_are_listed(client: OpenAIChatClient, openai_server: OpenAIServer) -> None:
    rich = {
        "id": "acme/big",
        "context_length": 200000,
        "architecture": {"input_modalities": ["text", "image"]},
        "supported_parameters": ["tools", "reasoning", "seed"],
        "pricing": {"prompt": "0.0000025", "completion": "0.00001"},
    }
    openai_server.models_reply = whole({"data": [{"id": "text-embed-3"}, rich, {"odd": 1}, {"id": "small"}]})
    big, small = await client.models()
    assert (big.name, big.provider, big.context_window) == ("acme/big", "acme", 200000)
    assert (big.input_price, big.output_price) == (2.5, 10.0)
    assert big.capabilities == frozenset({"images", "tools", "reasoning"})
    assert (small.name, small.context_window, small.input_price) == ("small", 0, None)


@pytest.mark.parametrize("reply", [page(), whole({"data": 7}), whole(7)])
async def test_no_list_of_models_is_said(client: OpenAIChatClient, openai_server: OpenAIServer, reply: Reply) -> None:
    openai_server.models_reply = reply
    with pytest.raises(BadStream):
        await client.models()


@pytest.mark.parametrize(("variable", "server"), [("", "P"), ("P_API_KEY", "the server there")])
async def test_nothing_there_is_said(variable: str, server: str) -> None:
    address = f"http://127.0.0.1:{free_port()}/v1"
    retries = Retries(attempts=1)
    provider = Provider(name="p", label="P", base_url=address, is_local=True, key_variable=variable, retries=retries)
    async with OpenAIChatClient(provider) as client:
        _, error = await fail(client)
    assert isinstance(error, ConnectionFailed)
    assert error.text == f"Nothing answers at {address}"
    assert error.advice == f"Start {server}, or set its address, then try again."


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("https://acme.invalid/v1", "The address acme.invalid cannot be found"),
        ("", "P cannot be asked at an empty address"),
        ("localhost:1234/v1", "P cannot be asked at localhost:1234/v1"),
        ("http://127.0.0.1:port/v1", "P cannot be asked at http://127.0.0.1:port/v1"),
    ],
)
async def test_a_wrong_address_is_said(address: str, sentence: str) -> None:
    provider = Provider(name="p", label="P", base_url=address, retries=Retries(attempts=1))
    with pytest.raises(ConnectionFailed) as caught:
        async with OpenAIChatClient(provider) as client:
            await ask(client)
    assert caught.value.text == sentence


async def test_a_finish_reason_is_believed_whatever_follows(
    once: OpenAIChatClient, openai_server: OpenAIServer
) -> None:
    openai_server.script(sends([*beginning("Hello"), ending()[0], event(chunk({}))], then=resets))
    assert kinds(await ask(once))[-1] == "finished"
