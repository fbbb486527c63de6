"""A scrollbar that is half a cell wide and has no track, and one with marks for what is worth going to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich.color import Color
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBarRender

THUMB = "▐"
#: What is drawn if nobody says otherwise: the terminal's own colours.
_OWN = Color.default()

BarMark = tuple[str, Style]
"""What is drawn in a row of the bar, one cell wide, and how it looks on top of the bar's ground."""


def thumb_rows(size: int, total: float, window: float, position: float) -> tuple[int, int]:
    """Return the first row of the thumb and the row after its last; the same row twice if there is no thumb."""
    if not (size and window) or total <= window:
        return 0, 0
    length = max(1, min(size, round(size * window / total)))
    start = round((size - length) * min(1.0, position / (total - window)))
    return start, start + length


class ThinBar(ScrollBarRender):
    """Draws the bars of the whole app once it is set as ``ScrollBar.renderer``."""

    @classmethod
    def render_bar(
        cls,
        size: int = 25,
        virtual_size: float = 50,
        window_size: float = 20,
        position: float = 0,
        thickness: int = 1,
        vertical: bool = True,
        back_color: Color = _OWN,
        bar_color: Color = _OWN,
    ) -> Segments:
        """Draw a bar, a row a segment; its parts carry what a click on them does."""
        if not vertical:
            return super().render_bar(
                size, virtual_size, window_size, position, thickness, vertical, back_color, bar_color
            )
        ground = Style(bgcolor=back_color)
        if virtual_size <= window_size:
            return Segments([Segment(" " * thickness, ground)] * size, new_lines=True)
        start, end = thumb_rows(size, virtual_size, window_size, position)
        above, below = (ground + Style(meta={"@mouse.down": f"scroll_{way}"}) for way in ("up", "down"))
        thumb = ground + Style(color=bar_color, meta={"@mouse.down": "grab"})
        free = " " * thickness
        rows = (
            [(free, above)] * start + [(THUMB.rjust(thickness), thumb)] * (end - start) + [(free, below)] * (size - end)
        )
        return Segments([Segment(text, style) for text, style in rows], new_lines=True)


class MarkedBar(ThinBar):
    """A thin bar with marks.

    Args:
        marks: Tells what is drawn in which rows of a bar of so many rows, in the place of the bar's own.
    """

    def __init__(self, *, marks: Callable[[int], Mapping[int, BarMark]], **options: Any) -> None:
        super().__init__(**options)
        self._marks = marks

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the bar with its marks."""
        for bar in super().__rich_console__(console, options):
            if not isinstance(bar, Segments):
                yield bar
                continue
            rows = list(bar.segments)
            for row, (glyph, style) in self._marks(len(rows)).items():
                under = rows[row].style or Style()
                rows[row] = Segment(glyph.rjust(len(rows[row].text)), under + style)
            yield Segments(rows, new_lines=True)
