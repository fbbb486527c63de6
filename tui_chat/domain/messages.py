"""A message of a session: who said it, its parts, and how it came to be."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from tui_chat.domain.record import Moment, Stored, Value, new_id, now
from tui_chat.domain.usage import Timing, Usage


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class MessageStatus(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    """A prompt that waits for its turn, or a reply that waits on disk until it can be asked for again."""
    STREAMING = "streaming"
    """A reply that is arriving."""
    COMPLETE = "complete"
    """All of it is there."""
    INTERRUPTED = "interrupted"
    """A reply that was stopped or cut off; what had arrived is kept."""
    ERROR = "error"
    """A reply that failed; what had arrived is kept, and ``error`` says why."""


class FinishReason(StrEnum):
    """Why a model stopped."""

    STOP = "stop"
    LENGTH = "length"
    FILTER = "filter"
    REFUSAL = "refusal"
    TOOL = "tool"
    OTHER = "other"


class TextPart(Value):
    """Markdown text."""

    kind: Literal["text"] = "text"
    text: str


class ReasoningPart(Value):
    """What the model thought before it answered."""

    kind: Literal["reasoning"] = "reasoning"
    text: str
    metadata: dict[str, Any] = {}
    """Opaque data of the vendor (signatures, encrypted thoughts) that has to be sent back with the reasoning."""


class ImagePart(Value):
    """An image that was sent or received."""

    kind: Literal["image"] = "image"
    media_type: str
    """MIME type, for example ``image/png``."""
    data: str = ""
    """The bytes in base64; empty if only ``url`` is known."""
    url: str = ""
    name: str = ""


class FilePart(Value):
    """A text file that was sent along with a prompt."""

    kind: Literal["file"] = "file"
    name: str
    text: str
    media_type: str = "text/plain"


class CitationPart(Value):
    """A source that the reply refers to by its number."""

    kind: Literal["citation"] = "citation"
    number: int
    title: str = ""
    url: str = ""
    description: str = ""


class ToolCallPart(Value):
    """A call of a tool that the model asked for."""

    kind: Literal["tool_call"] = "tool_call"
    call_id: str
    name: str
    arguments: str = ""
    """The arguments as JSON text, as the model wrote them."""


class ToolResultPart(Value):
    """What a tool answered."""

    kind: Literal["tool_result"] = "tool_result"
    call_id: str
    text: str
    is_error: bool = False


Part = Annotated[
    TextPart | ReasoningPart | ImagePart | FilePart | CitationPart | ToolCallPart | ToolResultPart,
    Field(discriminator="kind"),
]
"""Anything a message is made of, told apart by ``kind``."""


class MessageError(Value):
    """Why a reply failed, as it is kept with the message."""

    kind: str
    """Name of the error class, see ``domain.errors``."""
    text: str
    """What happened, in a sentence for the user."""
    advice: str = ""
    """What to do next, in a sentence for the user."""
    server_words: str = ""
    """The server's own words, if it said any."""
    status: int | None = None
    """HTTP status, if the server answered."""
    request_id: str = ""
    """The server's id of the failed request, for its support."""
    retry_after: float | None = None
    """Seconds the server asked to wait."""


class ChatMessage(Stored):
    """One node in the tree of a session's messages."""

    id: str = Field(default_factory=new_id)
    """Made here, unique in the history."""
    session_id: str
    """The session that it belongs to."""
    parent_id: str | None = None
    """The message that this one answers or follows; ``None`` for the first of a session."""
    role: Role
    """Who wrote it."""
    parts: list[Part] = []
    """What it consists of, in order: texts, reasoning, images, files, calls of tools, citations."""
    provider: str = ""
    """Name of the provider that wrote a reply."""
    model: str = ""
    """The LLM that wrote a reply."""
    created_at: Moment = Field(default_factory=now)
    """When it was sent or begun."""
    status: MessageStatus = MessageStatus.COMPLETE
    """How far it came."""
    finish_reason: FinishReason | None = None
    """Why the model stopped; ``None`` while it has not, and if the server did not say."""
    finish_words: str = ""
    """Why the model stopped, in the server's words, where they say more than the reason."""
    usage: Usage | None = None
    """Tokens and cost of a reply, if they are known."""
    timing: Timing | None = None
    """How long the reply took, and its reasoning."""
    error: MessageError | None = None
    """Why the reply failed, if it did."""
    rating: Literal[-1, 1] | None = None
    """What the user thinks of the reply: 1 good, -1 bad."""
    feedback: str = ""
    """Why, in the user's words."""
    pinned: bool = False
    """Whether it is always sent, however long the session becomes."""
    excluded: bool = False
    """Whether it is never sent."""
    next_try_at: Moment | None = None
    """When a queued reply is asked for again."""
    sums_up: bool = False
    """Whether it is sent in the place of all messages before it, once it is complete."""
    remote_id: str = ""
    """The server's id of the message, where a provider keeps one."""

    @property
    def text(self) -> str:
        """All text parts together."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def attached(self) -> list[Part]:
        """The images and files, in their order."""
        return [part for part in self.parts if isinstance(part, ImagePart | FilePart)]

    @property
    def reasoning(self) -> str:
        """All reasoning parts together."""
        return "".join(part.text for part in self.parts if isinstance(part, ReasoningPart))

    @property
    def citations(self) -> list[CitationPart]:
        """The sources, in the order they were cited."""
        return [part for part in self.parts if isinstance(part, CitationPart)]

    @property
    def waits(self) -> bool:
        """Whether it is a reply that waits on disk until it can be asked for again."""
        return self.status is MessageStatus.QUEUED and self.role is not Role.USER

    @property
    def is_running(self) -> bool:
        """Whether more of it is expected."""
        return self.status is MessageStatus.STREAMING
