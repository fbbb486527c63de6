"""Reads a reply of Inkeep's chat-session API: server-sent events, or all of it as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tui_chat.clients.inkeep_wire import ChatResult, Citation, Event
from tui_chat.clients.reply_body import BodyReader
from tui_chat.clients.words import find_words
from tui_chat.domain.events import CitationsAdded, Started, StreamEvent, TextDelta
from tui_chat.domain.messages import CitationPart, FinishReason
from tui_chat.domain.providers import Provider

_REASONS = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "content_filter": FinishReason.FILTER,
}

#: Events that are read, and the name of those that have none.
_EVENTS = ("message_chunk", "records_cited", "message")


class ReplyReader(BodyReader):
    """Reads one reply; see the base class.

    Args:
        provider: Who answers.
        model: The chat mode that was asked for.
        key: The key that was sent.
        session_id: The server's id of the session; empty if it is only being created.
    """

    def __init__(self, provider: Provider, model: str, key: str, session_id: str = "") -> None:
        super().__init__(provider, model, key)
        self._session_id = session_id

    def _take(self, value: Any, event: str) -> Iterator[StreamEvent]:
        if event not in _EVENTS:
            return
        chunk = self._validated(Event, value)
        yield from self._in_session(chunk.chat_session_id)
        yield from self._text(chunk.content_chunk)
        yield from self._cited(chunk.citations or [])
        if chunk.finish_reason:
            self._said = str(chunk.finish_reason)
            self._reason = _REASONS.get(self._said, FinishReason.OTHER)

    def _take_whole(self, value: Any) -> Iterator[StreamEvent]:
        result = self._validated(ChatResult, value)
        if result.message is None:
            raise self._no_reply(find_words(value, self._key).message)
        self._reason = FinishReason.STOP
        yield from self._in_session(result.chat_session_id)
        yield from self._text(result.message.content)
        if result.message.records_cited is not None:
            yield from self._cited(result.message.records_cited.citations or [])

    def _in_session(self, session_id: str | None) -> Iterator[StreamEvent]:
        """Yield that the reply begins; once more if the session's id is told only later."""
        if session_id and session_id != self._session_id:
            self._session_id = session_id
            self._has_started = False
        yield from self._started("", "")

    def _started(self, model: str | None, remote_id: str | None) -> Iterator[StreamEvent]:
        if not self._has_started:
            self._has_started = True
            yield Started(model=self._model, remote_id=self._session_id)

    def _text(self, text: str | None) -> Iterator[StreamEvent]:
        if text:
            self._has_content = True
            yield TextDelta(text=text)

    def _cited(self, citations: Iterable[Citation]) -> Iterator[StreamEvent]:
        """Yield which sources are new, by the numbers that the text calls them by."""
        new = []
        for citation in citations:
            part = _part(citation, max((known.number for known in self._sources), default=0) + 1)
            if not any(_is_same(part, known, citation.number) for known in self._sources):
                self._sources.append(part)
                new.append(part)
        if new:
            yield CitationsAdded(citations=new)


def _part(citation: Citation, number: int) -> CitationPart:
    record = citation.record
    url = citation.hit_url or record.url or ""
    return CitationPart(
        number=number if citation.number is None else citation.number,
        title=record.title or ("" if url else record.type) or "",
        url=url,
        description=record.description or " › ".join(record.breadcrumbs or []),
    )


def _is_same(part: CitationPart, known: CitationPart, number: int | None) -> bool:
    return (part.url, part.title) == (known.url, known.title) and number in (None, known.number)
