"""A scrollbar half a cell wide, without a track, with marks for what is worth finding."""

from __future__ import annotations

from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBarRender

THUMB = "▐"


def thumb_rows(size: int, total: int, window: int, position: float) -> tuple[int, int]:
    """Return the first row of the thumb and the row after its last; the same row twice if there is no thumb."""
    if not (size and window) or total <= window:
        return 0, 0
    length = max(1, min(size, round(size * window / total)))
    start = round((size - length) * min(1.0, position / (total - window)))
    return start, start + length


class ThinBar(ScrollBarRender):
    """Draws the thumb as right half blocks on the page."""

    @classmethod
    def render_bar(
        cls,
        size: int = 25,
        virtual_size: float = 50,
        window_size: float = 20,
        position: float = 0,
        thickness: int = 1,
        vertical: bool = True,
        back_color: Color | None = None,
        bar_color: Color | None = None,
    ) -> Segments:
        """Return the bar, a row a segment, with the mouse actions that Textual's scrollbar listens to."""
        start, end = thumb_rows(size, int(virtual_size), int(window_size), position)
        above = Segment(" ", Style(bgcolor=back_color, meta={"@mouse.down": "scroll_up"}))
        thumb = Segment(THUMB, Style(color=bar_color, bgcolor=back_color, meta={"@mouse.down": "grab"}))
        below = Segment(" ", Style(bgcolor=back_color, meta={"@mouse.down": "scroll_down"}))
        rows = [above] * start + [thumb] * (end - start) + [below] * (size - end)
        return Segments(rows, new_lines=True)
