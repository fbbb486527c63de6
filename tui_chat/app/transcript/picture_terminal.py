"""How pictures can be drawn here: what the terminal knows, and how large its cells are.

A terminal that is asked answers on the keyboard's way, and while the app runs its answer would be typed text. So
nothing is asked: the environment has to tell.
"""

from __future__ import annotations

import re
import struct
import sys
from collections.abc import Mapping
from enum import Enum


class Drawing(Enum):
    """How pictures are drawn."""

    NOT = "not"
    BLOCKS = "blocks"
    """Two dots a cell, one above the other, in the colours of a half block."""
    KITTY = "kitty"
    """Kitty's graphics protocol, with placeholders: characters that show a part of an image each."""


_PLACEHOLDERS = re.compile(r"xterm-(?:kitty|ghostty)")
_BETWEEN = ("TMUX", "STY", "ZELLIJ", "TEXTUAL_DRIVER")
"""Programs between the app and the terminal, which swallow images."""
_OTHERS = ("VTE_VERSION", "KONSOLE_VERSION", "WEZTERM_PANE", "ALACRITTY_WINDOW_ID", "XTERM_VERSION", "WT_SESSION")
"""Terminals that may have been started from kitty or Ghostty, and then inherit their variables."""

USUAL_ASPECT = 2.0
"""How much taller than wide a cell is, where the terminal does not tell."""


def drawing_for(environment: Mapping[str, str], color_system: str | None) -> Drawing:
    """Return how pictures can be drawn, as far as the environment tells; in doubt the way that shows no garbage.

    Args:
        environment: The environment of the app.
        color_system: The colours that are written, as Rich calls them. All ways need ``truecolor``: with placeholders
            the colour is the number of the image.
    """
    if color_system != "truecolor":
        return Drawing.NOT
    return Drawing.KITTY if _knows_placeholders(environment) else Drawing.BLOCKS


def _knows_placeholders(environment: Mapping[str, str]) -> bool:
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if any(environment.get(name) for name in _BETWEEN) or term.startswith(("screen", "tmux")):
        return False
    if _PLACEHOLDERS.fullmatch(term):
        return True
    # Either may be set up to call itself an xterm.
    if term != "xterm-256color" or any(environment.get(name) for name in _OTHERS):
        return False
    return program == "ghostty" or (not program and bool(environment.get("KITTY_WINDOW_ID")))


def cell_aspect() -> float:
    """Return how much taller than wide a cell is, from what the terminal has told the system of its size in pixels."""
    if sys.platform == "win32" or sys.__stdout__ is None:
        return USUAL_ASPECT
    import fcntl  # late: not on Windows
    import termios

    try:
        answer = fcntl.ioctl(sys.__stdout__.fileno(), termios.TIOCGWINSZ, bytes(8))
    except (OSError, ValueError):
        return USUAL_ASPECT
    return aspect_of(*struct.unpack("HHHH", answer))


def aspect_of(rows: int, columns: int, width: int, height: int) -> float:
    """Return how much taller than wide a cell is, from a size in cells and pixels; a usual one if that makes no sense.

    Args:
        rows: Of the terminal.
        columns: Of the terminal.
        width: In pixels; 0 if the terminal does not tell.
        height: In pixels.
    """
    if not all((rows, columns, width, height)):
        return USUAL_ASPECT
    aspect = (height / rows) / (width / columns)
    return aspect if 1 <= aspect <= 4 else USUAL_ASPECT
