"""What other processes do to the history while the app runs: another window, a script."""

from __future__ import annotations

from tui_chat.app.screens.chat.state import ChatState
from tui_chat.chat.open_session import OpenSession
from tui_chat.domain.errors import ChatError

#: Seconds between two looks at what other processes wrote into the history.
LOOK_EVERY = 1.5


class OtherProcesses(ChatState):
    """Shows what others write, and does nothing to a reply that another process receives."""

    def watch_others(self) -> None:
        """Begin to look at what others write."""
        self.set_interval(LOOK_EVERY, self._look_around)

    async def _look_around(self) -> None:
        try:
            await self._see_others()
        except ChatError:
            return  # the history cannot be read just now; the next thing that needs it says why

    async def _see_others(self) -> None:
        """Show what others wrote, and tidy up."""
        await self.save_unsaved()
        await self.history.refresh()
        changed = self.history.take_changed()
        if changed:
            self.show_sessions()
        is_unsaved = any(turn.opened is self.opened for turn in self.unsaved)
        if self.opened.id in changed and not (self.is_receiving or is_unsaved) and len(self.opened.tree):
            await self._read_again()
        await self.history.tidy(is_busy=len(self.replies) > 0)

    async def save_unsaved(self) -> None:
        """Write the replies that could not be written when they ended."""
        for turn in list(self.unsaved):
            if not await turn.save_again():
                return  # what keeps one from being written keeps all
            if turn not in self.unsaved:
                continue  # the end of the app saves them, too, perhaps at the same time
            self.unsaved.remove(turn)
            if turn.session_id not in self.replies:
                self.in_memory.pop(turn.session_id, None)
            self.say(f"The reply in {turn.opened.session.name} is saved now.")

    async def _read_again(self) -> None:
        """Show the open session as it is stored, if another process changed it."""
        before, shown = self.opened, (self.opened.session.model_copy(), list(self.opened.tree))
        try:
            stored = await self.history.load(before.id)
        except ChatError:
            return  # purged elsewhere; what is shown stays, and is saved again with the next prompt
        is_same = (stored.session, list(stored.tree)) == shown
        # What was changed here meanwhile is not in what was read: the next look reads it.
        is_changed = self.opened is not before or self.is_receiving or (before.session, list(before.tree)) != shown
        if is_same or is_changed:
            return
        self.opened = stored
        if _is_longer(stored, before):
            # Message by message, so that what is read stays where it is.
            for message in stored.branch:
                if message.id not in before.tree:
                    self.transcript.add(self.entry(message))
                elif message != before.tree[message.id]:
                    self.transcript.update_entry(self.entry(message))
            self.show_facts()
        else:
            await self.show_opened(at=None if self.transcript.is_following else self.transcript.first_in_view)


def _is_longer(stored: OpenSession, before: OpenSession) -> bool:
    """Return whether the visible branch begins as it was."""
    ids = [message.id for message in before.branch]
    return [message.id for message in stored.branch][: len(ids)] == ids
