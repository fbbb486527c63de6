"""The session list with the keys of the command table."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from tui_chat.app.commands import Place, bindings
from tui_chat.app.widgets import Sidebar


class ChatSidebar(Sidebar):
    """The sessions of the user."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.SIDEBAR)
