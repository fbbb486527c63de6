"""Picking one of a list of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_chat.app.screens.sheet import Rows, Sheet


class PickOne(Sheet[str]):
    """A list of words; the one that is chosen now has a mark.

    Args:
        title: What is picked.
        words: What there is.
        chosen: What is chosen now.
        on_move: Told the word under the cursor, so that it can be tried out.
    """

    KEYS: ClassVar = [("Enter", "choose"), ("↑ ↓", "move"), ("Esc", "close")]

    def __init__(self, title: str, words: Sequence[str], chosen: str, *, on_move: Callable[[str], None]) -> None:
        super().__init__(title, width="-list")
        self._words = words
        self._chosen = chosen
        self._on_move = on_move

    def compose_body(self) -> Iterable[Widget]:
        """Yield the list."""
        yield Rows(Option(self._row(word), id=word) for word in self._words)

    def on_mount(self) -> None:
        rows = self.query_one(Rows)
        rows.highlighted = self._words.index(self._chosen) if self._chosen in self._words else 0
        rows.focus()

    @on(OptionList.OptionHighlighted)
    def try_out(self, event: OptionList.OptionHighlighted) -> None:
        self._on_move(event.option.id or "")

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def _row(self, word: str) -> Content:
        return Content.assemble(("● ", "$text-primary"), word) if word == self._chosen else Content(f"  {word}")
