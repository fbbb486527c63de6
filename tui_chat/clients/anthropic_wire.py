"""What Anthropic's Messages API sends, as far as it is read."""

from __future__ import annotations

from typing import Any

from tui_chat.domain.record import Record


class Citation(Record):
    """A source of a text: a web page, a search result, or a document of the request."""

    url: str | None = None
    source: str | None = None
    """Where a search result is from."""
    title: str | None = None
    document_title: str | None = None
    cited_text: str | None = None


class Block(Record):
    """A block of the reply: text, thinking, or thinking that only the vendor can read."""

    text: str | None = None
    citations: list[Citation] | None = None
    thinking: str | None = None
    signature: str | None = None
    data: str | None = None


class StopDetails(Record):
    """Why a model refused."""

    category: str | None = None
    explanation: str | None = None


class Delta(Record):
    """What a block grows by, or what is new about the message."""

    text: str | None = None
    thinking: str | None = None
    signature: str | None = None
    citation: Citation | None = None
    stop_reason: str | None = None
    stop_details: StopDetails | None = None


class OutputDetails(Record):
    """How the tokens written divide."""

    thinking_tokens: int | None = None


class Usage(Record):
    """Tokens so far. Those of the cache are not among the input tokens."""

    input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    output_tokens: int | None = None
    output_tokens_details: OutputDetails | None = None


class Message(Record):
    """The reply as a whole; without content where a stream begins."""

    id: str | None = None
    model: str | None = None
    content: list[Any] | None = None
    stop_reason: str | None = None
    stop_details: StopDetails | None = None
    usage: Usage | None = None


class Event(Record):
    """An event of the stream; which fields it has depends on its type."""

    index: int | None = None
    """Which block it is about."""
    message: Message | None = None
    content_block: Any = None
    delta: Delta | None = None
    usage: Usage | None = None


class Support(Record):
    """Whether a model can do something."""

    supported: bool | None = None


class Capabilities(Record):
    """What a model can do."""

    image_input: Support | None = None
    thinking: Support | None = None


class Model(Record):
    """A model as it is listed."""

    id: str
    max_input_tokens: int | None = None
    capabilities: Capabilities | None = None
