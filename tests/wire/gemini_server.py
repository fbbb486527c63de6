"""A loopback server that speaks Gemini's API, well or badly, as a script tells it; see `openai_server` for how.

Unknown models, wrong keys and malformed requests are refused in Google's words without a script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.wire.openai_server import MODEL, Exchange, OpenAIServer, Piece, Reply, page, whole

USAGE = {
    "promptTokenCount": 12,
    "candidatesTokenCount": 3,
    "thoughtsTokenCount": 2,
    "cachedContentTokenCount": 4,
    "totalTokenCount": 17,
}

RPC = "type.googleapis.com/google.rpc."

_PATH = re.compile(r"/v1beta/(models/[^:?]+):(streamGenerateContent|generateContent)(?:\?(.*))?")


def text(text: str, **more: Any) -> dict[str, Any]:
    """Return a part with text."""
    return {"text": text, **more}


def response(*parts: Mapping[str, Any], finish: str = "", **more: Any) -> dict[str, Any]:
    """Return a chunk of a reply; what else the candidate has comes in ``more``."""
    candidate: dict[str, Any] = {"index": 0, **more}
    if parts:
        candidate["content"] = {"role": "model", "parts": list(parts)}
    if finish:
        candidate["finishReason"] = finish
    return {
        "candidates": [candidate],
        "usageMetadata": USAGE if finish else {"promptTokenCount": 12, "totalTokenCount": 12},
        "modelVersion": MODEL,
        "responseId": "resp-1",
    }


def event(value: Any) -> bytes:
    """Return a chunk as a server-sent event, with the line ends that Google sends."""
    return f"data: {json.dumps(value, ensure_ascii=False)}\r\n\r\n".encode()


def beginning(*texts: str) -> list[bytes]:
    """Return the events of a stream that has not ended yet."""
    return [event(response(text(one))) for one in texts]


def ending(finish: str = "STOP") -> bytes:
    """Return the event that ends a stream."""
    return event(response(text(""), finish=finish))


def streams(*responses: Mapping[str, Any]) -> Reply:
    """Reply with these chunks; all of them as a list where no stream of events was asked for."""

    def reply(exchange: Exchange) -> None:
        if "alt=sse" not in exchange.path:
            whole(list(responses) if "stream" in exchange.path else responses[-1])(exchange)
            return
        exchange.begin("text/event-stream")
        for one in responses:
            exchange.send_piece(event(one))
        exchange.end()

    return reply


def says(*pieces: Piece, finish: str = "STOP") -> Reply:
    """Reply with a text, a chunk for each piece, streamed if that is asked for."""

    def reply(exchange: Exchange) -> None:
        if "stream" not in exchange.path:
            spoken = "".join(piece for piece in pieces if isinstance(piece, str))
            whole(response(text(spoken), finish=finish))(exchange)
            return
        exchange.begin("text/event-stream")
        for piece in pieces:
            if isinstance(piece, str):
                exchange.send_piece(event(response(text(piece))))
            else:
                exchange.wait(piece)
        exchange.send_piece(ending(finish))
        exchange.end()

    return reply


def blocked(reason: str = "PROHIBITED_CONTENT", message: str = "") -> dict[str, Any]:
    """Return the response to a prompt that the filter refuses."""
    feedback = {
        "blockReason": reason,
        "safetyRatings": [
            {"category": "HARM_CATEGORY_HARASSMENT", "probability": "NEGLIGIBLE"},
            {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "HIGH", "blocked": True},
        ],
    }
    if message:
        feedback["blockReasonMessage"] = message
    return {"promptFeedback": feedback, "usageMetadata": {"promptTokenCount": 12}, "modelVersion": MODEL}


def failure(code: int, message: str, status: str, *details: Mapping[str, Any]) -> Reply:
    """Refuse as Google does."""
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    if details:
        error["details"] = details
    return whole({"error": error}, code)


def wrong_key() -> Reply:
    """Refuse a key; Google does it with 400."""
    reason = {"@type": f"{RPC}ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}
    return failure(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", reason)


def no_right() -> Reply:
    """Refuse what a key may not do."""
    return failure(403, "Your API key was reported as leaked. Please use another API key.", "PERMISSION_DENIED")


def unknown_model(name: str) -> Reply:
    """Refuse a model that is not there."""
    message = f"{name} is not found for API version v1beta, or is not supported for generateContent."
    return failure(404, f"{message} Call ListModels to see the list of available models.", "NOT_FOUND")


def too_many(
    delay: str = "38.922534355s", quota: str = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
) -> Reply:
    """Refuse a request that comes too soon."""
    message = (
        "You exceeded your current quota, please check your plan and billing details. \n* Quota exceeded for metric: "
        "generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 15, model: test-model\n"
        f"Please retry in {delay}."
    )
    violation = {"quotaMetric": "generate_content_free_tier_requests", "quotaId": quota, "quotaValue": "15"}
    return failure(
        429,
        message,
        "RESOURCE_EXHAUSTED",
        {"@type": f"{RPC}QuotaFailure", "violations": [violation]},
        {"@type": f"{RPC}Help", "links": [{"url": "https://ai.google.dev/gemini-api/docs/rate-limits"}]},
        {"@type": f"{RPC}RetryInfo", "retryDelay": delay},
    )


def too_long() -> Reply:
    """Refuse a session that the model cannot read as a whole."""
    message = "The input token count (1200293) exceeds the maximum number of tokens allowed (1048576)."
    return failure(400, message, "INVALID_ARGUMENT")


def overloaded() -> Reply:
    """Refuse all work for a while."""
    return failure(503, "The model is overloaded. Please try again later.", "UNAVAILABLE")


def bare_error(code: int = 503, message: str = "The model is overloaded.", status: str = "UNAVAILABLE") -> bytes:
    """Return an error as it stands in the middle of a stream: not as an event, but as JSON over several lines."""
    return f"{json.dumps({'error': {'code': code, 'message': message, 'status': status}}, indent=2)}\n".encode()


def listed(name: str, *methods: str, **more: Any) -> dict[str, Any]:
    """Return a model as it is listed."""
    about = {"version": "001", "displayName": name, "inputTokenLimit": 1048576, "outputTokenLimit": 65536}
    return {"name": f"models/{name}", **about, "supportedGenerationMethods": list(methods), **more}


def pages(*contents: Sequence[Mapping[str, Any]]) -> Reply:
    """Reply with the list of models in pages."""

    def reply(exchange: Exchange) -> None:
        found = re.search(r"[?&]pageToken=page-(\d+)", exchange.path)
        number = int(found[1]) if found else 0
        value: dict[str, Any] = {"models": contents[number]}
        if number + 1 < len(contents):
            value["nextPageToken"] = f"page-{number + 1}"
        whole(value)(exchange)

    return reply


class _Exchange(Exchange):
    """Answers at the paths of Gemini's API."""

    @property
    def owner(self) -> GeminiServer:
        owner = super().owner
        assert isinstance(owner, GeminiServer)
        return owner

    def route(self, headers: Mapping[str, str]) -> Reply:
        if self.owner.key and headers.get("x-goog-api-key") != self.owner.key:
            return wrong_key()
        if self.command == "GET" and self.path.partition("?")[0] == "/v1beta/models":
            return self.owner.models_reply
        if (found := _PATH.fullmatch(self.path)) is None or self.command != "POST":
            return page(404)
        if found[1].removeprefix("models/") not in self.owner.models:
            return unknown_model(found[1])
        if fault := _fault(self.request_body):
            return failure(400, fault, "INVALID_ARGUMENT")
        return self.owner.next_reply()


def _fault(body: Any) -> str:
    """Return what Google would not accept of a request."""
    contents = body.get("contents") or []
    if not contents:
        return "* GenerateContentRequest.contents: contents is not specified"
    if any(content.get("role") not in ("user", "model") for content in contents):
        return "Please use a valid role: user, model."
    if any(not content.get("parts") or not all(content["parts"]) for content in contents):
        return "* GenerateContentRequest.contents: contents.parts must not be empty."
    return ""


class GeminiServer(OpenAIServer):
    """The server; it runs inside a ``with`` block. Its ``base_url`` has no version.

    Attributes:
        models: Names of the models that it knows.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.models = {MODEL}
        self._listener.RequestHandlerClass = _Exchange
        self.base_url = self.base_url.removesuffix("/v1")
        self.reply = says("Hello", " from", " the", " test", " server.")
        self.models_reply = pages([listed(MODEL, "generateContent", "countTokens")])
