"""The pane as a flow of messages: shows a branch, lays out what arrives, follows the newest line."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from textual.reactive import var
from textual.timer import Timer

from tui_chat.app.transcript import inks, messages
from tui_chat.app.transcript.entries import Entry, HintsFor
from tui_chat.app.transcript.later import clock_of
from tui_chat.app.transcript.rows import Runs
from tui_chat.app.transcript.streaming import Pump
from tui_chat.app.transcript.window import Window
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.messages import MessageStatus

AROUND = 2
"""So many messages above and below the screen are laid out ahead, if they are so long that one would have to wait."""


class Flow(Window):
    """Messages that come and grow, and a window that follows them until the user scrolls away."""

    FollowChanged = messages.FollowChanged

    is_following: var[bool] = var(True)
    """Whether the pane stays at the newest line."""

    def __init__(self, hints: HintsFor, *, id: str | None, classes: str | None) -> None:
        super().__init__(hints, id=id, classes=classes)
        self.pump = Pump(self.stack, clock_of(self), self._take_growth)
        """Lays out what arrives."""
        self._news = 0
        self._told: tuple[bool, int] = (True, 0)
        self._clock: Timer | None = None

    def on_mount(self) -> None:
        """Let the counters of running replies step."""
        self._clock = self.set_interval(1.0, self._tick, pause=True)
        self._watch_clock()

    # ---- for the subclass -------------------------------------------------------------------------------------------

    @abstractmethod
    def arrived(self, at: int | None) -> None:
        """Do what has to be done when another branch is shown, scrolled to a message or to the end."""

    @abstractmethod
    def counted(self) -> None:
        """Do what has to be done when the number of messages has changed."""

    @property
    def follow_key(self) -> str:
        """The key that leads to the newest line, as it is shown; empty if there is none."""
        return ""

    # ---- what is shown ----------------------------------------------------------------------------------------------

    def show(self, entries: Sequence[Entry], *, at: str | None = None) -> None:
        """Show a whole branch.

        Args:
            entries: The messages, oldest first.
            at: Id of the message to scroll to; ``None`` goes to the end and follows.
        """
        self.pump.clear()
        self.stack.show(entries)
        self._news = 0
        index = None if at is None else self.stack.index_of(at)
        if index is None:
            self.viewport.follow()
        else:
            self.viewport.put(index)
        self._after_change()
        self.arrived(index)

    def add(self, entry: Entry) -> None:
        """Show one more message at the end; one with a known id takes that one's place."""
        if self.stack.index_of(entry.message.id) is not None:
            self.update_entry(entry)
            return
        rows = self.stack.heights[self.stack.add(entry)]
        self._count_news(rows)
        self._after_change()
        self.counted()

    def apply(self, message_id: str, event: StreamEvent) -> None:
        """Take in a piece of a running reply; a reply that is not shown is ignored."""
        index = self.stack.index_of(message_id)
        if index is not None:
            self.pump.take(index, event)

    def update_entry(self, entry: Entry) -> None:
        """Show a message as it is now; a message that is not shown is ignored."""
        index = self.stack.index_of(entry.message.id)
        if index is None:
            return
        self._count_news(self.stack.replace(index, entry))
        self._after_change()

    def refresh_hints(self) -> None:
        """Ask anew for the keys that act on messages."""
        for index, sheet in enumerate(self.stack.sheets):
            if sheet.is_laid_out and sheet.has_hints:
                sheet.refresh(self.stack.hints)
                self.stack.settle(index)
        self.sync()

    @property
    def first_in_view(self) -> str | None:
        """Id of the message at the top of what is in view."""
        return self.stack.sheets[self.viewport.top[0]].message.id if self.stack.sheets else None

    # ---- following --------------------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Go to the newest line and stay there."""
        self.viewport.follow()
        self.sync()
        self._tell_follow()

    def below_mark(self) -> Runs:
        """Tell what is new below, unless the pane is at the end."""
        if self.viewport.following or not self.viewport.below:
            return ()
        new = min(self._news, self.viewport.below)
        if not new:
            return ((" ↓ end ", inks.MUTED),)
        return ((f" ↓ {new} new", inks.MARKER), (f"  {self.follow_key} " if self.follow_key else " ", inks.MARKER_KEY))

    def _count_news(self, rows: int) -> None:
        if not self.viewport.following:
            self._news = max(0, self._news + rows)

    def _take_growth(self, rows: int) -> None:
        self._count_news(rows)
        self.sync()
        self._tell_follow()

    def _tell_follow(self) -> None:
        if self.viewport.following:
            self._news = 0
        told = (self.viewport.following, min(self._news, self.viewport.below))
        if told != self._told:
            self._told = told
            self.is_following = told[0]
            self.post_message(self.FollowChanged(*told))

    def _after_change(self) -> None:
        self.sync()
        self._tell_follow()
        self._watch_clock()

    def sync(self, *, is_all: bool = False) -> None:
        """Bring the screen up to date, and see to it that very long messages on it, or near it, get all their rows."""
        super().sync(is_all=is_all)
        seen = [one.message for one in self.viewport.seen if one.message >= 0]
        if not seen:
            return
        first, last = max(0, seen[0] - AROUND), min(len(self.stack), seen[-1] + 1 + AROUND)
        for index in range(first, last):
            if self.stack[index].is_long and self.stack.has_room(index):
                self.stack.sheet(index)
            if self.stack[index].is_growing:
                self.pump.schedule(index)

    @property
    def _arriving(self) -> int | None:
        """Place of the reply that is running: behind it there are only prompts that wait."""
        for index, sheet in zip(range(len(self.stack) - 1, -1, -1), reversed(self.stack.sheets), strict=True):
            if sheet.arrival is not None:
                return index
            if sheet.message.status is not MessageStatus.QUEUED:
                break
        return None

    def _watch_clock(self) -> None:
        """Let the clock run only while a reply does."""
        if self._clock is not None:
            (self._clock.pause if self._arriving is None else self._clock.resume)()

    def _tick(self) -> None:
        if (index := self._arriving) is not None:
            self.stack[index].refresh(self.stack.hints)
            self.stack.settle(index)
            self.sync()
