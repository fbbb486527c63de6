"""The pane as a window on rows: scrolling, painting, resizing, following. What the rows say is not its business."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from tui_chat.app.scrollbar import BarMark, MarkedBar, thumb_rows
from tui_chat.app.transcript.entries import HintsFor
from tui_chat.app.transcript.hanging import hang_pictures
from tui_chat.app.transcript.images import Gallery
from tui_chat.app.transcript.landmarks import Landmarks
from tui_chat.app.transcript.measures import Measures, measure
from tui_chat.app.transcript.painting import Mark, Painter
from tui_chat.app.transcript.picture_terminal import Drawing, drawing_for
from tui_chat.app.transcript.private import faded, send, set_scroll
from tui_chat.app.transcript.rows import Runs
from tui_chat.app.transcript.selection import offsets_strip
from tui_chat.app.transcript.stack import Stack
from tui_chat.app.transcript.styles import styles_for
from tui_chat.app.transcript.viewport import NOTHING, Seen, Viewport

FEW_ROWS = 8
"""More changed rows than this are repainted as one region."""


class Window(ScrollView):
    """Draws the rows of a stack that are seen, and nothing else.

    Rows are painted from their own cache, past Textual's styles cache, so what that would do is done here: filters
    for NO_COLOR and ANSI colours, and opacity.
    """

    def __init__(self, hints: HintsFor, *, id: str | None, classes: str | None) -> None:
        super().__init__(id=id, classes=classes)
        self.gallery = Gallery(lambda: self.call_later(self.sync), lambda commands: send(self.app, commands))
        """The pictures of the images."""
        self.stack = Stack(hints, self.gallery)
        """The messages."""
        self.viewport = Viewport(self.stack)
        """What is seen of them."""
        self._painter: Painter | None = None
        self._size_known = Size()
        self._thumb: object = None
        self._landmarks = Landmarks(self.stack)
        self._shown: list[Seen] = []

    def on_mount(self) -> None:
        """Draw the scrollbar in our own way, and pictures again that the terminal has lost."""
        bar = partial(MarkedBar, marks=self._bar_marks)
        self.vertical_scrollbar.renderer = bar  # type: ignore[misc, assignment]  # an instance may have its own
        self.app.app_resume_signal.subscribe(self, self._draw_again)

    def on_unmount(self) -> None:
        """Let the terminal forget the pictures of a pane that goes."""
        self.gallery.drawing = Drawing.NOT

    def _draw_again(self, _app: object) -> None:
        self.gallery.clear()
        self.sync()

    # ---- for the subclass -------------------------------------------------------------------------------------------

    @abstractmethod
    def dress(self, seen: Seen) -> tuple[bool, Runs]:
        """Return whether a row belongs to the browsed message, and what stands at its right end in place of its own."""

    @abstractmethod
    def marks(self, seen: Seen) -> list[Mark]:
        """Return what is marked in a row: selection, hits."""

    @property
    @abstractmethod
    def hit_messages(self) -> Sequence[int]:
        """Indexes of the messages that hold what is looked for, in order."""

    @abstractmethod
    def below_mark(self) -> Runs:
        """Return what is drawn over the right end of the last row; nothing for no mark."""

    @abstractmethod
    def scrolled(self) -> None:
        """Do what has to be done after the window was moved by the user."""

    @abstractmethod
    def resized(self) -> None:
        """Do what has to be done when rows are seen for the first time, or others than before."""

    # ---- keeping the screen up to date ------------------------------------------------------------------------------

    @property
    def measures(self) -> Measures:
        """Where things stand across the pane."""
        return measure(self.size.width)

    @property
    def painter(self) -> Painter:
        """The painter for the theme and the width of now."""
        if self._painter is None or self._painter.measures.width != self.size.width:
            styles = styles_for(self)
            colors = None if styles.no_color or self.app.no_color else self.app.console.color_system
            self.gallery.drawing = drawing_for(os.environ, colors)
            self._painter = Painter(self.measures, styles)
        return self._painter

    def sync(self, *, is_all: bool = False) -> None:
        """Lay out what is seen, bring the scrollbar up to date, repaint the rows that changed.

        Args:
            is_all: Whether all rows are repainted, because something other than rows has changed.
        """
        size = self.size
        if not size or not self.is_attached:
            return
        self.viewport.height = size.height
        self.stack.width = self.painter.measures.text
        self.viewport.fill()
        hang_pictures(self.stack, self.viewport)
        old, self._shown = self._shown, self.viewport.seen
        self._tell_textual()
        if is_all or len(old) != len(self._shown):
            self.refresh()
            return
        changed = [y for y, (was, now) in enumerate(zip(old, self._shown, strict=True)) if was != now]
        if self.below_mark() or len(old) - 1 in changed:
            changed = sorted({*changed, len(old) - 1})
        if len(changed) > FEW_ROWS:
            self.refresh(Region(0, changed[0], size.width, changed[-1] - changed[0] + 1))
        elif changed:
            self.refresh(*(Region(0, y, size.width, 1) for y in changed))

    def _tell_textual(self) -> None:
        height, total, row = self.size.height, self.stack.heights.total, self.viewport.row
        set_scroll(self, Size(self.size.width, total), row)
        bar = self.vertical_scrollbar
        thumb = (thumb_rows(height, total, height, row), self._landmarks.rows(height, self.hit_messages))
        bar.set_reactive(ScrollBar.window_virtual_size, total)
        bar.set_reactive(ScrollBar.window_size, height)
        bar.set_reactive(ScrollBar.position, float(row))
        if thumb != self._thumb:
            self._thumb = thumb
            bar.refresh()

    def _bar_marks(self, size: int) -> Mapping[int, BarMark]:
        """Return what the scrollbar marks, for a bar of some rows."""
        get = self.painter.styles.get
        return {
            row: (mark.glyph, Style(color=get(mark.ink).color, bold=get(mark.ink).bold))
            for row, mark in self._landmarks.rows(size, self.hit_messages).items()
        }

    def on_resize(self) -> None:
        """Keep what is at the top there."""
        if self.size == self._size_known:
            return
        if self.size.width != self._size_known.width:
            if self.stack.width:
                self.viewport.keep()
            self._painter = None
            self.stack.width = self.measures.text
            self.viewport.find_again()
        self._size_known = self.size
        self.sync(is_all=True)
        self.resized()

    def on_show(self) -> None:
        """Paint all: what changed while the pane was hidden has not reached the screen."""
        self.sync(is_all=True)

    def notify_style_update(self) -> None:
        """Take over a new theme."""
        super().notify_style_update()
        self._painter = None

    # ---- scrolling --------------------------------------------------------------------------------------------------

    def scroll_rows(self, rows: int) -> None:
        """Scroll down, or up by a negative number, by rows as they are on the screen."""
        if rows:
            self.viewport.move(rows)
            self.sync()
            self.scrolled()

    def validate_scroll_y(self, value: float) -> float:
        """Keep the scroll position inside the text, as far as Textual has been told of it.

        Heights that were corrected since would look like a wish of the user to scroll.
        """
        return max(0.0, min(value, float(max(0, self.virtual_size.height - self.size.height))))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scroll when somebody else has set the position, as Textual does while text is selected beyond the edge."""
        if self.size == self._size_known:
            self.scroll_rows(round(new_value) - round(old_value))

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> None:
        """Scroll to a row, as dragging the scrollbar does. Never animated: rows may be corrected on the way."""
        if y is None:
            return
        rows = round(y) - self.viewport.row
        if abs(rows) <= self.size.height:
            self.scroll_rows(rows)
        else:
            self.viewport.jump(round(y))
            self.sync()
            self.scrolled()

    def scroll_relative(self, x: float | None = None, y: float | None = None, **options: Any) -> None:
        """Scroll by rows."""
        self.scroll_rows(round(y or 0))

    def scroll_up(self, **options: Any) -> None:
        """Scroll up by a row."""
        self.scroll_rows(-1)

    def scroll_down(self, **options: Any) -> None:
        """Scroll down by a row."""
        self.scroll_rows(1)

    def scroll_page_up(self, **options: Any) -> None:
        """Scroll up by a page; one row stays in sight."""
        self.scroll_rows(-max(1, self.size.height - 1))

    def scroll_page_down(self, **options: Any) -> None:
        """Scroll down by a page; one row stays in sight."""
        self.scroll_rows(max(1, self.size.height - 1))

    def scroll_home(self, **options: Any) -> None:
        """Scroll to the beginning."""
        self.viewport.put(0)
        self.sync()
        self.scrolled()

    def scroll_end(self, **options: Any) -> None:
        """Scroll to the end, and follow."""
        self.viewport.follow()
        self.sync()
        self.scrolled()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by the wheel."""
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by the wheel."""
        self._wheel(event, 1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        event.stop()
        event.prevent_default()
        if not (event.ctrl or event.shift):
            self.scroll_rows(direction * max(1, round(self.app.scroll_sensitivity_y)))

    # ---- painting ---------------------------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return rows as they are drawn."""
        filters, opacity = self.get_line_filters(), self.opacity
        drawing = self.gallery.drawing
        # The number of an image that the terminal draws is a colour, and must not be mixed with another.
        is_plain = drawing is not Drawing.KITTY or (opacity == 1.0 and self.screen.is_active)
        self.painter.drawing = drawing if is_plain else Drawing.BLOCKS
        ground, background = self.background_colors
        strips = []
        for y in crop.line_range:
            strip = self._strip(y)
            if opacity != 1.0:
                strip = faded(strip, ground, opacity)
            for one in filters:
                strip = strip.apply_filter(one, background)
            strips.append(strip)
        if crop.x or crop.right != self.size.width:
            strips = [strip.crop_extend(crop.x, crop.right, self.painter.page) for strip in strips]
        return strips

    def _strip(self, y: int) -> Strip:
        painter = self.painter
        seen = self._shown[y] if y < len(self._shown) else NOTHING
        is_browsed, label = self.dress(seen)
        strip = painter.paint(seen.row, is_browsed=is_browsed, label=label)
        if marks := self.marks(seen):
            strip = painter.mark(strip, marks)
        if y == len(self._shown) - 1 and (runs := self.below_mark()):
            strip = painter.overlay(strip, runs)
        return strip

    def render_line(self, y: int) -> Strip:
        """Return a row as Textual's selection reads it: every cell with the place in the text that it shows."""
        seen = self._shown[y] if y < len(self._shown) else NOTHING
        return offsets_strip(seen, self.measures, max(0, len(self.stack) - 1))
