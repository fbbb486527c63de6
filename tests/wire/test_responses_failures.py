"""The client of the Responses API against the loopback server: everything that can go wrong on the wire."""

from __future__ import annotations

import pytest

from tests.wire.asking import ask, fail, kinds, request, text_of
from tests.wire.failing import Case, check_middle, check_refusal, check_repeated, last_piece, piece
from tests.wire.fixtures import opens_once
from tests.wire.openai_server import Reply, failure, hangs_up, page, resets, sends, whole
from tests.wire.protocols import KEY
from tests.wire.responses_server import (
    Event,
    ResponsesServer,
    beginning,
    error_event,
    item_events,
    message,
    response,
    sse,
    streams,
    too_long,
    too_many,
    unknown_model,
    used_up,
    wrong_key,
)
from tui_chat.clients.openai_responses import OpenAIResponsesClient
from tui_chat.domain.errors import (
    AuthenticationFailed,
    BadStream,
    ContentBlocked,
    ContextTooLong,
    ModelNotFound,
    Overloaded,
    RateLimited,
    RequestRejected,
)
from tui_chat.domain.events import Finished
from tui_chat.domain.messages import FinishReason

LABEL = "OpenAI Responses"


once = opens_once(OpenAIResponsesClient, "responses_provider")


def failed(code: str, message: str) -> Reply:
    """Accept a request, and say in the stream that it failed."""
    return streams(end="failed", error={"code": code, "message": message})


def filtered(*items: list[Event]) -> Reply:
    """Reply with these items, after which the filter steps in."""
    return streams(*items, end="incomplete", incomplete_details={"reason": "content_filter"})


POLICY = "Invalid prompt: your prompt was flagged as potentially violating our usage policy."
BAD_IMAGE = item_events({"id": "ig_1", "type": "image_generation_call", "result": "?"})

