"""The map of the branches: all messages of a session, those that are shown and those that are not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from tui_chat.app import glyphs
from tui_chat.app.screens.sheet import MOVES, Sheet
from tui_chat.app.transcript.sanitize import one_line, sanitize
from tui_chat.app.widgets import Row, RowList, muted
from tui_chat.app.widgets.session_groups import time_label
from tui_chat.chat.branches import BranchRow
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role
from tui_chat.domain.record import now
from tui_chat.domain.words import counted
from tui_chat.storage.markup import unmarked

#: Characters of a message that are looked at for its first words.
LOOKED_AT = 400
#: Deepest level that is drawn as such.
DEEPEST = 12


class BranchList(RowList):
    """The messages of a session as a tree."""

    def __init__(self, rows: Sequence[BranchRow]) -> None:
        super().__init__()
        self._rows = rows

    def count(self) -> int:
        """Return the number of messages."""
        return len(self._rows)

    def key_at(self, index: int) -> str:
        """Return the id of a message."""
        return self._rows[index].message.id

    def row_at(self, index: int) -> Row:
        """Return a message: whether it is shown, how deep it is, its first words, and who wrote it."""
        message, level, is_shown = self._rows[index]
        mark = Content.styled(f"{glyphs.RUNNING} ", "$text-primary") if is_shown else Content("  ")
        words = first_words(message)
        inked = Content.styled(words, "bold") if message.role is Role.USER else Content(words)
        indent = Content("  " * min(level, DEEPEST))
        return Row(Content("").join([mark, indent, inked]), muted(self._facts(message)))

    def _facts(self, message: ChatMessage) -> str:
        who = one_line(message.model) or ("you" if message.role is Role.USER else message.role.value)
        state = {MessageStatus.INTERRUPTED: "interrupted", MessageStatus.ERROR: "failed"}.get(message.status, "")
        facts = [state, who, time_label(message.created_at, now().astimezone().date())]
        return f" {glyphs.BETWEEN} ".join(fact for fact in facts if fact)


class BranchesDialog(Sheet[str]):
    """All messages of a session; the result is the id of the one to go to.

    Args:
        rows: The messages.
        at: Id of the one with the cursor.
    """

    KEYS: ClassVar = [("Enter", "go there"), ("↑ ↓", "message"), ("[ ]", "fork"), ("Esc", "close")]
    OF_A_ROW: ClassVar = frozenset({"[ ]"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "go there"),
        *MOVES,
        Binding("g,home", "end(False)", "first", show=False),
        Binding("G,end", "end(True)", "last", show=False),
        Binding("right_square_bracket", "fork(1)", "next fork", show=False),
        Binding("left_square_bracket", "fork(-1)", "previous fork", show=False),
    ]

    def __init__(self, rows: Sequence[BranchRow], at: str) -> None:
        ends = _ends(rows)
        aside = f"{counted(len(rows), 'message')}, {counted(ends, 'branch', 'branches')}"
        super().__init__("Branches", aside=aside, width="-wide")
        self._rows = rows
        self._at = at

    def compose_body(self) -> Iterable[Widget]:
        """Yield the list."""
        yield BranchList(self._rows)

    def on_mount(self) -> None:
        rows = self.query_one(BranchList)
        rows.rows_changed(self._at)
        rows.focus()
        # Without a fork there is none to go to.
        self.tell_keys(is_empty=_ends(self._rows) < 2)

    @on(RowList.Chosen)
    def choose(self, event: RowList.Chosen) -> None:
        self.dismiss(event.key)

    def action_choose(self) -> None:
        """Go to the message with the cursor."""
        self.query_one(BranchList).choose()

    def action_end(self, is_last: bool) -> None:
        """Move the cursor to the first message, or to the last."""
        rows = self.query_one(BranchList)
        (rows.last if is_last else rows.first)()

    def action_fork(self, step: int) -> None:
        """Move the cursor to where another branch begins."""
        rows = self.query_one(BranchList)
        places = [place for place, row in enumerate(self._rows) if place and row.level != self._rows[place - 1].level]
        at = rows.cursor or 0
        further = [place for place in places if (place > at if step > 0 else place < at)]
        if further:
            rows.cursor = further[0] if step > 0 else further[-1]


def first_words(message: ChatMessage) -> str:
    """Return the first line of a message that has words, without marks of Markdown in front."""
    for line in unmarked(sanitize(message.text[:LOOKED_AT])).splitlines():
        if words := line.strip().lstrip("*-| ").rstrip():
            return words
    return "nothing came" if message.role is Role.ASSISTANT else "without words"


def _ends(rows: Sequence[BranchRow]) -> int:
    parents = {row.message.parent_id for row in rows}
    return sum(row.message.id not in parents for row in rows)
