"""The parameters of a session, one a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.screens.dialogs import AskText
from tui_chat.app.screens.sheet import STEPS, Sheet
from tui_chat.app.widgets import Pick, Row, RowList, muted
from tui_chat.chat.params import FIELDS, ParamField, carried, changed, shown, stepped
from tui_chat.domain.providers import Provider
from tui_chat.domain.sessions import Params

Result = TypeVar("Result")

_BY_NAME = {field.name: field for field in FIELDS}


class ParamSheet(Sheet[Result]):
    """A dialog with the parameters among its rows.

    Attributes:
        params: As they are now.
        provider: Who they are sent to; ``None`` if that is open.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *STEPS,
        Binding("right,l", "step(1)", "more", show=False),
        Binding("left,h", "step(-1)", "less", show=False),
        Binding("enter", "edit", "edit", show=False),
        Binding("delete,backspace", "reset", "leave it to the server", show=False),
    ]

    def __init__(self, title: str, aside: str, params: Params, provider: Provider | None) -> None:
        super().__init__(title, aside=aside, width="-list")
        self.params = params
        self.provider = provider

    def compose_body(self) -> Iterable[Widget]:
        """Yield the rows, and the note on the one with the cursor."""
        yield Pick(self.rows())
        yield Static(classes="note -spaced")

    def on_mount(self) -> None:
        self.query_one(Pick).focus()
        self.show_note()

    @on(RowList.Moved)
    def explain(self) -> None:
        self.show_rows()

    @on(RowList.Chosen)
    def choose(self) -> None:
        self.action_edit()

    def rows(self) -> list[Row]:
        """Return all rows."""
        return [self._row(field) for field in FIELDS]

    def show_rows(self) -> None:
        """Show the rows as they are now."""
        rows = self.query_one(Pick)
        with rows.prevent(RowList.Moved):
            rows.set_rows(self.rows())
        self.show_note()

    def show_note(self, trouble: str = "") -> None:
        """Say what the row with the cursor is, or what is wrong with what was typed."""
        words = Content.styled(trouble, "$text-error") if trouble else self.note(self.query_one(Pick).cursor_id or "")
        self.query_one(".note", Static).update(words)

    def note(self, key: str) -> Content:
        """Return what a row is, in two lines."""
        field = _BY_NAME[key]
        second = "Not set: the server decides."
        if self.provider is not None and key not in carried(self.provider.protocol):
            second = f"Without effect here: it is not sent to {self.provider.label}."
        return Content("\n").join([Content(field.note), muted(second)])

    def action_step(self, step: int) -> None:
        """Take the next value."""
        if (field := self._field) is not None:
            self.params = stepped(self.params, field, step)
            self.show_rows()

    def action_reset(self) -> None:
        """Leave it to the server."""
        if (field := self._field) is not None:
            self.params = changed(self.params, field.name, "")
            self.show_rows()

    def action_edit(self) -> None:
        """Ask for a value."""
        self._edit_value()

    @work(group="dialog")
    async def _edit_value(self) -> None:
        field = self._field
        if field is None:
            return
        dialog = AskText(field.label, shown(self.params, field.name), aside="empty: not set", may_be_empty=True)
        typed = await self.app.push_screen_wait(dialog)
        if typed is None:
            return
        try:
            self.params = changed(self.params, field.name, typed)
        except ValueError as error:
            self.show_note(str(error))
        else:
            self.show_rows()

    @property
    def _field(self) -> ParamField | None:
        return _BY_NAME.get(self.query_one(Pick).cursor_id or "")

    def _row(self, field: ParamField) -> Row:
        value = shown(self.params, field.name)
        left = Content.assemble(("• ", "$text-primary") if value else "  ", field.label)
        if not self.is_mounted or self.query_one(Pick).cursor_id != field.name or not field.steps:
            return Row(left, Content(f"{value}  ") if value else muted("not set  "), field.name)
        return Row(left, Content.assemble(muted("‹ "), (value or "not set", "bold"), muted(" ›")), field.name)


class ParametersDialog(ParamSheet[Params]):
    """The parameters of a session; the result is what they have become.

    Args:
        params: As they are.
        provider: Who they are sent to.
    """

    KEYS: ClassVar = [
        ("↑ ↓", "parameter"),
        ("← →", "value"),
        ("Enter", "type it"),
        ("Del", "not set"),
        ("Esc", "done"),
    ]

    def __init__(self, params: Params, provider: Provider) -> None:
        super().__init__("Parameters", "this session", params, provider)

    def action_dismiss_empty(self) -> None:
        """Close with the parameters as they are now."""
        self.dismiss(self.params)
