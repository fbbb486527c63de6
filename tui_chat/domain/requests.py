"""What is asked of a client, and what comes back in one piece."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from tui_chat.domain.messages import ChatMessage, FinishReason
from tui_chat.domain.providers import Retries
from tui_chat.domain.record import Value, new_id
from tui_chat.domain.sessions import Params
from tui_chat.domain.usage import Usage


class Action(StrEnum):
    """What the reply is to the session."""

    NEXT = "next"
    """The answer to a new prompt."""
    VARIANT = "variant"
    """Another answer to a prompt that has one already: a sibling."""
    CONTINUE = "continue"
    """The rest of a reply that was cut off; ``messages`` ends with what there is of it."""


class ChatRequest(Value):
    """One request to a model, whatever protocol carries it."""

    model: str
    messages: list[ChatMessage]
    """What is sent, oldest first; the last one is answered (or continued)."""
    system_prompt: str = ""
    params: Params = Field(default_factory=Params)
    session_id: str = ""
    """Our id of the session."""
    remote_id: str = ""
    """The server's id of the session, if a provider keeps one."""
    parent_message_id: str | None = None
    """The message that the reply answers."""
    message_id: str = Field(default_factory=new_id)
    """The id of the reply, chosen by us."""
    action: Action = Action.NEXT
    timeout: float | None = None
    """Seconds for the whole request; ``None`` sets no limit beyond the provider's timeouts."""
    retries: Retries | None = None
    """When it is repeated if it fails; ``None`` leaves that to the provider."""


class ChatResponse(Value):
    """A whole reply."""

    text: str
    session_id: str
    message_id: str
    parent_message_id: str | None = None
    reasoning: str = ""
    model: str = ""
    remote_id: str = ""
    finish_reason: FinishReason | None = None
    """``None`` if the stream ended without saying that it was complete."""
    usage: Usage | None = None
