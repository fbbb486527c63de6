"""Plain text in rows: prompts as they were typed, reasoning, notices."""

from __future__ import annotations

from tui_chat.app.transcript.lines import StyleKey
from tui_chat.app.transcript.rows import Frame, Row, Runs, Section, cells, row
from tui_chat.app.transcript.sanitize import sanitize
from tui_chat.app.transcript.wrap import wrap


def pieces(text: str, width: int) -> list[tuple[int, str]]:
    """Return the pieces of one logical line that fit a width, each with its place in the line."""
    return [(start, text[start:end]) for start, end in wrap(text, width)]


def printable(text: str) -> str:
    """Return foreign text as it may be drawn, tabs as spaces."""
    return sanitize(text).expandtabs(4)


def paragraphs(
    text: str,
    width: int,
    ink: StyleKey,
    *,
    section: Section,
    frame: Frame = Frame.PAGE,
    line: int = 0,
    lead: Runs = (),
) -> list[Row]:
    """Return foreign text in rows, wrapped, its own line breaks kept.

    Args:
        text: Anything.
        width: Cells a row may take, what leads it included.
        ink: The style of the text.
        section: Which part of the message it is.
        frame: What lies under it.
        line: Number of its first logical line.
        lead: Drawn before each row.
    """
    width = max(1, width - cells(lead))
    rows: list[Row] = []
    for number, logical in enumerate(printable(text).split("\n"), line):
        for start, piece in pieces(logical, width):
            rows.append(row([(piece, ink)], frame=frame, section=section, line=number, start=start, lead=lead))
    return rows
