"""Exporting a session: the format, the file, and the real text as it will be written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_chat.app.screens.sheet import Rows, Sheet
from tui_chat.app.transcript import sanitize
from tui_chat.chat.exporting import default_path, export_session, write_export
from tui_chat.chat.open_session import OpenSession
from tui_chat.domain.errors import TransferError
from tui_chat.exporters.registry import EXPORTERS

#: The preview shows the beginning; a long session would only make it slow.
_PREVIEW = 4000


class ExportDialog(Sheet[Path]):
    """Writes a session to a file; the result is its path."""

    KEYS: ClassVar = [("Enter", "write"), ("↑ ↓", "format"), ("Tab", "to the file"), ("Esc", "close")]

    def __init__(self, opened: OpenSession) -> None:
        count = len(opened.branch)
        super().__init__("Export", aside=f"{opened.session.name} · {count} messages", width="-wide")
        self._opened = opened
        self._texts: dict[str, str] = {}
        self._suggested = ""

    def compose_body(self) -> Iterable[Widget]:
        """Yield formats and file at the left, the preview at the right."""
        formats = [Option(self._row(name), id=name) for name in EXPORTERS]
        yield Horizontal(
            Vertical(
                Static("Format", classes="label"),
                Rows(formats),
                Static("File", classes="label"),
                Input(compact=True, classes="field"),
                Static(classes="note"),
                classes="export-left",
            ),
            VerticalScroll(Static(classes="preview", markup=False), classes="export-right", can_focus=False),
            classes="export",
        )

    def on_mount(self) -> None:
        rows = self.query_one(Rows)
        rows.highlighted = 0
        rows.focus()

    @property
    def format(self) -> str:
        """Name of the format under the cursor."""
        rows = self.query_one(Rows)
        return rows.get_option_at_index(rows.highlighted or 0).id or "markdown"

    @on(OptionList.OptionHighlighted)
    def show_format(self) -> None:
        field = self.query_one(Input)
        if field.value in ("", self._suggested):
            self._suggested = str(default_path(self._opened.session, self.format))
            field.value = self._suggested
            field.cursor_position = len(self._suggested)
        self._preview(self.format)

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    @work(group="export")
    async def write(self) -> None:
        try:
            text = await self._text(self.format)
            path = Path(self.query_one(Input).value.strip())
            self.dismiss(write_export(self._opened.session, self.format, text, path))
        except TransferError as error:
            note = Content.assemble((f"{error.text} {error.advice}", "$text-error"))
            self.query_one(".note", Static).update(note)

    @work(group="preview", exclusive=True)
    async def _preview(self, name: str) -> None:
        text = await self._text(name)
        size = len(text.encode(errors="replace")) / 1000
        self.query_one(".preview", Static).update(Content(sanitize(text[:_PREVIEW])))
        self.query_one(".note", Static).update(Content(f"new file, {size:,.1f} kB"))

    async def _text(self, name: str) -> str:
        if name not in self._texts:
            # In a thread: a long session as HTML takes a second or two.
            worker = self.run_worker(
                lambda: export_session(self._opened, name), group=f"render:{name}", thread=True, exit_on_error=False
            )
            self._texts[name] = await worker.wait()
        return self._texts[name]

    def _row(self, name: str) -> Content:
        one = EXPORTERS[name]
        return Content.assemble(f"{one.label:<24}", (one.extension, "$foreground-muted"))
