"""The body of a request to Ollama's ``/api/chat``."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tui_chat.clients.prompts import GO_ON, file_text, goes_on
from tui_chat.domain.errors import ContextTooLong, RequestRejected
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, Part, Role, TextPart
from tui_chat.domain.providers import Provider
from tui_chat.domain.requests import ChatRequest
from tui_chat.domain.sessions import Params

#: What can be left out for models that do not take it: thinking, and how much of it.
THINKING, LEVEL = "think", "level"

#: Efforts that are sent as they are; all others only turn thinking on or off.
_LEVELS = ("low", "medium", "high", "max")

_OFF = ("none", "minimal")


def request_body(provider: Provider, request: ChatRequest, refused: Collection[str] = ()) -> dict[str, object]:
    """Return the body of a streaming request.

    Args:
        provider: Its further body fields win over all others; those of ``options`` one by one.
        request: What to ask.
        refused: What the model does not take.
    """
    options, more = _options(request.params), provider.body.get("options")
    body: dict[str, object] = {
        "model": request.model,
        "messages": list(_messages(provider, request)),
        "stream": True,
        # Else the server drops the oldest messages and says nothing of it.
        "truncate": False,
        "options": options | more if isinstance(more, dict) else options,
    }
    think = _think(request.params.reasoning_effort)
    if think is not None and THINKING not in refused:
        body["think"] = bool(think) if LEVEL in refused else think
    return body | {name: value for name, value in provider.body.items() if name != "options"}


def refused_part(error: RequestRejected, provider: Provider, body: dict[str, object]) -> str | None:
    """Return what a model, or an older server, does not take of a body, if an error says so and it can be left out.

    Ollama's words: '"…" does not support thinking', 'think value "low" is not supported for this model', "json: cannot
    unmarshal string into Go struct field ChatRequest.think of type bool".
    """
    said = error.server_words.lower()
    if isinstance(error, ContextTooLong) or "think" not in said or "think" not in {*body} - {*provider.body}:
        return None
    return LEVEL if isinstance(body["think"], str) and "support thinking" not in said else THINKING


def _think(effort: str | None) -> bool | str | None:
    effort = (effort or "").lower()
    if not effort:
        return None
    return effort if effort in _LEVELS else effort not in _OFF


def _options(params: Params) -> dict[str, object]:
    wanted = {
        "temperature": params.temperature,
        "top_p": params.top_p,
        "num_predict": params.max_tokens,
        "stop": params.stop,
        "seed": params.seed,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def _messages(provider: Provider, request: ChatRequest) -> Iterator[dict[str, object]]:
    if request.system_prompt:
        yield {"role": Role.SYSTEM.value, "content": request.system_prompt}
    for message in request.messages:
        sent = _message(provider, message)
        if sent["content"] or "images" in sent:
            yield sent
    if goes_on(request):
        yield {"role": Role.USER.value, "content": GO_ON}


def _message(provider: Provider, message: ChatMessage) -> dict[str, object]:
    sent: dict[str, object] = {"role": message.role.value, "content": message.text}
    if message.role is Role.USER:
        sent["content"] = "\n\n".join(text for part in message.parts if (text := _text(part)))
        images = [part.data for part in message.parts if isinstance(part, ImagePart) and part.data]
        if images:
            sent["images"] = images
    elif message.reasoning and message.provider == provider.name:
        sent["thinking"] = message.reasoning
    return sent


def _text(part: Part) -> str:
    match part:
        case TextPart():
            return part.text
        case FilePart():
            return file_text(part)
        case ImagePart() if not part.data:
            return part.url  # the server takes nothing but bytes
        case _:
            return ""
