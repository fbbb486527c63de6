"""What a client yields while a reply arrives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from tui_chat.domain.messages import CitationPart, FinishReason, ImagePart
from tui_chat.domain.record import Value
from tui_chat.domain.usage import Usage


class Started(Value):
    """The server has begun to answer."""

    kind: Literal["started"] = "started"
    model: str = ""
    """The model that answers, as the server calls it."""
    remote_id: str = ""
    """The server's id of the session, where it keeps one."""
    message_remote_id: str = ""
    """The server's id of the reply."""


class TextDelta(Value):
    """More text of the reply."""

    kind: Literal["text"] = "text"
    text: str


class ReasoningDelta(Value):
    """More of the model's reasoning."""

    kind: Literal["reasoning"] = "reasoning"
    text: str
    metadata: dict[str, Any] = {}
    """Opaque data to send back with the reasoning."""


class CitationsAdded(Value):
    """Sources of the reply."""

    kind: Literal["citations"] = "citations"
    citations: list[CitationPart]


class ImageAdded(Value):
    """An image that the model made."""

    kind: Literal["image"] = "image"
    image: ImagePart


class UsageReported(Value):
    """Tokens as the server counts them."""

    kind: Literal["usage"] = "usage"
    usage: Usage


class Retrying(Value):
    """A request failed and is going to be repeated."""

    kind: Literal["retrying"] = "retrying"
    attempt: int
    """The number of the coming request, from 2."""
    delay: float
    """Seconds until it leaves."""
    why: str
    """What went wrong, in a sentence for the user."""
    status: int | None = None
    """HTTP status, if the server answered."""
    server_words: str = ""
    """What the server said, if it said anything."""


class Finished(Value):
    """The model has said that it is done. A stream that ends without this was interrupted."""

    kind: Literal["finished"] = "finished"
    reason: FinishReason = FinishReason.STOP
    words: str = ""
    """Why it stopped, in the server's words, where they say more than the reason."""


StreamEvent = Annotated[
    Started | TextDelta | ReasoningDelta | CitationsAdded | ImageAdded | UsageReported | Retrying | Finished,
    Field(discriminator="kind"),
]
"""Anything a client yields, told apart by its class (or ``kind`` once it is JSON)."""
