"""Saved prompts: the list of them, and the form that asks for their variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.screens.ask_lines import LinesField
from tui_chat.app.screens.sheet import MOVES, Sheet
from tui_chat.app.transcript.sanitize import one_line, sanitize
from tui_chat.app.widgets import Pick, Row, RowList, muted
from tui_chat.config.templates import Template

#: Characters of a prompt that the preview shows.
_PREVIEW = 2000


class Wish(StrEnum):
    """What is to be done with a saved prompt."""

    INSERT = "insert"
    EDIT = "edit"
    DELETE = "delete"
    SAVE = "save"


class Wanted(NamedTuple):
    """What the user wants done."""

    wish: Wish
    name: str = ""
    """Name of the saved prompt; empty where the input is to be saved."""


class TemplatesDialog(Sheet[Wanted]):
    """The saved prompts; the result is what is to be done with one.

    Args:
        templates: What there is.
        folder: Where their files are.
    """

    KEYS: ClassVar = [
        ("Enter", "insert"),
        ("s", "save the input"),
        ("e", "edit"),
        ("D", "delete"),
        ("Esc", "close"),
    ]
    OF_A_ROW: ClassVar = frozenset({"Enter", "e", "D"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "want('insert')", "insert"),
        Binding("s", "want('save')", "save the input"),
        Binding("e", "want('edit')", "edit"),
        Binding("D", "want('delete')", "delete"),
        *MOVES,
    ]

    def __init__(self, templates: Sequence[Template], folder: str) -> None:
        super().__init__("Saved prompts", aside="# in the input completes them", width="-list")
        self._templates = {one.name: one for one in templates}
        self._folder = folder

    def compose_body(self) -> Iterable[Widget]:
        """Yield the list, and the whole text of the one with the cursor."""
        if self._templates:
            width = max(Content(name).cell_length for name in self._templates)
            yield Pick([_row(one, width) for one in self._templates.values()])
            yield VerticalScroll(Static(markup=False), classes="past-preview", can_focus=False)
        else:
            words = "There are none yet. s saves what stands in the input; or put Markdown files into"
            yield Static(Content(f"{words} {self._folder}"), classes="note")

    def on_mount(self) -> None:
        self.tell_keys(is_empty=not self._templates)
        for rows in self.query(Pick):
            rows.focus()

    def action_want(self, wish: str) -> None:
        """Close, and tell what is to be done with the prompt under the cursor."""
        name = next((rows.cursor_id or "" for rows in self.query(Pick)), "")
        if wish == Wish.SAVE:
            self.dismiss(Wanted(Wish.SAVE))
        elif name:
            self.dismiss(Wanted(Wish(wish), name))

    @on(RowList.Chosen)
    def insert(self, event: RowList.Chosen) -> None:
        self.dismiss(Wanted(Wish.INSERT, event.key))

    @on(RowList.Moved)
    def preview(self, event: RowList.Moved) -> None:
        template = self._templates.get(event.key or "")
        if template is not None:
            self.query_one(".past-preview Static", Static).update(Content(sanitize(template.text[:_PREVIEW])))


class VariablesForm(Sheet[Mapping[str, str]]):
    """Asks for the variables of a saved prompt; the result is their values.

    Args:
        template: The saved prompt.
    """

    KEYS: ClassVar = [("Enter", "next, done"), ("Tab", "next"), ("Ctrl+J", "newline"), ("Esc", "leave")]

    def __init__(self, template: Template) -> None:
        super().__init__(template.title or f"#{template.name}", aside=template.description, width="-list")
        self._names = template.variables

    def compose_body(self) -> Iterable[Widget]:
        """Yield a field for each variable."""
        with VerticalScroll(classes="form", can_focus=False):
            for name in self._names:
                yield Static(Content(name), classes="label")
                yield LinesField(classes="field-lines")

    def on_mount(self) -> None:
        self.query(LinesField).first().focus()

    @on(LinesField.Submitted)
    def go_on(self) -> None:
        fields = list(self.query(LinesField))
        place = next((place for place, field in enumerate(fields) if field.has_focus), 0) + 1
        if place < len(fields):
            fields[place].focus()
        else:
            self.dismiss({name: field.text for name, field in zip(self._names, fields, strict=True)})

    @on(LinesField.Escaped)
    def give_up(self) -> None:
        self.dismiss()


def _row(template: Template, width: int) -> Row:
    """Return a row: the name in a column of some cells, what it is about, and its variables."""
    about = template.title or one_line(template.text[:200])
    name = Content(f"#{template.name}")
    gap = " " * (width + 4 - name.cell_length)
    left = Content.assemble(name, gap, (sanitize(about), "$foreground-muted"))
    return Row(left, muted(" ".join(template.variables)), template.name)
