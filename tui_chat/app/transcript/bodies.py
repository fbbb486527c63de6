"""The text of a message in rows: laid out at once, piece by piece while it arrives, or in slices if it is very long."""

from __future__ import annotations

from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.lines import Layout, Line, StyleKey
from tui_chat.app.transcript.plain import paragraphs, printable
from tui_chat.app.transcript.rows import Frame, Row, Section
from tui_chat.app.transcript.tail import StreamTail

SLICE = 4096
"""Characters that are laid out at once: a few milliseconds' work."""
LONG = 4 * SLICE
"""Longer texts are laid out in slices, so that nothing waits for them."""


class Body:
    """Rows of a text that may still grow."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        """The rows so far."""
        self.layout: Layout | None = None
        """The Markdown behind them; ``None`` for a prompt, which is shown as it was typed."""
        self._plain: list[str] = []
        self._tail: StreamTail | None = None
        self._waiting: list[str] = []
        self._is_open = False

    @classmethod
    def plain(cls, text: str, width: int, ink: StyleKey, frame: Frame) -> Body:
        """Return a text as it was typed."""
        body = cls()
        if text:
            body.rows = paragraphs(text, width, ink, section=Section.BODY, frame=frame)
            body._plain = printable(text).split("\n")
        return body

    @classmethod
    def markdown(cls, text: str, width: int, *, is_open: bool) -> Body:
        """Return Markdown.

        Args:
            text: All that has come so far.
            width: Cells of a row.
            is_open: Whether more may come.
        """
        body = cls()
        body._is_open = is_open
        if is_open or len(text) > LONG:
            body._tail = StreamTail(width)
            body.layout = body._tail.layout
            body.feed(text)
            body.grow()
        else:
            body.layout = layout_markdown(text, width)
            body._take_lines(0)
        return body

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def edges(self) -> tuple[str, str]:
        """Kinds of the first and the last row; empty if there are none."""
        return (self.rows[0].line.kind, self.rows[-1].line.kind) if self.rows else ("", "")

    @property
    def is_growing(self) -> bool:
        """Whether there is text without rows yet."""
        return bool(self._waiting)

    @property
    def logical(self) -> list[str]:
        """The text line by line as it is copied, without wraps."""
        return self.layout.logical if self.layout is not None else self._plain

    @property
    def codes(self) -> list[tuple[str, str]]:
        """Language and text of each code block."""
        blocks = self.layout.blocks if self.layout is not None else []
        return [(block.language, block.source) for block in blocks if block.kind == "code"]

    @property
    def headings(self) -> list[tuple[str, int, int]]:
        """Words, level and logical line of each heading."""
        blocks = self.layout.blocks if self.layout is not None else []
        return [(block.source, block.level, block.logical) for block in blocks if block.kind == "heading"]

    def feed(self, text: str) -> None:
        """Take more text; it gets its rows with the next `grow`."""
        if text:
            self._waiting.append(text)

    def grow(self, *, is_all: bool = False) -> None:
        """Make rows of the next slice of what waits, or of all of it."""
        tail = self._tail
        if tail is None:
            return
        text = "".join(self._waiting)
        cut = len(text) if is_all else min(len(text), SLICE)
        self._waiting = [text[cut:]] if cut < len(text) else []
        if cut:
            tail.feed(text[:cut])
            self._take_lines(tail.flush())
        if not self._is_open and not self._waiting:
            self._close(tail)

    def finish(self) -> None:
        """No more text comes."""
        self._is_open = False
        if self._tail is not None and not self._waiting:
            self._close(self._tail)

    def _close(self, tail: StreamTail) -> None:
        self._tail = None
        self._take_lines(tail.finish())

    def _take_lines(self, first: int) -> None:
        """Make rows of the layout's lines from one on; the rows above stay."""
        layout = self.layout
        if layout is None:
            return
        del self.rows[first:]
        self.rows += [
            Row(line, section=Section.BODY, code=_code_at(layout, at, line))
            for at, line in enumerate(layout.lines[first:], first)
        ]


def _code_at(layout: Layout, at: int, line: Line) -> int:
    """Return the number of the block of code that begins with a line, or -1."""
    if line.kind != "code" or layout.blocks[line.block].first != at:
        return -1
    return sum(block.kind == "code" for block in layout.blocks[: line.block])
