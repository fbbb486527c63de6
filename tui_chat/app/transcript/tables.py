"""Tables: muted names, one rule, cells that wrap in their column; below 40 cells one row for each cell."""

from __future__ import annotations

from itertools import zip_longest

from rich.cells import cell_len

from tui_chat.app.transcript.blocks import Cell, Table
from tui_chat.app.transcript.lines import RULE, Line, Piece, Run
from tui_chat.app.transcript.wrap import wrap

MEASURED = 200
"""Rows that decide how wide the columns are; rows after them wrap in what there is."""
NARROW = 40
"""Cells below which there are no columns."""
TIGHT = 80
"""Cells below which columns are 2 apart, not 3."""
LEAST = 4
"""Cells that a column keeps, however many there are."""

Row = tuple[tuple[Run, ...], tuple[Piece, ...], int]
"""A visual line of a table without its prefix: its runs, where its words stand, and the cells it takes."""


def words_of(cell: Cell) -> str:
    """The text of a cell."""
    return "".join(text for text, _ in cell)


def markdown_row(row: list[Cell]) -> str:
    """A row as Markdown, in plain words."""
    cells = [words_of(cell).replace("\n", " ").replace("|", "\\|") for cell in row]
    return f"| {' | '.join(cells)} |"


def markdown_rule(aligns: list[str]) -> str:
    """The row below the head as Markdown."""
    marks = {"left": ":--", "center": ":-:", "right": "--:"}
    return f"| {' | '.join(marks.get(align, '---') for align in aligns)} |"


def table_lines(table: Table, width: int) -> tuple[list[tuple[int, Row]], list[str]]:
    """Lay a table out.

    Args:
        table: The table.
        width: Cells there are for it.

    Returns:
        The visual lines, each with the number of its logical line; and the logical lines, as Markdown.
    """
    logical = [markdown_row(row) for row in table.rows]
    logical.insert(1, markdown_rule(table.aligns))
    hidden = 2 if table.measure is not None else 0
    lines = _all_lines(table, width)
    return [(number - hidden, row) for number, row in lines if number >= hidden], logical[hidden:]


def _all_lines(table: Table, width: int) -> list[tuple[int, Row]]:
    gap = 3 if width >= TIGHT else 2
    count = len(table.aligns)
    if width < NARROW or count * (LEAST + gap) - gap > width:
        return _stacked(table, width)
    widths = column_widths(table, width - gap * (count - 1))
    lines: list[tuple[int, Row]] = []
    for number, row in enumerate(table.rows):
        index = number + (number > 0)
        lines += [(index, line) for line in _row_lines(table, row, number, widths, gap)]
        if not number:
            rule = RULE * (sum(widths) + gap * (count - 1))
            lines.append((1, (((rule, ("rule",)),), (), len(rule))))
    return lines


def column_widths(table: Table, room: int) -> list[int]:
    """The cells of each column: what its words take or, if that is too much, a fair share of the room.

    A row that is still arriving is not measured, so that columns do not move with each word. With more rows the
    words of a column only ever get wider.
    """
    columns = range(len(table.aligns))
    natural = table.measure or natural_widths(table)
    if sum(natural) <= room:
        return natural
    widths = [0] * len(natural)
    left, waiting = room, sorted(columns, key=lambda i: natural[i])
    while waiting:
        fair = left // len(waiting)
        index = waiting.pop(0)
        widths[index] = min(natural[index], max(fair, LEAST))
        left -= widths[index]
    return widths


def natural_widths(table: Table) -> list[int]:
    """The cells that the words of each column take."""
    rows = table.rows[: len(table.rows) - table.is_open] or table.rows
    columns = range(len(table.aligns))
    return [max((_width(row[i]) for row in rows[:MEASURED] if i < len(row)), default=0) or 1 for i in columns]


def _width(cell: Cell) -> int:
    text = words_of(cell)
    return max(map(cell_len, text.split("\n"))) if "\n" in text else cell_len(text)


