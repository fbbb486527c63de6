"""From blocks to lines of one width."""

from __future__ import annotations

from rich.cells import cell_len

from tui_chat.app.transcript.blocks import Block
from tui_chat.app.transcript.breaking import MARK, whole
from tui_chat.app.transcript.highlight import Runs, highlight
from tui_chat.app.transcript.lines import CAP_ABOVE, CAP_BELOW, RULE, BlockInfo, Layout, Line, Piece, Run
from tui_chat.app.transcript.tables import cut_runs, table_line, table_lines
from tui_chat.app.transcript.wrap import wrap, wrap_code

NARROWEST = 8
"""Cells below which nothing is laid out narrower."""
TAB = 4
INSET = 2
"""Cells of card at either side of code."""


def add_block(layout: Layout, block: Block, width: int) -> None:
    """Add the lines of a block, and the blank rows before it, to those above."""
    width = max(width, NARROWEST)
    add_gap(layout, block, width)
    index = len(layout.blocks)
    info = BlockInfo(block.kind, len(layout.lines), len(layout.logical))
    layout.blocks.append(info)
    match block.kind:
        case "code":
            info.language, info.source = block.language, whole(block.code)
            add_code(layout, block, highlight(block.code, block.language), width, 0)
        case "table":
            _add_table(layout, block, width, index)
        case "rule":
            prefix, cells = _fitting(block.first, width)
            rule: Run = (RULE * (width - cells), ("rule",))
            layout.lines.append(Line((*prefix, rule), width, "", cells, len(layout.logical), kind="rule", block=index))
            layout.logical.append(f"{block.lead}---")
        case _:
            _add_text(layout, block, width, index)
            if block.kind == "heading":
                info.level = block.level
                info.source = "".join(text for text, _ in block.runs).replace("\n", " ")
                if block.level == 1:
                    _underline(layout, block, width, index)


def add_gap(layout: Layout, block: Block, width: int) -> None:
    """Add the blank rows before a block; those beside a card draw its caps."""
    index = len(layout.blocks)
    above = layout.blocks[-1].kind == "code" if layout.blocks else False
    caps = [CAP_BELOW] * above + [CAP_ABOVE] * (block.kind == "code")
    for row in range(block.gap):
        logical = len(layout.logical)
        if row < len(caps):
            cap = (caps[row] * width, ("cap",))
            layout.lines.append(Line((cap,), width, "", 0, logical, kind="cap", block=index))
        else:
            prefix, cells = _fitting(block.before, width)
            layout.lines.append(Line(prefix, cells, "", cells, logical, kind="gap", block=index))
        if not row:
            layout.logical.append("")


def _fitting(prefix: tuple[Run, ...], width: int) -> tuple[tuple[Run, ...], int]:
    """As much of a prefix as leaves half of the width for the text, and its cells; the innermost part stays."""
    cells = sum(cell_len(text) for text, _ in prefix)
    if cells <= width // 2:
        return prefix, cells
    kept = list(prefix)
    while kept and cells > width // 2:
        cells -= cell_len(kept.pop(0)[0])
    return tuple(kept), cells


def _add_text(layout: Layout, block: Block, width: int, index: int) -> None:
    """Add a paragraph or a heading."""
    lines, logical = layout.lines, layout.logical
    first, first_cells = _fitting(block.first, width)
    rest, rest_cells = _fitting(block.rest, width)
    mark = block.mark if first and first[-1][0].strip() else 0
    prefix, cells, lead = first, first_cells, block.lead
    runs = block.runs
    text = runs[0][0] if len(runs) == 1 else "".join(text for text, _ in runs)
    at = 0
    for line in text.split("\n"):
        for start, end in wrap(line, width - max(first_cells, rest_cells)):
            part = line[start:end]
            drawn = cut_runs(runs, at + start, at + end) if len(runs) > 1 or part != text else runs
            used = cells + (len(part) if part.isascii() else cell_len(part))
            offset = len(lead) + start
            lines.append(Line((*prefix, *drawn), used, part, cells, len(logical), offset, block.kind, index, mark=mark))
            prefix, cells, mark = rest, rest_cells, 0
        logical.append(lead + line)
        lead = block.indent
        at += len(line) + 1


def _underline(layout: Layout, block: Block, width: int, index: int) -> None:
    """Add the rule below a heading."""
    prefix, cells = _fitting(block.rest, width)
    rule: Run = (RULE * (width - cells), ("rule",))
    logical = len(layout.logical) - 1
    end = len(layout.logical[logical])
    layout.lines.append(Line((*prefix, rule), width, "", cells, logical, end, "rule", index))


def _add_table(layout: Layout, block: Block, width: int, index: int) -> None:
    if block.table is None:
        return
    prefix, cells = _fitting(block.first, width)
    rest, _ = _fitting(block.rest, width)
    rows, logical = table_lines(block.table, width - cells)
    for number, row in rows:
        layout.lines.append(table_line(row, prefix, len(layout.logical) + number, index))
        prefix = rest
    layout.logical += logical


