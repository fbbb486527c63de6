"""The list of sessions: grouped by day, filtered as one types, of any length."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import ClassVar

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from tui_chat.app.themes import UNICODE, Glyphs
from tui_chat.app.widgets.lines import EMPTY, muted
from tui_chat.app.widgets.row_list import Row, RowList
from tui_chat.app.widgets.session_groups import group_sessions, time_label
from tui_chat.domain.sessions import Listed

#: Kinds of marks with their ink.
_MARKS = {
    "failed": "$text-error",
    "interrupted": "$text-warning",
    "running": "$text-primary",
    "unseen": "$text-primary",
}


#: The word of the filter that shows the archived sessions in place of the others.
ARCHIVED = "is:archived"


class SessionList(RowList):
    """Sessions under the names of days. Only the rows in view are drawn."""

    INDENT: ClassVar[int] = 2

    class Opened(Message):
        """The user wants to see a session."""

        def __init__(self, session_id: str) -> None:
            super().__init__()
            self.session_id = session_id
            """Which one."""

    class CursorMoved(Message):
        """The cursor stands on another session."""

        def __init__(self, session_id: str | None) -> None:
            super().__init__()
            self.session_id = session_id
            """Which one; ``None`` if the list is empty."""

    filter_text: reactive[str] = reactive("")
    """Words that a session's name must hold, each of them anywhere; case and accents do not matter.

    With the word ``is:archived`` the archived sessions are shown, else all others.
    """
    shows_times: reactive[bool] = reactive(False)
    """Whether there is room for times."""

    def __init__(self, *, glyphs: Glyphs = UNICODE, today: Callable[[], date] = date.today) -> None:
        super().__init__(glyphs=glyphs)
        self._today = today
        self._sessions: Sequence[Listed] = ()
        self._folded: list[str] | None = None
        self._marks: Mapping[str, str] = {}
        self._rows: list[Listed | str] = []
        self._shown = self._total = 0

    @property
    def shown(self) -> int:
        """How many sessions the filter lets through."""
        return self._shown

    @property
    def total(self) -> int:
        """How many sessions it chooses from: the archived ones or the others."""
        return self._total

    def set_sessions(self, sessions: Sequence[Listed]) -> None:
        """Show these sessions, in any order; the cursor stays on its session."""
        self._sessions = list(sessions)
        self._folded = None
        self._fill()

    def set_marks(self, marks: Mapping[str, str]) -> None:
        """Set the marks of sessions by id: ``failed``, ``interrupted``, ``running`` or ``unseen``."""
        self._marks = dict(marks)
        self.refresh()

    def watch_filter_text(self) -> None:
        """Show what the filter lets through."""
        self._fill()

    def count(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    def key_at(self, index: int) -> str | None:
        """Return the id of the session of a row."""
        row = self._rows[index]
        return None if isinstance(row, str) else row.id

    def row_at(self, index: int) -> Row:
        """Return a row."""
        row = self._rows[index]
        if isinstance(row, str):
            return Row(Content(row))
        return Row(Content(" ".join(row.name.split())), self._aside(row), row.id)

    def tell_chosen(self, key: str) -> None:
        """Tell which session is wanted."""
        self.post_message(self.Opened(key))

    def tell_moved(self, key: str | None) -> None:
        """Tell on which session the cursor stands."""
        self.post_message(self.CursorMoved(key))

    def _aside(self, session: Listed) -> Content:
        parts = [muted(time_label(session.updated_at, self._today()))] if self.shows_times else []
        kind = self._marks.get(session.id, "")
        if kind in _MARKS:
            glyph = {"running": self.glyphs.running, "unseen": self.glyphs.new}.get(kind) or getattr(self.glyphs, kind)
            parts.append(Content.styled(glyph, _MARKS[kind]))
        return Content(" ").join(parts) if parts else EMPTY

    def _fill(self) -> None:
        keep, words = self.cursor_id, _fold(self.filter_text).split()
        archived = ARCHIVED in words
        self._total = sum(session.archived is archived for session in self._sessions)
        sessions = self._matching([word for word in words if word != ARCHIVED], archived=archived)
        self._shown = len(sessions)
        self._rows = []
        for group in group_sessions(sessions, self._today()):
            self._rows += [*([""] if self._rows else []), group.name, *group.sessions]
        self.rows_changed(keep)

    def _matching(self, words: Sequence[str], *, archived: bool) -> list[Listed]:
        if not words:
            return [session for session in self._sessions if session.archived is archived]
        if self._folded is None:
            self._folded = [_fold(session.name) for session in self._sessions]
        return [
            session
            for session, name in zip(self._sessions, self._folded, strict=True)
            if session.archived is archived and all(word in name for word in words)
        ]


def _fold(text: str) -> str:
    """Return text without case and accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))
