"""One prompt and the answers of several models, as they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message

from tui_chat.app import glyphs
from tui_chat.app.screens.chat.rivalry import Rivalry
from tui_chat.app.screens.closing import ClosingScreen
from tui_chat.app.stylesheets import dialog_stylesheets
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.app.transcript.view import Transcript
from tui_chat.app.widgets import EndsLine, Hints, muted
from tui_chat.chat.turn import Turn
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.messages import MessageStatus

#: Columns below which one answer is shown at a time.
BESIDE_FROM = 100

_MARKS = {
    MessageStatus.STREAMING: (glyphs.RUNNING, "$text-primary"),
    MessageStatus.INTERRUPTED: (glyphs.INTERRUPTED, "$text-warning"),
    MessageStatus.ERROR: (glyphs.FAILED, "$text-error"),
}


class AnswerTabs(EndsLine):
    """The models that answer, of which one is shown."""

    class Picked(Message):
        """The user clicked on one."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place
            """Its place, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self._ends: list[int] = []

    def on_click(self, event: events.Click) -> None:
        event.stop()
        offset = event.get_content_offset(self)
        place = next((place for place, end in enumerate(self._ends) if offset is not None and offset.x < end), None)
        if place is not None:
            self.post_message(self.Picked(place))

    def set_answers(self, turns: Sequence[Turn], active: int) -> None:
        """Show which models answer, how far they are, and which one is shown."""
        tabs: list[Content] = []
        self._ends = []
        for place, turn in enumerate(turns):
            reply = turn.reply
            name = one_line(reply.model or reply.provider)
            mark, ink = _MARKS.get(reply.status, ("", ""))
            tab = Content.assemble(
                muted(f"{place + 1} "), (name, "bold underline" if place == active else "$foreground-muted")
            )
            tabs.append(tab.append(" ").append(Content.styled(mark, ink)) if mark else tab)
            self._ends.append(sum(one.cell_length + 3 for one in tabs))
        self.left = Content("   ").join(tabs)


class CompareScreen(ClosingScreen[str]):
    """The answers in columns, or one at a time where there is no room; the result is the id of the one to keep.

    Args:
        rivalry: The turns; they are started when the screen is there.
        prompt: What is answered.
    """

    CSS_PATH = dialog_stylesheets()
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "keep this one", priority=True),
        Binding("right,l,tab", "turn(1)", "next", priority=True),
        Binding("left,h,shift+tab", "turn(-1)", "previous", priority=True),
        *(Binding(str(place), f"show({place - 1})", f"answer {place}", show=False) for place in range(1, 5)),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("d,pagedown", "half(1)", "half a page", show=False),
        Binding("u,pageup", "half(-1)", "half a page up", show=False),
        Binding("g,home", "end(False)", "start", show=False),
        Binding("G,end", "end(True)", "end", show=False),
        Binding("space", "fold", "unfold the reasoning", show=False),
        Binding("i", "details", "details", show=False),
        Binding("escape", "leave", "stop, back", priority=True),
    ]
    KEYS: ClassVar[list[tuple[str, str]]] = [
        ("Enter", "go on with this one"),
        ("← →", "which"),
        ("j k", "scroll"),
        ("Space", "reasoning"),
        ("i", "details"),
    ]

    def __init__(self, rivalry: Rivalry, prompt: str) -> None:
        super().__init__()
        self._rivalry = rivalry
        self._prompt = prompt
        self._active = 0
        self._columns: dict[str, Transcript] = {}

    def compose(self) -> ComposeResult:
        with Vertical(id="compare"):
            yield EndsLine()
            yield AnswerTabs()
            with Horizontal():
                for turn in self._rivalry.turns:
                    column = self._columns[turn.reply_id] = Transcript()
                    yield column
            yield Hints(self.KEYS)

    def on_mount(self) -> None:
        for turn in self._rivalry.turns:
            self._columns[turn.reply_id].show([Entry(turn.reply)])
        self.action_show(0)
        self._rivalry.start(self.show_event, self.show_ended)

    def on_resize(self) -> None:
        self._lay_out()

    @on(AnswerTabs.Picked)
    def take_click(self, event: AnswerTabs.Picked) -> None:
        self.action_show(event.place)

    @on(events.DescendantFocus)
    def see_focus(self) -> None:
        """Take a column that was clicked on as the one to keep."""
        places = [place for place, column in enumerate(self._columns.values()) if column.has_focus]
        if places and places[0] != self._active:
            self._active = places[0]
            self._tell()

    def show_event(self, turn: Turn, event: StreamEvent) -> None:
        """Show a piece of an answer."""
        if self.is_open:
            self._columns[turn.reply_id].apply(turn.reply_id, event)

    def show_ended(self, turn: Turn) -> None:
        """Show an answer as it was saved."""
        if self.is_open:
            self._columns[turn.reply_id].update_entry(Entry(turn.reply))
            self._tell()

    def action_show(self, place: int) -> None:
        """Go to an answer."""
        if place < len(self._columns):
            self._active = place
            self._lay_out()
            self.set_focus(list(self._columns.values())[place])

    def action_turn(self, step: int) -> None:
        """Go to the next answer, or the one before."""
        self.action_show((self._active + step) % len(self._columns))

    def action_keep(self) -> None:
        """Let the session go on with this answer; what of the others is still coming is stopped and kept."""
        self.dismiss(self._rivalry.turns[self._active].reply_id)

    def action_leave(self) -> None:
        """Stop what is still coming; then go back, with the answer that is shown."""
        if self._rivalry.running:
            self._rivalry.stop()
        else:
            self.action_keep()

    def action_scroll(self, step: int) -> None:
        """Scroll by a line."""
        self._column.action_move_line(step)

    def action_half(self, step: int) -> None:
        """Scroll by half a page."""
        self._column.action_half_page(step)

    def action_end(self, is_last: bool) -> None:
        """Scroll to the start, or to the end and follow."""
        (self._column.action_last if is_last else self._column.action_first)()

    def action_fold(self) -> None:
        """Show or fold the reasoning."""
        self._column.action_fold()

    def action_details(self) -> None:
        """Show or hide what is known about the answer."""
        self._column.action_details()

    @property
    def _column(self) -> Transcript:
        return list(self._columns.values())[self._active]

    @property
    def is_beside(self) -> bool:
        """Whether there is room for all answers beside each other."""
        return self.app.size.width >= BESIDE_FROM

    def _lay_out(self) -> None:
        for place, column in enumerate(self._columns.values()):
            column.display = self.is_beside or place == self._active
        self.query_one(AnswerTabs).display = not self.is_beside
        self._tell()

    def _tell(self) -> None:
        line = self.query_one("#compare > EndsLine", EndsLine)
        line.left = Content.assemble(("Compare", "bold"), muted(f" {glyphs.BETWEEN} {one_line(self._prompt)}"))
        count, running = len(self._rivalry.turns), self._rivalry.running
        line.right = muted(f"{count - running} of {count} ended" if running else f"{count} answers")
        self.query_one(AnswerTabs).set_answers(self._rivalry.turns, self._active)
        way_out = ("Esc", "stop" if running else "back")
        self.query_one("#compare > Hints", Hints).set_hints([*self.KEYS, way_out])
