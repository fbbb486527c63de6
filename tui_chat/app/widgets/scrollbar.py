"""A scrollbar that is half a cell wide and has no track."""

from __future__ import annotations

from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBarRender

#: The right half of a cell.
_HALF = "▐"
#: What is drawn if nobody says otherwise: the terminal's own colours.
_GROUND = _THUMB = Color.default()


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
        back_color: Color = _GROUND,
        bar_color: Color = _THUMB,
    ) -> Segments:
        """Draw a bar; its parts carry what a click on them does."""
        if not vertical:
            return super().render_bar(
                size, virtual_size, window_size, position, thickness, vertical, back_color, bar_color
            )
        ground = Style(bgcolor=back_color)
        thumb = ground + Style(color=bar_color, meta={"@mouse.down": "grab"})
        if not (size and window_size and virtual_size > window_size):
            return Segments([Segment(" " * thickness, ground)] * size, new_lines=True)
        length = max(1, round(size * window_size / virtual_size))
        start = round((size - length) * position / (virtual_size - window_size))
        above, below = (ground + Style(meta={"@mouse.down": f"scroll_{way}"}) for way in ("up", "down"))
        free = " " * thickness
        return Segments(
            [
                *[Segment(free, above)] * start,
                *[Segment(_HALF.rjust(thickness), thumb)] * length,
                *[Segment(free, below)] * (size - start - length),
            ],
            new_lines=True,
        )
