"""What the Responses API sends, as far as it is read."""

from __future__ import annotations

from typing import Any

from tui_chat.domain.record import Record


class Annotation(Record):
    """A source of a text: a web page, or a file of the vendor's store."""

    type: str | None = None
    url: str | None = None
    title: str | None = None
    filename: str | None = None


class Content(Record):
    """One piece of an item: text, a refusal, a summary of reasoning, or the reasoning itself."""

    text: str | None = None
    refusal: str | None = None
    annotations: list[Annotation] | None = None


class Item(Record):
    """A message, some reasoning, or an image; the items of other kinds are not read."""

    id: str | None = None
    content: list[Content] | None = None
    summary: list[Content] | None = None
    encrypted_content: str | None = None
    """The reasoning as only the vendor can read it."""
    result: str | None = None
    """An image in base64."""
    output_format: str | None = None
    """Of the image: ``png``, ``webp``, ``jpeg``, …"""


class InputDetails(Record):
    """How the tokens read divide."""

    cached_tokens: int | None = None


class OutputDetails(Record):
    """How the tokens written divide."""

    reasoning_tokens: int | None = None


class Usage(Record):
    """Tokens of the whole response."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    input_tokens_details: InputDetails | None = None
    output_tokens_details: OutputDetails | None = None


class IncompleteDetails(Record):
    """Why a response is not complete."""

    reason: str | None = None


class Response(Record):
    """The response as a whole, as far as it has come."""

    id: str | None = None
    model: str | None = None
    status: str | None = None
    """``completed``, ``incomplete``, ``failed``, ``cancelled``, ``in_progress`` or ``queued``."""
    incomplete_details: IncompleteDetails | None = None
    output: list[Any] | None = None
    usage: Usage | None = None
    error: Any = None


class Event(Record):
    """An event of the stream; which fields it has depends on its type."""

    response: Response | None = None
    item: Any = None
    output_index: int | None = None
    """Which item of the response it is about."""
    content_index: int | None = None
    """Which piece of the item."""
    summary_index: int | None = None
    """Which piece of the summary."""
    delta: str | None = None
    annotation: Annotation | None = None
