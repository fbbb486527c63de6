"""Shows which keys arrive as what, and what each of them does."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.commands import COMMANDS, Command, Place
from tui_chat.app.commands.keymap import pretty
from tui_chat.app.screens.sheet import Sheet

#: Presses that are shown.
_SHOWN = 10


class KeyTest(Sheet[None]):
    """The newest presses first. Esc twice closes, since one Esc is to be tried, too.

    Args:
        keys: The keys that the user changed, by the ids of the commands.
    """

    KEYS: ClassVar = [("any key", "is shown"), ("Esc Esc", "close")]

    def __init__(self, keys: dict[str, str]) -> None:
        super().__init__("Keys as they arrive", aside="try Shift+Enter, Ctrl+J, F1", width="-list")
        self._keys = keys
        self._pressed = deque[Content](maxlen=_SHOWN)
        self._last = ""

    def compose_body(self) -> Iterable[Widget]:
        """Yield the presses."""
        yield Static(Content("Press a key."), classes="note pressed")

    async def on_event(self, event: events.Event) -> None:
        """Take every key before a binding can."""
        if not isinstance(event, events.Key):
            await super().on_event(event)
            return
        event.stop()
        event.prevent_default()
        if event.key == self._last == "escape":
            self.dismiss()
            return
        self._last = event.key
        deeds = "; ".join(f"{one.place}: {one.words}" for one in self._commands(event.key)) or "types, or nothing"
        self._pressed.appendleft(
            Content.assemble((f"{pretty(event.key):<18}", "bold"), (f"{event.key:<22}", "$foreground-muted"), deeds)
        )
        self.query_one(".pressed", Static).update(Content("\n").join(self._pressed))

    def _commands(self, key: str) -> list[Command]:
        found = [one for one in COMMANDS if key in self._keys.get(one.id, one.keys).split(",")]
        own = {"enter": "input.send", "ctrl+j": "input.newline", "shift+enter": "input.newline"}.get(key)
        return [one for one in COMMANDS if one.id == own and one.place is Place.INPUT] + found
