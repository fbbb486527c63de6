"""The keys, for where the user is first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.commands import COMMANDS, Command, Place
from tui_chat.app.screens.sheet import Sheet

_KEY_WIDTH = 11


class HelpScreen(Sheet[None]):
    """All keys of a place, then those that act everywhere, then what can be typed."""

    KEYS: ClassVar = [("Tab", "other places"), ("↑ ↓", "scroll"), ("Ctrl+P", "every command"), ("Esc", "close")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "other_place", "other places"),
        Binding("f1", "dismiss_empty", "close", show=False),
        Binding("ctrl+p", "app.command_palette", "every command", show=False),
    ]

    def __init__(self, place: Place) -> None:
        super().__init__("Keys", aside=f"where you are: {place.value}", width="-wide")
        self._place = place

    def compose_body(self) -> Iterable[Widget]:
        """Yield the keys in three columns."""
        columns = [Static(classes="help-column") for _ in range(3)]
        yield VerticalScroll(Horizontal(*columns, classes="help"), classes="help-scroll")

    def on_mount(self) -> None:
        self._show()
        self.query_one(VerticalScroll).focus()

    def action_other_place(self) -> None:
        """Show the keys of the next place."""
        places: list[Place] = [place for place in Place if place is not Place.EVERYWHERE]
        self._place = places[(places.index(self._place) + 1) % len(places)]
        self._show()

    def _show(self) -> None:
        here = _parts(one for one in COMMANDS if one.place is self._place and one.shown)
        left, middle = _halves(here)
        typed = [
            Content.assemble((f"/{one.slash}", "bold"), (f" {one.argument}", "$foreground-muted"))
            for one in COMMANDS
            if one.slash
        ]
        columns = (
            left,
            middle or [Content.assemble(("Typed", "bold $text-primary")), *typed],
            _part("Everywhere", [one for one in COMMANDS if one.place is Place.EVERYWHERE]),
        )
        for column, lines in zip(self.query(".help-column").results(Static), columns, strict=True):
            column.update(Content("\n").join(lines))
        self.query_one(".right", Static).update(Content(f"where you are: {self._place.value}"))


def _parts(commands: Iterable[Command]) -> list[list[Content]]:
    groups: dict[str, list[Command]] = {}
    for one in commands:
        groups.setdefault(one.group, []).append(one)
    return [_part(name, rows) for name, rows in groups.items()]


def _halves(parts: list[list[Content]]) -> tuple[list[Content], list[Content]]:
    """Return parts in two columns of about the same length; a few parts make one column."""
    half = sum(len(part) for part in parts) / 2
    left: list[Content] = []
    right: list[Content] = []
    for part in parts:
        column = right if right or (left and len(left) + len(part) > half + 3) else left
        column.extend([Content(), *part] if column else part)
    return left, right


def _part(title: str, commands: list[Command]) -> list[Content]:
    rows = [
        Content.assemble((f"{one.shown:<{_KEY_WIDTH}}", "bold"), (one.words, "$foreground-muted")) for one in commands
    ]
    return [Content.assemble((title, "bold $text-primary")), *rows]
