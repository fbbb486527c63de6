"""Picking one of a list of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.fuzzy import FuzzySearch
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui_chat.app.screens.sheet import Rows, Sheet

#: Characters of a word that are compared with what is typed.
LONGEST = 120


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
        yield Rows(Option(self.row(place, word)) for place, word in enumerate(self._words))

    def on_mount(self) -> None:
        self.begin()
        # Not before the list has its height.
        self.call_after_refresh(self.query_one(Rows).scroll_to_highlight)

    def begin(self) -> None:
        """Put the cursor on what is chosen, and give the keys to the list."""
        rows = self.query_one(Rows)
        rows.highlighted = self._chosen or 0
        rows.focus()

    @on(OptionList.OptionHighlighted)
    def try_out(self, event: OptionList.OptionHighlighted) -> None:
        if self._on_move is not None:
            self._on_move(event.option_index)

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(event.option.id) if event.option.id is not None else event.option_index)

    def row(self, place: int, word: str) -> Content:
        """Return how a word is shown."""
        return Content.assemble(("● ", "$text-primary"), word) if place == self._chosen else Content(f"  {word}")


class PickFiltered(PickOne):
    """A long list of words, narrowed by a few letters of what is looked for. What fits best comes first."""

    KEYS: ClassVar = [("Enter", "go there"), ("type", "filter"), ("↑ ↓", "move"), ("Esc", "close")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "next", show=False, priority=True),
        Binding("up", "move(-1)", "previous", show=False, priority=True),
        Binding("pagedown", "move(10)", "page", show=False, priority=True),
        Binding("pageup", "move(-10)", "page", show=False, priority=True),
    ]

    def compose_body(self) -> Iterable[Widget]:
        """Yield the filter and the list."""
        yield Input(placeholder="Filter", compact=True, classes="field")
        yield Rows([])

    def begin(self) -> None:
        """Show all, and give the keys to the filter."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()
        self._fill("")

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        self._fill(event.value.strip())

    @on(Input.Submitted)
    def take(self) -> None:
        rows = self.query_one(Rows)
        if rows.highlighted is not None:
            rows.action_select()

    def action_move(self, step: int) -> None:
        """Move the cursor, not past the ends."""
        rows = self.query_one(Rows)
        if rows.option_count:
            rows.highlighted = max(0, min((rows.highlighted or 0) + step, rows.option_count - 1))

    def _fill(self, typed: str) -> None:
        rows = self.query_one(Rows)
        rows.clear_options()
        rows.add_options(self._options(typed))
        if rows.option_count:
            at = self._chosen if not typed and self._chosen is not None else 0
            rows.highlighted = min(at, rows.option_count - 1)

    def _options(self, typed: str) -> list[Option]:
        if not typed:
            return [Option(self.row(place, word), id=str(place)) for place, word in enumerate(self._words)]
        search = FuzzySearch()
        scored = [(place, *search.match(typed, word[:LONGEST].strip())) for place, word in enumerate(self._words)]
        found = sorted((one for one in scored if one[1] > 0), key=lambda one: -one[1])
        return [Option(_marked(self._words[place], offsets), id=str(place)) for place, _score, offsets in found]


def _marked(word: str, offsets: Iterable[int]) -> Content:
    """Return a word with the letters that were typed marked in it."""
    content = Content(word.strip())
    for offset in offsets:
        content = content.stylize("bold $text-primary", offset, offset + 1)
    return Content("  ").append(content)
