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
    """Name of the LLM that answers."""
    messages: list[ChatMessage]
    """What is sent, oldest first; the last one is answered (or continued)."""
    system_prompt: str = ""
    """Sent before the messages; empty for none."""
    params: Params = Field(default_factory=Params)
    """Parameters of the model."""
    session_id: str = ""
    """Our id of the session."""
    remote_id: str = ""
    """The server's id of the session, if a provider keeps one."""
    parent_message_id: str | None = None
    """The message that the reply answers."""
    message_id: str = Field(default_factory=new_id)
    """The id of the reply, chosen by us."""
    action: Action = Action.NEXT
    """What the reply is to the session."""
    timeout: float | None = None
    """Seconds for the whole request; ``None`` sets no limit beyond the provider's timeouts."""
    retries: Retries | None = None
    """When it is repeated if it fails; ``None`` leaves that to the provider."""


class ChatResponse(Value):
    """A whole reply."""

    text: str
    """The whole text, Markdown as a rule."""
    session_id: str
    """The session to go on in."""
    message_id: str
    """The reply's id."""
    parent_message_id: str | None = None
    """The prompt's id."""
    reasoning: str = ""
    """What the model thought, where the provider sends it."""
    model: str = ""
    """The LLM that answered."""
    remote_id: str = ""
    """The server's id of the session, if a provider keeps one."""
    finish_reason: FinishReason | None = None
    """``None`` if the stream ended without saying that it was complete."""
    usage: Usage | None = None
    """Tokens and cost; ``None`` if nothing is known of them."""
