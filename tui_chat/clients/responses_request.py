"""The body of a request to the Responses API.

Nothing is stored on the server: each request carries the whole session, and what the model had thought goes back in
the form that only the vendor can read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from tui_chat.clients.openai_request import refused_field
from tui_chat.clients.prompts import GO_ON, file_text, goes_on
from tui_chat.domain.errors import RequestRejected
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, Part, ReasoningPart, Role, TextPart
from tui_chat.domain.providers import Provider
from tui_chat.domain.requests import ChatRequest
from tui_chat.domain.sessions import Params

#: Fields that can be left out where a model or a server does not take them. Not ``store``: without it, OpenAI stores.
OPTIONAL_FIELDS = (
    "reasoning.summary",
    "reasoning.effort",
    "reasoning",
    "include",
    "temperature",
    "top_p",
    "max_output_tokens",
)

#: Stands for the reasoning of earlier replies, among what can be left out.
EARLIER_REASONING = "earlier reasoning"

#: The type of an item of reasoning; the metadata of a reasoning part keeps such items to send back.
REASONING = "reasoning"

#: How OpenAI says that it cannot use the reasoning of another account, or without the text that came of it.
_STALE = re.compile(r"encrypted content .*(verified|decrypted|parsed)|'rs_\w+'|of type 'reasoning'", re.IGNORECASE)


def request_body(provider: Provider, request: ChatRequest, refused: Collection[str] = ()) -> dict[str, object]:
    """Return the body of a streaming request.

    Args:
        provider: Its further body fields win over all others; those of ``reasoning`` one by one.
        request: What to ask.
        refused: What to leave out.
    """
    params = request.params
    wanted: dict[str, object] = {
        "instructions": request.system_prompt or None,
        "store": False,
        "include": ["reasoning.encrypted_content"],
        "reasoning": _reasoning(params, refused) or None,
        "temperature": params.temperature,
        "top_p": params.top_p,
        "max_output_tokens": params.max_tokens,
    }
    body: dict[str, object] = {"model": request.model, "input": _input(request, refused), "stream": True}
    body |= {name: value for name, value in wanted.items() if value is not None and name not in refused}
    ours, theirs = body.get("reasoning"), provider.body.get("reasoning")
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return body | provider.body | {"reasoning": ours | theirs}
    return body | provider.body


def refused_part(error: RequestRejected, provider: Provider, body: dict[str, Any]) -> str | None:
    """Return what a server does not take of a body, if its error says so and it can be left out."""
    ours = {*_names(body)} - {*_names(provider.body)}
    if "input" in ours and _STALE.search(error.server_words) and any(map(_is_reasoning, body["input"])):
        return EARLIER_REASONING
    return refused_field(error, ours, OPTIONAL_FIELDS)


def _names(body: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the fields, those within ``reasoning`` too."""
    yield from body
    reasoning = body.get("reasoning")
    if isinstance(reasoning, dict):
        yield from (f"reasoning.{name}" for name in reasoning)


def _reasoning(params: Params, refused: Collection[str]) -> dict[str, object]:
    wanted = {"summary": "auto", "effort": params.reasoning_effort}
    return {name: value for name, value in wanted.items() if value and f"reasoning.{name}" not in refused}


def _input(request: ChatRequest, refused: Collection[str]) -> list[dict[str, object]]:
    with_reasoning = EARLIER_REASONING not in refused
    items = [item for message in request.messages for item in _items(message, with_reasoning)]
    if goes_on(request):
        items.append(_message("user", [{"type": "input_text", "text": GO_ON}]))
    return items


def _items(message: ChatMessage, with_reasoning: bool) -> list[dict[str, object]]:
    match message.role:
        case Role.ASSISTANT:
            return _reply(message, with_reasoning)
        case Role.USER | Role.SYSTEM:
            contents = [content for part in message.parts if (content := _content(part)) is not None]
            return [_message(message.role.value, contents)] if contents else []
        case _:
            return []


def _reply(message: ChatMessage, with_reasoning: bool) -> list[dict[str, object]]:
    """Return a reply as items. Reasoning that no text came of is refused, and left out."""
    items: list[dict[str, object]] = []
    thoughts: list[dict[str, object]] = []
    for part in message.parts:
        if isinstance(part, ReasoningPart) and with_reasoning:
            thoughts += [
                one for one in part.metadata.values() if isinstance(one, dict) and one.get("type") == REASONING
            ]
        elif isinstance(part, TextPart) and part.text:
            text: dict[str, object] = {"type": "output_text", "text": part.text, "annotations": []}
            items += [*thoughts, _message("assistant", [text])]
            thoughts = []
    return items


def _is_reasoning(item: Any) -> bool:
    return isinstance(item, dict) and item.get("type") == REASONING


def _message(role: str, contents: list[dict[str, object]]) -> dict[str, object]:
    return {"type": "message", "role": role, "content": contents}


def _content(part: Part) -> dict[str, object] | None:
    match part:
        case TextPart() if part.text:
            return {"type": "input_text", "text": part.text}
        case FilePart():
            return {"type": "input_text", "text": file_text(part)}
        case ImagePart():
            url = f"data:{part.media_type};base64,{part.data}" if part.data else part.url
            return {"type": "input_image", "image_url": url, "detail": "auto"}
        case _:
            return None
