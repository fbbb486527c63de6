"""A reply that is arriving: what it does just now, for how long, how fast."""

from __future__ import annotations

from datetime import UTC, datetime

from tui_chat.app.transcript.heads import Progress
from tui_chat.domain.events import CitationsAdded, ImageAdded, ReasoningDelta, Retrying, Started, StreamEvent, TextDelta
from tui_chat.domain.messages import ChatMessage, CitationPart, ImagePart
from tui_chat.domain.usage import CHARACTERS_PER_TOKEN


class Arrival:
    """Keeps the times and the pieces of a running reply that are not its text."""

    def __init__(self, message: ChatMessage) -> None:
        self._began = message.created_at
        self._model = ""
        self._text_began: float | None = None
        self._characters = 0
        self._thoughts = [message.reasoning] if message.reasoning else []
        self._thought_began = 0.0 if self._thoughts else None
        self._thought_ended: float | None = None
        self._retry: tuple[Retrying, float] | None = None
        self.citations: list[CitationPart] = message.citations
        """The sources so far."""
        self.images = [part for part in message.parts if isinstance(part, ImagePart)]
        """The images so far."""
        self._has_content = bool(message.text or self.images)

    def take(self, event: StreamEvent) -> str:
        """Take in a piece of the reply; return its text, to be laid out."""
        now = self.seconds
        match event:
            case TextDelta(text=text):
                self._retry = None
                if self._text_began is None:
                    self._text_began = now
                    self._end_thought(now)
                self._has_content = self._has_content or bool(text)
                self._characters += len(text)
                return text
            case ReasoningDelta(text=text):
                self._retry = None
                if self._thought_began is None:
                    self._thought_began = now
                self._thoughts.append(text)
            case ImageAdded(image=image):
                self._retry = None
                self._end_thought(now)
                self._has_content = True
                self.images = [*self.images, image]
            case CitationsAdded(citations=citations):
                self.citations = [*self.citations, *citations]
            case Started(model=model):
                self._retry = None
                self._model = model
            case Retrying():
                self._retry = (event, now)
            case _:
                pass
        return ""

    def _end_thought(self, now: float) -> None:
        if self._thoughts and self._thought_ended is None:
            self._thought_ended = now

    @property
    def seconds(self) -> float:
        """Seconds since the request left."""
        return max(0.0, (datetime.now(UTC) - self._began).total_seconds())

    @property
    def state(self) -> str:
        """``waiting``, ``thinking`` or ``writing``."""
        return "writing" if self._has_content else "thinking" if self._thoughts else "waiting"

    @property
    def progress(self) -> Progress:
        """What the reply does just now."""
        if self.retry:
            return Progress("", 0)
        now = self.seconds
        if not self._has_content:
            since = now - (self._thought_began or 0.0) if self._thoughts else now
            return Progress(self.state, int(since), model=self._model)
        wrote = now - (self._text_began if self._text_began is not None else now)
        speed = round(self._characters / CHARACTERS_PER_TOKEN / wrote) if wrote >= 1 else 0
        return Progress(self.state, int(now), speed, self._model)

    @property
    def thought(self) -> str:
        """All reasoning so far."""
        if len(self._thoughts) > 1:
            self._thoughts[:] = ["".join(self._thoughts)]
        return self._thoughts[0] if self._thoughts else ""

    @property
    def thought_seconds(self) -> float | None:
        """How long the model reasoned; ``None`` while it still does, or if that is not known."""
        if self._thought_ended is None or self._thought_began is None:
            return None
        return self._thought_ended - self._thought_began

    @property
    def is_thinking(self) -> bool:
        """Whether there is reasoning and nothing else yet."""
        return bool(self._thoughts) and not self._has_content

    @property
    def retry(self) -> tuple[Retrying, int] | None:
        """The coming repetition of a failed request and the seconds until then."""
        if self._retry is None:
            return None
        event, since = self._retry
        left = event.delay - (self.seconds - since)
        return (event, max(1, round(left))) if left > 0 else None
