"""JSON, complete: the session and the whole tree as they are stored, to be read back without loss."""

from __future__ import annotations

from tui_chat.exporters.base import Export
from tui_chat.exporters.json_text import json_text

FORMAT = "tui-chat-session"
VERSION = 1
"""Raised when an older program could no longer read the file."""


def render(export: Export) -> str:
    """Return the session and all its messages, whatever the options say: this is the format that keeps everything."""
    # Not to_dict(): leaving out what is empty would lose an empty text part, which cannot be read back.
    plain = {
        "format": FORMAT,
        "version": VERSION,
        "session": export.session.model_dump(mode="json"),
        "messages": [message.model_dump(mode="json") for message in export.tree],
    }
    return json_text(plain, indent=2) + "\n"
