"""Asking for a text of several lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.message import Message
from textual.widget import Widget

from tui_chat.app.screens.sheet import Sheet
from tui_chat.app.widgets import TextField


class LinesField(TextField):
    """A field in which Enter is done and Esc closes."""

    class Submitted(Message):
        """The user is done."""

    class Escaped(Message):
        """The user would rather not."""

    def take(self, key: str) -> bool:
        """Do what a key means here; say whether it meant something."""
        if key == "escape":
            self.post_message(self.Escaped())
            return True
        return super().take(key)

    def enter(self) -> None:
        """Be done."""
        self.post_message(self.Submitted())


class AskLines(Sheet[str]):
    """Asks for a text; the result is ``None`` if the user would rather not.

    Args:
        title: What is asked for.
        value: What stands there at first.
        aside: A fact at the right of the title.
    """

    KEYS: ClassVar = [("Enter", "done"), ("Ctrl+J", "newline"), ("Esc", "close")]

    def __init__(self, title: str, value: str, *, aside: str = "") -> None:
        super().__init__(title, aside=aside, width="-list")
        self._value = value

    def compose_body(self) -> Iterable[Widget]:
        """Yield the field."""
        yield LinesField(classes="field-lines")

    def on_mount(self, event: events.Mount) -> None:
        field = self.query_one(LinesField)
        field.begin_with(self._value)
        field.focus()

    @on(LinesField.Submitted)
    def answer(self) -> None:
        self.dismiss(self.query_one(LinesField).text)

    @on(LinesField.Escaped)
    def give_up(self) -> None:
        self.dismiss()
