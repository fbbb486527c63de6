"""The transcript with the keys of the command table."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from tui_chat.app.commands import Place, bindings
from tui_chat.app.transcript.layout import prepare as prepare_layout
from tui_chat.app.transcript.view import Transcript

__all__ = ["ChatTranscript", "prepare_layout"]


class ChatTranscript(Transcript):
    """The transcript of the open session."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.TRANSCRIPT)
