"""Importing sessions: from where, a trial that tells what would come in, and then the import itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import getters, on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_chat.app import glyphs
from tui_chat.app.screens.path_field import PathField, first_match
from tui_chat.app.screens.sheet import Sheet
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.app.widgets import Pick, Row, RowList, muted
from tui_chat.chat.importing import (
    AUTO,
    IMPORTERS,
    Import,
    ImportProgress,
    ImportReport,
    Store,
    found_stores,
    look_at,
)
from tui_chat.domain.errors import ChatError
from tui_chat.domain.words import counted

#: Seconds of silence after which a typed path is looked at.
_PAUSE = 0.15

_SHOWN_PROBLEMS = 5

Make = Callable[[Sequence[Path], str, bool, bool], Import]
"""Makes an import of paths in a format; then: whether it is a trial, whether what was removed for good comes back."""


class _Wanted(NamedTuple):
    """What is to be imported."""

    path: Path
    name: str
    """Name of the format."""


class ImportDialog(Sheet[ImportReport]):
    """Imports sessions; the result is the report of what was imported.

    Args:
        make: Makes an import.
        path: A path to begin with; may be empty.
    """

    KEYS: ClassVar = [("Enter", "look, then import"), ("Tab", "complete, next"), ("Esc", "stop, close")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "import", show=False),
        Binding("down", "move(1)", "next store", show=False),
        Binding("up", "move(-1)", "previous store", show=False),
        Binding("ctrl+r", "bring_back", "with what was removed", show=False),
    ]

    AUTO_FOCUS = "PathField"

    stores = getters.query_one(Pick)
    field = getters.query_one(PathField)

    def __init__(self, make: Make, path: str = "") -> None:
        super().__init__("Import", aside="adds what is new, changes nothing else", width="-list")
        self._make = make
        self._begin_with = path
        self._found: list[Store] = []
        self._job: Import | None = None
        self._tried: _Wanted | None = None
        """What a trial was made of, and may be imported now."""
        self._is_again = False
        self._report: ImportReport | None = None
        """What was imported."""

    def compose_body(self) -> Iterable[Widget]:
        """Yield the stores that were found, the path, and what is known of it."""
        yield Static("On this computer", classes="label")
        yield Pick()
        yield Static("File, archive or folder", classes="label")
        yield PathField(self._begin_with, placeholder="~/Downloads/export.zip")
        yield Static(_known(), classes="note", markup=False)

    def on_mount(self) -> None:
        self._find_stores()

    @on(Input.Changed)
    def see_path(self) -> None:
        self._forget_trial()
        self._look()

    @on(RowList.Moved)
    def see_store(self) -> None:
        self._forget_trial()

    @on(Input.Submitted)
    @on(Pick.Chosen)
    def take(self) -> None:
        self.action_go()

    def action_move(self, step: int) -> None:
        """Move between the stores; from the field, go to them."""
        if self._found:
            if self.stores.has_focus:
                self.stores.move(step)
            self.stores.focus()

    def action_go(self) -> None:
        """Look at what is wanted; after that, import it; after that, close."""
        wanted = self._wanted
        if self._job is not None:
            return
        if self._report is not None:
            self.dismiss(self._report)
        elif wanted is None:
            self._note(Content("Type the path of an export, or choose a program above."))
        else:
            self._import(wanted, is_trial=wanted != self._tried)

    def action_bring_back(self) -> None:
        """Try it again, with the sessions that were removed for good."""
        if self._job is None and self._report is None and (wanted := self._wanted) is not None:
            self._is_again = True
            self._import(wanted, is_trial=True)

    def action_dismiss_empty(self) -> None:
        """Stop what runs, else close."""
        if self._job is not None:
            self._job.stop()
        else:
            self.dismiss(self._report)

    @property
    def _wanted(self) -> _Wanted | None:
        """What is to be imported, by where the keys are."""
        if self.stores.has_focus:
            store = self._found[int(self.stores.cursor_id or 0)]
            return _Wanted(store.path, store.importer.name)
        return self._typed

    @property
    def _typed(self) -> _Wanted | None:
        """The path in the field."""
        typed = self.field.value.strip()
        try:
            return _Wanted(Path(typed).expanduser(), AUTO) if typed else None
        except RuntimeError:  # there is no such home folder
            return _Wanted(Path(typed), AUTO)

    @work(group="stores")
    async def _find_stores(self) -> None:
        self._found = await asyncio.to_thread(found_stores)
        rows = [
            Row(
                Content(f"{store.importer.label:<10}{counted(store.sessions, 'session')}"),
                muted(_short(store.path)),
                str(place),
            )
            for place, store in enumerate(self._found)
        ]
        self.stores.set_rows(rows)
        self.stores.display = bool(rows)
        self.query_one(".label", Static).display = bool(rows)
        if rows and not self._begin_with:
            self.stores.focus()
        if self._begin_with and (wanted := self._typed) is not None:
            self._import(wanted, is_trial=True)

    @work(group="look", exclusive=True)
    async def _look(self) -> None:
        """Say what is at the path that is typed."""
        typed = self.field.value.strip()
        self._note(Content("") if typed else _known())
        await asyncio.sleep(_PAUSE)
        if not typed or self._job is not None:
            return
        looked = await asyncio.to_thread(look_at, Path(typed))
        if self._job is not None or self._tried is not None or self._report is not None:
            return  # more is known by now
        if looked.labels:
            self._note(Content(f"{', '.join(looked.labels)} · {_size(looked.size)} · Enter looks what would come in"))
        elif first_match(typed) in (None, typed):  # else it is being typed
            self._note(Content(one_line(looked.trouble)))

    @work(group="import", exclusive=True)
    async def _import(self, wanted: _Wanted, *, is_trial: bool) -> None:
        self._job = self._make([wanted.path], wanted.name, is_trial, self._is_again)
        self._note(Content("reading … · Esc stops"))
        try:
            report = await self._job.run(self._show_progress)
        except ChatError as error:
            self._note(Content.styled(error.sentence, "$text-error"))
            return
        finally:
            self._job = None
        if is_trial:
            self._tried = wanted if report.sessions or report.grown else None
        else:
            self._report = report
        self._show_report(report)

    def _show_progress(self, now: ImportProgress) -> None:
        percent = 100 * now.done // now.total if now.total else 0
        doing = "reading" if self._job is not None and self._job.report.is_trial else "importing"
        self._note(
            Content(f"{doing} {percent} % · {counted(now.sessions, 'session')} · {one_line(now.where)} · Esc stops")
        )

    def _show_report(self, report: ImportReport) -> None:
        lines = [Content(line) for line in report.lines()]
        shown = [one_line(f"{problem.where}: {problem.why}") for problem in report.problems[:_SHOWN_PROBLEMS]]
        lines += [Content.styled(line, "$text-warning") for line in shown]
        if (more := len(report.problems) - _SHOWN_PROBLEMS) > 0:
            lines.append(Content.styled(f"and {more:,} more that could not be read", "$text-warning"))
        if report.purged and report.is_trial:
            lines.append(Content.styled("Ctrl+R takes those that were removed, too", "$foreground-muted"))
        if self._report is not None:
            lines.append(Content.styled("Enter closes", "$foreground-muted"))
        elif self._tried is not None:
            lines.append(Content.styled(f"Enter imports {counted(report.sessions + report.grown, 'session')}", "bold"))
        self._note(Content("\n").join(lines))

    def _forget_trial(self) -> None:
        self._tried, self._is_again = None, False
        if self._job is None:
            self._report = None

    def _note(self, words: Content) -> None:
        self.query_one(".note", Static).update(words)


def _known() -> Content:
    """Return the formats that can be read, which are told as long as no path is typed."""
    return muted(f" {glyphs.BETWEEN} ".join(importer.label for importer in IMPORTERS.values()))


def _short(path: Path) -> str:
    """Return a path as people write it."""
    home = Path.home()
    return one_line(str(Path("~") / path.relative_to(home) if path.is_relative_to(home) else path))


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB" if count >= 1_000_000 else f"{count / 1000:,.1f} kB"
