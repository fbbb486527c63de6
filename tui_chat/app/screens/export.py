"""Exporting sessions: the format, what goes in, the file, and the real text as it will be written."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import getters, on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_chat.app.screens.dialogs import Confirm
from tui_chat.app.screens.export_choices import Formats, Options
from tui_chat.app.screens.sheet import Sheet
from tui_chat.app.transcript.sanitize import one_line, sanitize
from tui_chat.app.widgets import RowList
from tui_chat.app.widgets.lines import fit
from tui_chat.chat.exporting import (
    Exported,
    export_session,
    fill_bundle,
    suggested_folder,
    suggested_path,
    write_export,
)
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.redacting import Finding, Redactor, summary
from tui_chat.domain.errors import ChatError
from tui_chat.domain.messages import ImagePart
from tui_chat.domain.sessions import SessionSummary
from tui_chat.domain.words import counted
from tui_chat.exporters.registry import Bundle

#: The preview shows the beginning; a long session would only make it slow.
_PREVIEW = 4000
_LISTED = 200
_ASKED = 12

#: Columns of the screen from which there is room for a preview.
_ROOM_FOR_PREVIEW = 60

#: Seconds for which a format has to stay chosen before it is shown, so that passing over many costs nothing.
_REST = 0.06


class Outcome(NamedTuple):
    """What became of an export."""

    path: Path | None = None
    """The new file or folder; ``None`` if it was to be copied instead."""
    text: str = ""
    """What is to be copied: the text, or the path."""
    is_opened: bool = False
    """Whether the file is to be opened."""


class ExportDialog(Sheet[Outcome]):
    """Writes sessions to files.

    Args:
        sessions: One session or several, which become one file each.
        load: Reads the messages of a session.
        wanted: Name of the format that is chosen at first; empty for the first one.
    """

    formats = getters.query_one(Formats)
    options = getters.query_one(Options)

    KEYS: ClassVar = [
        ("Enter", "write"),
        ("o", "and open"),
        ("p", "and copy path"),
        ("y", "copy instead"),
        ("Space", "option"),
        ("Tab", "next"),
        ("Esc", "close"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "write", "write", show=False),
        Binding("o", "write('open')", "write and open", show=False),
        Binding("p", "write('path')", "write and copy the path", show=False),
        Binding("y", "copy", "copy instead", show=False),
        Binding("l", "list", "list what is replaced", show=False),
        Binding("pagedown", "page(1)", "preview down", show=False),
        Binding("pageup", "page(-1)", "preview up", show=False),
    ]

    def __init__(
        self,
        sessions: Sequence[SessionSummary],
        load: Callable[[SessionSummary], Awaitable[OpenSession]],
        wanted: str = "",
    ) -> None:
        super().__init__("Export", width="-wide")
        first, count = sessions[0], len(sessions)
        # So much leaves room for the title and the number.
        name = fit(Content(one_line(first.name)), min(54, self.app.size.width * 3 // 5 - 14)).plain
        of_one = f"{name} · {counted(first.message_count, 'message')}"
        self._aside = counted(count, "session") if count > 1 else of_one
        self._sessions = sessions
        self._load = load
        self._wanted = wanted
        self._opened: OpenSession | None = None
        self._exported: Exported | None = None
        self._redactor: Redactor | None = None
        self._suggested = ""
        self._is_writing = False
        self._is_listing = False

    def compose_body(self) -> Iterable[Widget]:
        """Yield formats, options and file at the left, the preview at the right."""
        yield Horizontal(
            Vertical(
                Static("Format", classes="label"),
                Formats(),
                Static("With", classes="label"),
                Options(),
                Static("File", classes="label", id="where"),
                Input(compact=True, classes="field"),
                VerticalScroll(Static(classes="note", markup=False), can_focus=False),
                classes="export-left",
            ),
            VerticalScroll(Static(classes="preview", markup=False), classes="export-right", can_focus=False),
            classes="export",
        )

    def on_mount(self) -> None:
        self.formats.focus()
        self.formats.move_to(self._wanted)

    def on_resize(self) -> None:
        """Show the preview where there is room for it."""
        self.set_class(self.app.size.width < _ROOM_FOR_PREVIEW, "-alone")

    @on(RowList.Moved, "Formats")
    def choose_format(self) -> None:
        self.options.show_for(self.formats.chosen)
        if len(self._sessions) > 1:
            exporter = self.formats.chosen
            words = f"Folder, .zip or .{exporter.extension}" if exporter.joins else "Folder, or .zip"
            self.query_one("#where", Static).update(words)
        self._preview()

    @on(Options.Changed)
    def show_chosen(self) -> None:
        self._preview()

    @on(RowList.Chosen, "Options")
    def click_option(self, event: RowList.Chosen) -> None:
        self.options.tick(event.key)

    @on(Input.Submitted)
    def write_to_typed(self) -> None:
        self.action_write()

    def action_dismiss_empty(self) -> None:
        """Stop what is being written, else close."""
        if self._is_writing:
            self.workers.cancel_group(self, "write")
            self._note(Content("stopped, nothing was written"))
        else:
            self.dismiss()

    def action_write(self, then: str = "") -> None:
        """Write the file; then open it, or copy its path."""
        if not self._is_writing:
            self._write(then)

    def action_copy(self) -> None:
        """Copy the text instead of writing it."""
        if len(self._sessions) == 1 and self._exported is not None and self._exported.text:
            self.dismiss(Outcome(text=self._exported.text))
        else:
            self._note(Content("only a text can be copied, and one session at a time"))

    def action_list(self) -> None:
        """List what is replaced in the place of the preview, and the other way round."""
        self._is_listing = not self._is_listing
        self._show_preview()

    def action_page(self, step: int) -> None:
        """Scroll the preview."""
        pane = self.query_one(".export-right", VerticalScroll)
        pane.scroll_relative(y=step * max(1, pane.size.height - 2), animate=False)

    @work(group="write", exclusive=True)
    async def _write(self, then: str) -> None:
        self._is_writing = True
        try:
            typed = self.query_one(Input).value.strip()
            path = Path(typed) if typed else None
            made = await (self._write_one(path) if len(self._sessions) == 1 else self._write_many(path))
        except ChatError as error:
            self._note(Content.styled(error.sentence, "$text-error"))
        else:
            if made is not None:
                self.dismiss(Outcome(made, str(made) if then == "path" else "", then == "open"))
        finally:
            self._is_writing = False

    async def _write_one(self, path: Path | None) -> Path:
        self._note(Content("writing … Esc stops"))
        redactor = Redactor() if self.options.is_redacted else None
        exported = await self._rendered(self.formats.chosen.name, redactor)
        # Not in a thread, which would write even if it was told to stop.
        return write_export(exported, path)

    async def _write_many(self, path: Path | None) -> Path | None:
        name, options = self.formats.chosen.name, self.options.chosen
        redactor = Redactor() if self.options.is_redacted else None
        count = len(self._sessions)
        with Bundle(path or self._target_of_many(), self.formats.chosen) as bundle:
            await fill_bundle(
                bundle,
                self._sessions,
                self._load,
                lambda opened: export_session(opened, name, options, redactor),
                lambda done: self._note(Content(f"{done:,} of {count:,} · {100 * done // count} % · Esc stops")),
            )
            # What is replaced has to be seen before the files are there.
            if redactor is not None and redactor.findings and not await self._is_agreed(redactor.findings):
                self._note(Content("nothing was written"))
                return None
            return await asyncio.to_thread(bundle.finish)

    async def _is_agreed(self, findings: Sequence[Finding]) -> bool:
        more = [f"and {len(findings) - _ASKED} more"] if len(findings) > _ASKED else []
        listed = "\n".join([*map(_found, findings[:_ASKED]), *more])
        agreed = await self.app.push_screen_wait(Confirm(f"Write it with {summary(findings)} replaced?", listed))
        return agreed is True

    @work(group="preview", exclusive=True)
    async def _preview(self) -> None:
        await asyncio.sleep(_REST)
        exporter = self.formats.chosen
        self._redactor = Redactor() if self.options.is_redacted else None
        try:
            # A PDF takes its time and cannot be shown: here stands its text.
            exported = await self._rendered("text" if exporter.name == "pdf" else exporter.name, self._redactor)
        except ChatError as error:
            self._note(Content.styled(error.sentence, "$text-error"))
            return
        self._exported = exported._replace(extension=exporter.extension)
        self._suggest(self._exported)
        self._show_preview()
        self._note(self._facts(exported, is_shown=exporter.name != "pdf"))

    def _show_preview(self) -> None:
        if self._exported is None:
            return
        shown = _painted(sanitize(self._exported.text[:_PREVIEW]), self.formats.chosen.name)
        if self._is_listing:
            shown = Content("\n").join(self._listed()) or Content("nothing is replaced")
        self.query_one(".preview", Static).update(shown)

    async def _rendered(self, name: str, redactor: Redactor | None) -> Exported:
        if self._opened is None:
            self._opened = await self._load(self._sessions[0])
        opened, options = self._opened, self.options.chosen
        # In a thread: a long session as HTML takes a second or two.
        return await asyncio.to_thread(export_session, opened, name, options, redactor)

    def _suggest(self, exported: Exported) -> None:
        field = self.query_one(Input)
        if field.value in ("", self._suggested):
            path = suggested_path(exported) if len(self._sessions) == 1 else self._target_of_many()
            home = Path.home()
            self._suggested = str(Path("~") / path.relative_to(home)) if path.is_relative_to(home) else str(path)
            field.value = self._suggested
            # The end tells more than the beginning; the field scrolls to it once it knows its width.
            field.action_end()
            self.call_after_refresh(lambda: field.scroll_to(x=field.max_scroll_x, animate=False, force=True))

    def _target_of_many(self) -> Path:
        # A browser downloads files, and no folders.
        return suggested_folder("zip" if self.app.is_web else "")

    def _facts(self, exported: Exported, *, is_shown: bool) -> Content:
        """Return what is known of the new file, and what is replaced in it."""
        count = len(self._sessions)
        if count > 1:
            new = f"{count:,} new files; the preview shows the first"
        else:
            new = f"new file, {_size(exported.size)}" if is_shown else "new file; the preview shows its text"
        lines = [Content(new)]
        if self._redactor is not None:
            found = summary(self._redactor.findings)
            lines.append(Content(f"replaced: {found}; l lists it" if found else "found nothing to replace"))
            lines += self._listed()
            if self._opened is not None and any(
                isinstance(part, ImagePart) for message in self._opened.tree for part in message.parts
            ):
                lines.append(Content.styled("images are not looked at", "$text-warning"))
        return Content("\n").join(lines)

    def _listed(self) -> list[Content]:
        findings = self._redactor.findings if self._redactor is not None else []
        return [Content(f"  {_found(one)}") for one in findings[:_LISTED]]

    def _note(self, words: Content) -> None:
        self.query_one(".note", Static).update(words)


def _painted(text: str, name: str) -> Content:
    """Return a text as it is written, the heads of Markdown bold and its front matter quiet."""
    if name != "markdown":
        return Content(text)
    lines, is_front = [], text.startswith("---\n")
    for number, line in enumerate(text.split("\n")):
        style = "$foreground-muted" if is_front else "bold" if line.startswith("#") else ""
        lines.append(Content.styled(line, style))
        is_front = is_front and (number == 0 or line != "---")
    return Content("\n").join(lines)


def _found(one: Finding) -> str:
    return f"{one.placeholder} {one_line(one.shown)}"


def _size(count: int) -> str:
    return f"{count:,} B" if count < 1000 else f"{count / 1000:,.1f} kB"
