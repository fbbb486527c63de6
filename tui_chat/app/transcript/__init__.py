"""The message pane. It knows the domain and the theme, nothing else of the app."""

from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.finding import SpansOf
from tui_chat.app.transcript.layout import prepare
from tui_chat.app.transcript.sanitize import sanitize
from tui_chat.app.transcript.view import Transcript

__all__ = ["Entry", "SpansOf", "Transcript", "prepare", "sanitize"]
