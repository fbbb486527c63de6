"""The pane as a text: found in, pointed at, selected by mouse and keyboard, copied."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence

from textual import events
from textual.geometry import Offset
from textual.selection import Selection

from tui_chat.app.transcript import messages
from tui_chat.app.transcript.edge_scroll import EdgeScroll
from tui_chat.app.transcript.entries import HintsFor
from tui_chat.app.transcript.finding import Finder
from tui_chat.app.transcript.flow import Flow
from tui_chat.app.transcript.later import clock_of
from tui_chat.app.transcript.painting import Mark
from tui_chat.app.transcript.pointing import address_at, sibling_at, word_around
from tui_chat.app.transcript.private import drag_pointer, move_drag_end
from tui_chat.app.transcript.rows import Place, Row, Section, cells
from tui_chat.app.transcript.selecting import MOTIONS, Selector
from tui_chat.app.transcript.selection import Span, logical_line, place_at, selected_text, span_of, to_offset
from tui_chat.app.transcript.viewport import NOTHING, Seen

_CITATION = re.compile(r"\[(\d{1,3})\]")


class Reader(Flow):
    """Finding and selecting."""

    LinkClicked = messages.LinkClicked
    SiblingWanted = messages.SiblingWanted
    LinkPointed = messages.LinkPointed
    HitShown = messages.HitShown
    CopyRequested = messages.CopyRequested
    SelectingChanged = messages.SelectingChanged

    def __init__(self, hints: HintsFor, *, id: str | None, classes: str | None) -> None:
        super().__init__(hints, id=id, classes=classes)
        self.finder = Finder(self.stack)
        """The hits in the branch."""
        self.selector: Selector | None = None
        """The selection that is being made by keyboard; ``None`` otherwise."""
        self._pointed = ""
        self._drag = EdgeScroll(clock_of(self), self.scroll_rows)
        self._span: tuple[Selection, Span | None] | None = None

    # ---- for the subclass -------------------------------------------------------------------------------------------

    @abstractmethod
    def clicked(self, index: int) -> None:
        """Do what has to be done when a message was clicked."""

    @abstractmethod
    def clicked_again(self) -> None:
        """Do what has to be done when a click was the first of several, which select text."""

    @abstractmethod
    def toggle(self, index: int, what: str) -> None:
        """Open or fold a part of a message."""

    @property
    def hit_messages(self) -> Sequence[int]:
        """Indexes of the messages with hits."""
        return self.finder.messages

    # ---- finding ----------------------------------------------------------------------------------------------------

    def find(self, query: str) -> int:
        """Mark a text wherever it stands, and go to its first hit from here on; an empty one ends the search.

        Returns:
            How many hits there are.
        """
        count = self.finder.search(query)
        if count:
            self.finder.start_at(self.viewport.top[0])
            self.find_next(1)
        else:
            self.sync(is_all=True)
        return count

    def find_next(self, step: int) -> tuple[int, int]:
        """Go on by hits, around the ends.

        Returns:
            Which hit one is at, from 1, and how many there are; zeros if there are none.
        """
        hit = self.finder.step(step)
        if hit is None:
            return 0, 0
        place = self.finder.place(*hit)
        self.show_hit(place.message, self.stack.line_of(place))
        self.post_message(self.HitShown(self.finder.at + 1, len(self.finder)))
        return self.finder.at + 1, len(self.finder)

    @abstractmethod
    def show_hit(self, index: int, line: int) -> None:
        """Scroll to a hit and browse its message."""

    def _hit_marks(self, seen: Seen) -> list[Mark]:
        row = seen.row
        if not self.finder.query or row is None or row.section is not Section.BODY:
            return []
        lines = self.stack.sheet(seen.message).logical
        if row.line.logical >= len(lines):
            return []
        current = self.finder.current
        place = self.finder.place(*current) if current is not None and current[0] == seen.message else None
        marks = []
        for start, end in self.finder.spans(lines[row.line.logical]):
            is_current = place is not None and (place.line, place.character) == (row.line.logical, start)
            style = self.painter.hit_cursor if is_current else self.painter.hit
            marks += [Mark(first, last, style) for first, last in row.line.cells_of(start, end)]
        return marks

    def _citation_marks(self, seen: Seen) -> list[Mark]:
        row = seen.row
        if row is None or row.section is not Section.BODY or row.line.kind == "code" or "[" not in row.line.text:
            return []
        numbers = self.stack[seen.message].cited
        line = row.line
        return [
            Mark(first, last, self.painter.citation)
            for found in (_CITATION.finditer(line.text) if numbers else ())
            if int(found[1]) in numbers
            for first, last in line.cells_of(line.start + found.start(), line.start + found.end())
        ]

    # ---- selecting --------------------------------------------------------------------------------------------------

    @property
    def selected_text(self) -> str:
        """The selected text as it is copied; empty if nothing is selected."""
        span = self._selected_span()
        return selected_text(span, self.stack) if span is not None else ""

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text, as Textual asks for it."""
        span = span_of(selection, self.viewport.seen, self.stack)
        return (selected_text(span, self.stack), "\n") if span is not None else None

    def _selected_span(self) -> Span | None:
        selection = self.text_selection
        if selection is None:
            self._span = None
            return None
        if None in (selection.start, selection.end) or self._span is None or self._span[0] != selection:
            self._span = (selection, span_of(selection, self.viewport.seen, self.stack))
        return self._span[1]

    def _selection_marks(self, seen: Seen) -> list[Mark]:
        row, span = seen.row, self._selected_span()
        if span is None or row is None or not span.start.message <= seen.message <= span.end.message:
            return []
        marks = []
        if part := span.part_of(seen.message, row):
            marks += [Mark(first, last, self.painter.selected) for first, last in row.line.cells_of(*part)]
        if self.selector is not None and seen.message == self.selector.point.message:
            point = self.selector.point
            if (row.section, row.line.logical) == (point.section, point.line):
                marks += [
                    Mark(first, last, self.painter.pointer)
                    for first, last in row.line.cells_of(point.character, point.character + 1)
                ]
        return marks

    def marks(self, seen: Seen) -> list[Mark]:
        """Mark citations, what was found and what is selected."""
        return [*self._citation_marks(seen), *self._hit_marks(seen), *self._selection_marks(seen)]

    def _select(self, start: Place, end: Place) -> None:
        self.screen.selections = {self: Selection(to_offset(start), to_offset(end))}

    def begin_selecting(self, index: int) -> None:
        """Select by keyboard from here on: from the first row of a message that is seen, or from its beginning."""
        rows = [one.row for one in self.viewport.seen if one.message == index and one.row is not None]
        row = next((row for row in rows if row.section is Section.BODY and row.line.text), None)
        if row is None:
            return
        self.selector = Selector(self.stack, Place(index, Section.BODY, row.line.logical, row.line.start))
        self._show_selector(self.selector)
        self.post_message(self.SelectingChanged())

    def leave_selecting(self) -> None:
        """Stop selecting by keyboard."""
        if self.selector is not None:
            self.selector = None
            self.screen.clear_selection()
            self.refresh()
            self.post_message(self.SelectingChanged())

    def select_by_key(self, event: events.Key, selector: Selector) -> None:
        """Let a key move the end of the selection, copy it, or end it; other keys mean nothing meanwhile."""
        motion = MOTIONS.get(event.key) or MOTIONS.get(event.character or "")
        if motion is not None:
            selector.move(motion)
            self._show_selector(selector)
        elif event.key == "y":
            self.post_message(self.CopyRequested(self.selected_text))
            self.leave_selecting()
        elif event.key in ("escape", "v"):
            self.leave_selecting()

    def _show_selector(self, selector: Selector) -> None:
        self._select(*selector.span)
        self.show_place(selector.point)

    @abstractmethod
    def show_place(self, place: Place) -> None:
        """Scroll until a place is seen."""

    # ---- the mouse --------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Go where was clicked: a link, a fold, the mark below; select a word or a line at the second and third."""
        event.prevent_default()
        event.stop()
        seen, place = self._at(event.offset)
        if seen.row is not None and (step := self._sibling_at(seen.row, event.offset)):
            self.post_message(self.SiblingWanted(self.stack[seen.message].message.id, step))
        elif event.chain > 1 and seen.row is not None:
            self.clicked_again()
            text = logical_line(place, self.stack)
            if event.chain == 2:
                self._select(*word_around(text, place))
            else:
                self._select(place._replace(character=0), place._replace(character=len(text)))
        elif self._is_mark(event.offset):
            self.follow()
        elif not self.selected_text and seen.message >= 0:
            self.clicked(seen.message)
            self._follow_click(seen, event.offset)

    def _follow_click(self, seen: Seen, offset: Offset) -> None:
        if seen.row is None:
            return
        if address := address_at(seen.row, offset.x - self.measures.indent):
            self.post_message(self.LinkClicked(address))
        elif seen.row.section is Section.THOUGHT and seen.row.line.logical == 0:
            self.toggle(seen.message, "unfolded")

    def _sibling_at(self, row: Row, offset: Offset) -> int:
        return sibling_at(row, offset.x - self.measures.indent, self.measures.text)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Hear of the pointer until it is let go, also outside the pane."""
        if event.button == 1 and self.is_in_text(event.offset):
            self.capture_mouse()

    def on_mouse_up(self) -> None:
        """Let the pointer go."""
        self.release_mouse()

    def on_mouse_release(self) -> None:
        """Stop to scroll under the pointer: it is let go, or a dialog has it now."""
        self._drag.stop()

    def is_in_text(self, offset: Offset) -> bool:
        """Return whether an offset in the pane is left of the scrollbar."""
        return 0 <= offset.x < self.size.width

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tell where the link under the pointer goes; past the edge, scroll what is being selected."""
        if drag_pointer(self) is not None:
            self._drag.set_pointer(event.screen_y - self.region.y, self.size.height)
            self.follow_pointer()
            return
        seen, _ = self._at(event.offset)
        self._point(address_at(seen.row, event.x - self.measures.indent) if seen.row is not None else "")

    def on_leave(self) -> None:
        """The pointer is elsewhere."""
        self._point("")

    def _point(self, address: str) -> None:
        if address != self._pointed:
            self._pointed = address
            self.styles.pointer = "pointer" if address else "default"
            self.post_message(self.LinkPointed(address))

    def follow_pointer(self) -> None:
        """While text is selected by mouse, let the selection end under the pointer, though the text has moved."""
        pointer = drag_pointer(self)
        if pointer is not None:
            _, place = self._at(pointer - self.region.offset)
            move_drag_end(self, to_offset(place))

    def _at(self, offset: Offset) -> tuple[Seen, Place]:
        """Return the row and the place in the text at an offset in the pane; outside, the nearest."""
        rows = self.viewport.seen
        seen = rows[max(0, min(offset.y, len(rows) - 1))] if rows else NOTHING
        return seen, place_at(seen, offset.x - self.measures.indent, max(0, len(self.stack) - 1))

    def _is_mark(self, offset: Offset) -> bool:
        runs = self.below_mark()
        right = self.measures.right
        return bool(runs) and offset.y == self.size.height - 1 and right - cells(runs) <= offset.x < right
