"""A loopback server that speaks OpenAI's Responses API, well or badly, as a script tells it; see `openai_server`.

Unknown models and malformed requests are refused in OpenAI's words without a script.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.wire.openai_server import MODEL, Exchange, OpenAIServer, Piece, Reply, failure, page, whole

USAGE = {
    "input_tokens": 12,
    "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 0},
    "output_tokens": 5,
    "output_tokens_details": {"reasoning_tokens": 2},
    "total_tokens": 17,
}

Event = dict[str, Any]


def response(status: str = "in_progress", *output: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a response as a whole."""
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 0,
        "status": status,
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": MODEL,
        "output": list(output),
        "parallel_tool_calls": True,
        "store": False,
        "tool_choice": "auto",
        "tools": [],
        "usage": USAGE if status in ("completed", "incomplete") else None,
        **more,
    }


def item_events(item: Mapping[str, Any], *between: Event, number: int = 0) -> list[Event]:
    """Return the events of one item: that it begins, what comes of it, that it is done."""
    begun = {**item, "status": "in_progress", **{name: [] for name in ("content", "summary") if name in item}}
    return [
        {"type": "response.output_item.added", "output_index": number, "item": begun},
        *({"item_id": item["id"], "output_index": number, **event} for event in between),
        {"type": "response.output_item.done", "output_index": number, "item": dict(item)},
    ]


def message(*pieces: str, number: int = 0, annotations: Sequence[Mapping[str, Any]] = ()) -> list[Event]:
    """Return the events of a message with one text."""
    part = {"type": "output_text", "text": "".join(pieces), "annotations": list(annotations), "logprobs": []}
    item = {"id": f"msg_{number}", "type": "message", "status": "completed", "role": "assistant", "content": [part]}
    empty = {**part, "text": "", "annotations": []}
    return item_events(
        item,
        {"type": "response.content_part.added", "content_index": 0, "part": empty},
        *(
            {"type": "response.output_text.delta", "content_index": 0, "delta": piece, "logprobs": []}
            for piece in pieces
        ),
        *(
            {
                "type": "response.output_text.annotation.added",
                "content_index": 0,
                "annotation_index": at,
                "annotation": annotation,
            }
            for at, annotation in enumerate(annotations)
        ),
        {"type": "response.output_text.done", "content_index": 0, "text": part["text"], "logprobs": []},
        {"type": "response.content_part.done", "content_index": 0, "part": part},
        number=number,
    )


def refusal(*pieces: str, number: int = 0) -> list[Event]:
    """Return the events of a message by which the model refuses."""
    part = {"type": "refusal", "refusal": "".join(pieces)}
    item = {"id": f"msg_{number}", "type": "message", "status": "completed", "role": "assistant", "content": [part]}
    return item_events(
        item,
        {"type": "response.content_part.added", "content_index": 0, "part": {"type": "refusal", "refusal": ""}},
        *({"type": "response.refusal.delta", "content_index": 0, "delta": piece} for piece in pieces),
        {"type": "response.refusal.done", "content_index": 0, "refusal": part["refusal"]},
        {"type": "response.content_part.done", "content_index": 0, "part": part},
        number=number,
    )


def reasoning(*summaries: str, number: int = 0, encrypted: str = "") -> list[Event]:
    """Return the events of reasoning, with a word a delta of each summary."""
    parts = [{"type": "summary_text", "text": text} for text in summaries]
    item: dict[str, Any] = {"id": f"rs_{number}", "type": "reasoning", "summary": parts}
    if encrypted:
        item["encrypted_content"] = encrypted
    between = [{**event, "summary_index": at} for at, part in enumerate(parts) for event in _summary(part)]
    return item_events(item, *between, number=number)


def _summary(part: dict[str, str]) -> list[Event]:
    words = part["text"].replace(" ", "| ").split("|")
    return [
        {"type": "response.reasoning_summary_part.added", "part": {**part, "text": ""}},
        *({"type": "response.reasoning_summary_text.delta", "delta": word} for word in words),
        {"type": "response.reasoning_summary_text.done", "text": part["text"]},
        {"type": "response.reasoning_summary_part.done", "part": part},
    ]


def raw_reasoning(*pieces: str, number: int = 0) -> list[Event]:
    """Return the events of reasoning as servers of open models send it: the thoughts themselves."""
    part = {"type": "reasoning_text", "text": "".join(pieces)}
    item = {"id": f"rs_{number}", "type": "reasoning", "summary": [], "content": [part]}
    return item_events(
        item,
        *({"type": "response.reasoning_text.delta", "content_index": 0, "delta": piece} for piece in pieces),
        {"type": "response.reasoning_text.done", "content_index": 0, "text": part["text"]},
        number=number,
    )


def answer(*items: Iterable[Event], end: str = "completed", **more: Any) -> list[Event]:
    """Return all events of a response.

    Args:
        items: The events of its items.
        end: How it ends: ``completed``, ``incomplete``, ``failed``; empty for not at all.
        more: What else the response has in the end.
    """
    events = [event for item in items for event in item]
    output = [event["item"] for event in events if event["type"] == "response.output_item.done"]
    begun = [{"type": f"response.{name}", "response": response()} for name in ("created", "in_progress")]
    ended = [{"type": f"response.{end}", "response": response(end, *output, **more)}] if end else []
    return [{**event, "sequence_number": at} for at, event in enumerate([*begun, *events, *ended])]


