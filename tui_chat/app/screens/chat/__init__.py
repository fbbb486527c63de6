"""The chat screen: its parts laid out in ``screen``, each cluster of behaviour in a controller of its own."""

from tui_chat.app.screens.chat.screen import ChatScreen

__all__ = ["ChatScreen"]
