"""The client of Gemini against the loopback server: everything that can go wrong on the wire."""

from __future__ import annotations

import pytest

from tests.wire.asking import ask, assembled, fail, kinds, request, text_of
from tests.wire.failing import Case, check_middle, check_refusal, check_repeated, last_piece, piece
from tests.wire.fixtures import opens_once
from tests.wire.gemini_server import (
    GeminiServer,
    bare_error,
    beginning,
    blocked,
    event,
    failure,
    no_right,
    overloaded,
    pages,
    response,
    streams,
    text,
    too_long,
    too_many,
    unknown_model,
    wrong_key,
)
from tests.wire.openai_server import Reply, hangs_up, page, resets, sends, whole
from tests.wire.protocols import KEY
from tui_chat.clients.gemini import GeminiClient
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

once = opens_once(GeminiClient, "gemini_provider")


REFUSALS: dict[str, Case] = {
    "wrong key": (wrong_key(), AuthenticationFailed, "Gemini does not accept the key"),
    "no right": (no_right(), AuthenticationFailed, "Gemini refuses access with this key"),
    "no key": (failure(401, "No", "UNAUTHENTICATED"), AuthenticationFailed, "Gemini does not accept the key"),
    "unknown model": (
        unknown_model("models/test-model"),
        ModelNotFound,
        "Gemini does not know the model test-model",
    ),
    "wrong address": (
        page(404),
        ModelNotFound,
        "Gemini has nothing at http://127.0.0.1:PORT/v1beta/models/test-model:streamGenerateContent?alt=sse",
    ),
    "too long": (too_long(), ContextTooLong, "The session is longer than test-model can read"),
    "bad request": (
        failure(400, "User location is not supported for the API use.", "FAILED_PRECONDITION"),
        RequestRejected,
        "Gemini does not accept the request",
    ),
    "too many": (too_many(), RateLimited, "Gemini asks to wait"),
    "used up for today": (
        too_many(quota="GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
        RateLimited,
        "The quota at Gemini is used up",
    ),
    "overloaded": (overloaded(), Overloaded, "Gemini has trouble of its own"),
    "deadline": (failure(504, "Deadline expired", "DEADLINE_EXCEEDED"), Overloaded, "Gemini has trouble of its own"),
    "the prompt is blocked": (streams(blocked()), ContentBlocked, "The filter of Gemini refused the prompt"),
    "the reply is blocked": (
        streams(response(finish="SAFETY")),
        ContentBlocked,
        "The filter of Gemini held the reply back",
    ),
    "nothing": (streams(response(finish="STOP")), BadStream, "Gemini sent an empty answer"),
    "nothing, for a reason": (
        streams(response(finish="MALFORMED_RESPONSE")),
        BadStream,
        "Gemini sent an empty answer",
    ),
    "no reply at all": (whole({"hello": 1}), BadStream, "Gemini sent something else instead of a reply"),
    "no JSON": (sends([b"data: hello\n\n"]), BadStream, "Gemini sent something that is not JSON"),
    "odd JSON": (
        sends([event({"candidates": [7]})]),
        BadStream,
        "Gemini sent something that its protocol does not know",
    ),
    "no image": (
        streams(response({"inlineData": {"mimeType": "image/png", "data": "?"}})),
        BadStream,
        "Gemini sent an image that cannot be read",
    ),
    "an error with 200": (
        whole([{"error": {"code": 503, "message": "Oh", "status": "UNAVAILABLE"}}]),
        Overloaded,
        "Gemini has trouble of its own",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_each_failure_has_its_sentence(once: GeminiClient, gemini_server: GeminiServer, name: str) -> None:
    await check_refusal(once, gemini_server, REFUSALS[name])


MIDDLES: dict[str, Case] = {
    "an error as an event": (
        piece(event({"error": {"code": 500, "message": "Oh", "status": "INTERNAL"}})),
        Overloaded,
        "Gemini has trouble of its own",
    ),
    "an error without an event": (
        last_piece(bare_error()),
        Overloaded,
        "Gemini has trouble of its own",
    ),
    "an error in a list": (
        last_piece(b"[" + bare_error(429, "Slow down", "RESOURCE_EXHAUSTED") + b"]"),
        RateLimited,
        "Gemini asks to wait",
    ),
    "the prompt is blocked after all": (
        last_piece(event(blocked())),
        ContentBlocked,
        "The filter of Gemini refused the prompt",
    ),
}


@pytest.mark.parametrize("name", MIDDLES)
async def test_what_had_come_stays(once: GeminiClient, gemini_server: GeminiServer, name: str) -> None:
    await check_middle(once, gemini_server, beginning("H", "el"), MIDDLES[name])


async def test_a_blocked_prompt_tells_why(once: GeminiClient, gemini_server: GeminiServer) -> None:
    gemini_server.script(streams(blocked("SAFETY", "It is dangerous.")))
    events, error = await fail(once)
    assert error.server_words == "SAFETY: It is dangerous.: HARM_CATEGORY_DANGEROUS_CONTENT"
    assert kinds(events) == ["started", "usage"]


async def test_a_blocked_reply_tells_why(once: GeminiClient, gemini_server: GeminiServer) -> None:
    gemini_server.script(streams(response(finish="RECITATION", finishMessage=f"It quotes {KEY}.")))
    _, error = await fail(once)
    assert error.server_words == "RECITATION: It quotes …6789."


@pytest.mark.parametrize(
    ("more", "words"), [({}, ""), ({"finishMessage": f"It quotes {KEY}."}, "SAFETY: It quotes …6789.")]
)
async def test_a_reply_that_the_filter_cuts_is_kept(
    once: GeminiClient, gemini_server: GeminiServer, more: dict[str, str], words: str
) -> None:
    gemini_server.script(streams(response(text("Hel")), response(finish="SAFETY", **more)))
    events = await ask(once)
    assert text_of(events) == "Hel"
    assert events[-1] == Finished(reason=FinishReason.FILTER, words=words)
    assert assembled(events).finish_words == words


async def test_each_rejected_field_is_told(once: GeminiClient, gemini_server: GeminiServer) -> None:
    violation = {"field": "generation_config.temperature", "description": "must be in the range [0.0, 2.0]."}
    details = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    gemini_server.script(failure(400, "Invalid value", "INVALID_ARGUMENT", details))
    _, error = await fail(once)
    assert isinstance(error, RequestRejected)
    assert error.fields == (("generation_config.temperature", "must be in the range [0.0, 2.0].", ""),)


async def test_an_unknown_model_is_refused_by_the_server(once: GeminiClient) -> None:
    _, error = await fail(once, request(model="odd name?"))
    assert isinstance(error, ModelNotFound)
    assert error.text == "Gemini does not know the model odd name?"


async def test_an_empty_session_is_refused_by_the_server(once: GeminiClient) -> None:
    _, error = await fail(once, request(messages=[]))
    assert error.server_words == "* GenerateContentRequest.contents: contents is not specified"


async def test_the_wait_that_the_server_asks_for_is_told(once: GeminiClient, gemini_server: GeminiServer) -> None:
    gemini_server.script(too_many("38.922534355s"))
    _, error = await fail(once)
    assert error.retry_after == 38.922534355
    assert error.can_retry


async def test_a_quota_of_a_day_is_not_waited_for(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    gemini_server.script(too_many("0.001s", quota="GenerateRequestsPerDayPerProjectPerModel-FreeTier"))
    _, error = await fail(gemini)
    assert error.retry_after is None
    assert not error.can_retry
    assert len(gemini_server.chats) == 1


@pytest.mark.parametrize("reply", [overloaded(), too_many("0.005s"), resets, hangs_up])
async def test_a_failed_request_is_repeated(gemini: GeminiClient, gemini_server: GeminiServer, reply: Reply) -> None:
    await check_repeated(gemini, gemini_server, reply)


async def test_nothing_is_repeated_after_content(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    image = {"inlineData": {"mimeType": "image/png", "data": "QUJD"}}
    gemini_server.script(sends([event(response(image))], then=resets))
    await fail(gemini)
    assert len(gemini_server.chats) == 1


@pytest.mark.parametrize("reply", [page(), whole({"models": 7}), whole({"data": []}), whole(7)])
async def test_no_list_of_models_is_said(gemini: GeminiClient, gemini_server: GeminiServer, reply: Reply) -> None:
    gemini_server.models_reply = reply
    with pytest.raises(BadStream, match="something else than a list of models"):
        await gemini.models()


async def test_an_endless_list_of_models_ends(gemini: GeminiClient, gemini_server: GeminiServer) -> None:
    gemini_server.models_reply = whole({"models": [], "nextPageToken": "again"})
    assert await gemini.models() == []
    gemini_server.models_reply = pages([])
    assert await gemini.models() == []