def sse(event: Mapping[str, Any]) -> bytes:
    """Return an event as it is sent."""
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def streams(*items: Iterable[Event], end: str = "completed", **more: Any) -> Reply:
    """Reply with these items, streamed if that is asked for; see `answer`."""
    events = answer(*items, end=end, **more)

    def reply(exchange: Exchange) -> None:
        if not exchange.request_body.get("stream"):
            whole(events[-1]["response"])(exchange)
            return
        exchange.begin()
        for event in events:
            exchange.send_piece(sse(event))
        exchange.end()

    return reply


def beginning(*texts: str) -> list[bytes]:
    """Return the events of a stream that has not ended yet."""
    return [sse(event) for event in answer(message(*texts), end="")][: 4 + len(texts)]


def ending(*texts: str) -> list[bytes]:
    """Return the events after `beginning` with the same texts."""
    return [sse(event) for event in answer(message(*texts))][4 + len(texts) :]


def says(*pieces: Piece) -> Reply:
    """Reply with a text, a delta for each piece, streamed if that is asked for."""
    texts = [piece for piece in pieces if isinstance(piece, str)]

    def reply(exchange: Exchange) -> None:
        if not exchange.request_body.get("stream"):
            streams(message(*texts))(exchange)
            return
        exchange.begin()
        deltas = iter(beginning(*texts)[4:])
        for one in beginning():
            exchange.send_piece(one)
        for piece in pieces:
            if isinstance(piece, str):
                exchange.send_piece(next(deltas))
            else:
                exchange.wait(piece)
        for one in ending(*texts):
            exchange.send_piece(one)
        exchange.end()

    return reply


def error_event(message: str, code: str, *, nested: bool = True) -> bytes:
    """Return an error within a stream: in an object of its own, as it is sent, or flat, as it is documented."""
    error = {"code": code, "message": message, "param": None}
    if not nested:
        return sse({"type": "error", "sequence_number": 9, **error})
    return sse({"type": "error", "sequence_number": 9, "error": {"type": "error", **error}})


def wrong_key() -> Reply:
    """Refuse a key."""
    return failure(401, "Incorrect API key provided: sk-test*6789.", code="invalid_api_key")


def unknown_model(name: str) -> Reply:
    """Refuse a model that is not there; this API does it with 400."""
    return failure(400, f"The requested model '{name}' does not exist.", code="model_not_found", param="model")


def too_many(seconds: str = "1") -> Reply:
    """Refuse a request that comes too soon."""
    message = f"Rate limit reached for {MODEL} on tokens per min (TPM). Please try again in {seconds}s."
    return failure(429, message, code="rate_limit_exceeded", headers={"Retry-After": seconds})


def used_up() -> Reply:
    """Refuse all requests of an account that owes."""
    message = "You exceeded your current quota, please check your plan and billing details."
    return failure(429, message, code="insufficient_quota")


def too_long() -> Reply:
    """Refuse a session that the model cannot read as a whole."""
    message = "Your input exceeds the context window of this model. Please adjust your input and try again."
    return failure(400, message, code="context_length_exceeded", param="input")


class _Exchange(Exchange):
    """Answers at the paths of the API."""

    @property
    def owner(self) -> ResponsesServer:
        owner = super().owner
        assert isinstance(owner, ResponsesServer)
        return owner

    def route(self, headers: Mapping[str, str]) -> Reply:
        if self.owner.key and headers.get("authorization") != f"Bearer {self.owner.key}":
            return wrong_key()
        if (self.command, self.path) == ("GET", "/v1/models"):
            return self.owner.models_reply
        if (self.command, self.path) != ("POST", "/v1/responses"):
            return page(404)
        body = self.request_body
        if body.get("model") not in self.owner.models:
            return unknown_model(body.get("model"))
        if fault := _fault(body):
            return failure(400, fault[0], param=fault[1])
        return self.owner.next_reply()


def _fault(body: Any) -> tuple[str, str] | None:
    """Return what OpenAI would not accept of a request, and where it is."""
    if isinstance(body.get("input"), str):
        return None
    if not body.get("input"):
        return "Missing required parameter: 'input'.", "input"
    items = body["input"]
    for at, item in enumerate(items):
        if item.get("type") == "reasoning":
            following = items[at + 1] if at + 1 < len(items) else {}
            if following.get("type") != "reasoning" and following.get("role") != "assistant":
                words = "was provided without its required following item."
                return f"Item '{item['id']}' of type 'reasoning' {words}", "input"
            if not item.get("encrypted_content"):
                return f"Item with id '{item['id']}' not found. Items are not persisted.", "input"
        elif fault := _message_fault(item):
            return fault, f"input[{at}]"
    return None


def _message_fault(item: Any) -> str:
    if item.get("role") not in ("user", "assistant", "system", "developer"):
        return f"Invalid value: '{item.get('role')}'. Supported values are: 'assistant', 'system' and 'user'."
    kinds = ("output_text", "refusal") if item["role"] == "assistant" else ("input_text", "input_image", "input_file")
    contents = [] if isinstance(item["content"], str) else item["content"]
    wrong = [content["type"] for content in contents if content["type"] not in kinds]
    return f"Invalid value: '{wrong[0]}'. Supported values are: {', '.join(kinds)}." if wrong else ""


class ResponsesServer(OpenAIServer):
    """The server; it runs inside a ``with`` block.

    Attributes:
        models: Names of the models that it knows.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.models = {MODEL}
        self._listener.RequestHandlerClass = _Exchange
        self.reply = says("Hello", " from", " the", " test", " server.")
