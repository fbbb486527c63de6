"""A loopback server that speaks Anthropic's Messages API, well or badly, as a script tells it; see `openai_server`.

Unknown models, wrong keys and malformed requests are refused in Anthropic's words without a script. Thinking is signed,
and refused where it comes back changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from tests.wire.openai_server import MODEL, Exchange, OpenAIServer, Piece, Reply, page, whole

#: What `message_start` counts, and what `message_delta` adds to it.
INPUT_USAGE = {
    "input_tokens": 6,
    "cache_creation_input_tokens": 2,
    "cache_read_input_tokens": 4,
    "output_tokens": 1,
    "service_tier": "standard",
}
OUTPUT_USAGE = {"output_tokens": 5, "output_tokens_details": {"thinking_tokens": 2}}

#: The fields that this version of the API knows, as far as the tests send them.
_FIELDS = {
    "model",
    "max_tokens",
    "messages",
    "stream",
    "system",
    "temperature",
    "top_p",
    "thinking",
    "output_config",
    "metadata",
    "tools",
}

Event = dict[str, Any]


def message(*content: Mapping[str, Any], stop: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a message as a whole; without a stop reason, as a stream begins with it."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": list(content),
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": INPUT_USAGE if stop is None else INPUT_USAGE | OUTPUT_USAGE,
        **more,
    }


def text(*pieces: str, citations: Sequence[Mapping[str, Any]] = ()) -> list[Event]:
    """Return the events of a text, with a delta for each piece."""
    deltas = [{"type": "text_delta", "text": piece} for piece in pieces]
    cited = [{"type": "citations_delta", "citation": citation} for citation in citations]
    return _block({"type": "text", "text": ""}, *deltas, *cited)


def signature(thinking: str) -> str:
    """Return how a thought is signed."""
    return sha256(thinking.encode()).hexdigest()


def thinking(*pieces: str) -> list[Event]:
    """Return the events of signed thinking, with a delta for each piece; none of them for thinking in silence."""
    deltas = [{"type": "thinking_delta", "thinking": piece} for piece in pieces]
    signed = {"type": "signature_delta", "signature": signature("".join(pieces))}
    return _block({"type": "thinking", "thinking": "", "signature": ""}, *deltas, signed)


def redacted(data: str) -> list[Event]:
    """Return the events of thinking that only the vendor can read."""
    return _block({"type": "redacted_thinking", "data": data})


def search(query: str, *titles: str) -> list[Event]:
    """Return the events of a search that the server did itself."""
    found = [
        {"type": "web_search_result", "url": f"https://{title}.invalid", "title": title, "encrypted_content": "Eg=="}
        for title in titles
    ]
    asked = {"type": "input_json_delta", "partial_json": json.dumps({"query": query})}
    call = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    result = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": found}
    return [*_block(call, asked), *_block(result)]


def tool_call() -> list[Event]:
    """Return the events of a call of a tool that only the client has."""
    pieces = [{"type": "input_json_delta", "partial_json": piece} for piece in ("", '{"a":', " 1}")]
    return _block({"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}, *pieces)


def web(title: str, url: str = "", words: str = "So it is.") -> dict[str, Any]:
    """Return a citation of a web page."""
    place = {"url": url or f"https://{title.lower()}.invalid", "title": title, "encrypted_index": "Eo8="}
    return {"type": "web_search_result_location", "cited_text": words, **place}


def _block(start: Mapping[str, Any], *deltas: Mapping[str, Any]) -> list[Event]:
    return [
        {"type": "content_block_start", "content_block": dict(start)},
        *({"type": "content_block_delta", "delta": dict(delta)} for delta in deltas),
        {"type": "content_block_stop"},
    ]


def answer(*blocks: Iterable[Event], stop: str = "end_turn", **more: Any) -> list[Event]:
    """Return all events of a message.

    Args:
        blocks: The events of its blocks.
        stop: Why the model stops; empty for not at all.
        more: What else is told of that.
    """
    events: list[Event] = [{"type": "message_start", "message": message()}, {"type": "ping"}]
    index = -1
    for event in (event for block in blocks for event in block):
        index += event["type"] == "content_block_start"
        events.append({**event, "index": index})
    if stop:
        delta = {"stop_reason": stop, "stop_sequence": None, **more}
        events += [{"type": "message_delta", "delta": delta, "usage": OUTPUT_USAGE}, {"type": "message_stop"}]
    return events


def composed(events: Iterable[Event]) -> dict[str, Any]:
    """Return the message that events make up."""
    content: list[dict[str, Any]] = []
    stopped: dict[str, Any] = {}
    for event in events:
        match event["type"]:
            case "content_block_start":
                content.append(dict(event["content_block"]))
            case "content_block_delta":
                _grow(content[-1], event["delta"])
            case "message_delta":
                stopped = event["delta"]
    return message(*content, **{"stop": stopped.get("stop_reason"), **stopped})


def _grow(block: dict[str, Any], delta: Mapping[str, Any]) -> None:
    for name in ("text", "thinking", "signature"):
        if name in delta:
            block[name] += delta[name]
    if "citation" in delta:
        block.setdefault("citations", []).append(delta["citation"])


def sse(event: Mapping[str, Any]) -> bytes:
    """Return an event as it is sent."""
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def streams(*blocks: Iterable[Event], stop: str = "end_turn", **more: Any) -> Reply:
    """Reply with these blocks, streamed if that is asked for; see `answer`."""
    events = answer(*blocks, stop=stop, **more)

    def reply(exchange: Exchange) -> None:
        if not exchange.request_body.get("stream"):
            whole(composed(events), headers={"request-id": "req-test"})(exchange)
            return
        exchange.begin("text/event-stream; charset=utf-8")
        for event in events:
            exchange.send_piece(sse(event))
        exchange.end()

    return reply


def beginning(*texts: str) -> list[bytes]:
    """Return the events of a stream that has not ended yet."""
    return [sse(event) for event in answer(text(*texts), stop="")][: 3 + len(texts)]


def ending(stop: str = "end_turn") -> list[bytes]:
    """Return the events after `beginning`."""
    return [sse(event) for event in answer(text(), stop=stop)][3:]


def says(*pieces: Piece, stop: str = "end_turn") -> Reply:
    """Reply with a text, a delta for each piece, streamed if that is asked for."""
    texts = [piece for piece in pieces if isinstance(piece, str)]

    def reply(exchange: Exchange) -> None:
        if not exchange.request_body.get("stream"):
            streams(text(*texts), stop=stop)(exchange)
            return
        exchange.begin("text/event-stream; charset=utf-8")
        for one in beginning():
            exchange.send_piece(one)
        deltas = iter(beginning(*texts)[3:])
        for piece in pieces:
            if isinstance(piece, str):
                exchange.send_piece(next(deltas))
            else:
                exchange.wait(piece)
        for one in ending(stop):
            exchange.send_piece(one)
        exchange.end()

    return reply


def error(kind: str, words: str) -> dict[str, Any]:
    """Return an error as a value."""
    return {"type": "error", "error": {"type": kind, "message": words}, "request_id": "req-test"}


def failure(status: int, kind: str, words: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Refuse as Anthropic does."""
    return whole(error(kind, words), status, {"request-id": "req-test", **(headers or {})})


