"""The base of every dialog: a raised sheet over the dimmed screen, with a title, a body and its keys."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_chat.app.screens.closing import ClosingScreen
from tui_chat.app.stylesheets import dialog_stylesheets
from tui_chat.app.widgets import Hints, RowList

Result = TypeVar("Result")


STEPS: list[BindingType] = [
    Binding("j,down", "move(1)", "next", show=False),
    Binding("k,up", "move(-1)", "previous", show=False),
]
"""The keys that move the cursor of a dialog's list row by row."""

MOVES: list[BindingType] = [
    *STEPS,
    Binding("d,pagedown", "move(10)", "page", show=False),
    Binding("u,pageup", "move(-10)", "page", show=False),
]
"""Those, and the ones that move it by pages."""

FIELD_MOVES: list[BindingType] = [
    Binding("down", "move(1)", "next", show=False, priority=True),
    Binding("up", "move(-1)", "previous", show=False, priority=True),
    Binding("pagedown", "move(10)", "page", show=False, priority=True),
    Binding("pageup", "move(-10)", "page", show=False, priority=True),
]
"""The keys that move it while letters go to a field."""


class Sheet(ModalScreen[Result], ClosingScreen[Result]):
    """A dialog. Escape closes it with ``None``.

    Args:
        title: What it is.
        aside: A fact at the right of the title.
        width: Class of its width: ``-question``, ``-list`` or ``-wide``.
    """

    CSS_PATH = dialog_stylesheets()
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss_empty", "close")]
    KEYS: ClassVar[list[tuple[str, str]]] = [("Esc", "close")]
    OF_A_ROW: ClassVar[frozenset[str]] = frozenset()
    """Those of the keys that act on the row with the cursor; they are not shown while there is none."""

    def __init__(self, title: str, *, aside: str = "", width: str = "-question") -> None:
        super().__init__()
        self._title = title
        self._aside = aside
        self._width = width

    def compose(self) -> ComposeResult:
        with Vertical(classes=f"sheet {self._width}"):
            with Horizontal(classes="sheet-title"):
                yield Static(Content(self._title), classes="left")
                yield Static(Content(self._aside), classes="right")
            yield from self.compose_body()
            yield Hints(self.KEYS, classes="sheet-keys")

    @on(events.Mount)
    def calm(self) -> None:
        """Let the cursors of its fields stand still."""
        for field in self.query(Input):
            field.cursor_blink = False

    @abstractmethod
    def compose_body(self) -> Iterable[Widget]:
        """Yield what stands between the title and the keys."""

    def tell_keys(self, *, is_empty: bool, **others: str) -> None:
        """Show the keys that act now.

        Args:
            is_empty: Whether there is no row.
            others: What keys do now, other than at first.
        """
        keys = [(key, others.get(key, does)) for key, does in self.KEYS if not (is_empty and key in self.OF_A_ROW)]
        self.query_one(".sheet-keys", Hints).set_hints(keys)

    def action_move(self, step: int) -> None:
        """Move the cursor of the list, if there is one."""
        # Asked for by name: an abstract class is no type to ask for.
        lists = [rows for rows in self.query("RowList") if isinstance(rows, RowList)]
        if lists:
            lists[0].move(step)

    def action_dismiss_empty(self) -> None:
        """Close without a result."""
        self.dismiss()
