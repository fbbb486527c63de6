"""The sidebar: a filter, the sessions, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from textual import events, getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_chat.app.widgets.lines import Hints
from tui_chat.app.widgets.session_list import SessionList
from tui_chat.app.widgets.tag_row import TagRow
from tui_chat.domain.sessions import Listed
from tui_chat.domain.words import counted

_NO_SESSIONS = "No sessions yet. The first begins with your first prompt."
_NO_MATCH = "No session has these words in its name."
#: The keys of the list where it lies over the rest.
_KEYS = (("Enter", "open"), ("Esc", "close"))
_FILTER_KEYS = (("Enter", "open"), ("Esc", "clear"))
#: Width from which a row has room for a time.
_ROOM_FOR_TIMES = 36


class Sidebar(Vertical):
    """The sessions of the user. On a narrow screen it is hidden until it is asked for, and then lies over the rest."""

    class Opened(Message):
        """The user wants to see a session."""

        def __init__(self, session_id: str) -> None:
            super().__init__()
            self.session_id = session_id
            """Which one."""

    class SearchWanted(Message):
        """What is typed into the filter shall be looked for in everything."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text
            """What is typed."""

    class OverChanged(Message):
        """The sidebar came to lie over the rest of a narrow screen, or does so no more."""

        def __init__(self, is_over: bool) -> None:
            super().__init__()
            self.is_over = is_over
            """Whether it lies over the rest now."""

    class KeysChanged(Message):
        """Keys mean something else now: something is typed into the filter, or other sessions are selected."""

    open_id: reactive[str | None] = reactive(None)
    """Id of the session that is open."""

    field = getters.query_one(Input)
    rows = getters.query_one(SessionList)

    def __init__(self, *, today: Callable[[], date] = date.today, id: str | None = None) -> None:
        super().__init__(id=id)
        self._today = today

    def compose(self) -> ComposeResult:
        """Lay out the filter, the list and the end row."""
        yield Input(placeholder="/ Filter sessions", compact=True, id="filter")
        yield SessionList(today=self._today)
        yield Static(classes="note", markup=False)
        yield TagRow()
        with Vertical(classes="end"):
            yield Static(classes="count", markup=False)
            yield Hints(_KEYS)

    def on_mount(self) -> None:
        """Say nothing of sessions before they are known."""
        self.field.cursor_blink = False
        self.rows.data_bind(Sidebar.open_id)
        self.query_one(".note").display = False

    @property
    def cursor_id(self) -> str | None:
        """Id of the session with the cursor."""
        return self.rows.cursor_id or None

    def set_sessions(self, sessions: Sequence[Listed]) -> None:
        """Show these sessions; the cursor stays on its session."""
        self.rows.set_sessions(sessions)
        self.query_one(TagRow).set_sessions(sessions)
        self._tell_count()

    def set_marks(self, marks: Mapping[str, str]) -> None:
        """Set the marks of sessions by id: ``failed``, ``interrupted``, ``running`` or ``unseen``."""
        self.rows.set_marks(marks)

    @property
    def listed(self) -> list[str]:
        """Ids of the sessions that are shown, in their order."""
        return [key for index in range(self.rows.count()) if (key := self.rows.key_at(index))]

    @property
    def selected(self) -> list[str]:
        """Ids of the sessions that are selected together."""
        return self.rows.selected

    def clear_selection(self) -> None:
        """Let all selected sessions go."""
        self.rows.clear_selection()

    def focus_list(self) -> None:
        """Give the keys to the list, with the cursor on the open session."""
        self.rows.move_to(self.open_id)
        self._focus(self.rows)

    def focus_filter(self) -> None:
        """Give the keys to the filter."""
        self.show_over()
        self._focus(self.field)

    def leave_filter(self) -> bool:
        """Give the keys from the filter to the list; return whether the filter had them."""
        had_keys = self.screen.focused is self.field
        if had_keys:
            self._focus(self.rows)
        return had_keys

    def show_over(self) -> None:
        """Show it on a narrow screen, over the rest. On a wider one it stands there anyway."""
        self._set_over(True)

    def hide_over(self) -> None:
        """Take it off a narrow screen."""
        self._set_over(False)

    def action_move(self, step: int) -> None:
        """Move the cursor by so many sessions."""
        self.rows.move(step)

    def action_half_page(self, step: int) -> None:
        """Move the cursor by half a page: 1 down, -1 up."""
        self.rows.half_page(step)

    def action_first(self) -> None:
        """Move to the first session."""
        self.rows.first()

    def action_last(self) -> None:
        """Move to the last session."""
        self.rows.last()

    def action_open(self) -> None:
        """Open the session with the cursor."""
        self.rows.choose()

    def action_select(self) -> None:
        """Select the session with the cursor, or let it go."""
        self.rows.toggle_selected()

    def action_select_all(self) -> None:
        """Select all sessions that are shown, or let them go."""
        self.rows.toggle_all()

    def on_resize(self) -> None:
        """Show times where there is room."""
        self.rows.shows_times = self.outer_size.width >= _ROOM_FOR_TIMES

    def on_key(self, event: events.Key) -> None:
        """Let Esc drop what was typed into the filter first, or what is selected."""
        if event.key == "escape" and self.field.has_focus and self.field.value:
            event.stop()
            self.field.value = ""
            self.rows.focus()
        elif event.key == "escape" and self.rows.has_focus and self.selected:
            event.stop()
            self.clear_selection()

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _lead(self) -> None:
        self.rows.led = self.field.has_focus
        self._tell_keys()

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        event.stop()
        self.rows.filter_text = event.value
        if event.value:
            self.rows.first()
        self._tell_count()

    @on(Input.Submitted)
    def _open_first(self, event: Input.Submitted) -> None:
        event.stop()
        self.rows.choose()

    @on(SessionList.SelectionChanged)
    def _count_selected(self, event: SessionList.SelectionChanged) -> None:
        event.stop()
        self._tell_count()

    @on(TagRow.Chosen)
    def _filter_by_tag(self, event: TagRow.Chosen) -> None:
        event.stop()
        self.field.value = "" if self.field.value == f"tag:{event.tag}" else f"tag:{event.tag}"

    @on(SessionList.Opened)
    def _pass_on(self, event: SessionList.Opened) -> None:
        event.stop()
        self.post_message(self.Opened(event.session_id))

    @on(SessionList.SearchWanted)
    def _pass_search_on(self, event: SessionList.SearchWanted) -> None:
        event.stop()
        self.post_message(self.SearchWanted(event.text))

    def _focus(self, widget: Widget) -> None:
        # At once, so that a key that comes right behind lands there; later if the overlay is not on screen yet.
        self.screen.set_focus(widget)
        if not widget.has_focus:
            widget.focus()

    def _set_over(self, is_over: bool) -> None:
        if self.has_class("-over") != is_over:
            self.set_class(is_over, "-over")
            self.post_message(self.OverChanged(is_over))

    def _tell_count(self) -> None:
        shown, total, note = self.rows.shown, self.rows.total, self.query_one(".note", Static)
        note.display = not shown
        note.update(_NO_MATCH if self.rows.filter_text else _NO_SESSIONS)
        words = counted(total, "session")
        if shown != total:
            words = f"{shown:,} of {words}"
        if selected := len(self.selected):
            words = f"{selected:,} selected"
        self.query_one(".count", Static).update(words if total else "")
        self._tell_keys()

    def _tell_keys(self) -> None:
        selected = len(self.selected)
        # Where the keys take the place of the number, they say how many are selected.
        keys = ((f"{selected:,} selected", ""), ("Esc", "let go")) if selected else _KEYS
        self.query_one(Hints).set_hints(_FILTER_KEYS if self.field.has_focus and self.field.value else keys)
        self.post_message(self.KeysChanged())
