"""Small questions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from tui_chat.app.screens.sheet import Sheet


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
