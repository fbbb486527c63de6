"""A look into a session without opening it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.screens.sheet import Sheet
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.app.transcript.view import Transcript
from tui_chat.domain.errors import ChatError
from tui_chat.domain.sessions import SessionSummary
from tui_chat.domain.words import counted

Load = Callable[[SessionSummary], Awaitable[list[Entry]]]
"""Returns the visible messages of a session."""


class PreviewDialog(Sheet[str]):
    """The messages of the session under the sidebar's cursor; the result is the id of the one to open.

    Args:
        sessions: The sessions to walk through, in the order of the list.
        at: Id of the first to show.
        load: Reads one.
    """

    KEYS: ClassVar = [("Enter", "open"), ("↑ ↓", "other sessions"), ("PgUp PgDn", "scroll"), ("Esc", "close")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", priority=True),
        Binding("tab,escape", "dismiss_empty", "close", priority=True),
        Binding("j,down", "step(1)", "next session", show=False, priority=True),
        Binding("k,up", "step(-1)", "previous session", show=False, priority=True),
        Binding("d,pagedown,space", "scroll(1)", "down", show=False, priority=True),
        Binding("u,pageup", "scroll(-1)", "up", show=False, priority=True),
        Binding("g,home", "end(-1)", "begin", show=False, priority=True),
        Binding("G,end", "end(1)", "end", show=False, priority=True),
    ]

    def __init__(self, sessions: Sequence[SessionSummary], at: str, load: Load) -> None:
        super().__init__("Preview", width="-wide")
        self._sessions = sessions
        self._index = next((index for index, one in enumerate(sessions) if one.id == at), 0)
        self._load = load

    def compose_body(self) -> Iterable[Widget]:
        """Yield the transcript, and what stands there when it cannot be read."""
        yield Transcript(classes="preview")
        yield Static(classes="note")

    def on_mount(self) -> None:
        self.query_one(Transcript).can_focus = False
        self.set_focus(None)
        self._show()

    def action_step(self, step: int) -> None:
        """Show the next session, or the one before."""
        index = min(max(0, self._index + step), len(self._sessions) - 1)
        if index != self._index:
            self._index = index
            self._show()

    def action_scroll(self, step: int) -> None:
        """Scroll by a page."""
        transcript = self.query_one(Transcript)
        transcript.scroll_relative(y=step * max(1, transcript.size.height - 2), animate=False)

    def action_end(self, step: int) -> None:
        """Scroll to the begin or the end."""
        transcript = self.query_one(Transcript)
        if step < 0:
            transcript.scroll_home(animate=False)
        else:
            transcript.scroll_end(animate=False)

    def action_open(self) -> None:
        """Open the session that is shown."""
        self.dismiss(self._sessions[self._index].id)

    @work(group="preview", exclusive=True)
    async def _show(self) -> None:
        session = self._sessions[self._index]
        transcript, note = self.query_one(Transcript), self.query_one(".note", Static)
        self.query_one(".sheet-title .left", Static).update(Content(one_line(session.name)))
        facts = f"{session.updated_at.astimezone():%Y-%m-%d %H:%M} · {counted(session.message_count, 'message')}"
        self.query_one(".sheet-title .right", Static).update(Content(facts))
        try:
            entries = await self._load(session)
        except ChatError as error:
            entries = []
            note.update(Content(error.sentence))
        else:
            note.update("No messages." if not entries else "")
        transcript.display, note.display = bool(entries), not entries
        transcript.show(entries)
