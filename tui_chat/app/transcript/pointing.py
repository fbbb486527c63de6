"""What is under a cell: a link, a word, a line."""

from __future__ import annotations

import re

from rich.cells import cell_len

from tui_chat.app.transcript.rows import Place, Row, Section, words
from tui_chat.app.transcript.styles import address_of

_WORD = re.compile(r"[\w'’-]+|[^\w\s]+|\s+")


def address_at(row: Row, cell: int) -> str:
    """Return where the link in a cell goes; empty if there is none.

    Args:
        row: A row.
        cell: From the left edge of the text.
    """
    at = 0
    for text, key in row.line.runs:
        at += cell_len(text)
        if cell < at:
            return (address_of(key) or "") if cell >= 0 else ""
    return ""


def sibling_at(row: Row, cell: int, width: int) -> int:
    """Return which sibling a cell of a head leads to: -1 the one before, 1 the next, 0 if it leads to none.

    Args:
        row: A row.
        cell: From the left edge of the text.
        width: Cells of the text.
    """
    text = words(row.right)
    if row.section is not Section.HEAD or not text.endswith("›"):
        return 0
    at = cell - (width - cell_len(text[text.rindex("‹") :]))
    if at < 0 or cell >= width:
        return 0
    return -1 if at < len("‹ ") else 1


def word_around(text: str, place: Place) -> tuple[Place, Place]:
    """Return where the word at a place of a logical line begins, and the place after its last character."""
    for found in _WORD.finditer(text):
        if found.end() > place.character:
            return place._replace(character=found.start()), place._replace(character=found.end())
    return place._replace(character=0), place._replace(character=len(text))
