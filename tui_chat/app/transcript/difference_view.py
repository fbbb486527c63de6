"""The pane that shows two answers and what differs."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Sequence
from itertools import pairwise

from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_chat.app.transcript import inks
from tui_chat.app.transcript.difference import Comparison, Pair, Side
from tui_chat.app.transcript.styles import Styles, styles_for

GAP = 4
"""Cells between the two columns."""
BAR = "▎ "


class DifferenceView(ScrollView, can_focus=True):
    """Two answers beside each other, or in one column.

    Attributes:
        comparison: What is shown; ``None`` before there is anything.
        is_beside: Whether the answers stand beside each other.
    """

    class ChangeReached(Message):
        """The bar stands at a change."""

        def __init__(self, number: int, count: int) -> None:
            super().__init__()
            self.number = number
            """Its number, from 1; 0 before the first was gone to."""
            self.count = count
            """How many there are."""

    def __init__(self) -> None:
        super().__init__()
        self.comparison: Comparison | None = None
        self.is_beside = True
        self._rows: Sequence[Pair] = ()
        self._changes: list[int] = []
        self._at = -1
        self._styles: Styles | None = None

    def notify_style_update(self) -> None:
        """Take the inks of another theme."""
        super().notify_style_update()
        self._styles = None

    def on_resize(self) -> None:
        """Lay the answers out for the new width."""
        self._lay_out()

    @property
    def column(self) -> int:
        """Cells of a column."""
        room = self.scrollable_content_region.width - len(BAR)
        return max(8, (room - GAP) // 2 if self.is_beside else room)

    def show(self, comparison: Comparison, *, is_beside: bool) -> None:
        """Show other answers, or the same ones in another way."""
        if comparison is not self.comparison:
            self.scroll_to(y=0, animate=False)
            self._at = -1
        self.comparison, self.is_beside = comparison, is_beside
        self._lay_out()

    def go_to_change(self, step: int) -> None:
        """Go to the next change, or the one before; after the last comes the first."""
        if not self._changes:
            return
        self._at = (self._at + step) % len(self._changes) if self._at >= 0 or step > 0 else len(self._changes) - 1
        row = self._changes[self._at]
        self.scroll_to(y=max(0, row - self.size.height // 3), animate=False)
        self.refresh()
        self._tell()

    def render_line(self, y: int) -> Strip:
        """Draw a row in view."""
        index, width, styles = self.scroll_offset.y + y, self.scrollable_content_region.width, self._current_styles()
        page = styles.get(())
        if index >= len(self._rows):
            return Strip.blank(width, page)
        has_bar = bool(self._changes) and self._at >= 0 and self._changes[self._at] == index
        # Dim, since Enter does not act here but on the answer.
        bar = Strip([Segment(BAR, styles.get(inks.BAR_DIM)) if has_bar else Segment(" " * len(BAR), page)], len(BAR))
        gap = Strip([Segment(" " * GAP, page)], GAP)
        parts = [bar]
        for side in self._rows[index]:
            parts += [*([gap] if len(parts) > 1 else []), _painted(side, self.column, styles)]
        return Strip.join(parts).adjust_cell_length(width, page)

    @work(group="layout", exclusive=True)
    async def _lay_out(self) -> None:
        if self.comparison is None or not self.size.width:
            return
        make = self.comparison.beside if self.is_beside else self.comparison.above
        # In a thread: of long answers it takes longer than keys can wait.
        self._rows = await to_thread(make, self.column)
        has_marks = [False, *(any(side.marks for side in pair) for pair in self._rows)]
        self._changes = [row for row, (above, here) in enumerate(pairwise(has_marks)) if here and not above]
        self._at = min(self._at, len(self._changes) - 1)
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._rows))
        self.refresh()
        self._tell()

    def _tell(self) -> None:
        self.post_message(self.ChangeReached(self._at + 1, len(self._changes)))

    def _current_styles(self) -> Styles:
        if self._styles is None:
            self._styles = styles_for(self)
        return self._styles


def _painted(side: Side, width: int, styles: Styles) -> Strip:
    """Return a row of an answer, as wide as its column."""
    line = side.line
    if line is None or (line.kind == "cap" and not styles.has_tones):
        return Strip.blank(width, styles.get(()))
    segments = [Segment(text, styles.get(key, line.ground)) for text, key in line.runs]
    strip = Strip(segments).adjust_cell_length(width, styles.get((), line.ground))
    mark = styles.get(("new" if side.is_new else "gone",))
    if not styles.has_tones:
        # A terminal's own colours have no muted ones that would do as a ground: the ink and the line tell it.
        mark = mark.without_color + Style(color=mark.color)
    for start, end in side.marks:
        before, under, after = strip.divide([start, min(end, width), width])
        over = [Segment(text, (below or Style()) + mark, control) for text, below, control in under]
        strip = Strip.join([before, Strip(over), after])
    return strip