def add_code(layout: Layout, block: Block, coloured: list[Runs], width: int, number: int) -> None:
    """Add lines of code.

    Args:
        layout: Where to.
        block: The block they are of; its index is the last of the layout's blocks.
        coloured: The runs of each line.
        width: Cells of the card.
        number: The number of the first of these lines in the block.
    """
    index = len(layout.blocks) - 1
    for runs in coloured:
        if runs and runs[0][0].startswith(MARK):
            runs = [(runs[0][0][1:], runs[0][1]), *runs[1:]]
        prefix, cells = _fitting(block.rest if number else block.first, width)
        logical = len(layout.logical)
        code = "".join(text for text, _ in runs)
        # Where there is hardly any room, code takes all of it.
        inset = INSET if width - cells >= 3 * INSET + 2 else 0
        room = max(width - cells - 2 * inset, 2)
        deeper = _deeper(code, inset, room)
        rows = _code_rows(code, runs, room, deeper)
        for row, (drawn, text, start, pieces) in enumerate(rows):
            before = cells + inset + (deeper if row else 0)
            used = before + sum(len(part) if part.isascii() else cell_len(part) for part, _ in drawn)
            line = Line(
                (*prefix, (" " * (before - cells), ()), *drawn),
                used,
                text,
                before,
                logical,
                start,
                "code",
                index,
                "card",
                pieces=tuple(Piece(one.cell + before, one.width, one.start, one.text) for one in pieces),
            )
            if not number and not row:
                line.right = _label(block.language, width - INSET - used)
            layout.lines.append(line)
            prefix = _fitting(block.rest, width)[0]
        layout.logical.append(code)
        number += 1


def _deeper(code: str, inset: int, room: int) -> int:
    """By how many cells the rest of a broken line is set in: more than the line itself, if half the room is left."""
    blanks = len(code[: len(code) - len(code.lstrip())].expandtabs(TAB))
    return blanks + inset if inset and blanks + inset <= room // 2 else inset


def _label(language: str, room: int) -> tuple[Run, ...]:
    """The language, if there is room for it and some space before."""
    return ((language, ("language",)),) if language and cell_len(language) + INSET <= room else ()


CodeRow = tuple[Runs, str, int, list[Piece]]
"""Runs, the characters, the offset of the first, and where they stand if tabs make it uneven."""


def _code_rows(code: str, runs: Runs, width: int, deeper: int) -> list[CodeRow]:
    """Break one line of code into rows; all but the first are so much shorter."""
    if "\t" not in code:
        return [
            (cut_runs(runs, start, end) if end - start < len(code) else runs, code[start:end], start, [])
            for start, end in wrap_code(code, width, deeper)
        ]
    if code.isspace():
        return [([], code, 0, [])]
    drawn, origin = _without_tabs(code)
    expanded = _expanded(runs, drawn, origin)
    rows: list[CodeRow] = []
    for start, end in wrap_code(drawn, width, deeper):
        pieces = _pieces(code, drawn, origin, start, end)
        first, last = origin[start], origin[end - 1] + 1 if end > start else origin[start]
        rows.append((cut_runs(expanded, start, end), code[first:last], first, pieces))
    return rows


def _without_tabs(code: str) -> tuple[str, list[int]]:
    """The line with spaces for tabs, and for each of its characters the one it comes from."""
    drawn: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(code):
        part = " " * (TAB - len(origin) % TAB) if character == "\t" else character
        drawn.append(part)
        origin += [index] * len(part)
    return "".join(drawn), [*origin, len(code)]


def _expanded(runs: Runs, drawn: str, origin: list[int]) -> Runs:
    """The runs of a line with spaces for tabs."""
    expanded: Runs = []
    at = source = 0
    for text, key in runs:
        source += len(text)
        end = at
        while end < len(drawn) and origin[end] < source:
            end += 1
        expanded.append((drawn[at:end], key))
        at = end
    return expanded


def _pieces(code: str, drawn: str, origin: list[int], start: int, end: int) -> list[Piece]:
    """Where the characters of a row stand: each tab by itself, and what is between tabs."""
    pieces: list[Piece] = []
    at = start
    while at < end:
        stop = at
        if code[origin[at]] == "\t":
            while stop < end and origin[stop] == origin[at]:
                stop += 1
            pieces.append(Piece(cell_len(drawn[start:at]), stop - at, origin[at], "\t"))
        else:
            while stop < end and code[origin[stop]] != "\t":
                stop += 1
            text = drawn[at:stop]
            pieces.append(Piece(cell_len(drawn[start:at]), cell_len(text), origin[at], text))
        at = stop
    return pieces
