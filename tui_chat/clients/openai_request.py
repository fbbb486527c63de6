"""The body of a Chat Completions request."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from tui_chat.clients.prompts import GO_ON, file_text, goes_on
from tui_chat.domain.errors import ContextTooLong, RequestRejected
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, Part, Role, TextPart
from tui_chat.domain.providers import Provider
from tui_chat.domain.requests import ChatRequest
from tui_chat.domain.sessions import Params

#: Fields that can be left out where a server does not take them.
OPTIONAL_FIELDS = ("stream_options", "temperature", "top_p", "max_tokens", "stop", "seed", "reasoning_effort")


def request_body(provider: Provider, request: ChatRequest, refused: Iterable[str] = ()) -> dict[str, object]:
    """Return the body of a streaming request.

    Args:
        provider: Its further body fields win over all others.
        request: What to ask.
        refused: Fields to leave out. Models that refuse ``max_tokens`` take ``max_completion_tokens``.
    """
    body: dict[str, object] = {
        "model": request.model,
        "messages": _messages(request),
        "stream": True,
        "stream_options": {"include_usage": True},
        **_params(request.params),
    }
    for field in refused:
        value = body.pop(field, None)
        if field == "max_tokens" and value is not None:
            body["max_completion_tokens"] = value
    return body | provider.body


def refused_field(
    error: RequestRejected, sent: Collection[str], optional: Iterable[str] = OPTIONAL_FIELDS
) -> str | None:
    """Return which field a server does not take, if its error names one that can be left out.

    Args:
        error: What the server said.
        sent: The fields of the request that are ours to leave out.
        optional: Those that it goes without.
    """
    if isinstance(error, ContextTooLong):
        return None
    named = " ".join(where for where, _, _ in error.fields) or error.server_words
    found = [
        (at.start(), -len(name), name)
        for name in optional
        if name in sent and (at := re.search(rf"\b{re.escape(name)}\b", named))
    ]
    return min(found)[2] if found else None


def _params(params: Params) -> dict[str, object]:
    return {name: value for name, value in params.model_dump().items() if value is not None}


def _messages(request: ChatRequest) -> list[dict[str, object]]:
    messages: list[dict[str, object]] = []
    if request.system_prompt:
        messages.append({"role": "system", "content": request.system_prompt})
    messages += [_message(message) for message in request.messages if message.parts]
    if goes_on(request):
        messages.append({"role": "user", "content": GO_ON})
    return [message for message in messages if message["content"]]


def _message(message: ChatMessage) -> dict[str, object]:
    has_more = any(isinstance(part, ImagePart | FilePart) for part in message.parts)
    if message.role is Role.USER and has_more:
        contents = [content for part in message.parts if (content := _content(part)) is not None]
        return {"role": message.role.value, "content": contents}
    return {"role": message.role.value, "content": message.text}


def _content(part: Part) -> dict[str, object] | None:
    match part:
        case TextPart():
            return {"type": "text", "text": part.text}
        case FilePart():
            return {"type": "text", "text": file_text(part)}
        case ImagePart():
            url = f"data:{part.media_type};base64,{part.data}" if part.data else part.url
            return {"type": "image_url", "image_url": {"url": url}}
        case _:
            return None
