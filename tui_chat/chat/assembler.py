"""Folds the events of a stream into the reply they make up."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import groupby
from typing import Any

from tui_chat.domain.errors import ChatError, ConnectionFailed, TimedOut
from tui_chat.domain.events import (
    CitationsAdded,
    Finished,
    ImageAdded,
    ReasoningDelta,
    Retrying,
    Started,
    StreamEvent,
    TextDelta,
    UsageReported,
)
from tui_chat.domain.messages import ChatMessage, CitationPart, MessageError, MessageStatus, ReasoningPart, TextPart
from tui_chat.domain.usage import Timing


class Assembler:
    """Builds one reply. The text is joined only when the message is asked for, so that a delta costs O(1)."""

    def __init__(self, message: ChatMessage, clock: Callable[[], float] = time.monotonic) -> None:
        self._message = message
        self._clock = clock
        self._began = clock()
        self._parts = [part for part in message.parts if not isinstance(part, CitationPart)]
        self._citations = message.citations
        self._deltas: list[TextDelta | ReasoningDelta] = []
        """What has come and is not yet part of ``_parts``."""
        self._first: float | None = None
        self._first_reasoning: float | None = None
        self._first_text: float | None = None
        self.remote_session_id = ""
        """The server's id of the session, once it is known."""
        self.has_news = False
        """Whether anything has come; set back by who has saved it."""

    @property
    def seconds(self) -> float:
        """How long the reply has been coming."""
        return self._clock() - self._began

    @property
    def message(self) -> ChatMessage:
        """The reply with all that has come."""
        self._settle()
        self._message.parts = [*self._parts, *self._citations]
        return self._message

    def begin_again(self) -> None:
        """Count the time anew: the request that came to nothing has been waited for, and leaves once more."""
        self._began = self._clock()
        self._first = self._first_reasoning = self._first_text = None

    def add(self, event: StreamEvent) -> None:
        """Take in one event."""
        self.has_news = True
        match event:
            case TextDelta() | ReasoningDelta():
                self._deltas.append(event)
                elapsed = self.seconds
                if self._first is None:
                    self._first = elapsed
                if isinstance(event, TextDelta):
                    self._first_text = self._first_text or elapsed
                elif event.text:
                    self._first_reasoning = self._first_reasoning or elapsed
            case Started():
                self._message.model = event.model or self._message.model
                self._message.remote_id = event.message_remote_id or self._message.remote_id
                self.remote_session_id = event.remote_id
            case ImageAdded():
                self._settle()
                self._parts.append(event.image)
            case CitationsAdded():
                self._citations.extend(event.citations)
            case UsageReported():
                self._message.usage = event.usage
            case Finished():
                self._message.finish_reason, self._message.finish_words = event.reason, event.words
            case Retrying():
                pass

    def end(self) -> ChatMessage:
        """End the reply as the stream ended: complete, or interrupted if it never said so."""
        finished = self._message.finish_reason is not None
        return self._end(MessageStatus.COMPLETE if finished else MessageStatus.INTERRUPTED)

    def interrupt(self) -> ChatMessage:
        """End the reply because it was stopped."""
        return self._end(MessageStatus.INTERRUPTED)

    def fail(self, error: ChatError) -> ChatMessage:
        """End the reply because of an error; what had come is kept.

        A connection that was lost in the middle of a reply interrupts it, as a stop does.
        """
        self._message.error = error.to_message_error()
        was_cut = isinstance(error, ConnectionFailed | TimedOut) and self.message.text
        return self._end(MessageStatus.INTERRUPTED if was_cut else MessageStatus.ERROR)

    def give_up(self, error: MessageError) -> ChatMessage:
        """End the reply because nobody wants to wait any longer."""
        self._message.error = error
        return self._end(MessageStatus.ERROR)

    def _end(self, status: MessageStatus) -> ChatMessage:
        message = self.message
        message.status = status
        total = self.seconds
        thought = None if self._first_reasoning is None else (self._first_text or total) - self._first_reasoning
        message.timing = Timing(first_token=self._first, reasoning=thought, total=total)
        return message

    def _settle(self) -> None:
        """Make parts of the deltas."""
        for is_text, deltas in groupby(self._deltas, key=lambda delta: isinstance(delta, TextDelta)):
            text, metadata = _joined(list(deltas))
            self._append(TextPart(text=text) if is_text else ReasoningPart(text=text, metadata=metadata))
        self._deltas.clear()

    def _append(self, part: TextPart | ReasoningPart) -> None:
        last = self._parts[-1] if self._parts else None
        if isinstance(part, TextPart) and isinstance(last, TextPart):
            self._parts[-1] = TextPart(text=last.text + part.text)
        elif isinstance(part, ReasoningPart) and isinstance(last, ReasoningPart):
            self._parts[-1] = ReasoningPart(text=last.text + part.text, metadata={**last.metadata, **part.metadata})
        else:
            self._parts.append(part)


def _joined(deltas: list[TextDelta | ReasoningDelta]) -> tuple[str, dict[str, Any]]:
    metadata: dict[str, Any] = {}
    for delta in deltas:
        if isinstance(delta, ReasoningDelta):
            metadata |= delta.metadata
    return "".join(delta.text for delta in deltas), metadata
