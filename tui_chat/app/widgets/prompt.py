"""The input: where a prompt is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import TextArea

from tui_chat.app.widgets.private_keys import NEWLINE_KEYS, teach_alt_enter

#: Keys of the text area that belong to the screen here: paging, and Ctrl+C with its several meanings.
_LEFT_TO_THE_SCREEN = {"pageup", "pagedown", "ctrl+c,super+c"}


class Prompt(TextArea, inherit_bindings=False):
    """A text area that grows with its text, sends on Enter and walks through earlier prompts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding
        for binding in TextArea.BINDINGS
        if isinstance(binding, Binding) and binding.key not in _LEFT_TO_THE_SCREEN
    ]

    class Submitted(Message):
        """The user sends the text; the text area is empty again."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text
            """As typed; never blank."""

    class Escaped(Message):
        """The user pressed Esc."""

    class SlashTyped(Message):
        """The text is, or has just ceased to be, one line that starts with a slash."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text
            """The line with its slash; empty once it is none any more."""

    class CompletionWanted(Message):
        """The user wants the slash command under the menu's cursor."""

        def __init__(self, run: bool) -> None:
            super().__init__()
            self.run = run
            """Whether it is to be run at once (Enter) or only written out (Tab)."""

    class MenuMoved(Message):
        """The user moves the cursor of the menu of slash commands."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step
            """1 for down, -1 for up."""

    completing: reactive[bool] = reactive(False)
    """Whether a menu is open above: Up, Down, Tab and Enter then go to it."""

    def __init__(self, text: str = "") -> None:
        teach_alt_enter()
        super().__init__(
            text,
            placeholder="Type a message",
            compact=True,
            highlight_cursor_line=False,
            show_line_numbers=False,
        )
        self.cursor_blink = False
        self._history: list[str] = []
        self._place = 0
        self._draft = ""
        self._slash = ""

    def set_history(self, prompts: Sequence[str]) -> None:
        """Set the prompts that Up and Down walk through, oldest first."""
        self._history = list(prompts)
        self._place = len(self._history)

    def clear_text(self) -> None:
        """Remove the text, which can be undone."""
        self._place = len(self._history)
        self._draft = ""
        self.clear()

    def set_text(self, text: str) -> None:
        """Replace the text, which can be undone, and put the cursor at its end."""
        self.replace(text, (0, 0), self.document.end)
        self.move_cursor(self.document.end)

    @on(TextArea.Changed)
    def _tell_slash(self) -> None:
        text = self.text
        walking = self._place < len(self._history) and text == self._history[self._place]
        slash = text if text.startswith("/") and "\n" not in text and not walking else ""
        if slash != self._slash:
            self._slash = slash
            self.post_message(self.SlashTyped(slash))

    def on_key(self, event: events.Key) -> None:
        """Take the keys that mean something else here than in a text area."""
        if self._take(event.key):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Insert pasted text as lines; terminals send it with carriage returns."""
        event.stop()
        event.prevent_default()
        self._insert(event.text.replace("\r\n", "\n").replace("\r", "\n"))

    def _take(self, key: str) -> bool:
        """Do what a key means here; say whether it meant something."""
        if key in NEWLINE_KEYS:
            self._insert("\n")
        elif key == "enter":
            self._enter()
        elif key == "escape":
            self.post_message(self.Escaped())
        elif key == "tab" and (self.completing or self._slash):
            self.post_message(self.CompletionWanted(run=False))
        elif key in ("up", "down"):
            return self._go(-1 if key == "up" else 1)
        else:
            return False
        return True

    def _enter(self) -> None:
        row, column = self.cursor_location
        line = self.document.get_line(row)
        if self.selection.is_empty and column == len(line) and line.endswith("\\"):
            self.replace("\n", (row, column - 1), (row, column))
        elif self.completing and " " not in self.text:  # the menu may not have heard of the space yet
            self.post_message(self.CompletionWanted(run=True))
        elif self.text.strip():
            text = self.text
            # Emptied here and not by whoever takes the message: keys typed meanwhile belong to the next prompt.
            self.clear_text()
            self.post_message(self.Submitted(text))

    def _insert(self, text: str) -> None:
        self.replace(text, *self.selection, maintain_selection_offset=False)
        self.scroll_cursor_visible()

    def _go(self, step: int) -> bool:
        """Go up or down where that leaves the text: in the menu, or to an earlier or later prompt."""
        if self.completing:
            self.post_message(self.MenuMoved(step))
            return True
        line = self.wrapped_document.location_to_offset(self.cursor_location).y
        place = self._place + step
        if line != (0 if step < 0 else self.wrapped_document.height - 1) or not 0 <= place <= len(self._history):
            return False
        if self._place == len(self._history):
            self._draft = self.text
        self._place = place
        self.set_text(self._history[place] if place < len(self._history) else self._draft)
        return True


class Composer(Vertical):
    """The card that the prompt is written on."""

    def compose(self) -> ComposeResult:
        """Lay the prompt on its card."""
        with Vertical(classes="card"), Vertical(classes="barred"):
            yield Prompt()
