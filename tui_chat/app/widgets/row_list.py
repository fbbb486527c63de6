"""A list that draws only the rows in view, so that its length costs nothing."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from tui_chat.app import glyphs
from tui_chat.app.widgets.lines import EMPTY, ends, unmuted


class Row(NamedTuple):
    """A row of a list."""

    left: Content
    """What stands after the bar."""
    right: Content = EMPTY
    """What stands at the right end."""
    key: str = ""
    """What the list calls the row by; without one the row is a heading or a gap and the cursor skips it."""


class RowList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows with a cursor. A subclass says how many rows there are and what each of them shows."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--row",
        "rows--heading",
        "rows--open",
        "rows--hover",
        "rows--cursor",
    }
    INDENT: ClassVar[int] = 1
    """Column in which rows begin; the bar stands in column 0."""
    GAP: ClassVar[int] = 2
    """Cells that stay free between the ends of a row."""

    class Chosen(Message):
        """The user chose a row, by Enter or a click."""

        def __init__(self, rows: RowList, key: str) -> None:
            super().__init__()
            self.rows = rows
            """The list."""
            self.key = key
            """The key of the row."""

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, rows: RowList, key: str | None) -> None:
            super().__init__()
            self.rows = rows
            """The list."""
            self.key = key
            """The key of the row; ``None`` if no row can be chosen."""

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

    cursor: reactive[int | None] = reactive(None, always_update=True)
    """Index of the row with the cursor; ``None`` if there is none."""
    led: reactive[bool] = reactive(False)
    """Whether another widget has the keys and moves this cursor, so that it is shown without focus."""
    open_id: reactive[str | None] = reactive(None)
    """Key of the row that is open or chosen; it has a dim bar."""
    _hover: reactive[int | None] = reactive(None)

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._told: str | None = None

    @property
    def cursor_id(self) -> str | None:
        """The key of the row with the cursor."""
        return self.key_at(self.cursor) if self.cursor is not None and self.cursor < self.count() else None

    @abstractmethod
    def count(self) -> int:
        """Return the number of rows, headings and gaps among them."""

    @abstractmethod
    def key_at(self, index: int) -> str | None:
        """Return the key of a row; ``None`` for a heading or a gap. Called often, so it should be cheap."""

    @abstractmethod
    def row_at(self, index: int) -> Row:
        """Return a row to draw. Called for rows in view only."""

    def watch_cursor(self, cursor: int | None) -> None:
        """Keep the cursor in view and tell where it is."""
        self.refresh()
        self._scroll_to_cursor()
        if self.cursor_id != self._told:
            self._told = self.cursor_id
            self.tell_moved(self._told)

    def on_resize(self) -> None:
        """Keep the width of what scrolls at that of the list."""
        self._fit_height()
        self._scroll_to_cursor()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tint the row under the pointer."""
        index = self._index_under(event)
        self._hover = index if index is not None and self.key_at(index) is not None else None

    def on_leave(self) -> None:
        """Take the tint away."""
        self._hover = None

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the pointer."""
        index = self._index_under(event)
        if index is not None and (key := self.key_at(index)) is not None:
            event.stop()
            self.cursor = index
            self.tell_chosen(key)

    def choose(self) -> None:
        """Choose the row with the cursor."""
        if (key := self.cursor_id) is not None:
            self.tell_chosen(key)

    def move(self, step: int) -> None:
        """Move the cursor by so many rows that can be chosen, down or (below zero) up, as far as there are any."""
        direction = 1 if step > 0 else -1
        index = self.cursor
        if index is None:
            self.first()
            return
        for _ in range(abs(step)):
            further = self._next(index + direction, direction)
            if further is None:
                break
            index = further
        self.cursor = index

    def first(self) -> None:
        """Move the cursor to the first row."""
        self.cursor = self._next(0, 1)

    def last(self) -> None:
        """Move the cursor to the last row."""
        self.cursor = self._next(self.count() - 1, -1)

    def move_to(self, key: str | None) -> None:
        """Move the cursor to the row with a key, if there is one."""
        index = self._index_of(key)
        if index is not None:
            self.cursor = index

    def half_page(self, step: int) -> None:
        """Move the cursor by half a page: 1 down, -1 up."""
        self.move(step * max(1, self.size.height // 2))

    def tell_chosen(self, key: str) -> None:
        """Tell that a row was chosen."""
        self.post_message(self.Chosen(self, key))

    def tell_moved(self, key: str | None) -> None:
        """Tell that the cursor stands on another row."""
        self.post_message(self.Moved(self, key))

    def render_line(self, y: int) -> Strip:
        """Draw a row in view."""
        index, width = self.scroll_offset.y + y, self.scrollable_content_region.width
        if index >= self.count():
            return Strip.blank(width, self.visual_style.rich_style)
        row, key = self.row_at(index), self.key_at(index)
        has_cursor = index == self.cursor and (self.has_focus or self.led)
        is_open = key is not None and key == self.open_id
        names = [
            name
            for name, applies in (
                ("heading", key is None),
                ("open", is_open),
                ("hover", index == self._hover and not is_open),
                ("cursor", has_cursor),
            )
            if applies
        ]
        style = self.get_visual_style("rows--row", *(f"rows--{name}" for name in names))
        bar = self.bar(key, bright=has_cursor, dim=is_open)
        left, right = row.left, row.right
        if has_cursor:
            # What Textual makes of a component leaves this out.
            style += Style(reverse=self.get_component_styles("rows--cursor").text_style.reverse)
            is_ansi = self.app.current_theme.ansi
            left, right = unmuted(left, is_ansi=is_ansi), unmuted(right, is_ansi=is_ansi)
        # One cell of ground stays free at the right end.
        content = bar + ends(left, right, width - self.INDENT - 1, gap=self.GAP) + " "
        return Visual.to_strips(self, content, width, 1, style, pad=True)[0]

    def rows_changed(self, keep: str | None) -> None:
        """Take in that the rows are others.

        Args:
            keep: key of the row that shall have the cursor; if it is gone, the first row gets it.
        """
        self._hover = None
        self._fit_height()
        kept = self._index_of(keep)
        self.cursor = kept if kept is not None else self._next(0, 1)

    def rows_added(self) -> None:
        """Take in that there are more rows below; everything else stays where it is."""
        self._fit_height()

    def _scroll_to_cursor(self) -> None:
        cursor = self.cursor
        if cursor is None or not self.size.height:
            return
        # The heading of a group comes into view with its first row.
        above = cursor - 1 if cursor and self.key_at(cursor - 1) is None else cursor
        top = 0 if self._next(cursor - 1, -1) is None else above
        region = Region(0, top, 1, cursor - top + 1)
        self.scroll_to_region(region, animate=False, force=True, immediate=True, x_axis=False)

    def _fit_height(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, self.count())
        self.refresh(layout=self.styles.height is not None and self.styles.height.is_auto)

    def bar(self, key: str | None, *, bright: bool, dim: bool) -> Content:
        """Return what stands before a row, `INDENT` cells wide: the bar, if it has one."""
        if not (bright or dim):
            return Content(" " * self.INDENT)
        ink = "$primary" if bright else "$border-blurred"
        return Content.styled(glyphs.BAR, ink) + " " * (self.INDENT - 1)

    def _index_under(self, event: events.MouseEvent) -> int | None:
        offset = event.get_content_offset(self)
        if offset is None or (index := self.scroll_offset.y + offset.y) >= self.count():
            return None
        return index

    def _index_of(self, key: str | None) -> int | None:
        if key is None:
            return None
        return next((index for index in range(self.count()) if self.key_at(index) == key), None)

    def _next(self, start: int, direction: int) -> int | None:
        """Return the first row that can be chosen, from a row on."""
        stop = self.count() if direction > 0 else -1
        return next((index for index in range(start, stop, direction) if self.key_at(index) is not None), None)


class Pick(RowList):
    """A list of given rows, for dialogs."""

    def __init__(self, rows: Sequence[Row] = (), *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._rows = rows

    def on_mount(self) -> None:
        """Put the cursor on the open row, or on the first."""
        self.rows_changed(self.open_id)

    def count(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    def key_at(self, index: int) -> str | None:
        """Return the key of a row."""
        return self._rows[index].key or None

    def row_at(self, index: int) -> Row:
        """Return a row."""
        return self._rows[index]

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows; the cursor stays on the same key if it is still there."""
        keep = self.cursor_id
        self._rows = rows
        self.rows_changed(keep)
