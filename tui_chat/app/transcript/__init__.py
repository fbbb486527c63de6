"""The message pane. It knows the domain and the theme, nothing else of the app."""

from tui_chat.app.transcript.entry import Entry
from tui_chat.app.transcript.pane import Transcript
from tui_chat.app.transcript.sanitize import sanitize

__all__ = ["Entry", "Transcript", "sanitize"]
