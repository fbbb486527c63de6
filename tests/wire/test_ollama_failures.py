"""The client of Ollama against the loopback server: failures of replies and downloads."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.wire.asking import fail, free_port, reasoning_of, request
from tests.wire.failing import Case, check_middle, check_refusal, last_piece
from tests.wire.fixtures import opens_once
from tests.wire.ollama_server import OllamaServer, Pulled, beginning, chunk, failure, last, line, pulls, streams
from tests.wire.openai_server import Reply, hangs_up, page, resets, sends, waits, whole
from tui_chat.clients.ollama import OllamaClient
from tui_chat.clients.ollama_pull import PullProgress
from tui_chat.domain.errors import (
    AuthenticationFailed,
    BadStream,
    ConnectionFailed,
    ContextTooLong,
    ModelNotFound,
    Overloaded,
    ProviderError,
    RequestRejected,
)
from tui_chat.domain.providers import Provider, Retries, Timeouts

PULL_IT = "Pull it with: ollama pull test-model – or choose another model."
LONGER = "Start a new session, or raise num_ctx in the provider's body.options or OLLAMA_CONTEXT_LENGTH."


once = opens_once(OllamaClient, "ollama_provider")


REFUSALS: dict[str, tuple[Reply, type[ProviderError], str, str]] = {
    "unknown model": (
        failure(404, "model 'test-model' not found"),
        ModelNotFound,
        "Ollama does not know the model test-model",
        PULL_IT,
    ),
    "unknown model, by an older server": (
        failure(404, 'model "test-model" not found, try pulling it first'),
        ModelNotFound,
        "Ollama does not know the model test-model",
        PULL_IT,
    ),
    "too long": (
        failure(400, "the input length exceeds the context length"),
        ContextTooLong,
        "The session is longer than test-model can read",
        LONGER,
    ),
    "too long for the runner": (
        whole({"error": {"code": 400, "message": "too big", "type": "exceed_context_size_error"}}, 400),
        ContextTooLong,
        "The session is longer than test-model can read",
        LONGER,
    ),
    "signed out": (
        failure(401, "unauthorized", signin_url="https://ollama.invalid/connect"),
        AuthenticationFailed,
        "Ollama asks for a key",
        "Sign in with: ollama signin – then try again.",
    ),
    "no memory": (
        failure(500, "model requires more system memory (7.1 GiB) than is available (3.2 GiB)"),
        Overloaded,
        "Ollama has trouble of its own",
        "Choose a smaller model, or close what else needs memory.",
    ),
    "busy": (
        failure(503, "server busy, please try again. maximum pending requests exceeded"),
        Overloaded,
        "Ollama has trouble of its own",
        Overloaded.advice,
    ),
    "a bad image": (
        failure(400, "illegal base64 data at input byte 0"),
        RequestRejected,
        "Ollama does not accept the request",
        RequestRejected.advice,
    ),
    "an error with 200": (
        whole({"error": "llama runner process has terminated: exit status 2"}),
        Overloaded,
        "Ollama has trouble of its own",
        Overloaded.advice,
    ),
    "nothing": (
        streams(last()),
        BadStream,
        "Ollama sent an empty answer",
        "Try again, or choose another model.",
    ),
    "a list": (whole([7]), BadStream, "Ollama sent something else instead of a reply", BadStream.advice),
    "odd JSON": (
        streams({"message": 7}),
        BadStream,
        "Ollama sent something that its protocol does not know",
        BadStream.advice,
    ),
    "no JSON": (sends([b"{hello\n"]), BadStream, "Ollama sent something that is not JSON", BadStream.advice),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_each_failure_has_its_sentence(once: OllamaClient, ollama_server: OllamaServer, name: str) -> None:
    reply, kind, sentence, advice = REFUSALS[name]
    error = await check_refusal(once, ollama_server, (reply, kind, sentence))
    assert error.advice == advice


MIDDLES: dict[str, Case] = {
    "a crash": (
        last_piece(line({"error": "an error was encountered while running the model: CUDA error"})),
        Overloaded,
        "Ollama has trouble of its own",
    ),
    "too long": (
        last_piece(line({"error": {"message": "context size exceeded"}})),
        ContextTooLong,
        "The session is longer than test-model can read",
    ),
    "no JSON": (last_piece(b"hello\n"), BadStream, "Ollama sent something that is not JSON"),
}


@pytest.mark.parametrize("name", MIDDLES)
async def test_what_had_come_stays(once: OllamaClient, ollama_server: OllamaServer, name: str) -> None:
    await check_middle(once, ollama_server, beginning("H", "el"), MIDDLES[name])


async def test_unfinished_thoughts_are_not_lost(once: OllamaClient, ollama_server: OllamaServer) -> None:
    ollama_server.script(streams(chunk("<think>Hm</thi"), {"error": "Oh"}))
    events, _ = await fail(once)
    assert reasoning_of(events) == "Hm</thi"


async def test_models_that_cannot_chat_say_so(once: OllamaClient, ollama_server: OllamaServer) -> None:
    ollama_server.models["embed"] = Pulled("embedding")
    _, error = await fail(once, request(model="embed"))
    assert (type(error), error.server_words) == (RequestRejected, '"embed" does not support chat')


async def test_an_odd_name_of_a_model_is_quoted(once: OllamaClient) -> None:
    _, error = await fail(once, request(model="odd name; ls"))
    assert error.advice == "Pull it with: ollama pull 'odd name; ls' – or choose another model."


async def test_no_memory_is_not_tried_again(ollama: OllamaClient, ollama_server: OllamaServer) -> None:
    ollama_server.script(failure(500, "model requires more system memory (7.1 GiB) than is available (3.2 GiB)"))
    _, error = await fail(ollama)
    assert not error.can_retry
    assert len(ollama_server.chats) == 1


async def test_a_server_that_does_not_run_is_told_to_be_started(ollama_provider: Provider) -> None:
    port = free_port()
    changes = {"base_url": f"http://127.0.0.1:{port}", "retries": Retries(attempts=1)}
    async with OllamaClient(ollama_provider.model_copy(update=changes)) as client:
        _, error = await fail(client)
        assert isinstance(error, ConnectionFailed)
        assert error.text == f"Nothing answers at http://127.0.0.1:{port}"
        assert error.advice == "Start the server there, or set its address in OLLAMA_HOST, then try again."
        with pytest.raises(ConnectionFailed):
            await client.is_authenticated()


async def pulled(client: OllamaClient, model: str = "qwen3") -> list[PullProgress]:
    return [progress async for progress in client.pull(model)]


async def test_a_download_tells_how_far_it_is(ollama: OllamaClient, ollama_server: OllamaServer) -> None:
    ollama_server.pull_reply = pulls(1000, 10)
    progress = await pulled(ollama)
    assert [(one.completed, one.total) for one in progress if one.total] == [
        (0, 1000),
        (500, 1000),
        (1000, 1000),
        (0, 10),
        (5, 10),
        (10, 10),
    ]
    assert (progress[0].status, progress[-1].status) == ("pulling manifest", "success")
    assert ollama_server.asked("/api/pull")[0].body == {"model": "qwen3", "stream": True}


PULLS: dict[str, Case] = {
    "unknown": (
        streams({"status": "pulling manifest"}, {"error": "pull model manifest: file does not exist"}),
        ModelNotFound,
        "There is no model qwen3 that Ollama can pull",
    ),
    "full": (
        streams({"status": "pulling 0"}, {"error": "write /models/x: no space left on device"}),
        Overloaded,
        "Ollama could not pull qwen3",
    ),
    "refused": (failure(500, "Oh"), Overloaded, "Ollama has trouble of its own"),
    "cut": (
        streams({"status": "pulling manifest"}),
        ConnectionFailed,
        "Ollama stopped in the middle of the download",
    ),
    "reset": (
        sends([line({"status": "pulling manifest"})], then=resets),
        ConnectionFailed,
        "The connection to Ollama was cut",
    ),
    "hung up": (hangs_up, ConnectionFailed, "Ollama closed the connection without an answer"),
    "a page": (page(), BadStream, "Ollama sent something that its protocol does not know"),
    "odd": (streams({"status": 7}), BadStream, "Ollama sent something that its protocol does not know"),
}


@pytest.mark.parametrize("name", PULLS)
async def test_a_download_that_fails_tells_why(ollama: OllamaClient, ollama_server: OllamaServer, name: str) -> None:
    ollama_server.pull_reply, kind, sentence = PULLS[name]
    with pytest.raises(kind) as caught:
        await pulled(ollama)
    assert type(caught.value) is kind
    assert caught.value.text == sentence
    assert caught.value.advice


async def test_a_download_may_be_silent_for_long(ollama_provider: Provider, ollama_server: OllamaServer) -> None:
    gate = threading.Event()
    ollama_server.pull_reply = pulls(1000, until=gate)
    quick = ollama_provider.model_copy(update={"timeouts": Timeouts(silence=0.05)})
    async with OllamaClient(quick) as client:
        came: list[PullProgress] = []
        async for progress in client.pull("qwen3"):
            came.append(progress)
            if progress.completed == 500:
                asyncio.get_running_loop().call_later(0.2, gate.set)
        assert came[-1].status == "success"


@pytest.mark.parametrize("ends_by", ["cancelling", "closing"])
async def test_a_download_can_be_stopped(ollama: OllamaClient, ollama_server: OllamaServer, ends_by: str) -> None:
    ollama_server.pull_reply = pulls(1000, until=threading.Event())
    half = asyncio.Event()
    came: list[str] = []

    async def pull() -> None:
        async for progress in ollama.pull("qwen3"):
            came.append(progress.status)
            if progress.completed == 500:
                half.set()

    task = asyncio.create_task(pull())
    await half.wait()
    if ends_by == "cancelling":
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    else:
        await ollama.aclose()
        await task
    assert came[-1] != "success"
    assert await asyncio.to_thread(ollama_server.disconnected.wait, 30)


async def test_a_model_may_take_its_time_to_load(ollama_provider: Provider, ollama_server: OllamaServer) -> None:
    ollama_server.script(waits)
    timeouts = Timeouts(first_byte=None, silence=0.05)
    async with OllamaClient(ollama_provider.model_copy(update={"timeouts": timeouts})) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await fail(client)
    assert len(ollama_server.chats) == 1
