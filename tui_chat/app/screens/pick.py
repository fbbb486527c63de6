"""Picking one of a list of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.fuzzy import FuzzySearch
from textual.widget import Widget
from textual.widgets import Input

from tui_chat.app.screens.sheet import FIELD_MOVES, MOVES, Sheet
from tui_chat.app.widgets import Pick, Row, RowList

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
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "choose", show=False),
        *MOVES,
    ]

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
        yield Pick([self.row(place, Content(word)) for place, word in enumerate(self._words)])

    def on_mount(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Put the cursor on what is chosen, and give the keys to the list."""
        rows = self.query_one(Pick)
        rows.cursor = self._chosen or 0
        rows.focus()

    @on(RowList.Moved)
    def try_out(self, event: RowList.Moved) -> None:
        if self._on_move is not None and event.key is not None:
            self._on_move(int(event.key))

    @on(RowList.Chosen)
    def choose(self, event: RowList.Chosen) -> None:
        self.dismiss(int(event.key))

    def action_choose(self) -> None:
        """Choose the row with the cursor."""
        self.query_one(Pick).choose()

    def row(self, place: int, word: Content) -> Row:
        """Return how a word is shown."""
        mark = Content.styled("● ", "$text-primary") if place == self._chosen else Content("  ")
        return Row(mark + word, key=str(place))


class PickFiltered(PickOne):
    """A long list of words, narrowed by a few letters of what is looked for. What fits best comes first."""

    KEYS: ClassVar = [("Enter", "go there"), ("type", "filter"), ("↑ ↓", "move"), ("Esc", "close")]
    OF_A_ROW: ClassVar = frozenset({"Enter", "↑ ↓"})
    BINDINGS: ClassVar[list[BindingType]] = [
        *FIELD_MOVES,
    ]

    def compose_body(self) -> Iterable[Widget]:
        """Yield the filter and the list."""
        yield Input(placeholder="Filter", compact=True, classes="field -filter")
        yield Pick()

    def begin(self) -> None:
        """Show all, and give the keys to the filter."""
        field, rows = self.query_one(Input), self.query_one(Pick)
        rows.can_focus, rows.led = False, True
        field.focus()
        self._fill("")

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        self._fill(event.value.strip())

    @on(Input.Submitted)
    def take(self) -> None:
        self.action_choose()

    def _fill(self, typed: str) -> None:
        rows = self.query_one(Pick)
        found = self._found(typed)
        rows.set_rows(found)
        rows.first()
        if not typed and self._chosen is not None:
            rows.move_to(str(self._chosen))
        self.tell_keys(is_empty=not found)

    def _found(self, typed: str) -> list[Row]:
        if not typed:
            return [self.row(place, Content(word)) for place, word in enumerate(self._words)]
        search = FuzzySearch()
        scored = [(place, *search.match(typed, word[:LONGEST].strip())) for place, word in enumerate(self._words)]
        found = sorted((one for one in scored if one[1] > 0), key=lambda one: -one[1])
        return [self.row(place, _marked(self._words[place], offsets)) for place, _score, offsets in found]


def _marked(word: str, offsets: Iterable[int]) -> Content:
    """Return a word with the letters that were typed marked in it."""
    content = Content(word.strip())
    for offset in offsets:
        content = content.stylize("bold $text-primary", offset, offset + 1)
    return content
