"""How what stands around the text of a message looks: keys of `Styles`, by what they are for."""

from __future__ import annotations

from typing import Final

from tui_chat.app.transcript.lines import StyleKey

TEXT: Final[StyleKey] = ()
"""What is said."""
STRONG: Final[StyleKey] = ("bold",)
"""A name, a key."""
MUTED: Final[StyleKey] = ("muted",)
"""Facts."""
FAINT: Final[StyleKey] = ("faint",)
"""What need not be read: a code block's language, the words of its keys."""
FAINT_KEY: Final[StyleKey] = ("muted", "bold")
"""A key in a faint hint."""
THOUGHT: Final[StyleKey] = ("muted", "italic")
"""The last words of a thought."""
ACCENT: Final[StyleKey] = ("accent",)
"""Running."""
WARNING: Final[StyleKey] = ("warning",)
"""Interrupted, waiting."""
WARNING_TITLE: Final[StyleKey] = ("warning", "bold")
"""What is waited for."""
ERROR_TITLE: Final[StyleKey] = ("error", "bold")
"""What went wrong."""
EDGE: Final[StyleKey] = ("rule",)
"""Lines that are no text: the edge of a thought, the rest of a meter."""
PANEL: Final[StyleKey] = ("code",)
"""A mark on raised ground."""
PANEL_MUTED: Final[StyleKey] = ("code", "muted")
"""Facts on such a mark."""
CAP: Final[StyleKey] = ("cap",)
"""The edge of a card."""

BAR_DIM: Final[StyleKey] = ("dim-bar",)
"""A sent prompt."""
BAR_BRIGHT: Final[StyleKey] = ("bar",)
"""Where Enter acts."""
BAR_WARNING: Final[StyleKey] = ("warning-bar",)
"""A request that waits."""
BAR_ERROR: Final[StyleKey] = ("error-bar",)
"""A failed reply."""

MARKER: Final[StyleKey] = ("cursor", "bold")
"""Tells what is new below."""
MARKER_KEY: Final[StyleKey] = ("cursor",)
"""The key that goes there."""
HIT: Final[StyleKey] = ("hit",)
"""What was looked for."""
HIT_CURSOR: Final[StyleKey] = ("cursor", "bold")
"""The hit one went to."""


def link(address: str) -> StyleKey:
    """Return the look of text that goes somewhere."""
    return ("link", address)
