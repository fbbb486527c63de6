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


class PickOne(Sheet[int]):
    """A list of words; the result is the place of the chosen ones.

    Args:
        title: What is picked.
        words: What there is.
        chosen: Place of what is chosen now; it has a mark.
        on_move: Told the place of the cursor, so that a choice can be tried out.
    """

    KEYS: ClassVar = [("Enter", "choose"), ("↑ ↓", "move"), ("Esc", "close")]

    def __init__(
        self,
        title: str,
        words: Sequence[str],
        *,
        chosen: int | None = None,
        on_move: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__(title, width="-list")
        self._words = words
        self._chosen = chosen
        self._on_move = on_move

    def compose_body(self) -> Iterable[Widget]:
        """Yield the list."""
        yield Rows(Option(self._row(place, word)) for place, word in enumerate(self._words))

    def on_mount(self) -> None:
        rows = self.query_one(Rows)
        rows.highlighted = self._chosen or 0
        rows.focus()

    @on(OptionList.OptionHighlighted)
    def try_out(self, event: OptionList.OptionHighlighted) -> None:
        if self._on_move is not None:
            self._on_move(event.option_index)

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)

    def _row(self, place: int, word: str) -> Content:
        return Content.assemble(("● ", "$text-primary"), word) if place == self._chosen else Content(f"  {word}")