REFUSALS: dict[str, Case] = {
    "wrong key": (wrong_key(), AuthenticationFailed, f"{LABEL} does not accept the key"),
    "no right": (failure(403, "Not for you"), AuthenticationFailed, f"{LABEL} refuses access with this key"),
    "unknown model": (unknown_model("test-model"), ModelNotFound, f"{LABEL} does not know the model test-model"),
    "wrong address": (page(404), ModelNotFound, f"{LABEL} has nothing at http://127.0.0.1:PORT/v1/responses"),
    "too long": (too_long(), ContextTooLong, "The session is longer than test-model can read"),
    "too long, said in the stream": (
        sends(
            [sse({"type": "response.created", "response": response()}), error_event("Oh", "context_length_exceeded")]
        ),
        ContextTooLong,
        "The session is longer than test-model can read",
    ),
    "bad request": (failure(400, "No", param="input[0]"), RequestRejected, f"{LABEL} does not accept the request"),
    "bad image": (
        failed("invalid_image_format", "The image is not supported."),
        RequestRejected,
        f"{LABEL} does not accept the request",
    ),
    "image not there": (
        failed("failed_to_download_image", "The image cannot be loaded."),
        RequestRejected,
        f"{LABEL} does not accept the request",
    ),
    "too many": (too_many(), RateLimited, f"{LABEL} asks to wait"),
    "too many, said in the stream": (
        failed("rate_limit_exceeded", "Rate limit reached for test-model."),
        RateLimited,
        f"{LABEL} asks to wait",
    ),
    "used up": (used_up(), RateLimited, f"The quota at {LABEL} is used up"),
    "overloaded": (failure(503, "The server is overloaded"), Overloaded, f"{LABEL} has trouble of its own"),
    "trouble, said in the stream": (failed("server_error", "Oh"), Overloaded, f"{LABEL} has trouble of its own"),
    "trouble without words": (streams(end="failed"), Overloaded, f"{LABEL} has trouble of its own"),
    "the prompt is blocked": (
        failure(400, POLICY, code="invalid_prompt"),
        ContentBlocked,
        f"The filter of {LABEL} refused the prompt",
    ),
    "the prompt is blocked in the stream": (
        failed("invalid_prompt", POLICY),
        ContentBlocked,
        f"The filter of {LABEL} refused the prompt",
    ),
    "the image is blocked": (
        failed("image_content_policy_violation", "No"),
        ContentBlocked,
        f"The filter of {LABEL} refused the prompt",
    ),
    "the reply is blocked": (filtered(), ContentBlocked, f"The filter of {LABEL} held the reply back"),
    "nothing": (streams(), BadStream, f"{LABEL} sent an empty answer"),
    "an empty message": (streams(message()), BadStream, f"{LABEL} sent an empty answer"),
    "no reply at all": (whole({"hello": 1}), BadStream, f"{LABEL} sent something else instead of a reply"),
    "a list": (whole([]), BadStream, f"{LABEL} sent something that its protocol does not know"),
    "no JSON": (sends([b"data: hello\n\n"]), BadStream, f"{LABEL} sent something that is not JSON"),
    "odd JSON": (
        sends([sse({"type": "response.output_text.delta", "delta": 7})]),
        BadStream,
        f"{LABEL} sent something that its protocol does not know",
    ),
    "no image": (streams(BAD_IMAGE), BadStream, f"{LABEL} sent an image that cannot be read"),
    "an error with 200": (
        whole({"error": {"code": "server_error", "message": "Oh"}}),
        Overloaded,
        f"{LABEL} has trouble of its own",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_each_failure_has_its_sentence(
    once: OpenAIResponsesClient, responses_server: ResponsesServer, name: str
) -> None:
    await check_refusal(once, responses_server, REFUSALS[name])


MIDDLES: dict[str, Case] = {
    "an error": (
        piece(error_event("Oh", "server_error")),
        Overloaded,
        f"{LABEL} has trouble of its own",
    ),
    "an error as it is documented": (
        piece(error_event("Slow down", "rate_limit_exceeded", nested=False)),
        RateLimited,
        f"{LABEL} asks to wait",
    ),
    "an error without a type": (
        last_piece(b'event: error\ndata: {"message": "Oh"}\n\n'),
        Overloaded,
        f"{LABEL} has trouble of its own",
    ),
    "it failed": (
        last_piece(
            sse({"type": "response.failed", "response": response("failed", error={"code": "x", "message": "Oh"})}),
        ),
        Overloaded,
        f"{LABEL} has trouble of its own",
    ),
}


@pytest.mark.parametrize("name", MIDDLES)
async def test_what_had_come_stays(once: OpenAIResponsesClient, responses_server: ResponsesServer, name: str) -> None:
    await check_middle(once, responses_server, beginning("H", "el"), MIDDLES[name])


async def test_the_servers_words_are_told_without_the_key(
    once: OpenAIResponsesClient, responses_server: ResponsesServer
) -> None:
    responses_server.script(failed("server_error", f"Oh,\n {KEY} is odd."))
    _, error = await fail(once)
    assert error.server_words == "Oh, …6789 is odd."


async def test_a_blocked_reply_tells_why(once: OpenAIResponsesClient, responses_server: ResponsesServer) -> None:
    responses_server.script(filtered())
    events, error = await fail(once)
    assert error.server_words == "content_filter"
    assert kinds(events) == ["started", "usage"]


async def test_a_reply_that_the_filter_cuts_is_kept(
    once: OpenAIResponsesClient, responses_server: ResponsesServer
) -> None:
    responses_server.script(filtered(message("Hel")))
    events = await ask(once)
    assert text_of(events) == "Hel"
    assert events[-1] == Finished(reason=FinishReason.FILTER)


async def test_each_rejected_field_is_told(once: OpenAIResponsesClient, responses_server: ResponsesServer) -> None:
    responses_server.script(failure(400, "Invalid type", param="input[0].content"))
    _, error = await fail(once)
    assert isinstance(error, RequestRejected)
    assert error.fields == (("input[0].content", "Invalid type", "error"),)
    assert error.request_id == "req-test"


async def test_an_unknown_model_is_refused_by_the_server(once: OpenAIResponsesClient) -> None:
    _, error = await fail(once, request(model="odd name?"))
    assert isinstance(error, ModelNotFound)
    assert error.text == f"{LABEL} does not know the model odd name?"


async def test_an_empty_session_is_refused_by_the_server(once: OpenAIResponsesClient) -> None:
    _, error = await fail(once, request(messages=[]))
    assert error.server_words == "Missing required parameter: 'input'."


async def test_the_wait_that_the_server_asks_for_is_told(
    once: OpenAIResponsesClient, responses_server: ResponsesServer
) -> None:
    responses_server.script(too_many("38.5"))
    _, error = await fail(once)
    assert (error.retry_after, error.can_retry) == (38.5, True)


@pytest.mark.parametrize(
    "reply", [failure(500, "Oh"), too_many("0.005"), resets, hangs_up, failed("server_error", "Oh")]
)
async def test_a_failed_request_is_repeated(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer, reply: Reply
) -> None:
    await check_repeated(responses, responses_server, reply)


@pytest.mark.parametrize("reply", [used_up(), failed("invalid_prompt", POLICY), failed("invalid_image", "No")])
async def test_what_would_fail_again_is_not_repeated(
    responses: OpenAIResponsesClient, responses_server: ResponsesServer, reply: Reply
) -> None:
    responses_server.script(reply)
    await fail(responses)
    assert len(responses_server.chats) == 1
