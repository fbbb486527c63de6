"""Selected text: from cells to places in the text and back. Places outlive wrapping, scrolling and corrections."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import split_graphemes
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset
from textual.selection import Selection
from textual.strip import Strip

from tui_chat.app.transcript.measures import Measures
from tui_chat.app.transcript.rows import Place, Row, Section
from tui_chat.app.transcript.stack import Stack, end_of
from tui_chat.app.transcript.viewport import Seen

_LINE_BITS = 40
_SECTION_BITS = 4


class Span(NamedTuple):
    """Text from one place to before another."""

    start: Place
    end: Place

    def part_of(self, index: int, row: Row) -> tuple[int, int] | None:
        """Return which characters of a row's logical line are inside, from and to; ``None`` if none are."""
        line = (index, row.section, row.line.logical)
        first, last = self.start[:3], self.end[:3]
        if not first <= line <= last:
            return None
        low = self.start.character if line == first else 0
        high = self.end.character if line == last else row.line.start + len(row.line.text)
        return (low, high) if low < high else None


def to_offset(place: Place) -> Offset:
    """Return a place as Textual keeps it: the character as x, the line of the branch as y."""
    line = (place.message << _SECTION_BITS | place.section) << _LINE_BITS | place.line
    return Offset(place.character, line)


def to_place(offset: Offset) -> Place:
    """Return the place that Textual has kept."""
    line = offset.y & ((1 << _LINE_BITS) - 1)
    rest = offset.y >> _LINE_BITS
    return Place(rest >> _SECTION_BITS, rest & ((1 << _SECTION_BITS) - 1), line, offset.x)


def place_at(seen: Seen, cell: int, last: int) -> Place:
    """Return the place that a cell of a row shows.

    Args:
        seen: The row.
        cell: From the left edge of the text; negative left of it.
        last: Index of the last message.
    """
    if seen.message < 0:
        return end_of(last)
    if seen.row is None:
        return end_of(seen.message)
    line = seen.row.line
    return Place(seen.message, seen.row.section, line.logical, line.offset_at(max(cell, 0)))


def offsets_strip(seen: Seen, measures: Measures, last: int) -> Strip:
    """Return a strip that tells Textual which place each cell shows.

    Every cell is a segment of its own: Textual counts characters within a segment, and that would be wrong for
    indents, wide characters and the cells of tables.
    """
    segments = []
    for x in range(measures.width):
        offset = to_offset(place_at(seen, x - measures.indent, last))
        segments.append(Segment(" ", Style.from_meta({"offset": (offset.x, offset.y)})))
    return Strip(segments, measures.width)


def span_of(selection: Selection, seen: list[Seen], stack: Stack) -> Span | None:
    """Return what is selected. A drag that has left the pane has no end here: it reaches as far as one can see."""
    rows = [one for one in seen if one.row is not None]
    if not rows or not len(stack):
        return None
    start = to_place(selection.start) if selection.start is not None else place_at(rows[0], 0, 0)
    end = to_place(selection.end) if selection.end is not None else place_at(rows[-1], 1 << 20, 0)
    if start.message >= len(stack):
        return None
    return Span(start, _after_grapheme(end, stack))


def _after_grapheme(place: Place, stack: Stack) -> Place:
    """Return the place after the grapheme that a place is inside of, or the place itself."""
    if place.section != Section.BODY or place.message >= len(stack):
        return place
    lines = stack.sheet(place.message).logical
    text = lines[place.line] if place.line < len(lines) else ""
    if text.isascii() or not 0 < place.character < len(text):
        return place
    end = next(end for _, end, _ in split_graphemes(text)[0] if end >= place.character)
    return place._replace(character=end)


def logical_line(place: Place, stack: Stack) -> str:
    """Return the line of the text that a place is in, without wraps."""
    if not 0 <= place.message < len(stack):
        return ""
    sheet = stack.sheet(place.message)
    if place.section == Section.BODY:
        return sheet.logical[place.line] if place.line < len(sheet.logical) else ""
    rows = [row for row in sheet.rows(0, len(sheet)) if row.first[:2] == place[1:3]]
    return max((" " * row.line.start + row.line.text for row in rows), key=len, default="")


def selected_text(span: Span, stack: Stack) -> str:
    """Return what is copied: logical lines without borders and wraps; messages in between as their Markdown."""
    found = []
    last = min(span.end.message, len(stack) - 1)
    for index in range(span.start.message, last + 1):
        is_between = span.start.message < index < span.end.message
        text = stack[index].text.strip("\n") if is_between else _part(span, index, stack)
        if text:
            found.append(text)
    return "\n\n".join(found)


def _part(span: Span, index: int, stack: Stack) -> str:
    """Return what is selected of a message; its head only if nothing else of it is."""
    sheet = stack.sheet(index, whole=True)
    body: list[str] = []
    for number, text in enumerate(sheet.logical):
        place = Place(index, Section.BODY, number, 0)
        if span.start[:3] <= place[:3] <= span.end[:3]:
            low = span.start.character if place[:3] == span.start[:3] else 0
            high = span.end.character if place[:3] == span.end[:3] else len(text)
            body.append(text[low:high])
    others = {Section.HEAD: list[str](), Section.THOUGHT: list[str](), Section.AFTER: list[str]()}
    line_before = None
    for row in sheet.rows(0, len(sheet)):
        part = None if row.section is Section.BODY else span.part_of(index, row)
        if part is None:
            continue
        text = row.line.text[max(0, part[0] - row.line.start) : max(0, part[1] - row.line.start)]
        lines = others[row.section]
        is_wrapped = row.first[:2] == line_before
        line_before = row.first[:2]
        if is_wrapped and lines:
            lines[-1] = f"{lines[-1]} {text}".rstrip()
        elif text:
            lines.append(text)
    parts = [others[Section.THOUGHT], body, others[Section.AFTER]]
    whole = "\n\n".join("\n".join(lines).strip("\n") for lines in parts if any(lines))
    return whole or "\n".join(others[Section.HEAD])
