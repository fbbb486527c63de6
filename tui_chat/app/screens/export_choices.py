"""The left half of the export dialog: the formats, and what goes in."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from tui_chat.app import glyphs
from tui_chat.app.screens.sheet import STEPS
from tui_chat.app.widgets import Pick, Row, muted
from tui_chat.exporters.registry import EXPORTERS, Exporter, ExportOptions

_REDACT = "redact"

#: The options by their field, with their words.
_OPTIONS = {
    "facts": "times, models, cost",
    "reasoning": "reasoning",
    "tree": "all siblings, as a tree",
    _REDACT: "keys and mails blacked out",
}


class _Choices(Pick):
    """A list that moves its cursor itself, since two stand in the dialog."""

    BINDINGS: ClassVar[list[BindingType]] = STEPS

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self.move(step)


class Formats(_Choices):
    """The formats; the one with the cursor is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "app.focus_next", "options", show=False)]

    def __init__(self) -> None:
        super().__init__([Row(Content(""), key=name) for name in EXPORTERS])

    @property
    def chosen(self) -> Exporter:
        """The chosen format."""
        return EXPORTERS[self.cursor_id or next(iter(EXPORTERS))]

    def row_at(self, index: int) -> Row:
        """Return a format: whether it is chosen, its label and the extension of its files."""
        one = EXPORTERS[self.key_at(index) or ""]
        is_chosen = one is self.chosen
        mark = Content.styled(f"{glyphs.RUNNING} ", "$primary") if is_chosen else Content("  ")
        label = Content.styled(one.label, "bold") if is_chosen else Content(one.label)
        return Row(mark + label, muted(f"{one.extension:<6}"), one.name)


class Options(_Choices):
    """What goes in beside the texts, to be ticked."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "tick", "tick", show=False)]

    class Changed(Message):
        """An option was ticked, or no longer is."""

    def __init__(self) -> None:
        super().__init__([Row(Content(""), key=name) for name in _OPTIONS])
        self.exporter = next(iter(EXPORTERS.values()))
        """The format that they are for; those that make no difference there cannot be ticked."""
        self._ticked = {"facts"}
        # A format that keeps everything is made for keeping, the others are more often made for others.
        self._redacts = {True: False, False: True}

    @property
    def chosen(self) -> ExportOptions:
        """What goes in."""
        return ExportOptions(**{name: name in self._ticked for name in ("facts", "reasoning", "tree")})

    @property
    def is_redacted(self) -> bool:
        """Whether what should not be shared is replaced."""
        return self._redacts[self.exporter.is_complete]

    def row_at(self, index: int) -> Row:
        """Return an option, ticked or not; faint if it makes no difference."""
        name = self.key_at(index) or ""
        words = _OPTIONS[name]
        if name != _REDACT and name not in self.exporter.choices:
            return Row(Content.styled(f"  {words}", "$foreground-disabled"), key=name)
        if self.is_redacted if name == _REDACT else name in self._ticked:
            return Row(Content.assemble((f"{glyphs.INTERRUPTED} ", "$primary"), words), key=name)
        return Row(muted(f"{glyphs.UNTICKED} {words}"), key=name)

    def show_for(self, exporter: Exporter) -> None:
        """Show the options of a format."""
        self.exporter = exporter
        self.refresh()

    def action_tick(self) -> None:
        """Tick the option with the cursor, or take the tick away."""
        self.tick(self.cursor_id or "")

    def tick(self, name: str) -> None:
        """Tick an option, or take the tick away, where it makes a difference."""
        if name == _REDACT:
            self._redacts[self.exporter.is_complete] = not self.is_redacted
        elif name in self.exporter.choices:
            self._ticked ^= {name}
        else:
            return
        self.refresh()
        self.post_message(self.Changed())
