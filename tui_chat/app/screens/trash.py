"""The trash: what was deleted, and for how long it is still kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.screens.dialogs import Confirm
from tui_chat.app.screens.sheet import MOVES, Sheet
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.app.widgets import Pick, Row
from tui_chat.app.widgets.session_groups import day_label
from tui_chat.chat.trash import KEPT_DAYS, days_left
from tui_chat.domain.record import now
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.words import counted

#: Columns of the screen below which a row does not say when it was deleted.
_ROOMY = 60


class TrashDialog(Sheet[str]):
    """The deleted sessions; the result is the id of the one to restore.

    Args:
        sessions: What lies in the trash.
        purge: Removes a session for good; returns whether it is gone.
    """

    KEYS: ClassVar = [("Enter", "restore"), ("D", "delete for good"), ("↑ ↓", "session"), ("Esc", "close")]
    OF_A_ROW: ClassVar = frozenset({"Enter", "D", "↑ ↓"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "restore", "restore"),
        Binding("D", "purge", "delete for good"),
        *MOVES,
    ]

    def __init__(self, sessions: Sequence[ChatSession], purge: Callable[[str], Awaitable[bool]]) -> None:
        super().__init__("Trash", aside=f"kept for {KEPT_DAYS} days", width="-list")
        self._sessions = {session.id: session for session in sessions}
        self._purge = purge

    def compose_body(self) -> Iterable[Widget]:
        """Yield the list, and what stands there when it is empty."""
        yield Pick(self._rows())
        yield Static("The trash is empty.", classes="note")

    def on_mount(self) -> None:
        self.query_one(Pick).focus()
        self._show()

    def action_restore(self) -> None:
        """Restore the session with the cursor."""
        self.query_one(Pick).choose()

    @on(Pick.Chosen)
    def restore(self, event: Pick.Chosen) -> None:
        self.dismiss(event.key)

    @work(group="purge")
    async def action_purge(self) -> None:
        """Remove the session with the cursor for good, if the user is sure."""
        session = self._sessions.get(self.query_one(Pick).cursor_id or "")
        if session is None:
            return
        words = f"{one_line(session.name)}, {counted(session.message_count, 'message')}"
        if await self.app.push_screen_wait(Confirm("Delete for good?", words)) and await self._purge(session.id):
            del self._sessions[session.id]
            self._show()

    def _show(self) -> None:
        self.query_one(Pick).set_rows(self._rows())
        self.query_one(Pick).display = bool(self._sessions)
        self.query_one(".note", Static).display = not self._sessions
        self.tell_keys(is_empty=not self._sessions)

    def _rows(self) -> list[Row]:
        at = now()
        has_room = self.app.size.width >= _ROOMY
        return [_row(one, one.deleted_at or at, at, has_room=has_room) for one in self._sessions.values()]


def _row(session: ChatSession, deleted_at: datetime, at: datetime, *, has_room: bool) -> Row:
    days = days_left(deleted_at, at)
    facts = f"{counted(days, 'day')} left"
    if has_room:
        facts = f"deleted {day_label(deleted_at, at.astimezone().date())}   {facts:>12}"
    return Row(Content(one_line(session.name)), Content.styled(facts, "$foreground-muted"), session.id)
