"""The bodies of requests to Inkeep's chat-session API.

It keeps the history itself: creating a session sends the first prompt, continuing one sends the newest only.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui_chat.clients.prompts import GO_ON, file_text, goes_on
from tui_chat.domain.errors import RequestRejected
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, Role
from tui_chat.domain.providers import Provider
from tui_chat.domain.requests import ChatRequest

#: Fields of the provider's body that only a new session takes.
_SESSION, _MODE = "chat_session", "chat_mode"

#: Fields of a session that the provider's body and the request may both have.
_SHARED = ("guidance", "context")


def create_body(provider: Provider, request: ChatRequest) -> dict[str, object]:
    """Return the body that creates a session.

    A session may begin in the middle: after a change of provider, or as a copy. What was said before is told as its
    context then, since the API takes exactly one message.

    Args:
        provider: Its further body fields win over all others; those of ``chat_session`` one by one, and its guidance
            and context stand before those of the request.
        request: What to ask. Its model is the chat mode, its system prompt the guidance.

    Raises:
        RequestRejected: if it cannot be sent.
    """
    _check(provider, request)
    earlier = request.messages if goes_on(request) else request.messages[:-1]
    session: dict[str, object] = {"messages": [_prompt(request)]}
    own = {"guidance": request.system_prompt, "context": _transcript(earlier)}
    session |= {name: text for name, text in own.items() if text}
    more = provider.body.get(_SESSION)
    if isinstance(more, dict):
        joined = {name: f"{more[name]}\n\n{session[name]}" for name in _SHARED if more.get(name) and name in session}
        session |= more | joined
    body: dict[str, object] = {_SESSION: session, "stream": True}
    if request.model:
        body[_MODE] = request.model
    return body | {name: value for name, value in provider.body.items() if name != _SESSION}


def continue_body(provider: Provider, request: ChatRequest) -> dict[str, object]:
    """Return the body that continues a session; guidance, context, tags and mode are those it was created with.

    Raises:
        RequestRejected: if it cannot be sent.
    """
    _check(provider, request)
    more = {name: value for name, value in provider.body.items() if name not in (_SESSION, _MODE)}
    return {"message": _prompt(request), "stream": True, **more}


def _check(provider: Provider, request: ChatRequest) -> None:
    if not provider.body.get("integration_id"):
        raise RequestRejected(
            f"{provider.label} needs the id of an integration",
            advice="Set INKEEP_INTEGRATION_ID, "
            f"or integration_id in the table [providers.{provider.name}.body] of config.toml.",
            provider=provider.name,
        )
    if any(isinstance(part, ImagePart) for message in request.messages[-1:] for part in message.parts):
        raise RequestRejected(
            f"{provider.label} takes no images",
            advice="Send the prompt without the image, or choose another provider.",
            provider=provider.name,
        )


def _prompt(request: ChatRequest) -> dict[str, object]:
    last = "" if not request.messages else _content(request.messages[-1])
    return {"role": "user", "content": GO_ON if goes_on(request) else last}


def _transcript(messages: Sequence[ChatMessage]) -> str:
    """Return what was said before the session began; empty if nothing was."""
    said = [f"{'Assistant' if one.role is Role.ASSISTANT else 'User'}: {_content(one)}" for one in messages]
    return "\n\n".join(["What was said before:", *said]) if said else ""


def _content(message: ChatMessage) -> str:
    texts = [message.text, *(file_text(part) for part in message.parts if isinstance(part, FilePart))]
    return "\n\n".join(text for text in texts if text)
