"""What is attached to the prompt that is being written: a row each, above its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.app.widgets.lines import ends, fit

#: Rows that are shown; the last tells of those that are not.
MOST_ROWS = 4

#: Cells that are left for a name, if there is any room at all; what it measures goes first.
_NAME = 8

_REMOVE = "remove"


class _Spot(NamedTuple):
    """What the pointer is on."""

    row: int
    removes: bool


class Attachments(Widget):
    """The rows of what is attached. A click on one looks into it, a click on its last word removes it."""

    class Opened(Message):
        """The user wants to look into one, or at all of them."""

        def __init__(self, place: int | None) -> None:
            super().__init__()
            self.place = place
            """Which one; ``None`` for all."""

    class Removed(Message):
        """The user wants one to be removed."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place
            """Which one."""

    class Changed(Message):
        """Something was attached or removed."""

    rows: reactive[tuple[tuple[str, ...], ...]] = reactive((), layout=True)
    """For each, its name and what it measures."""
    _hover: reactive[_Spot | None] = reactive(None)

    def on_mount(self) -> None:
        """Begin without any."""
        self.display = bool(self.rows)

    def watch_rows(self, before: object, rows: object) -> None:
        """Take no room where nothing is attached."""
        self.display = bool(self.rows)
        if before != rows:
            self.post_message(self.Changed())

    def set_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Set name and measures of each."""
        self.rows = tuple(tuple(row) for row in rows)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show what a click would do."""
        self._hover = self._spot(event)

    def on_leave(self) -> None:
        """Show that no longer."""
        self._hover = None

    def on_click(self, event: events.Click) -> None:
        """Tell what was clicked."""
        spot = self._spot(event)
        if spot is None:
            return
        event.stop()
        if spot.row >= self._shown:
            self.post_message(self.Opened(None))
        elif spot.removes:
            self.post_message(self.Removed(spot.row))
        else:
            self.post_message(self.Opened(spot.row))

    def render(self) -> Content:
        """Draw the rows."""
        width = self.content_size.width
        lines = [self._line(place, width) for place in range(self._shown)]
        if more := len(self.rows) - self._shown:
            lines.append(fit(Content.styled(f"… {more} more", "$foreground-muted"), width))
        return Content("\n").join(lines)

    @property
    def _shown(self) -> int:
        """How many have a row of their own."""
        return len(self.rows) if len(self.rows) <= MOST_ROWS else MOST_ROWS - 1

    def _line(self, place: int, width: int) -> Content:
        name, *measures = self.rows[place]
        room = width - len(_REMOVE) - 2
        while measures and room - sum(Content(one).cell_length + 3 for one in measures) < min(
            _NAME, Content(name).cell_length
        ):
            measures.pop(0)
        facts = "".join(f" · {one}" for one in measures)
        room = max(1, room - Content(facts).cell_length)
        hover = self._hover
        is_hovered = hover is not None and hover.row == place
        opens = "on $block-hover-background" if is_hovered and hover and not hover.removes else "on $panel"
        removes = "underline" if is_hovered and hover and hover.removes else "$foreground-muted"
        shown = Content.assemble(fit(Content(name), room), (facts, "$foreground-muted")).stylize_before(opens)
        return ends(shown, Content.styled(_REMOVE, removes), width)

    def _spot(self, event: events.MouseEvent) -> _Spot | None:
        offset = event.get_content_offset(self)
        if offset is None or not 0 <= offset.y < min(len(self.rows), MOST_ROWS):
            return None
        return _Spot(offset.y, offset.x >= self.content_size.width - len(_REMOVE))
