"""The messages around a hit, beside the list of hits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.finding import SpansOf
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.app.transcript.view import Transcript
from tui_chat.app.widgets import muted
from tui_chat.app.widgets.hit_list import HitPlace
from tui_chat.app.widgets.lines import EndsLine
from tui_chat.domain.errors import ChatError

EntriesOf = Callable[[str, str | None], Awaitable[list[Entry]]]
"""Returns the messages of a session by its id, of the branch that holds a message."""


class HitPreview(Vertical):
    """A session at a hit.

    Args:
        entries_of: Reads the messages to show.
    """

    class Appeared(Message):
        """There is room now to show something in."""

    def __init__(self, entries_of: EntriesOf) -> None:
        super().__init__()
        self._entries_of = entries_of
        self.transcript = Transcript(classes="-raised")
        """The messages."""
        self._title = EndsLine()
        self._note = Static(classes="note", markup=False)
        self.has_room = False
        """Whether it is on screen."""

    def compose(self) -> ComposeResult:
        """Lay the title over the messages."""
        yield self._title
        yield self.transcript
        yield self._note

    def on_mount(self) -> None:
        """Leave the keys to the field."""
        self.transcript.can_focus = False
        self.clear()

    def on_resize(self, event: events.Resize) -> None:
        """Tell when there is room, once the messages have theirs."""
        had_room, self.has_room = self.has_room, bool(event.size)
        if self.has_room and not had_room:
            self.call_after_refresh(self.post_message, self.Appeared())

    def on_hide(self) -> None:
        """There is no room any more."""
        self.has_room = False

    def clear(self) -> None:
        """Show nothing."""
        self._title.left = self._title.right = Content("")
        self._note.display = False
        self.transcript.show(())

    async def show(self, place: HitPlace, query: str, spans_of: SpansOf) -> None:
        """Show a hit.

        Args:
            place: The hit.
            query: What is looked for.
            spans_of: Where its hits in a text are.
        """
        session, message_id = place.found.session, place.hit.message_id
        trouble = ""
        try:
            entries = await self._entries_of(session.id, message_id)
        except ChatError as error:
            entries, trouble = [], error.sentence
        index = next((index for index, one in enumerate(entries) if one.message.id == message_id), None)
        self._title.left = Content(one_line(session.name)).stylize("bold")
        self._title.right = muted(f"message {index + 1} of {len(entries)}" if index is not None else "")
        self._note.display = not entries
        if not entries:
            self._note.update(Content(trouble or "No messages."))
        self.transcript.show(entries, at=message_id or (entries[0].message.id if entries else None))
        if message_id is not None:
            self.transcript.find_in(message_id, query, spans_of)
