"""What the transcript is made of: lines that are drawn, and the logical text behind them.

A *visual line* is one row on screen. A *logical line* is one line of the text as it is copied: a paragraph, a line of
code, a row of a table. It does not depend on the width, so a position (logical line, character) survives a resize.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from rich.cells import cell_len, split_graphemes

StyleKey = tuple[str, ...]
"""How a run looks: names that add up from left to right, as ``("quote", "strong")``. ``"link"`` is followed by its
address, as ``("strong", "link", "https://example.org")``. ``()`` is plain text. ``Styles`` knows the names."""

Run = tuple[str, StyleKey]
"""A piece of text and how it looks."""

BULLET, TICKED, UNTICKED = "•", "■", "□"
"""The marks of items. They are one cell wide, as all marks are."""
RULE, QUOTE = "─", "│"
CAP_ABOVE, CAP_BELOW = "▄", "▀"
"""Half a row of card in the row before it, and in the row after it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a visual line whose characters stand together in the logical line."""

    cell: int
    """Where it begins, in cells from the left edge of the line."""
    width: int
    """Cells it takes; a tab takes all of its piece."""
    start: int
    """The offset of its first character in the logical line."""
    text: str
    """Its characters."""

    def offset_at(self, cell: int) -> int:
        """The offset in the logical line of the character drawn at ``cell``, never inside a grapheme."""
        wanted = min(cell - self.cell, self.width)
        if wanted <= 0 or self.text == "\t":
            return self.start + (wanted >= self.width > 0)
        if self.text.isascii():
            return self.start + min(wanted, len(self.text))
        used = 0
        for start, _, cells in split_graphemes(self.text)[0]:
            used += cells
            if used > wanted:
                return self.start + start
        return self.start + len(self.text)

    def cells(self, start: int, end: int) -> tuple[int, int] | None:
        """The cells, from the left edge of the line, of the characters from ``start`` to before ``end``, if any."""
        low, high = max(start - self.start, 0), min(end - self.start, len(self.text))
        if low >= high:
            return None
        if self.text == "\t":
            return self.cell, self.cell + self.width
        return self.cell + cell_len(self.text[:low]), self.cell + cell_len(self.text[:high])


@dataclass(slots=True)
class Line:
    """One row of a message. Two lines are equal if they draw and copy alike."""

    runs: tuple[Run, ...]
    """Everything that is drawn, the prefix included, without padding to the full width."""
    width: int
    """Cells that the runs take."""
    text: str
    """The logical, copyable characters on this row; without the spaces at which it was broken."""
    prefix: int
    """Cells before ``text``: indentation, quote bars, list marks."""
    logical: int
    """The index of its logical line in the message."""
    start: int = 0
    """The offset of ``text`` in its logical line. List marks and indentation stand before it in the logical line."""
    kind: str = "text"
    """``text``, ``heading``, ``code``, ``table``, ``rule``, ``picture``, ``gap`` (a blank row) or
    ``cap`` (one beside a card, which is drawn where grounds have tones)."""
    block: int = 0
    """The index of its block in ``Layout.blocks``. A gap belongs to the block after it."""
    ground: str = "page"
    """``page``, or ``card``: drawn on the raised ground over the whole width of the text."""
    mark: int = 0
    """Cells of a list mark right before the text; it is marked with the text's beginning."""
    pieces: tuple[Piece, ...] = ()
    """Where the text stands if it is not one stretch: the cells of a table, code with tabs. Empty: one stretch."""
    right: tuple[Run, ...] = ()
    """What stands at the right of the row, two cells before the edge: the language of a code block. Not in ``runs``."""

    def offset_at(self, cell: int) -> int:
        """The offset in the logical line of what is drawn at ``cell``, never inside a grapheme.

        Left of the text of a first row: 0, so that a selection from there takes the list mark along. Right of the text:
        after its last character.
        """
        if cell < self.prefix:
            return 0 if self.mark or not self.start else self.start
        pieces = self.pieces or (self._whole(),)
        return pieces[max(bisect_right(pieces, cell, key=lambda piece: piece.cell) - 1, 0)].offset_at(cell)

    def cells_of(self, start: int, end: int) -> list[tuple[int, int]]:
        """The stretches of cells (from, to) that draw the characters from ``start`` to before ``end``."""
        pieces = self.pieces or (self._whole(),)
        found = [cells for cells in (piece.cells(start, end) for piece in pieces) if cells]
        if self.mark and start < self.start < end:
            found.insert(0, (self.prefix - self.mark, self.prefix))
        return found

    def _whole(self) -> Piece:
        return Piece(self.prefix, cell_len(self.text), self.start, self.text)


@dataclass(slots=True)
class BlockInfo:
    """A block of a message, as far as browsing and copying need it."""

    kind: str
    """``text``, ``heading``, ``code``, ``table`` or ``rule``."""
    first: int
    """The index of its first visual line, after the gap."""
    logical: int
    """The index of its first logical line, after the gap."""
    language: str = ""
    """What the fence of a code block names."""
    source: str = ""
    """The exact code of a code block; the words of a heading."""
    level: int = 0
    """Of a heading, 1 to 6."""


@dataclass(slots=True)
class Layout:
    """A message at one width."""

    lines: list[Line] = field(default_factory=list)
    """What is drawn, top to bottom."""
    logical: list[str] = field(default_factory=list)
    """The text as it is copied, line by line: no wraps, no borders, list marks kept, tables as Markdown, code exact."""
    blocks: list[BlockInfo] = field(default_factory=list)
    """The blocks, in order."""
