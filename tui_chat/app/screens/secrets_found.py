"""The question before a prompt is sent that seems to hold a secret."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.screens.sheet import Sheet
from tui_chat.app.transcript.sanitize import sanitize
from tui_chat.chat.redacting import Finding, summary

#: Places that are listed; a whole file of keys must not push the question off the screen.
_LISTED = 8


class SecretsFound(Sheet[Literal["send", "redact"]]):
    """Asks whether to send a prompt as it is or with placeholders; with ``None`` it is to be edited.

    Args:
        found: What it seems to hold.
        receiver: Who would get it.
    """

    KEYS: ClassVar = [("r", "send with placeholders"), ("s", "send as it is"), ("Esc", "edit")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "answer('redact')", "send with placeholders"),
        Binding("s", "answer('send')", "send as it is"),
        Binding("e,enter", "dismiss_empty", "edit", show=False),
    ]

    def __init__(self, found: Sequence[Finding], receiver: str) -> None:
        super().__init__("Send this?", aside=f"to {sanitize(receiver)}")
        self._found = found

    def compose_body(self) -> Iterable[Widget]:
        """Yield what was found."""
        rows = [f"{one.placeholder}  {sanitize(one.shown)}" for one in self._found[:_LISTED]]
        if len(self._found) > _LISTED:
            rows.append(f"and {len(self._found) - _LISTED} more")
        head = Content(f"The prompt seems to hold {summary(self._found)}:\n\n")
        yield Static(head + Content("\n".join(rows)), classes="note")

    def action_answer(self, answer: Literal["send", "redact"]) -> None:
        """Send it, one way or the other."""
        self.dismiss(answer)
