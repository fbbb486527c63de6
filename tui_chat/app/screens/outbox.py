"""The outbox: prompts that wait until they can be sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.screens.ask_lines import AskLines
from tui_chat.app.screens.sheet import MOVES, Sheet
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.app.widgets import Pick, Row

#: Characters of a prompt that are looked at for its row.
_LOOKED_AT = 200


class OutboxRow(NamedTuple):
    """A prompt that waits."""

    session_id: str
    session: str
    """Name of its session."""
    prompt_id: str
    text: str
    state: str
    """What it waits for, in words."""
    attached: str = ""
    """What is attached to it, in words."""


class Do(NamedTuple):
    """What the outbox can do with a prompt that waits, by its session and its own id."""

    send_now: Callable[[str, str], Awaitable[None]]
    move: Callable[[str, str, int], Awaitable[None]]
    reword: Callable[[str, str, str], Awaitable[None]]
    cancel: Callable[[str, str], Awaitable[None]]


class OutboxDialog(Sheet[str]):
    """The prompts that wait; the result is the id of the session to open.

    Args:
        load: Returns what waits, in the order in which it is sent.
        do: What can be done with it.
    """

    KEYS: ClassVar = [
        ("Enter", "go there"),
        ("r", "send now"),
        ("e", "edit"),
        ("J K", "later, sooner"),
        ("D", "cancel"),
        ("Esc", "close"),
    ]
    OF_A_ROW: ClassVar = frozenset({"r", "e", "J K", "D", "Enter"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "send_now", "send now"),
        Binding("e", "edit", "edit"),
        Binding("J,shift+down", "shift(1)", "later"),
        Binding("K,shift+up", "shift(-1)", "sooner"),
        Binding("D,delete", "cancel", "cancel"),
        Binding("enter", "go", "go there"),
        *MOVES,
    ]

    def __init__(self, load: Callable[[], Awaitable[Sequence[OutboxRow]]], do: Do) -> None:
        super().__init__("Outbox", aside="sent when the way is free", width="-list")
        self._load = load
        self._do = do
        self._rows: dict[str, OutboxRow] = {}

    def compose_body(self) -> Iterable[Widget]:
        """Yield the list, and what stands there when it is empty."""
        yield Pick()
        yield Static("Nothing waits.", classes="note")

    async def on_mount(self) -> None:
        self.query_one(Pick).focus()
        await self._show()
        self.set_interval(1, self._show)

    async def action_send_now(self) -> None:
        """Send the prompt with the cursor now."""
        if (row := self._row) is not None:
            await self._do.send_now(row.session_id, row.prompt_id)
            await self._show()

    async def action_shift(self, step: int) -> None:
        """Let the prompt with the cursor be sent later or sooner than its neighbour."""
        if (row := self._row) is not None:
            await self._do.move(row.session_id, row.prompt_id, step)
            await self._show()

    @work(group="edit")
    async def action_edit(self) -> None:
        """Change the text of the prompt with the cursor."""
        row = self._row
        if row is None:
            return
        text = await self.app.push_screen_wait(AskLines("Waiting prompt", row.text))
        if text is not None and text.strip() and text != row.text:
            await self._do.reword(row.session_id, row.prompt_id, text)
            await self._show()

    async def action_cancel(self) -> None:
        """Do not send the prompt with the cursor."""
        if (row := self._row) is not None:
            await self._do.cancel(row.session_id, row.prompt_id)
            await self._show()

    def action_go(self) -> None:
        """Open the session of the prompt with the cursor."""
        self.query_one(Pick).choose()

    @on(Pick.Chosen)
    def go(self, event: Pick.Chosen) -> None:
        self.dismiss(self._rows[event.key].session_id)

    @property
    def _row(self) -> OutboxRow | None:
        return self._rows.get(self.query_one(Pick).cursor_id or "")

    async def _show(self) -> None:
        rows = await self._load()
        if not self.is_open:
            return
        self._rows = {row.prompt_id: row for row in rows}
        shown: list[Row] = []
        session = ""
        for row in rows:
            if row.session_id != session:
                shown.append(Row(Content.styled(_line(row.session), "bold $foreground-muted")))
                session = row.session_id
            shown.append(
                Row(Content(_line(row.text or row.attached)), Content.styled(row.state, "$text-warning"), row.prompt_id)
            )
        self.query_one(Pick).set_rows(shown)
        self.query_one(Pick).display = bool(shown)
        self.query_one(".note", Static).display = not shown
        self.tell_keys(is_empty=not shown)


def _line(text: str) -> str:
    return one_line(text[:_LOOKED_AT])
