"""From rows to strips: what is drawn left and right of the text, on which ground, and what is marked in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_chat.app.transcript import inks
from tui_chat.app.transcript.images import ImageRow
from tui_chat.app.transcript.lines import StyleKey
from tui_chat.app.transcript.measures import PADDING, Measures
from tui_chat.app.transcript.picture_cells import blocks, placeholders
from tui_chat.app.transcript.picture_terminal import Drawing
from tui_chat.app.transcript.rows import Frame, Row, Runs, cells
from tui_chat.app.transcript.styles import Styles

BAR = "▎"
CAPS = {Frame.CAP_ABOVE: "▄", Frame.CAP_BELOW: "▀"}
BARS = {Frame.PROMPT: inks.BAR_DIM, Frame.WARNING: inks.BAR_WARNING, Frame.ERROR: inks.BAR_ERROR}
KEPT_STRIPS = 400
"""Painted rows that are kept. A strip is heavy, and painting it again takes less than laying the row out."""


class Mark(NamedTuple):
    """A stretch of a row that looks different, on top of what it is."""

    start: int
    """The first cell, from the left edge of the text."""
    end: int
    """The cell after the last."""
    style: Style


class Painter:
    """Paints rows for one theme and one width.

    Attributes:
        measures: Where things stand.
        styles: The theme.
    """

    def __init__(self, measures: Measures, styles: Styles) -> None:
        self.measures = measures
        self.styles = styles
        self.page = styles.get(())
        """The style of the empty page."""
        self.drawing = Drawing.NOT
        """How pictures are drawn."""
        self._strips: dict[tuple[Row, bool, Runs, Drawing], Strip] = {}
        self._blank = Strip([Segment(" " * measures.width, self.page)], measures.width)
        self._caps = {frame: self._cap(glyph) for frame, glyph in CAPS.items()}

    def paint(self, row: Row | None, *, is_browsed: bool = False, label: Runs = ()) -> Strip:
        """Return a row as it is drawn, from the left edge of the pane to the right.

        Args:
            row: The row; ``None`` for a blank one between messages.
            is_browsed: Whether the cursor is on its message.
            label: What stands at the right end in place of the row's own.
        """
        if row is None:
            return self._blank
        if row.frame.is_cap:
            return self._caps[row.frame]
        key = (row, is_browsed, label, self.drawing)
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) >= KEPT_STRIPS:
                for old in list(self._strips)[: KEPT_STRIPS // 2]:
                    del self._strips[old]
            strip = self._strips[key] = self._paint(row, label or row.right or row.line.right, is_browsed=is_browsed)
        return strip

    def mark(self, strip: Strip, marks: Iterable[Mark]) -> Strip:
        """Return a strip with stretches of its text marked."""
        left, width = self.measures.indent, self.measures.width
        for start, end, style in marks:
            first, last = max(0, left + start), min(width, left + end)
            if first >= last:
                continue
            before, middle, after = strip.divide([first, last, width])
            marked = [Segment(text, (under or self.page) + style, control) for text, under, control in middle]
            strip = Strip.join([before, Strip(marked, last - first), after])
        return strip

    def overlay(self, strip: Strip, runs: Runs) -> Strip:
        """Return a strip with runs over the right end of the column, one cell of page before them."""
        width = cells(runs) + 1
        end = min(self.measures.width, self.measures.right)
        start = end - width
        if start < 0:
            return strip
        over = [Segment(" ", self.page), *self._segments(runs, "page")]
        before, _under, after = (
            strip.divide([start, end, self.measures.width])
            if end < self.measures.width
            else (
                *strip.divide([start, end]),
                Strip([]),
            )
        )
        return Strip.join([before, Strip(over, width), after])

    @property
    def selected(self) -> Style:
        """What selected text looks like, on top of what it is."""
        return self._over(("selection",))

    @property
    def hit(self) -> Style:
        """What was looked for."""
        return self._over(inks.HIT)

    @property
    def hit_cursor(self) -> Style:
        """The hit one went to."""
        return self._over(inks.HIT_CURSOR)

    @property
    def citation(self) -> Style:
        """The number of a source."""
        return self._over(inks.ACCENT)

    @property
    def pointer(self) -> Style:
        """The character where a selection by keyboard begins or ends: of one colour, whatever it stands on."""
        accent = self.styles.get(inks.ACCENT).color
        if self.styles.has_tones:
            return Style(color=self.page.bgcolor, bgcolor=accent)
        return Style(color=accent, reverse=True, underline=True)

    def _over(self, key: StyleKey) -> Style:
        """Return what a key adds to the page's style; without tones, a ground of its own becomes reverse video."""
        style = self.styles.get(key)
        if not self.styles.has_tones and key not in (inks.HIT, inks.ACCENT):
            return Style(color=self.page.color, reverse=True)
        color = style.color if style.color != self.page.color else None
        ground = style.bgcolor if style.bgcolor != self.page.bgcolor else None
        return Style(color=color, bgcolor=ground, bold=style.bold, underline=key == inks.HIT or None)

    def _paint(self, row: Row, right: Runs, *, is_browsed: bool) -> Strip:
        line, frame = row.line, row.frame
        ground = "page" if frame is Frame.PAGE else "card"
        bar = inks.BAR_BRIGHT if is_browsed else BARS.get(frame)
        runs = () if line.kind == "cap" and not self.styles.has_tones else line.runs
        if isinstance(row, ImageRow) and row.at >= 0:
            body, width = self._picture(row), row.view.cells[0]
        else:
            body, width = self._segments(runs, line.ground), line.width if runs else 0
        segments = [
            self._bar(bar, ground) if bar else self._space(1, ground),
            self._space(PADDING - 1, ground),
            *body,
        ]
        gap = self.measures.text - width
        inner = PADDING if frame is Frame.PAGE and line.ground == "card" else 0
        if right and cells(right) + 2 <= gap - inner:
            segments += [
                self._space(gap - inner - cells(right), line.ground),
                *self._segments(right, line.ground),
                self._space(inner, line.ground),
            ]
        else:
            segments.append(self._space(gap, line.ground))
        segments.append(self._space(PADDING, ground))
        return self._line(segments, self.measures.right)

    def _picture(self, row: ImageRow) -> list[Segment]:
        """Return a row of a picture; blank while the picture is made."""
        picture, under = row.view.picture, self.styles.get((), row.line.ground)
        if picture is None or self.drawing is Drawing.NOT:
            return [self._space(row.view.cells[0], row.line.ground)]
        if self.drawing is Drawing.KITTY and picture.number:
            return placeholders(picture, row.at, under)
        return blocks(picture, row.at, under.bgcolor.triplet if under.bgcolor is not None else None)

    def _line(self, segments: list[Segment], end: int) -> Strip:
        """Return a strip of the pane's width from segments that begin at the card's edge."""
        measures = self.measures
        whole = [self._space(measures.left, "page"), *segments, self._space(measures.width - end, "page")]
        strip = Strip([segment for segment in whole if segment.text])
        return strip if strip.cell_length == measures.width else strip.adjust_cell_length(measures.width, self.page)

    def _cap(self, glyph: str) -> Strip:
        if not self.styles.has_tones:
            return self._blank
        edge = Segment(glyph * self.measures.card, self.styles.get(inks.CAP))
        return self._line([edge], self.measures.right)

    def _bar(self, key: StyleKey, ground: str) -> Segment:
        return Segment(BAR, self.styles.get(key, ground))

    def _space(self, width: int, ground: str) -> Segment:
        return Segment(" " * max(0, width), self.styles.get((), ground))

    def _segments(self, runs: Runs, ground: str) -> list[Segment]:
        get = self.styles.get
        return [Segment(text, get(key, ground)) for text, key in runs]
