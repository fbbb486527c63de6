"""A row of filters, each with a few values to go through: ``in all sessions   by anyone``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.app.widgets.lines import EMPTY, ends

_GAP = 3
_CURSOR = "bold underline $block-cursor-foreground on $block-cursor-background"


class Choice(NamedTuple):
    """A filter as it stands."""

    name: str
    """What comes before its value: ``by``."""
    value: str
    """What is chosen: ``anyone``."""


class FilterRow(Widget, can_focus=True):
    """Filters in one line. With the keys, left and right go from one to the other, Enter takes the next value."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "go(1)", "next filter", show=False),
        Binding("left,h", "go(-1)", "filter before", show=False),
        Binding("space", "change(1)", "next value", show=False),
        Binding("backspace", "change(-1)", "value before", show=False),
    ]

    FOCUS_ON_CLICK = False

    class Changed(Message):
        """Another value of a filter is wanted."""

        def __init__(self, index: int, step: int) -> None:
            super().__init__()
            self.index = index
            """Which filter, from 0."""
            self.step = step
            """1 for the next value, -1 for the one before."""

    choices: reactive[tuple[Choice, ...]] = reactive(())
    """The filters."""
    aside: reactive[Content] = reactive(EMPTY)
    """What stands at the right end, if there is room."""
    at: reactive[int] = reactive(0)
    """The filter with the cursor."""

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Show filters as they stand now."""
        self.choices = tuple(choices)

    def on_focus(self) -> None:
        """Show the cursor, on the first filter."""
        self.at = 0

    def render(self) -> Content:
        """Lay the filters out."""
        parts = [
            Content.assemble((f"{one.name} ", "$foreground-muted"), (one.value, self._ink(index)))
            for index, one in enumerate(self.choices)
        ]
        row = Content(" " * _GAP).join(parts)
        width = self.content_size.width
        aside = self.aside if row.cell_length + 2 + self.aside.cell_length <= width else EMPTY
        return ends(row, aside, width)

    def on_click(self, event: events.Click) -> None:
        """Take the next value of the filter that was clicked."""
        begin = 0
        for index, one in enumerate(self.choices):
            end = begin + Content(f"{one.name} {one.value}").cell_length
            if begin <= event.get_content_offset_capture(self).x < end:
                event.stop()
                self.post_message(self.Changed(index, 1))
            begin = end + _GAP

    def action_go(self, step: int) -> None:
        """Go to another filter."""
        self.at = (self.at + step) % max(1, len(self.choices))

    def action_change(self, step: int) -> None:
        """Take another value of the filter with the cursor."""
        if self.choices:
            self.post_message(self.Changed(self.at, step))

    def _ink(self, index: int) -> str:
        return _CURSOR if self.has_focus and index == self.at else ""
