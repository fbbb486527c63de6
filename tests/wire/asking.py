"""Short ways to ask a client and to see what came."""

from __future__ import annotations

import socket
from collections.abc import Iterable

from tests.wire.openai_server import MODEL
from tui_chat.chat.assembler import Assembler
from tui_chat.clients.base import ChatClient
from tui_chat.clients.deltas import merged
from tui_chat.domain.errors import ProviderError
from tui_chat.domain.events import ReasoningDelta, StreamEvent, TextDelta
from tui_chat.domain.messages import ChatMessage, Part, Role, TextPart
from tui_chat.domain.requests import ChatRequest


def message(text: str, role: Role = Role.USER, *more: Part) -> ChatMessage:
    """Return a message of a session."""
    return ChatMessage(session_id="s", role=role, parts=[TextPart(text=text), *more])


def request(text: str = "Hi", **changes: object) -> ChatRequest:
    """Return a request with one prompt."""
    return ChatRequest.model_validate({"model": MODEL, "messages": [message(text)], **changes})


async def ask(client: ChatClient, asked: ChatRequest | None = None) -> list[StreamEvent]:
    """Return all events of a reply; neighbouring deltas as one, since what comes together is the network's choice."""
    return list(merged([event async for event in client.stream(asked or request())]))


async def fail(client: ChatClient, asked: ChatRequest | None = None) -> tuple[list[StreamEvent], ProviderError]:
    """Return the events of a reply that fails, and the error."""
    events: list[StreamEvent] = []
    try:
        async for event in client.stream(asked or request()):
            events.append(event)  # what had come counts too
    except ProviderError as error:
        return events, error
    raise AssertionError(f"It did not fail, but gave {events}")


def text_of(events: Iterable[StreamEvent]) -> str:
    """Return the text of a reply."""
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def reasoning_of(events: Iterable[StreamEvent]) -> str:
    """Return the reasoning of a reply."""
    return "".join(event.text for event in events if isinstance(event, ReasoningDelta))


def kinds(events: Iterable[StreamEvent]) -> list[str]:
    """Return the kinds of the events, runs of the same kind as one."""
    found: list[str] = []
    for event in events:
        if not found or found[-1] != event.kind:
            found.append(event.kind)
    return found


def assembled(events: Iterable[StreamEvent]) -> ChatMessage:
    """Return the reply that the events make up."""
    assembler = Assembler(ChatMessage(session_id="s", role=Role.ASSISTANT))
    for event in events:
        assembler.add(event)
    return assembler.end()


def free_port() -> int:
    """Return a port of this machine where nothing answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
