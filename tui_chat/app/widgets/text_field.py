"""A text area for text of several lines in which Enter does something else than make a line."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from tui_chat.app.widgets.private_keys import NEWLINE_KEYS, teach_alt_enter

#: Keys of the text area that belong to the screen here: paging, and Ctrl+C with its several meanings.
_LEFT_TO_THE_SCREEN = {"pageup", "pagedown", "ctrl+c,super+c"}


class TextField(TextArea, inherit_bindings=False):
    """A text area that grows with its text. Newlines have keys of their own; pasted ones stay newlines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding
        for binding in TextArea.BINDINGS
        if isinstance(binding, Binding) and binding.key not in _LEFT_TO_THE_SCREEN
    ]

    def __init__(self, text: str = "", *, placeholder: str = "", classes: str | None = None) -> None:
        teach_alt_enter()
        super().__init__(
            _lines(text),
            placeholder=placeholder,
            compact=True,
            highlight_cursor_line=False,
            show_line_numbers=False,
            classes=classes,
        )
        self.cursor_blink = False

    def set_text(self, text: str) -> None:
        """Replace the text, which can be undone, and put the cursor at its end."""
        self.replace(_lines(text), (0, 0), self.document.end)
        self.move_cursor(self.document.end)

    def begin_with(self, text: str) -> None:
        """Replace the text for good: what was typed before cannot come back by undo."""
        self.load_text(_lines(text))
        self.move_cursor(self.document.end)

    def on_key(self, event: events.Key) -> None:
        """Take the keys that mean something else here than in a text area."""
        if self.take(event.key):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Insert pasted text as lines; terminals send it with carriage returns."""
        event.stop()
        event.prevent_default()
        self.put_in(_lines(event.text))

    def take(self, key: str) -> bool:
        """Do what a key means here; say whether it meant something."""
        if key in NEWLINE_KEYS:
            self.put_in("\n")
        elif key == "enter":
            if not self._breaks_line():
                self.enter()
        else:
            return False
        return True

    @abstractmethod
    def enter(self) -> None:
        """Do what Enter means, where it does not make a newline."""

    def put_in(self, text: str) -> None:
        """Write at the cursor, over what is selected."""
        self.replace(text, *self.selection, maintain_selection_offset=False)
        self.scroll_cursor_visible()

    def _breaks_line(self) -> bool:
        """Make a newline of the backslash that ends the line before the cursor, if there is one."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        is_meant = self.selection.is_empty and column == len(line) and line.endswith("\\")
        if is_meant:
            self.replace("\n", (row, column - 1), (row, column))
        return is_meant


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
