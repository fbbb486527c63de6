"""The transcript: the visible branch of a session, one widget a message, and the cursor that browses it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.reactive import var

from tui_chat.app.transcript.entries import Entry, Hints, HintsFor
from tui_chat.app.transcript.message_view import MessageView
from tui_chat.app.transcript.text import code_blocks
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.messages import ChatMessage

#: Pieces of a reply are shown together, this often at most, in seconds.
FLUSH_EVERY = 1 / 20


def no_hints(_message: ChatMessage) -> Hints:
    """Return no keys."""
    return ()


class Transcript(VerticalScroll, can_focus=True):
    """Shows messages and follows the newest, until the user scrolls away from it."""

    @dataclass
    class BrowsingEnded(Message):
        """A letter that means nothing here was typed: it belongs to the input."""

        character: str

    @dataclass
    class CursorMoved(Message):
        """Another message is browsed."""

        index: int
        """Its place in the branch, from 0."""
        count: int

    cursor: var[int | None] = var(None)
    """Place of the browsed message; ``None`` while nobody browses."""

    def __init__(self, *, hints: HintsFor = no_hints, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._hints = hints
        self._views: list[MessageView] = []
        self._by_id: dict[str, MessageView] = {}
        self._news: set[MessageView] = set()
        self._hits: list[MessageView] = []
        self._hit = -1

    def compose(self) -> ComposeResult:
        yield Vertical(id="column")

    def on_mount(self) -> None:
        self.anchor()
        self.set_interval(FLUSH_EVERY, self._flush)
        self.set_interval(1.0, self._tick)

    def watch_cursor(self, old: int | None, new: int | None) -> None:
        for place, view in enumerate(self._views):
            view.set_class(place == new, "-cursor")
        if new is not None and self._views:
            self._views[new].scroll_visible(animate=False)
            self.post_message(self.CursorMoved(new, len(self._views)))

    def on_focus(self) -> None:
        if self._views and self.cursor is None:
            self.cursor = len(self._views) - 1

    def on_blur(self) -> None:
        self.cursor = None

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character is not None:
            event.stop()
            self.post_message(self.BrowsingEnded(event.character))

    async def show(self, entries: Sequence[Entry], *, at: str | None = None) -> None:
        """Show a whole branch.

        Args:
            entries: The messages, oldest first.
            at: Id of the message to scroll to; ``None`` goes to the end and follows.
        """
        browsed = self.cursor_message
        self._views = [MessageView(entry, self._hints) for entry in entries]
        self._by_id = {view.message.id: view for view in self._views}
        self._news.clear()
        column = self.query_one("#column", Vertical)
        async with self.batch():
            await column.remove_children()
            await column.mount_all(self._views)
        if self.has_focus and self._views:
            places = [place for place, view in enumerate(self._views) if browsed and view.message.id == browsed.id]
            self.set_reactive(Transcript.cursor, None)
            self.cursor = places[0] if places else len(self._views) - 1
        if at in self._by_id:
            self._by_id[at].scroll_visible(animate=False)
        else:
            self.follow()

    def apply(self, message_id: str, event: StreamEvent) -> None:
        """Take in a piece of a running reply; a reply that is not shown is ignored."""
        if view := self._by_id.get(message_id):
            view.take(event, time.monotonic())
            self._news.add(view)

    def update_entry(self, entry: Entry) -> None:
        """Show a message as it is now; a message that is not shown is ignored."""
        if view := self._by_id.get(entry.message.id):
            self._news.discard(view)
            view.entry = entry

    def follow(self) -> None:
        """Go to the newest line and stay there."""
        self.anchor()
        self.scroll_end(animate=False)

    def refresh_hints(self) -> None:
        """Ask anew for the keys that act on messages."""
        for view in self._views:
            view.redraw()

    @property
    def cursor_message(self) -> ChatMessage | None:
        """The browsed message."""
        return self._views[self.cursor].message if self.cursor is not None and self._views else None

    @property
    def cursor_code(self) -> tuple[str, str] | None:
        """Language and text of the last code block of the browsed message."""
        blocks = code_blocks(self.cursor_message.text) if self.cursor_message else []
        return blocks[-1] if blocks else None

    def find(self, query: str) -> int:
        """Mark the messages that contain a text, ignoring case, and go to the last; return how many there are."""
        wanted = query.casefold()
        self._hits = [view for view in self._views if wanted and wanted in view.message.text.casefold()]
        self._hit = len(self._hits)
        if self._hits:
            self.action_next_hit(-1)
        return len(self._hits)

    def action_next_hit(self, step: int) -> None:
        """Go to the next message that contains the text looked for."""
        if self._hits:
            self._hit = (self._hit + step) % len(self._hits)
            self.cursor = self._views.index(self._hits[self._hit])

    def action_move_message(self, step: int) -> None:
        """Browse the next message."""
        if self._views:
            self.cursor = max(0, min(len(self._views) - 1, (self.cursor or 0) + step))

    def action_move_line(self, step: int) -> None:
        """Scroll by lines."""
        self.scroll_relative(y=step, animate=False)

    def action_half_page(self, step: int) -> None:
        """Scroll by half a page."""
        self.scroll_relative(y=step * max(1, self.size.height // 2), animate=False)

    def action_first(self) -> None:
        """Browse the first message."""
        self.cursor = 0 if self._views else None

    def action_last(self) -> None:
        """Browse the newest message, and follow."""
        self.cursor = len(self._views) - 1 if self._views else None
        self.follow()

    def action_fold(self) -> None:
        """Fold or unfold the reasoning of the browsed message."""
        if self.cursor is not None and self._views:
            self._views[self.cursor].toggle_reasoning()

    def action_details(self) -> None:
        """Show or hide all facts of the browsed message."""
        if self.cursor is not None and self._views:
            self._views[self.cursor].toggle_details()

    def _flush(self) -> None:
        for view in self._news:
            view.redraw()
        self._news.clear()

    def _tick(self) -> None:
        for view in self._views:
            if view.message.is_running:
                view.redraw()