def _row_lines(table: Table, row: list[Cell], number: int, widths: list[int], gap: int) -> list[Row]:
    """The visual lines of one row."""
    starts = _starts(row)
    columns = [_cell_lines(cell, width) for cell, width in zip(row, widths, strict=False)]
    lines: list[Row] = []
    for parts in zip_longest(*columns, fillvalue=None):
        runs: list[Run] = []
        pieces: list[Piece] = []
        used = column = 0
        for index, part in enumerate(parts):
            if part is not None and part[0]:
                words, offset, cells = part
                free = widths[index] - cells
                align = table.aligns[index]
                before = column + (free if align == "right" else free // 2 if align == "center" else 0)
                if before > used:
                    runs.append((" " * (before - used), ()))
                runs += words
                text = words_of(words)
                pieces += _pieces(before, starts[index], row[index], offset, text)
                used = before + cells
            column += widths[index] + gap
        lines.append((tuple(runs), tuple(pieces), used))
    return lines


def _pieces(cell: int, start: int, whole: Cell, offset: int, text: str) -> list[Piece]:
    """Where a part of a cell stands in the row as Markdown, which has a backslash before each ``|`` of a cell."""
    if "|" not in words_of(whole):
        return [Piece(cell, cell_len(text), start + offset, text)]
    at = start + offset + words_of(whole)[:offset].count("|")
    pieces: list[Piece] = []
    for number, part in enumerate(text.split("|")):
        words = "|" * (number > 0) + part
        at += number > 0
        if words:
            pieces.append(Piece(cell, cell_len(words), at, words))
        cell += cell_len(words)
        at += len(words)
    return pieces


def _starts(row: list[Cell]) -> list[int]:
    """Where each cell begins in the row as Markdown."""
    starts, at = [], 2
    for cell in row:
        words = words_of(cell)
        starts.append(at)
        at += len(words) + words.count("|") + 3
    return starts


def _cell_lines(cell: Cell, width: int) -> list[tuple[list[Run], int, int]]:
    """The lines of one cell: runs, the offset of the first character in the cell's text, and cells."""
    text = words_of(cell)
    lines: list[tuple[list[Run], int, int]] = []
    at = 0
    for line in text.split("\n"):
        for start, end in wrap(line, width):
            part = line[start:end]
            lines.append((cut_runs(cell, at + start, at + end), at + start, cell_len(part)))
        at += len(line) + 1
    return lines


def cut_runs(runs: list[Run], start: int, end: int) -> list[Run]:
    """The runs of the characters from ``start`` to before ``end``."""
    found: list[Run] = []
    at = 0
    for text, key in runs:
        low, high = max(start - at, 0), min(end - at, len(text))
        if low < high:
            found.append((text[low:high], key))
        at += len(text)
        if at >= end:
            break
    return found


def _stacked(table: Table, width: int) -> list[tuple[int, Row]]:
    """One visual line or more for each cell: the column's name, and the value beside it."""
    names = [words_of(cell).replace("\n", " ") for cell in table.rows[0]]
    column = min(max(map(cell_len, names), default=0), max(width // 3, 1)) + 2
    lines: list[tuple[int, Row]] = []
    if len(table.rows) == 1:
        starts = _starts(table.rows[0])
        for cell, start in zip(table.rows[0], starts, strict=True):
            lines += [(0, line) for line in _beside("", 0, cell, start, width)]
        return lines
    for number, row in enumerate(table.rows[1:], 1):
        if number > 1:
            lines.append((number + 1, ((), (), 0)))
        for name, cell, start in zip(names, row, _starts(row), strict=False):
            lines += [(number + 1, line) for line in _beside(name, column, cell, start, width)]
    return lines


def _beside(name: str, column: int, cell: Cell, start: int, width: int) -> list[Row]:
    """The visual lines of one cell, with its name before it."""
    labels = [name[a:b] for a, b in wrap(name, max(column - 2, 1))] if column else []
    lines: list[Row] = []
    for label, value in zip_longest(labels, _cell_lines(cell, max(width - column, 2)), fillvalue=None):
        runs: list[Run] = [(label, ("head",))] if label else []
        used = cell_len(label or "")
        pieces: list[Piece] = []
        if value is not None and value[0]:
            words, offset, cells = value
            runs += [(" " * (column - used), ()), *words] if column else words
            pieces = _pieces(column, start, cell, offset, words_of(words))
            used = column + cells
        lines.append((tuple(runs), tuple(pieces), used))
    return lines


def table_line(row: Row, prefix: tuple[Run, ...], logical: int, block: int) -> Line:
    """A visual line of a table with what stands before it."""
    runs, pieces, width = row
    before = sum(cell_len(text) for text, _ in prefix)
    placed = tuple(Piece(one.cell + before, one.width, one.start, one.text) for one in pieces)
    return Line(
        runs=(*prefix, *runs),
        width=before + width,
        text=" ".join(one.text for one in pieces),
        prefix=placed[0].cell if placed else before,
        logical=logical,
        start=placed[0].start if placed else 0,
        kind="rule" if runs and runs[0][1] == ("rule",) else "table",
        block=block,
        pieces=placed,
    )
