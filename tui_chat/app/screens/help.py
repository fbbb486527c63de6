"""The keys, for where the user is first."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.commands import COMMANDS, Command, Place
from tui_chat.app.screens.sheet import Sheet

WIDTH = 104
"""Columns of the widest dialog."""
AROUND = 5
"""Cells of the sheet beside the columns: its padding and the scrollbar."""
NARROW = 60
"""Columns of the terminal from which two columns have room."""
GAP = 2
"""Cells between the words of two columns."""
_KEY_WIDTH = 10


class HelpScreen(Sheet[None]):
    """All keys of a place, then those that act everywhere, then what can be typed."""

    KEYS: ClassVar = [("Tab", "other places"), ("↑ ↓", "scroll"), ("Ctrl+P", "every command"), ("Esc", "close")]
    OF_A_ROW: ClassVar = frozenset({"↑ ↓"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "other_place", "other places"),
        Binding("f1", "dismiss_empty", "close", show=False),
        Binding("ctrl+p", "every_command", "every command", show=False),
    ]

    def __init__(self, place: Place) -> None:
        super().__init__("Keys", aside=f"where you are: {place.value}", width="-wide")
        self._place = place

    def compose_body(self) -> Iterable[Widget]:
        """Yield the keys in columns."""
        columns = [Static(classes="help-column") for _ in range(3)]
        yield VerticalScroll(Horizontal(*columns, classes="help"), classes="help-scroll")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def on_resize(self) -> None:
        """Lay the columns out anew: how many there are, and where words are wrapped, depends on the width."""
        self._show()

    def action_other_place(self) -> None:
        """Show the keys of the next place."""
        places: list[Place] = [place for place in Place if place is not Place.EVERYWHERE]
        self._place = places[(places.index(self._place) + 1) % len(places)]
        self._show()

    def action_every_command(self) -> None:
        """Close, and offer every command."""
        self.dismiss()
        self.app.call_later(self.app.action_command_palette)

    def _show(self) -> None:
        sheet = min(self.size.width, WIDTH) - AROUND
        count = 3 if self.size.width >= WIDTH else 2 if self.size.width >= NARROW else 1
        room = sheet // count - GAP
        here = _parts((one for one in COMMANDS if one.place is self._place and one.shown), room)
        general = [one for one in COMMANDS if one.place is Place.EVERYWHERE]
        everywhere = _joined([_part("Everywhere", general, room), _part("Or", _second_keys(general), room)])
        left, middle = _halves(here) if count == 3 else (_joined(here), [])
        columns = (left, middle or (_typed() if count == 3 else []), everywhere)
        if count == 1:
            columns = (_joined([*here, everywhere]), [], [])
        for column, lines in zip(self.query(".help-column").results(Static), columns, strict=True):
            column.display = bool(lines)
            column.update(Content("\n").join(lines))
        self.query_one(".right", Static).update(Content(f"where you are: {self._place.value}"))
        self.call_after_refresh(self._show_keys)

    def _show_keys(self) -> None:
        # Where all keys have room there is nothing to scroll.
        self.tell_keys(is_empty=not self.query_one(VerticalScroll).max_scroll_y)


def _second_keys(commands: Iterable[Command]) -> list[Command]:
    """Return the commands that a function key runs, too, by the number of that key."""
    second = [
        (int(key[1:]), one._replace(table_shown=key.upper()))
        for one in commands
        for key in one.keys.split(",")[1:]
        if key[:1] == "f" and key[1:].isdigit() and one.shown == one.table_shown
    ]
    return [one for _number, one in sorted(second)]


def _typed() -> list[Content]:
    commands = [
        Content.assemble((f"/{one.slash}", "bold"), (f" {one.argument}", "$foreground-muted"))
        for one in COMMANDS
        if one.slash
    ]
    return [Content.assemble(("Typed", "bold $text-primary")), *commands]


def _parts(commands: Iterable[Command], room: int) -> list[list[Content]]:
    groups: dict[str, list[Command]] = {}
    for one in commands:
        groups.setdefault(one.group, []).append(one)
    return [_part(name, rows, room) for name, rows in groups.items()]


def _joined(parts: list[list[Content]]) -> list[Content]:
    """Return parts in one column, with a blank row between them."""
    return [line for place, part in enumerate(parts) for line in ([Content()] if place else []) + part]


def _halves(parts: list[list[Content]]) -> tuple[list[Content], list[Content]]:
    """Return parts in two columns of about the same length; a few parts make one column."""
    half = sum(len(part) for part in parts) / 2
    left: list[Content] = []
    right: list[Content] = []
    for part in parts:
        column = right if right or (left and len(left) + len(part) > half + 3) else left
        column.extend([Content(), *part] if column else part)
    return left, right


def _part(title: str, commands: list[Command], room: int) -> list[Content]:
    rows = [row for one in commands for row in _rows(one, room)]
    return [Content.assemble((title, "bold $text-primary")), *rows]


def _rows(command: Command, room: int) -> list[Content]:
    """Return a key and what it does; words that need a second row go on below the first ones."""
    key = max(_KEY_WIDTH, len(command.shown) + 1)
    first, *others = wrap(command.words, max(8, room - key)) or [""]
    more = wrap(" ".join(others), max(8, room - _KEY_WIDTH)) if others else []
    return [
        Content.assemble((f"{command.shown:<{key}}", "bold"), (first, "$foreground-muted")),
        *(Content.styled(" " * _KEY_WIDTH + words, "$foreground-muted") for words in more),
    ]
