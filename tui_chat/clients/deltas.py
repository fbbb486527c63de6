"""Mends what some servers stream: text that repeats itself, and reasoning hidden in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tui_chat.domain.errors import ProviderError
from tui_chat.domain.events import ReasoningDelta, StreamEvent, TextDelta

_OPEN = "<think>"
_CLOSE = "</think>"

#: A text as short as this may well come twice by chance.
_SHORT = 3


def merged(events: Iterable[StreamEvent]) -> Iterator[StreamEvent]:
    """Yield events with neighbouring deltas of text, or of reasoning, joined.

    Whoever takes them works once for all that came together. An error comes after all that came before it.
    """
    held: list[TextDelta | ReasoningDelta] = []
    try:
        for event in events:
            is_delta = isinstance(event, TextDelta) or (isinstance(event, ReasoningDelta) and not event.metadata)
            if held and not (is_delta and event.kind == held[0].kind):
                yield _joined(held)
                held = []
            if isinstance(event, TextDelta | ReasoningDelta) and is_delta:
                held.append(event)
            else:
                yield event
    except ProviderError:
        if held:
            yield _joined(held)
        raise
    if held:
        yield _joined(held)


def _joined(deltas: list[TextDelta | ReasoningDelta]) -> TextDelta | ReasoningDelta:
    return deltas[0] if len(deltas) == 1 else type(deltas[0])(text="".join(delta.text for delta in deltas))


class Increments:
    """Turns the text of a server that sends all of it again with each piece into what is new.

    A server is known for one if its second piece begins with the first, and its third with the second, each with more
    after it. The second is held back in that case until the third has come; all other texts pass as they are.
    """

    def __init__(self) -> None:
        self._sent = ""
        self._held = ""
        self._is_cumulative: bool | None = None

    def feed(self, piece: str) -> str:
        """Return what is new in a piece."""
        if self._is_cumulative is False or not piece:
            return piece
        if not self._sent:
            self._sent = piece
            return piece
        if self._is_cumulative:
            return self._grow(piece)
        if not self._held:
            if piece != self._sent and piece.startswith(self._sent):
                self._held = piece
                return ""
            self._is_cumulative = False
            return piece
        self._is_cumulative = piece != self._held and piece.startswith(self._held)
        return self._grow(piece) if self._is_cumulative else self._held + piece

    def end(self) -> str:
        """Return what was held back, once no more pieces come."""
        if not self._held or self._is_cumulative is not None:
            return ""
        return self._grow(self._held) if len(self._sent) > _SHORT else self._held

    def _grow(self, piece: str) -> str:
        if not piece.startswith(self._sent):
            # Not a repetition after all; better twice than lost.
            self._sent += piece
            return piece
        new = piece[len(self._sent) :]
        self._sent = piece
        return new


class ThinkTags:
    """Takes the reasoning out of a text that begins with ``<think>…</think>``, wherever the tags are cut."""

    def __init__(self) -> None:
        self._state = "before"
        self._held = ""

    def feed(self, text: str) -> list[TextDelta | ReasoningDelta]:
        """Return what is certain after a piece of text."""
        deltas: list[TextDelta | ReasoningDelta] = []
        self._held += text
        if self._state == "before":
            start = self._held.lstrip()
            if start.startswith(_OPEN):
                self._state, self._held = "opened", start[len(_OPEN) :]
            elif not _OPEN.startswith(start):
                self._state = "text"
        if self._state == "opened":
            self._held = self._held.lstrip("\n")
            if self._held:
                self._state = "thinking"
        if self._state == "thinking":
            thought, found, rest = self._held.partition(_CLOSE)
            if found:
                self._state, self._held = "after", rest
                thought = thought.rstrip("\n")
            else:
                thought = thought[: len(thought) - _length_to_hold(thought)]
                self._held = self._held[len(thought) :]
            if thought:
                deltas.append(ReasoningDelta(text=thought))
        if self._state == "after":
            self._held = self._held.lstrip("\n")
            if self._held:
                self._state = "text"
        if self._state == "text" and self._held:
            deltas.append(TextDelta(text=self._held))
            self._held = ""
        return deltas

    def end(self) -> list[TextDelta | ReasoningDelta]:
        """Return what was held back, once no more text comes."""
        held, self._held = self._held, ""
        if not held or self._state == "after":
            return []
        return [ReasoningDelta(text=held) if self._state == "thinking" else TextDelta(text=held)]


def _length_to_hold(text: str) -> int:
    """Return the length of the end of a text that may belong to the closing tag: a part of it, or line ends."""
    part = next((size for size in range(len(_CLOSE) - 1, 0, -1) if text.endswith(_CLOSE[:size])), 0)
    rest = text[: len(text) - part]
    return part + len(rest) - len(rest.rstrip("\n"))
