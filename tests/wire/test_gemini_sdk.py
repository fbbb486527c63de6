"""The official SDK talks to the loopback server: only then the server counts as one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from google import genai
from google.genai import errors, types

from tests.wire.gemini_server import (
    GeminiServer,
    bare_error,
    beginning,
    blocked,
    listed,
    no_right,
    overloaded,
    pages,
    response,
    says,
    streams,
    text,
    too_long,
    too_many,
    unknown_model,
    wrong_key,
)
from tests.wire.openai_server import MODEL, Exchange, Reply, hangs_up, page, resets, sends, waits
from tests.wire.sdk_errors import CUTS, TIMEOUTS

Sdk = genai.client.AsyncClient


def options(server: GeminiServer, seconds: float = 20) -> types.HttpOptions:
    return types.HttpOptions(base_url=server.base_url, api_version="v1beta", timeout=round(seconds * 1000))


@pytest.fixture
async def sdk(gemini_server: GeminiServer) -> AsyncIterator[Sdk]:
    # Else it takes whichever library happens to be installed.
    async with httpx.AsyncClient() as http:
        chosen = options(gemini_server).model_copy(update={"httpx_async_client": http})
        client = genai.Client(api_key="key-test-0123", http_options=chosen)
        async with client.aio as opened:
            yield opened
        client.close()


async def streamed(sdk: Sdk, config: types.GenerateContentConfig | None = None) -> list[types.GenerateContentResponse]:
    pieces: list[types.GenerateContentResponse] = []
    await stream_into(pieces, sdk, config)
    return pieces


async def stream_into(
    pieces: list[types.GenerateContentResponse], sdk: Sdk, config: types.GenerateContentConfig | None = None
) -> None:
    async for piece in await sdk.models.generate_content_stream(model=MODEL, contents="Hi", config=config):
        pieces.append(piece)  # what had come counts too


def text_of(pieces: list[types.GenerateContentResponse]) -> str:
    return "".join(piece.text or "" for piece in pieces)


async def test_it_streams(sdk: Sdk, gemini_server: GeminiServer) -> None:
    gemini_server.script(says("Hello", " wörld", finish="MAX_TOKENS"))
    pieces = await streamed(sdk)
    assert text_of(pieces) == "Hello wörld"
    last = pieces[-1]
    assert last.candidates is not None
    assert last.candidates[0].finish_reason is types.FinishReason.MAX_TOKENS
    assert last.usage_metadata is not None
    assert last.usage_metadata.total_token_count == 17
    assert (last.model_version, last.response_id) == (MODEL, "resp-1")
    sent = gemini_server.chats[0]
    assert sent.headers["x-goog-api-key"] == "key-test-0123"
    assert sent.path == f"/v1beta/models/{MODEL}:streamGenerateContent?alt=sse"


async def test_it_answers_in_one_piece(sdk: Sdk, gemini_server: GeminiServer) -> None:
    gemini_server.script(says("Hello", " world"))
    reply = await sdk.models.generate_content(model=MODEL, contents="Hi")
    assert reply.text == "Hello world"


async def test_it_sends_all_kinds_of_parts(sdk: Sdk, gemini_server: GeminiServer) -> None:
    grounding = {"groundingChunks": [{"web": {"uri": "https://a.invalid", "title": "A"}}]}
    quoting = {"citationSources": [{"startIndex": 0, "endIndex": 3, "uri": "https://b.invalid", "license": "MIT"}]}
    gemini_server.script(
        streams(
            response(text("Hm", thought=True)),
            response({"executableCode": {"language": "PYTHON", "code": "print(1)"}}),
            response({"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}}),
            response({"inlineData": {"mimeType": "image/png", "data": "QUJD"}, "thoughtSignature": "c2ln"}),
            response({"functionCall": {"name": "f", "args": {"a": 1}}}),
            response(
                text("", thoughtSignature="c2ln"),
                finish="STOP",
                groundingMetadata=grounding,
                citationMetadata=quoting,
            ),
        )
    )
    parts: list[types.Part] = []
    pieces = await streamed(sdk)
    for piece in pieces:
        parts += piece.parts or []
    thought, code, result, image, call, end = parts
    assert (thought.text, thought.thought) == ("Hm", True)
    assert code.executable_code is not None
    assert code.executable_code.code == "print(1)"
    assert result.code_execution_result is not None
    assert result.code_execution_result.output == "1\n"
    assert image.inline_data is not None
    assert image.inline_data.data == b"ABC"
    assert image.thought_signature == b"sig"
    assert call.function_call is not None
    assert call.function_call.args == {"a": 1}
    assert end.thought_signature == b"sig"
    last = (pieces[-1].candidates or [types.Candidate()])[0]
    assert last.grounding_metadata is not None
    assert [chunk.web and chunk.web.uri for chunk in last.grounding_metadata.grounding_chunks or []] == [
        "https://a.invalid"
    ]
    assert last.citation_metadata is not None
    assert [(one.uri, one.license) for one in last.citation_metadata.citations or []] == [("https://b.invalid", "MIT")]


async def test_it_takes_what_the_sdk_sends(sdk: Sdk, gemini_server: GeminiServer) -> None:
    config = types.GenerateContentConfig(
        system_instruction="Be brief",
        temperature=0.5,
        top_p=0.9,
        max_output_tokens=9,
        seed=7,
        thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_level=types.ThinkingLevel.LOW),
    )
    await streamed(sdk, config)
    sent = gemini_server.chats[0].body
    assert sent["contents"] == [{"role": "user", "parts": [{"text": "Hi"}]}]
    assert sent["systemInstruction"]["parts"] == [{"text": "Be brief"}]
    # Google takes names in camel case and in snake case; the SDK sends both.
    assert types.GenerationConfig.model_validate(sent["generationConfig"]) == types.GenerationConfig(
        temperature=0.5, top_p=0.9, max_output_tokens=9, seed=7, thinking_config=config.thinking_config
    )


async def test_it_blocks_prompts(sdk: Sdk, gemini_server: GeminiServer) -> None:
    gemini_server.script(streams(blocked("SAFETY")))
    (piece,) = await streamed(sdk)
    assert piece.candidates is None
    assert piece.prompt_feedback is not None
    assert piece.prompt_feedback.block_reason is types.BlockedReason.SAFETY


async def test_it_lists_models_page_by_page(sdk: Sdk, gemini_server: GeminiServer) -> None:
    gemini_server.models_reply = pages([listed("one", "generateContent")], [listed("two", "embedContent")])
    models = [model async for model in await sdk.models.list()]
    assert [(one.name, one.input_token_limit, one.supported_actions) for one in models] == [
        ("models/one", 1048576, ["generateContent"]),
        ("models/two", 1048576, ["embedContent"]),
    ]


REFUSALS: dict[str, tuple[Reply, int, str, str]] = {
    "wrong key": (wrong_key(), 400, "INVALID_ARGUMENT", "API key not valid"),
    "no right": (no_right(), 403, "PERMISSION_DENIED", "leaked"),
    "unknown model": (unknown_model("models/x"), 404, "NOT_FOUND", "models/x is not found"),
    "too long": (too_long(), 400, "INVALID_ARGUMENT", "exceeds the maximum number of tokens"),
    "too many": (too_many(), 429, "RESOURCE_EXHAUSTED", "Please retry in"),
    "overloaded": (overloaded(), 503, "UNAVAILABLE", "overloaded"),
    "a page": (page(502), 502, "Bad Gateway", "Welcome to"),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_it_refuses(sdk: Sdk, gemini_server: GeminiServer, name: str) -> None:
    reply, code, status, message = REFUSALS[name]
    gemini_server.script(reply)
    with pytest.raises(errors.APIError, match=message) as caught:
        await streamed(sdk)
    assert caught.value.code == code
    assert caught.value.status == status
    assert isinstance(caught.value, errors.ServerError if code >= 500 else errors.ClientError)


async def test_it_checks_key_and_model(sdk: Sdk, gemini_server: GeminiServer) -> None:
    gemini_server.key = "another"
    with pytest.raises(errors.ClientError, match="API_KEY_INVALID"):
        await streamed(sdk)
    gemini_server.key = ""
    with pytest.raises(errors.ClientError, match="NOT_FOUND"):
        await sdk.models.generate_content(model="unknown", contents="Hi")


async def test_it_fails_in_the_middle(sdk: Sdk, gemini_server: GeminiServer) -> None:
    gemini_server.script(sends([*beginning("Hel"), bare_error()]))
    pieces: list[types.GenerateContentResponse] = []
    with pytest.raises(errors.ServerError, match="overloaded"):
        await stream_into(pieces, sdk)
    assert text_of(pieces) == "Hel"


@pytest.mark.parametrize("cut", [hangs_up, resets])
async def test_it_cuts_in_the_middle(sdk: Sdk, gemini_server: GeminiServer, cut: Reply) -> None:
    gemini_server.script(sends(beginning("Hel"), then=cut))
    pieces: list[types.GenerateContentResponse] = []
    with pytest.raises(CUTS):
        await stream_into(pieces, sdk)
    assert text_of(pieces) == "Hel"


@pytest.mark.parametrize("reply", [waits, sends(beginning("Hel"), then=waits)])
async def test_it_is_silent(sdk: Sdk, gemini_server: GeminiServer, reply: Reply) -> None:
    gemini_server.script(reply)
    with pytest.raises(TIMEOUTS):
        await streamed(sdk, types.GenerateContentConfig(http_options=options(gemini_server, seconds=0.1)))
    assert gemini_server.disconnected.wait(30)


def slowly(exchange: Exchange) -> None:
    """Reply with a byte a piece."""
    exchange.begin("text/event-stream")
    for byte in b"".join(beginning("Hel", "lö")):
        exchange.send_piece(bytes([byte]))
    exchange.end()


async def test_it_sends_pieces_of_any_size(sdk: Sdk, gemini_server: GeminiServer) -> None:
    gemini_server.script(slowly)
    assert text_of(await streamed(sdk)) == "Hello".replace("o", "ö")
