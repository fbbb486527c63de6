"""The last net before the terminal: whatever a screen forgot to make safe cannot command the terminal here."""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

#: Control characters and those that reorder text. All take no cell, so that a line without them is as wide.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class Inert(LineFilter):
    """Leaves out of each line what is no text."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the line without commands."""
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [Segment(_COMMANDS.sub("", segment.text), segment.style, segment.control) for segment in segments]
