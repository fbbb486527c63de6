"""The list of sessions: grouped by day, filtered as one types, of any length."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from tui_chat.app import glyphs
from tui_chat.app.widgets.lines import EMPTY, muted
from tui_chat.app.widgets.row_list import Row, RowList
from tui_chat.app.widgets.session_filter import SessionFilter
from tui_chat.app.widgets.session_groups import group_sessions, time_label
from tui_chat.domain.sessions import Listed
from tui_chat.storage.needles import Haystack

#: Kinds of marks: what is drawn, and its ink.
_MARKS = {
    "failed": (glyphs.FAILED, "$text-error"),
    "interrupted": (glyphs.INTERRUPTED, "$text-warning"),
    "running": (glyphs.RUNNING, "$text-primary"),
    "unseen": (glyphs.NEW, "$text-primary"),
}


#: What stands below the sessions that a filter lets through, and its key.
_SEARCH = "Search everything"
_SEARCH_KEY = ""


class SessionList(RowList):
    """Sessions under the names of days. Only the rows in view are drawn."""

    INDENT: ClassVar[int] = 2
    GAP: ClassVar[int] = 1

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

    class SelectionChanged(Message):
        """Other sessions are selected."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count
            """How many there are."""

    class SearchWanted(Message):
        """What is typed into the filter shall be looked for in everything."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text
            """What is typed."""

    filter_text: reactive[str] = reactive("")
    """What sessions must fit, as `SessionFilter` reads it."""
    shows_times: reactive[bool] = reactive(False)
    """Whether there is room for times."""

    def __init__(self, *, today: Callable[[], date] = date.today) -> None:
        super().__init__()
        self._today = today
        self._sessions: Sequence[Listed] = ()
        self._names: list[Haystack] | None = None
        self._selected: set[str] = set()
        self._marks: Mapping[str, str] = {}
        self._rows: list[Listed | str | None] = []
        """Sessions; names of groups and gaps; ``None`` for the way to search everything."""
        self._shown = self._total = 0

    @property
    def shown(self) -> int:
        """How many sessions the filter lets through."""
        return self._shown

    @property
    def total(self) -> int:
        """How many sessions it chooses from: the archived ones or the others."""
        return self._total

    @property
    def selected(self) -> list[str]:
        """Ids of the selected sessions, as they are listed; those among them that the filter hides as well."""
        return [session.id for session in self._sessions if session.id in self._selected]

    def set_sessions(self, sessions: Sequence[Listed]) -> None:
        """Show these sessions, in any order; the cursor stays on its session."""
        self._sessions = list(sessions)
        self._names = None
        if self._selected:
            self._select(self._selected & {session.id for session in sessions})
        self._fill()

    def toggle_selected(self) -> None:
        """Select the session with the cursor, or let it go, and move on."""
        if key := self.cursor_id:
            self._select(self._selected ^ {key})
            self.move(1)

    def toggle_all(self) -> None:
        """Select all that the filter lets through, or let them go if they are selected."""
        shown = {row.id for row in self._rows if row is not None and not isinstance(row, str)}
        self._select(self._selected - shown if shown <= self._selected else self._selected | shown)

    def clear_selection(self) -> None:
        """Let all selected sessions go."""
        self._select(set())

    def on_click(self, event: events.Click) -> None:
        """Choose the session under the pointer; with Ctrl select it."""
        index = self._index_under(event)
        key = self.key_at(index) if index is not None else None
        if event.ctrl and key:
            event.stop()
            event.prevent_default()
            self.cursor = index
            self._select(self._selected ^ {key})

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
        if row is None:
            return _SEARCH_KEY
        return None if isinstance(row, str) else row.id

    def row_at(self, index: int) -> Row:
        """Return a row."""
        row = self._rows[index]
        if row is None:
            return Row(Content.styled(_SEARCH, "$text-primary"), EMPTY, _SEARCH_KEY)
        if isinstance(row, str):
            return Row(Content(row))
        return Row(Content(" ".join(row.name.split())), self._aside(row), row.id)

    def bar(self, key: str | None, *, bright: bool, dim: bool) -> Content:
        """Return what stands before a row: a mark if it is selected, else the bar."""
        if key in self._selected:
            return Content.styled(glyphs.INTERRUPTED, "$text-primary") + " " * (self.INDENT - 1)
        return super().bar(key, bright=bright, dim=dim)

    def tell_chosen(self, key: str) -> None:
        """Tell which session is wanted, or that everything shall be searched."""
        self.post_message(self.SearchWanted(self.filter_text) if key == _SEARCH_KEY else self.Opened(key))

    def tell_moved(self, key: str | None) -> None:
        """Tell on which session the cursor stands."""
        self.post_message(self.CursorMoved(key or None))

    def _aside(self, session: Listed) -> Content:
        parts = [muted(time_label(session.updated_at, self._today()))] if self.shows_times else []
        if mark := _MARKS.get(self._marks.get(session.id, "")):
            parts.append(Content.styled(*mark))
        return Content(" ").join(parts) if parts else EMPTY

    def _select(self, ids: set[str]) -> None:
        if ids != self._selected:
            self._selected = ids
            self.refresh()
            self.post_message(self.SelectionChanged(len(ids)))

    def _fill(self) -> None:
        keep, wanted = self.cursor_id, SessionFilter(self.filter_text)
        self._total = sum(session.archived is wanted.archived for session in self._sessions)
        sessions = self._fitting(wanted)
        self._shown = len(sessions)
        self._rows = []
        for group in group_sessions(sessions, self._today()):
            self._rows += [*([""] if self._rows else []), group.name, *group.sessions]
        if not wanted.is_empty:
            self._rows += [*([""] if self._rows else []), None]
        self.set_class(not sessions and not wanted.is_empty, "-none")
        self.set_class(not sessions and wanted.is_empty, "-empty")
        self.rows_changed(keep)

    def _fitting(self, wanted: SessionFilter) -> list[Listed]:
        if wanted.is_empty:
            return [session for session in self._sessions if not session.archived]
        if self._names is None:
            self._names = [Haystack(session.name) for session in self._sessions]
        both = zip(self._sessions, self._names, strict=True)
        return [session for session, name in both if wanted.fits(session, name)]
