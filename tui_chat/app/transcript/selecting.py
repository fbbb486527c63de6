"""Selecting by keyboard: a mark, a point, and the motions that move it over the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from functools import partial

from rich.cells import split_graphemes

from tui_chat.app.transcript.rows import Place, Section
from tui_chat.app.transcript.selection import Span
from tui_chat.app.transcript.stack import Stack

_WORD = re.compile(r"\w+|[^\w\s]+")

MOTIONS = {
    "h": "left",
    "left": "left",
    "l": "right",
    "right": "right",
    "j": "down",
    "down": "down",
    "k": "up",
    "up": "up",
    "w": "word",
    "b": "back",
    "0": "start",
    "home": "start",
    "$": "end",
    "dollar_sign": "end",
    "end": "end",
    "{": "paragraph_up",
    "left_curly_bracket": "paragraph_up",
    "}": "paragraph_down",
    "right_curly_bracket": "paragraph_down",
}
"""What keys do while text is selected."""


class Selector:
    """A selection that is made by keyboard. The point moves over the texts of all messages.

    Attributes:
        mark: Where it began.
        point: The character it reaches to.
    """

    def __init__(self, stack: Stack, place: Place) -> None:
        self._stack = stack
        self.mark = self.point = place
        self._column = self._cell()
        self._motions: Mapping[str, Callable[[], None]] = {
            "left": self._left,
            "right": self._right,
            "down": partial(self._vertical, 1),
            "up": partial(self._vertical, -1),
            "word": self._word,
            "back": self._back,
            "start": self._start,
            "end": self._end,
            "paragraph_up": partial(self._paragraph, -1),
            "paragraph_down": partial(self._paragraph, 1),
        }

    @property
    def span(self) -> Span:
        """What is selected, the characters at both ends included."""
        first, last = sorted((self.mark, self.point))
        return Span(first, last._replace(character=self._next(last)))

    def move(self, motion: str) -> None:
        """Move the point; a motion that leads nowhere leaves it where it is."""
        self._motions[motion]()
        if motion not in ("up", "down"):
            self._column = self._cell()

    def _left(self) -> None:
        starts = self._starts(self.point)
        before = bisect_left(starts, self.point.character) - 1
        if before >= 0:
            self._go(character=starts[before])
        elif self._other_line(-1):
            self._end()

    def _right(self) -> None:
        after = self._next(self.point)
        if after < len(self._text(self.point)):
            self._go(character=after)
        elif self._other_line(1):
            self._start()

    def _word(self) -> None:
        found = _WORD.finditer(self._text(self.point))
        start = next((word.start() for word in found if word.start() > self.point.character), None)
        if start is not None:
            self._go(character=start)
        elif self._other_line(1):
            word = _WORD.search(self._text(self.point))
            self._go(character=word.start() if word else 0)

    def _back(self) -> None:
        starts = [word.start() for word in _WORD.finditer(self._text(self.point))]
        before = bisect_left(starts, self.point.character) - 1
        if before >= 0:
            self._go(character=starts[before])
        elif self._other_line(-1):
            starts = [word.start() for word in _WORD.finditer(self._text(self.point))]
            self._go(character=starts[-1] if starts else 0)

    def _start(self) -> None:
        self._go(character=0)

    def _end(self) -> None:
        starts = self._starts(self.point)
        self._go(character=starts[-1] if starts else 0)

    def _paragraph(self, step: int) -> None:
        """Go to the next blank line, or to the end."""
        while self._other_line(step):
            if not self._text(self.point).strip():
                break
        self._start()

    def _vertical(self, step: int) -> None:
        """Go to the next row on the screen that holds text, and to the same cell there."""
        message = self.point.message
        at = self._stack.line_of(self.point) + step
        while 0 <= message < len(self._stack):
            sheet = self._stack.sheet(message, whole=True)
            rows = sheet.rows(0, len(sheet))
            while 0 <= at < len(rows):
                line = rows[at].line
                if rows[at].section is Section.BODY and line.text:
                    last = max(line.start, line.start + len(line.text) - 1)
                    self.point = Place(message, Section.BODY, line.logical, min(line.offset_at(self._column), last))
                    return
                at += step
            message += step
            if 0 <= message < len(self._stack):
                at = 0 if step > 0 else len(self._stack.sheet(message, whole=True)) - 1

    def _cell(self) -> int:
        """Return the cell, from the left edge of the text, in which the point is drawn."""
        sheet = self._stack.sheet(self.point.message, whole=True)
        for row in sheet.rows(self._stack.line_of(self.point), len(sheet))[:1]:
            for first, _ in row.line.cells_of(self.point.character, self.point.character + 1):
                return first
        return 0

    def _other_line(self, step: int) -> bool:
        """Go to the next logical line, of the next message with text if need be; return whether there is one."""
        message, line = self.point.message, self.point.line + step
        while True:
            lines = self._stack.sheet(message, whole=True).logical
            if 0 <= line < len(lines):
                self.point = Place(message, Section.BODY, line, 0)
                return True
            message += step
            if not 0 <= message < len(self._stack):
                return False
            line = 0 if step > 0 else len(self._stack.sheet(message, whole=True).logical) - 1

    def _go(self, *, character: int) -> None:
        self.point = self.point._replace(character=character)

    def _text(self, place: Place) -> str:
        lines = self._stack.sheet(place.message, whole=True).logical
        return lines[place.line] if place.line < len(lines) else ""

    def _starts(self, place: Place) -> list[int]:
        text = self._text(place)
        return list(range(len(text))) if text.isascii() else [start for start, _, _ in split_graphemes(text)[0]]

    def _next(self, place: Place) -> int:
        text = self._text(place)
        return next((start for start in self._starts(place) if start > place.character), len(text))
