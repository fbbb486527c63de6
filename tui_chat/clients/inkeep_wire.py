"""What Inkeep's chat-session API sends, as far as it is read."""

from __future__ import annotations

from typing import Any

from tui_chat.domain.record import Record


class Source(Record):
    """A record of the site that is asked about (``record`` on the wire), such as a page, an issue or a post."""

    type: str | None = None
    """For example ``documentation`` or ``github_issue``."""
    url: str | None = None
    title: str | None = None
    description: str | None = None
    breadcrumbs: list[str] | None = None


class Citation(Record):
    """A record that the reply refers to."""

    number: int | None = None
    """How the reply's text calls it."""
    record: Source
    hit_url: str | None = None
    """The place inside the record."""


class RecordsCited(Record):
    """The records that a whole reply refers to."""

    citations: list[Citation] | None = None


class Event(RecordsCited):
    """The data of a server-sent event: of a ``message_chunk``, or of ``records_cited``."""

    chat_session_id: str | None = None
    content_chunk: str | None = None
    finish_reason: Any = None
    """``stop``, ``length`` or ``content_filter``; the vendor's own library takes anything."""


class Message(Record):
    """A reply in one piece."""

    content: str | None = None
    records_cited: RecordsCited | None = None


class ChatResult(Record):
    """The answer where no stream was asked for."""

    chat_session_id: str | None = None
    message: Message | None = None
