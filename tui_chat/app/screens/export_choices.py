"""The left half of the export dialog: the formats, and what goes in."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from tui_chat.app.widgets import Pick, Row, RowList, muted
from tui_chat.exporters.registry import EXPORTERS, Exporter, ExportOptions

_REDACT = "redact"

#: The options by their field, with their words.
_OPTIONS = {
    "facts": "times, models, cost",
    "reasoning": "reasoning",
    "tree": "all siblings, as a tree",
    _REDACT: "keys and mails blacked out",
}


class ExportChoices(Pick):
    """A format, which is that of the row with the cursor or of the last one that had it, and options to tick."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "next", show=False),
        Binding("k,up", "move(-1)", "previous", show=False),
        Binding("space", "tick", "option", show=False),
    ]

    class Changed(Message):
        """Another format or option was chosen."""

    def __init__(self) -> None:
        self._format = next(iter(EXPORTERS))
        self._ticked = {"facts"}
        # A format that keeps everything is made for keeping, the others are more often made for others.
        self._redacts = {True: False, False: True}
        super().__init__()
        self._rows = self._all_rows()

    @property
    def exporter(self) -> Exporter:
        """The chosen format."""
        return EXPORTERS[self._format]

    @property
    def options(self) -> ExportOptions:
        """What goes in beside the texts."""
        return ExportOptions(**{name: name in self._ticked for name in ("facts", "reasoning", "tree")})

    @property
    def is_redacted(self) -> bool:
        """Whether what should not be shared is replaced."""
        return self._redacts[self.exporter.is_complete]

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self.move(step)

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
        self._tell()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Choose the format that the cursor came to."""
        event.stop()
        if event.key in EXPORTERS and event.key != self._format:
            self._format = event.key
            self._tell()

    def _tell(self) -> None:
        self.set_rows(self._all_rows())
        self.post_message(self.Changed())

    def _all_rows(self) -> list[Row]:
        formats = [self._format_row(one) for one in EXPORTERS.values()]
        options = [self._option_row(name, words) for name, words in _OPTIONS.items()]
        return [_heading("Format"), *formats, Row(Content("")), _heading("With"), *options]

    def _format_row(self, one: Exporter) -> Row:
        is_chosen = one.name == self._format
        mark = Content.styled(f"{self.glyphs.running} ", "$primary") if is_chosen else Content("  ")
        label = Content.styled(one.label, "bold") if is_chosen else Content(one.label)
        return Row(mark + label, muted(f"{one.extension:<6}"), one.name)

    def _option_row(self, name: str, words: str) -> Row:
        if name != _REDACT and name not in self.exporter.choices:
            always = "  " + words
            return Row(Content.styled(always, "$foreground-disabled"))
        if self.is_redacted if name == _REDACT else name in self._ticked:
            return Row(Content.assemble((f"{self.glyphs.interrupted} ", "$primary"), words), key=name)
        return Row(muted(f"{self.glyphs.unticked} {words}"), key=name)


def _heading(words: str) -> Row:
    return Row(Content.styled(words, "bold $foreground-muted"))
