"""The transcript with the keys of the command table."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from tui_chat.app.commands import Place, bindings, command
from tui_chat.app.transcript.entries import Hints
from tui_chat.app.transcript.layout import prepare as prepare_layout
from tui_chat.app.transcript.view import Transcript

__all__ = ["ChatTranscript", "prepare_layout"]


class ChatTranscript(Transcript):
    """The transcript of the open session."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.TRANSCRIPT)

    @property
    def follow_key(self) -> str:
        """The key that leads to the newest line."""
        return command("view.follow").shown

    @property
    def code_keys(self) -> Hints:
        """The keys that act on a block of code."""
        return [(command("message.copy_code").shown, "copy"), (command("message.save_code").shown, "save")]
