"""The outline of a session: your prompts, and the headings of the replies."""

from __future__ import annotations

from typing import NamedTuple

from tui_chat.app.transcript.rows import Place, Section
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.app.transcript.stack import Stack


class Heading(NamedTuple):
    """Something to jump to."""

    words: str
    """What it says, in one line."""
    level: int
    """0 for a prompt, 1 to 6 for a heading of a reply."""
    place: Place
    """Where it is."""


def outline(stack: Stack) -> list[Heading]:
    """Return prompts and headings in their order. Only replies that may have headings are laid out."""
    found: list[Heading] = []
    for index, sheet in enumerate(stack.sheets):
        if sheet.is_prompt:
            found.append(Heading(one_line(sheet.text[:400]), 0, Place(index, Section.HEAD, 0, 0)))
        elif "#" in sheet.text or "\n=" in sheet.text or "\n-" in sheet.text:
            found += [
                Heading(one_line(words), level, Place(index, Section.BODY, line, 0))
                for words, level, line in stack.sheet(index, whole=True).headings
            ]
    return found
