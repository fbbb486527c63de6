"""The marks that are drawn, each one cell wide, and ASCII for terminals and fonts without them or with wider ones."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

BAR = "▎"
"""Left of the row on which Enter acts."""
RUNNING = "●"
"""A reply is being written; also: chosen."""
NEW = "•"
"""Finished and not yet seen; also: waiting."""
INTERRUPTED = "■"
"""Cut off; also: ticked."""
FAILED = "!"
"""Went wrong."""
UNTICKED = "□"
"""An option that is off."""
CUT = "…"
"""Stands for text that did not fit."""
BETWEEN = "·"
"""Separates facts."""

#: What is drawn in the place of each mark; the caps of cards become blank.
_ASCII = str.maketrans(
    {
        "●": "*",
        "•": "-",
        "■": "#",
        "□": "_",
        "►": ">",
        "▼": "v",
        "‹": "<",
        "›": ">",
        "↑": "^",
        "↓": "v",
        "←": "<",
        "→": ">",
        "▎": "|",
        "▐": "|",
        "▄": " ",
        "▀": " ",
        "█": " ",
        "─": "-",
        "━": "=",
        "│": "|",
        **dict.fromkeys("╭╮╰╯", "+"),
        "…": "~",
        "·": "-",
        "–": "-",
        "×": "x",
        "\u202f": " ",
    }
)


class AsciiGlyphs(LineFilter):
    """Draws every mark by an ASCII character of the same width. Words in other scripts stay as they are."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the line with other marks."""
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(_ASCII), segment.style, segment.control)
            for segment in segments
        ]


def wants_ascii(setting: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether marks are drawn in ASCII: if the setting says so, or with ``auto`` where the locale is not UTF-8.

    Args:
        setting: ``auto``, ``unicode`` or ``ascii``.
        environment: Tells the locale.
    """
    if setting != "auto":
        return setting == "ascii"
    wanted = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or ""
    if not wanted:
        return "utf" not in locale.getpreferredencoding(do_setlocale=False).lower()
    return "utf-8" not in wanted.lower() and "utf8" not in wanted.lower()