def rejected(words: str) -> Reply:
    """Refuse a request that is not as it should be."""
    return failure(400, "invalid_request_error", words)


def wrong_key() -> Reply:
    """Refuse a key."""
    return failure(401, "authentication_error", "invalid x-api-key")


def no_right() -> Reply:
    """Refuse what a key may not do."""
    return failure(403, "permission_error", "Your API key does not have permission to use the specified resource.")


def unknown_model(name: str) -> Reply:
    """Refuse a model that is not there."""
    return failure(404, "not_found_error", f"model: {name}")


def too_large() -> Reply:
    """Refuse a request of more bytes than are taken."""
    return failure(413, "request_too_large", "Request exceeds the maximum size")


def too_many(seconds: str = "1") -> Reply:
    """Refuse a request that comes too soon."""
    words = "This request would exceed your organization's rate limit of 50,000 input tokens per minute."
    return failure(429, "rate_limit_error", words, {"retry-after": seconds})


def overloaded() -> Reply:
    """Refuse all work for a while."""
    return failure(529, "overloaded_error", "Overloaded")


def too_long() -> Reply:
    """Refuse a session that the model cannot read as a whole."""
    return rejected("prompt is too long: 200679 tokens > 199999 maximum")


def no_credit() -> Reply:
    """Refuse all requests of an account that owes."""
    return rejected(
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or "
        "purchase credits."
    )


def listed(name: str, *, sees: bool = True, thinks: bool = True) -> dict[str, Any]:
    """Return a model as it is listed."""
    about = {"type": "model", "id": name, "display_name": name, "created_at": "2026-01-01T00:00:00Z"}
    limits = {"lifecycle": "active", "max_input_tokens": 200000, "max_tokens": 64000}
    capabilities = {"image_input": {"supported": sees}, "thinking": {"supported": thinks, "types": {}}}
    return {**about, **limits, "capabilities": capabilities}


