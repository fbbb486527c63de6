"""One message on the screen."""

from __future__ import annotations

import time

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_chat.app.transcript.entries import (
    Entry,
    HintsFor,
    body,
    failure,
    head,
    outcome,
    running_head,
    waiting,
)
from tui_chat.app.transcript.text import styled
from tui_chat.domain.events import ReasoningDelta, Retrying, StreamEvent, TextDelta
from tui_chat.domain.messages import ChatMessage, Role


class MessageView(Vertical):
    """Head, text, and what became of it. A prompt is a card; a reply lies bare on the page."""

    def __init__(self, entry: Entry, hints: HintsFor) -> None:
        is_prompt = entry.message.role is Role.USER
        super().__init__(classes="message -prompt" if is_prompt else "message")
        self._entry = entry
        self._hints = hints
        self._unfolded = False
        self._detailed = False
        self._began = time.monotonic()
        self._thought = ""
        self._text = entry.message.text
        self._retry: tuple[Retrying, float] | None = None

    def compose(self) -> ComposeResult:
        yield Static(classes="head")
        yield Static(classes="body")
        yield Static(classes="outcome")
        yield Static(classes="notice")

    def on_mount(self) -> None:
        self.redraw()

    @property
    def message(self) -> ChatMessage:
        """The message that is shown."""
        return self._entry.message

    @property
    def entry(self) -> Entry:
        """The message with its place among its siblings."""
        return self._entry

    @entry.setter
    def entry(self, entry: Entry) -> None:
        self._entry = entry
        self._text, self._thought, self._retry = entry.message.text, entry.message.reasoning, None
        self.redraw()

    def take(self, event: StreamEvent, at: float) -> None:
        """Take in a piece of the reply; it is drawn with the next `redraw`."""
        match event:
            case TextDelta():
                self._text += event.text
                self._retry = None
            case ReasoningDelta():
                self._thought += event.text
                self._retry = None
            case Retrying():
                self._retry = (event, at)
            case _:
                pass

    def toggle_reasoning(self) -> None:
        """Fold or unfold the reasoning."""
        self._unfolded = not self._unfolded
        self.redraw()

    def toggle_details(self) -> None:
        """Show or hide all facts."""
        self._detailed = not self._detailed
        self.redraw()

    def redraw(self) -> None:
        """Draw the message as it is now."""
        if not self.is_mounted:
            return
        message, hints = self.message, self._hints(self.message)
        if message.is_running:
            self._draw(self._running_head(), self._running_body(), None, self._waiting())
        else:
            text = body(message, unfolded=self._unfolded)
            self._draw(
                head(self._entry, is_detailed=self._detailed), text, outcome(message, hints), failure(message, hints)
            )
        self.query_one(".notice").set_class(self._retry is not None, "-warning")

    def _draw(self, *contents: Content | None) -> None:
        for part, content in zip(self.query(Static), contents, strict=True):
            part.display = bool(content)
            part.update(content or Content())

    def _running_head(self) -> Content:
        state = "writing" if self._text else "thinking" if self._thought else "waiting"
        return running_head(self.message, int(time.monotonic() - self._began), state=state)

    def _running_body(self) -> Content:
        if self._text:
            return styled(self._text)
        last = self._thought.rstrip().rpartition("\n")[2]
        return Content.assemble((last, "italic $foreground-muted")) if last else Content()

    def _waiting(self) -> Content | None:
        if self._retry is None:
            return None
        event, since = self._retry
        left = max(0, round(event.delay - (time.monotonic() - since)))
        return waiting(event.why, left, event.delay, self._hints(self.message))
