"""What merging another version of the history has brought in; apart, so that saying it needs no database."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tui_chat.domain.words import counted


class Merged(NamedTuple):
    """What was brought in."""

    path: Path
    """Where the other version lies now."""
    sessions: int
    """Sessions that were not here."""
    messages: int
    """Messages that were not here, or not to their end."""

    @property
    def sentence(self) -> str:
        """What was brought in, in words."""
        if not self.messages and not self.sessions:
            return f"Nothing was missing here; the other version is kept as {self.path.name}"
        what = f"{counted(self.sessions, 'session')} and {counted(self.messages, 'message')}"
        return f"Brought in {what}; the other version is kept as {self.path.name}"
