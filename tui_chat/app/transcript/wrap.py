"""Where lines are broken: between words, beside wide characters, and never inside a grapheme."""

from __future__ import annotations

import re
from itertools import pairwise

from rich.cells import split_graphemes

Stretch = tuple[int, int]
"""From and to, in characters."""

_NARROW = re.compile(
    "[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25fc]*"
)
"""Text whose characters all take one cell each."""
_STICKS = frozenset("、。，．：；！？」』）】》〉〕…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ)]}>,.;:!?%")
"""Never at the beginning of a row, where a wide character stands before."""
_CODE_BREAK = re.compile(r"[\s,;()\[\]{}]")


def is_narrow(text: str) -> bool:
    """Whether each character takes one cell."""
    return text.isascii() or _NARROW.fullmatch(text) is not None


def wrap(text: str, width: int) -> list[Stretch]:
    """Break one logical line of prose into rows. Spaces at a break belong to no row."""
    if len(text) <= width and is_narrow(text):
        return [(0, len(text))]
    return _wrap_narrow(text, width) if is_narrow(text) else _wrap_wide(text, width)


def _wrap_narrow(text: str, width: int) -> list[Stretch]:
    rows: list[Stretch] = []
    start, length = 0, len(text)
    while length - start > width:
        space = text.rfind(" ", start, start + width + 1)
        end = space
        while end > start and text[end - 1] == " ":
            end -= 1
        if space < 0 or end <= start:
            rows.append((start, start + width))
            start += width
            continue
        rows.append((start, end))
        start = space + 1
        while start < length and text[start] == " ":
            start += 1
    return [*rows, (start, length)] if start < length or not rows else rows


def _wrap_wide(text: str, width: int) -> list[Stretch]:
    """Cut greedily, grapheme by grapheme, at the last place in the row where a break is allowed."""
    cuts, start = [0], 0
    used = since = 0  # cells of the row, and of what came after the last place where it may break
    allowed, after_wide = 0, False
    for first, end, cells in split_graphemes(text)[0]:
        is_space = text[first:end] == " "
        if (cells > 1 or after_wide) and text[first] not in _STICKS:
            allowed, since = first, 0
        if used + cells > width and not is_space and first > start:
            start = allowed if allowed > start else first
            used = since if start == allowed else 0
            if used + cells > width and first > start:
                cuts.append(start)
                start, used = first, 0
            cuts.append(start)
            since = used
        used += cells
        since += cells
        if is_space:
            allowed, since = end, 0
        after_wide = cells > 1
    return [_without_spaces(text, a, b) for a, b in pairwise([*cuts, len(text)])]


def _without_spaces(text: str, start: int, end: int) -> Stretch:
    while end > start and end < len(text) and text[end - 1] == " ":
        end -= 1
    return start, end


def wrap_code(text: str, width: int, deeper: int) -> list[Stretch]:
    """Break one line of code into rows that together hold every character.

    Args:
        text: The line, without tabs.
        width: Cells of the first row.
        deeper: By how many cells the rows that follow are shorter.
    """
    if len(text) <= width and is_narrow(text):
        return [(0, len(text))]
    rows: list[Stretch] = []
    start, room = 0, width
    spans = [(i, i + 1, 1) for i in range(len(text))] if is_narrow(text) else split_graphemes(text)[0]
    used, allowed, allowed_cells = 0, 0, 0
    for first, end, cells in spans:
        if used + cells > room and first > start:
            cut = allowed if allowed > start else first
            rows.append((start, cut))
            used = used - allowed_cells if cut == allowed else 0
            start, room = cut, max(width - deeper, 2)
            allowed_cells = 0
        used += cells
        if _CODE_BREAK.match(text, first):
            allowed, allowed_cells = end, used
    return [*rows, (start, len(text))]
