"""The message pane alone, without the app: ``python -m tests.app.transcript.demo``.

Enter, Esc or any letter without a meaning streams another reply.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from tests.app.transcript.samples import REPLY, prompt, reply
from tui_chat.app.themes import OWN, with_floor
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.view import Transcript
from tui_chat.domain.events import TextDelta
from tui_chat.domain.messages import ChatMessage, MessageStatus

STYLES = """
Screen { background: $background; color: $foreground; }
Screen:ansi { background: ansi_default; color: ansi_default; }
Transcript {
    height: 1fr; width: 1fr; background: $background; overflow-x: hidden; overflow-y: scroll;
    scrollbar-size-vertical: 1; scrollbar-color: $border-blurred; scrollbar-background: $background;
    scrollbar-color-hover: $foreground-muted; scrollbar-color-active: $primary;
    scrollbar-background-hover: $background; scrollbar-background-active: $background;
}
"""
KEYS = {
    "j,down": "move_message(1)",
    "k,up": "move_message(-1)",
    "J": "move_line(1)",
    "K": "move_line(-1)",
    "d": "half_page(1)",
    "u": "half_page(-1)",
    "g,home": "first",
    "G,end": "last",
    "right_square_bracket": "move_code(1)",
    "left_square_bracket": "move_code(-1)",
    "space": "fold",
    "i": "details",
    "v": "select_text",
    "n": "next_hit(1)",
    "N": "next_hit(-1)",
}


def hints(message: ChatMessage) -> list[tuple[str, str]]:
    """Return keys as the app would."""
    if message.status is MessageStatus.INTERRUPTED:
        return [("Esc o", "continue"), ("Esc r", "regenerate")]
    if message.status is MessageStatus.ERROR:
        return [("Esc r", "try again"), ("Ctrl+L", "other model"), ("Esc i", "details")]
    return [("/retry", "now"), ("Esc", "give up"), ("Ctrl+L", "other model")]


class Pane(Transcript):
    """The pane with keys."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(keys, action) for keys, action in KEYS.items()]
    follow_key = "Ctrl+G"
    code_keys = (("c", "copy"), ("w", "save"))


class Demo(App[None]):
    """Nothing but the pane."""

    CSS = STYLES

    def __init__(self, entries: list[Entry] | None = None, theme: str = "ink") -> None:
        super().__init__()
        self.entries = [Entry(prompt("Show me")), Entry(reply(REPLY))] if entries is None else entries
        for one in OWN:
            self.register_theme(one)
        self.theme = theme
        self.pane = Pane(hints=hints)

    def get_css_variables(self) -> dict[str, str]:
        """Return the tokens of the theme, readable."""
        self.theme_variables = with_floor(super().get_css_variables(), self.current_theme)
        return self.theme_variables

    def compose(self) -> ComposeResult:
        """Show the pane."""
        yield self.pane

    def on_mount(self) -> None:
        """Show what there is."""
        self.pane.show(self.entries)
        self.pane.focus()

    @on(Transcript.BrowsingEnded)
    async def stream(self) -> None:
        """Let another reply arrive, as it would from a fast server."""
        message = reply("", status=MessageStatus.STREAMING)
        self.pane.add(Entry(message))
        self.pane.follow()
        pieces = [REPLY[at : at + 4] for at in range(0, len(REPLY), 4)]

        def feed() -> None:
            if pieces:
                self.pane.apply(message.id, TextDelta(text=pieces.pop(0)))
                return
            timer.stop()
            self.pane.update_entry(Entry(reply(REPLY, id=message.id)))

        timer = self.set_interval(1 / 100, feed)


if __name__ == "__main__":
    Demo().run()
