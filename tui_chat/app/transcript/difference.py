"""Two answers beside each other, or one above the other, with the words marked that differ."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.lines import CAP_ABOVE, CAP_BELOW, Layout, Line
from tui_chat.chat.word_diff import Span, WordDiff, word_diff

#: The width at which texts are laid out to be compared; what is compared does not depend on it.
_ANY_WIDTH = 100


class Side(NamedTuple):
    """A row of one of the two answers."""

    line: Line | None
    """What is drawn; ``None`` for a blank row."""
    marks: tuple[tuple[int, int], ...] = ()
    """The stretches of cells, from the line's left edge, whose words are gone or new."""
    is_new: bool = False
    """Whether it is of the second answer."""


BLANK = Side(None)

Pair = tuple[Side, ...]
"""A row of the screen: both answers beside each other, or one of them."""


@dataclass(frozen=True)
class Comparison:
    """Two texts and what differs. Takes time in proportion to their length: to be made in a thread."""

    before: str
    after: str
    diff: WordDiff

    @classmethod
    def of(cls, before: str, after: str) -> Comparison:
        """Compare two texts as they are read, not as they are written: marks of Markdown do not count."""
        first, second = layout_markdown(before, _ANY_WIDTH), layout_markdown(after, _ANY_WIDTH)
        return cls(before, after, word_diff(first.logical, second.logical))

    def beside(self, width: int) -> list[Pair]:
        """Return the rows of both answers beside each other; blocks that have words in common begin in one row.

        Args:
            width: Cells of one column.
        """
        old, new = _Answer(self.before, width, self.diff.gone), _Answer(self.after, width, self.diff.new, is_new=True)
        rows: list[Pair] = []
        at = other = 0
        for block, other_block in [*self._blocks(old, new), (len(old.blocks), len(new.blocks))]:
            rows += _zipped(old.rows(at, block), new.rows(other, other_block))
            rows += _zipped(old.rows(block, block + 1), new.rows(other_block, other_block + 1))
            at, other = block + 1, other_block + 1
        return _without_blanks_above(rows)

    def above(self, width: int) -> list[Pair]:
        """Return the rows of both answers in one column: what is gone before what is new, what is the same once."""
        old, new = _Answer(self.before, width, self.diff.gone), _Answer(self.after, width, self.diff.new, is_new=True)
        shown: list[Side] = []
        at = other = 0
        for block, other_block in [*self._blocks(old, new), (len(old.blocks), len(new.blocks))]:
            shown += [*old.rows(at, block), *new.rows(other, other_block)]
            first, second = old.rows(block, block + 1), new.rows(other_block, other_block + 1)
            if _marked(first):
                # The new one right below: it is the same block.
                shown += [*first, *(side for side in second if side is not BLANK and _marked(second))]
            else:
                shown += second
            at, other = block + 1, other_block + 1
        return _without_blanks_above([(side,) for side in shown])

    def to_text(self) -> str:
        """Return the difference as text: ``[-gone-]`` and ``{+new+}``, each line once."""
        first, second = layout_markdown(self.before, _ANY_WIDTH), layout_markdown(self.after, _ANY_WIDTH)
        lines: list[str] = []
        at = other = 0
        for line, other_line in [*self.diff.pairs, (len(first.logical), len(second.logical))]:
            gone = [_bracketed(first, one, self.diff.gone, "[-", "-]") for one in range(at, line)]
            new = [_bracketed(second, one, self.diff.new, "{+", "+}") for one in range(other, other_line)]
            # Blank lines that both have are no difference.
            lines += [*gone, *(words for words in new if words.strip() or "" not in gone)]
            if line < len(first.logical):
                if line in self.diff.gone:
                    lines.append(_bracketed(first, line, self.diff.gone, "[-", "-]"))
                if line not in self.diff.gone or other_line in self.diff.new:
                    lines.append(_bracketed(second, other_line, self.diff.new, "{+", "+}"))
            at, other = line + 1, other_line + 1
        return "\n".join(lines) + "\n"

    def _blocks(self, old: _Answer, new: _Answer) -> Iterator[tuple[int, int]]:
        """Yield the blocks that have lines in common, in ascending order of both."""
        last = other_last = -1
        for line, other_line in self.diff.pairs:
            block, other_block = old.block_of(line), new.block_of(other_line)
            if block > last and other_block > other_last:
                yield block, other_block
                last, other_last = block, other_block


class _Answer:
    """One of the two answers at one width.

    Attributes:
        blocks: The rows of each block, with what stands above it.
    """

    def __init__(self, source: str, width: int, spans: dict[int, list[Span]], *, is_new: bool = False) -> None:
        layout = layout_markdown(source, width)
        self._logical = [block.logical for block in layout.blocks]
        self.blocks: list[list[Side]] = [[] for _ in layout.blocks]
        gaps = [True, *(False for _ in layout.blocks[1:])]
        for line in layout.lines:
            if line.kind in ("gap", "cap"):
                gaps[line.block] = True
                continue
            cells = tuple(cells for span in spans.get(line.logical, ()) for cells in line.cells_of(*span))
            self.blocks[line.block].append(Side(line, cells, is_new))
        is_code = [block.kind == "code" for block in layout.blocks]
        for number, rows in enumerate(self.blocks):
            if is_code[number]:
                rows[:] = [_cap(CAP_ABOVE, width), *rows, _cap(CAP_BELOW, width)]
            elif gaps[number] and not (number and is_code[number - 1]):
                rows.insert(0, BLANK)

    def block_of(self, line: int) -> int:
        """Return the block of a logical line."""
        return bisect_right(self._logical, line) - 1

    def rows(self, start: int, end: int) -> list[Side]:
        """Return the rows of blocks from one to before another."""
        return [row for block in self.blocks[start:end] for row in block]


def _cap(glyph: str, width: int) -> Side:
    """Return the edge of a card of code."""
    return Side(Line(((glyph * width, ("cap",)),), width, "", 0, -1, kind="cap"))


def _zipped(left: list[Side], right: list[Side]) -> Iterator[Pair]:
    """Yield rows beside each other; what has a blank row above it and what has none begin in the same row."""
    for side, other in ((left, right), (right, left)):
        if side and other and other[0] is BLANK and side[0] is not BLANK:
            side.insert(0, BLANK)
    return zip_longest(left, right, fillvalue=BLANK)


def _without_blanks_above(rows: list[Pair]) -> list[Pair]:
    first = next((place for place, pair in enumerate(rows) if any(side is not BLANK for side in pair)), 0)
    return rows[first:]


def _marked(rows: Sequence[Side]) -> bool:
    return any(row.marks for row in rows)


def _bracketed(layout: Layout, line: int, spans: dict[int, list[Span]], opening: str, closing: str) -> str:
    text, pieces, at = layout.logical[line], list[str](), 0
    for start, end in spans.get(line, []):
        pieces += [text[at:start], opening, text[start:end], closing]
        at = end
    return "".join([*pieces, text[at:]])
