"""The changes that the user makes to sessions, all of which can be taken back."""

from __future__ import annotations

from textual import work

from tui_chat.app.screens.chat.changes import Change
from tui_chat.app.screens.chat.session_actions import SessionActions
from tui_chat.app.screens.dialogs import AskText
from tui_chat.app.screens.trash import TrashDialog
from tui_chat.domain.errors import ChatError


class SessionChanges(SessionActions):
    """Rename, pin, tag, archive, duplicate, delete; undo and redo."""

    @work(group="dialog")
    async def action_rename_session(self, name: str = "") -> None:
        """Give the session in hand another name."""
        session = self.session_in_hand
        if session is None:
            return
        wanted = name or await self.app.push_screen_wait(AskText("Rename", session.name, aside="session"))
        words = " ".join((wanted or "").split())
        if words and words != session.name:
            await self.tell_change(self.history.rename(session, words))
            await self.show_changed()

    async def action_pin_session(self) -> None:
        """Pin the session in hand to the top, or let it go."""
        if (session := self.session_in_hand) is not None:
            await self.tell_change(self.history.toggle_pin(session))
            await self.show_changed()

    async def action_archive_session(self) -> None:
        """Take the session in hand out of the list, or back into it."""
        if (session := self.session_in_hand) is not None:
            await self.tell_change(self.history.toggle_archived(session))
            await self.show_changed()

    async def action_duplicate_session(self) -> None:
        """Make a second session out of the one in hand."""
        session = self.session_in_hand
        if session is not None and self.is_at_rest(session.id):
            await self.tell_change(self.history.duplicate(session))
            await self.show_changed()

    @work(group="dialog")
    async def action_tag_session(self, tags: str = "") -> None:
        """Give the session in hand tags."""
        session = self.session_in_hand
        if session is None:
            return
        dialog = AskText("Tags", " ".join(session.tags), aside="with blanks between", may_be_empty=True)
        wanted = tags or await self.app.push_screen_wait(dialog)
        if wanted is not None and (found := tags_in(wanted)) != list(session.tags):
            await self.tell_change(self.history.tag(session, found))
            await self.show_changed()

    @work(group="dialog")
    async def action_move_session(self, project: str = "") -> None:
        """Put the session in hand into a project."""
        session = self.session_in_hand
        if session is None:
            return
        dialog = AskText("Project", session.project, aside="empty for none", may_be_empty=True)
        wanted = project or await self.app.push_screen_wait(dialog)
        if wanted is not None and (words := " ".join(wanted.split())) != session.project:
            await self.tell_change(self.history.move(session, words))
            await self.show_changed()

    async def action_delete_session(self) -> None:
        """Move the session in hand to the trash."""
        session = self.session_in_hand
        if session is not None and self.is_at_rest(session.id):
            await self.tell_change(self.history.delete(session))
            await self.show_changed()

    @work(group="dialog")
    async def action_show_trash(self) -> None:
        """Show the deleted sessions: to restore one, or to remove some for good."""
        try:
            sessions = await self.history.trash()
        except ChatError as error:
            self.show_error(error)
            return
        wanted = await self.app.push_screen_wait(TrashDialog(sessions, self._purged))
        for session in sessions:
            if session.id == wanted:
                await self.tell_change(self.history.restore(session))
                await self.show_changed()

    async def _purged(self, session_id: str) -> bool:
        """Remove a session for good; return whether that worked."""
        try:
            await self.history.purge(session_id)
        except ChatError as error:
            self.show_error(error)
            return False
        return True

    async def action_undo(self) -> None:
        """Take the newest change back."""
        change = self.history.journal.last_done
        if change is None:
            self.say("Nothing to undo", kind="plain")
        elif self._may_move(change) and await self._moved(back=True):
            self.toasts.show(change.undone, hint=self.key_for("edit.redo"), kind="success")

    async def action_redo(self) -> None:
        """Make the change again that was taken back last."""
        change = self.history.journal.last_undone
        if change is None:
            self.say("Nothing to redo", kind="plain")
        elif self._may_move(change) and await self._moved(back=False):
            self.toasts.show(change.done, hint=self.key_for("edit.undo"))

    def is_at_rest(self, session_id: str) -> bool:
        """Return whether no reply runs in a session; else say so."""
        is_running = session_id in self.replies
        if is_running:
            self.say("A reply runs there: stop it first.", kind="plain")
        return not is_running

    async def show_changed(self) -> None:
        """Show the sessions as they are now; one that was deleted is shown no longer."""
        if self.opened.session.is_deleted:
            await self.switch_to(self.history.begin())
        else:
            self.show_facts()
            self.show_sessions()

    def _may_move(self, change: Change) -> bool:
        return not change.needs_rest or self.is_at_rest(change.session_id)

    async def _moved(self, *, back: bool) -> bool:
        """Go a step back or forward in the journal; return whether that worked."""
        journal = self.history.journal
        before = [message.id for message in self.opened.branch]
        try:
            await (journal.undo() if back else journal.redo())
        except ChatError as error:
            self.show_error(error)
            return False
        if [message.id for message in self.opened.branch] != before:
            await self.show_opened()
            if not len(self.opened.tree) and self.transcript.has_focus:
                self.set_focus(self.prompt)
        await self.show_changed()
        return True


def tags_in(text: str) -> list[str]:
    """Return the tags in a line, each once: ``#work, urgent`` has two."""
    return list(dict.fromkeys(tag for word in text.replace(",", " ").split() if (tag := word.lstrip("#"))))
