"""Small questions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_chat.app.screens.sheet import Sheet
from tui_chat.app.transcript.sanitize import sanitize


class AskText(Sheet[str]):
    """Asks for one line of text; the result is ``None`` if the user would rather not.

    Args:
        title: What is asked for.
        value: What stands there at first, selected.
        aside: A fact at the right of the title.
        may_be_empty: Whether nothing is an answer too.
    """

    KEYS: ClassVar = [("Enter", "done"), ("Esc", "close")]

    def __init__(self, title: str, value: str, *, aside: str = "", may_be_empty: bool = False) -> None:
        super().__init__(title, aside=aside)
        self._value = value
        self._may_be_empty = may_be_empty

    def compose_body(self) -> Iterable[Widget]:
        """Yield the field."""
        yield Input(self._value, compact=True, select_on_focus=True, classes="field")

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        if event.value.strip() or self._may_be_empty:
            self.dismiss(event.value)


class AskSecret(Sheet[str]):
    """Asks for a key, which is not shown while it is typed; the result is ``None`` if the user would rather not.

    Args:
        title: Whose key.
        page: Where one can be made, to tell the user; may be empty.
    """

    KEYS: ClassVar = [("Enter", "keep in the keyring"), ("Esc", "close")]

    def __init__(self, title: str, page: str) -> None:
        super().__init__(title)
        self._page = page

    def compose_body(self) -> Iterable[Widget]:
        """Yield the field, and where a key can be made."""
        yield Input(password=True, compact=True, classes="field")
        yield Static(Content(f"Keys are made at {self._page}" if self._page else ""), classes="note")

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        if key := event.value.strip():
            self.dismiss(key)


class Confirm(Sheet[bool]):
    """Asks for a yes. Enter or ``y`` says yes, anything else no.

    Args:
        question: What is asked.
        subject: What it is about, shown whole.
    """

    KEYS: ClassVar = [("Enter", "yes"), ("Esc", "no")]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,y", "yes", "yes")]

    def __init__(self, question: str, subject: str) -> None:
        super().__init__(question)
        self._subject = subject

    def compose_body(self) -> Iterable[Widget]:
        """Yield what it is about."""
        yield Static(Content(sanitize(self._subject)), classes="note")

    def action_yes(self) -> None:
        """Say yes."""
        self.dismiss(True)
