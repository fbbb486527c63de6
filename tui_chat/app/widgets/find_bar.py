"""Find in session: a field in the place of the input, with how many hits there are."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui_chat.app.widgets.lines import muted
from tui_chat.domain.words import counted


class FindBar(Vertical):
    """What is looked for in the open session. Every letter typed looks anew."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", show=False),
        Binding("down", "go(1)", "next", show=False, priority=True),
        Binding("up", "go(-1)", "previous", show=False, priority=True),
    ]

    class Changed(Message):
        """Something else is looked for."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text
            """What; empty for nothing."""

    class Moved(Message):
        """Another hit is wanted."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step
            """1 for the next, -1 for the one before."""

    class Accepted(Message):
        """The hit that is seen is the one that was wanted; the keys belong to the transcript."""

    class Closed(Message):
        """Nothing is looked for any more."""

    field = getters.query_one(Input)
    _count = getters.query_one(".count", Static)
    has_hits: bool = False
    """Whether what is looked for stands anywhere."""

    def compose(self) -> ComposeResult:
        """Lay the field on a card like the input's."""
        with Vertical(classes="card"), Horizontal(classes="barred"):
            yield Input(placeholder="Find in this session", compact=True)
            yield Static(classes="count", markup=False)

    def on_mount(self) -> None:
        """Stand still."""
        self.field.cursor_blink = False

    def open(self, text: str) -> None:
        """Take the keys.

        Args:
            text: What was looked for last; it is selected, so that typing takes its place.
        """
        # At once, so that a key that comes right behind lands here; later if the bar is not on screen yet.
        self.screen.set_focus(self.field)
        if self.screen.focused is not self.field:
            self.field.focus()
        self.field.value = text
        self.field.select_all()

    def set_count(self, at: int, count: int) -> None:
        """Show which hit one is at, from 1 (0 for none), and how many there are."""
        self.has_hits = bool(count)
        if not self.field.value:
            self._count.update("")
        elif not count:
            self._count.update(Content.styled("not found", "$text-warning"))
        else:
            self._count.update(muted(f"{at} of {count}" if at else counted(count, "hit")))

    @on(Input.Changed)
    def _look(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def _accept(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Accepted() if event.value else self.Closed())

    def action_go(self, step: int) -> None:
        """Go to another hit without leaving the field."""
        self.post_message(self.Moved(step))

    def action_close(self) -> None:
        """End the search."""
        self.post_message(self.Closed())