def pages(*contents: Sequence[Mapping[str, Any]]) -> Reply:
    """Reply with the list of models in pages, each of which comes after the last model of the one before it."""

    def reply(exchange: Exchange) -> None:
        found = re.search(r"[?&]after_id=([^&]+)", exchange.path)
        number = 1 + next(at for at, one in enumerate(contents) if one[-1]["id"] == found[1]) if found else 0
        data = list(contents[number])
        ids = [one.get("id") for one in data]
        has_more = number + 1 < len(contents)
        first, last = (ids[0], ids[-1]) if ids else (None, None)
        whole({"data": data, "has_more": has_more, "first_id": first, "last_id": last})(exchange)

    return reply


class _Exchange(Exchange):
    """Answers at the paths of the API."""

    @property
    def owner(self) -> AnthropicServer:
        owner = super().owner
        assert isinstance(owner, AnthropicServer)
        return owner

    def route(self, headers: Mapping[str, str]) -> Reply:
        owner = self.owner
        key = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
        if owner.key and key != owner.key:
            return wrong_key()
        if "anthropic-version" not in headers:
            return rejected("anthropic-version: header is required")
        if self.command == "GET" and self.path.partition("?")[0] == "/v1/models":
            return owner.models_reply
        if (self.command, self.path) != ("POST", "/v1/messages"):
            return page(404)
        body = self.request_body
        if body.get("model") not in owner.models:
            return unknown_model(str(body.get("model")))
        if words := _fault(body) or owner.thinking_fault(body):
            return rejected(words)
        return owner.next_reply()


def _fault(body: Any) -> str:
    """Return what Anthropic would not accept of a request, whatever the model."""
    unknown = sorted(body.keys() - _FIELDS)
    if unknown:
        return f"{unknown[0]}: Extra inputs are not permitted"
    if not isinstance(body.get("max_tokens"), int):
        return "max_tokens: Field required"
    messages = body.get("messages")
    if not messages:
        return "messages: at least one message is required"
    if messages[0]["role"] != "user":
        return 'messages: first message must use the "user" role'
    if messages[-1]["role"] != "user":
        return "This model does not support assistant message prefill. The conversation must end with a user message."
    faults = (_message_fault(at, one) for at, one in enumerate(messages))
    return next((fault for fault in faults if fault), "")


def _message_fault(at: int, message: Any) -> str:
    if message["role"] not in ("user", "assistant"):
        return f"messages.{at}.role: Input should be 'user' or 'assistant'"
    content = message["content"]
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if not blocks:
        return f"messages.{at}: all messages must have non-empty content"
    if blocks[-1]["type"] in ("thinking", "redacted_thinking"):
        return f"messages.{at}: The final block in an assistant message cannot be `thinking`."
    for number, block in enumerate(blocks):
        where = f"messages.{at}.content.{number}"
        if block["type"] == "text" and not block["text"].strip():
            return f"{where}: text content blocks must contain non-whitespace text"
        if block["type"] == "image" and message["role"] == "assistant":
            return f"{where}: image blocks are not permitted in assistant messages"
        if block["type"] == "thinking" and block["signature"] != signature(block["thinking"]):
            return f"{where}: Invalid `signature` in `thinking` block"
    return ""


class AnthropicServer(OpenAIServer):
    """The server; it runs inside a ``with`` block. Its ``base_url`` has no version.

    Attributes:
        models: Names of the models that it knows.
        thinks: The ways to ask for thinking that its models take: of ``adaptive`` and ``enabled``.
        most_tokens: The most that its models write.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.models = {MODEL}
        self.thinks = {"adaptive"}
        self.most_tokens = 64000
        self._listener.RequestHandlerClass = _Exchange
        self.base_url = self.base_url.removesuffix("/v1")
        self.reply = says("Hello", " from", " the", " test", " server.")
        self.models_reply = pages([listed(MODEL)])

    def thinking_fault(self, body: Any) -> str:
        """Return what the models would not accept of a request."""
        most, model = body["max_tokens"], body["model"]
        if most > self.most_tokens:
            limit = "which is the maximum allowed number of output tokens for"
            return f"max_tokens: {most} > {self.most_tokens}, {limit} {model}"
        kind = body.get("thinking", {}).get("type")
        if kind == "adaptive" and kind not in self.thinks:
            return "adaptive thinking is not supported on this model"
        if kind == "enabled" and kind not in self.thinks:
            use = 'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
            return f'"thinking.type.enabled" is not supported for this model. {use}'
        if "effort" in body.get("output_config", {}) and "adaptive" not in self.thinks:
            return "This model does not support the effort parameter."
        if kind == "enabled" and not 1024 <= body["thinking"]["budget_tokens"] < most:
            return "`max_tokens` must be greater than `thinking.budget_tokens`."
        if kind and body.get("temperature", 1) != 1:
            return "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode."
        if "temperature" in body and "top_p" in body:
            return "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
        return ""
