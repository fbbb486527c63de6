"""The changes that the user makes to sessions, all of which can be taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from textual import work
from textual.content import Content

from tui_chat.app.screens import late
from tui_chat.app.screens.chat import describing
from tui_chat.app.screens.chat.session_actions import SessionActions
from tui_chat.chat.changes import Change
from tui_chat.chat.history import tags_in
from tui_chat.domain.errors import ChatError
from tui_chat.domain.sessions import SessionSummary


class SessionChanges(SessionActions):
    """Rename, pin, tag, archive, duplicate, delete; undo and redo."""

    @work(group="dialog")
    async def action_rename_session(self, name: str = "") -> None:
        """Give the session in hand another name."""
        session = self.session_in_hand
        if session is None:
            self._say_none()
            return
        wanted = name or await self.app.push_screen_wait(late.AskText("Rename", session.name, aside="session"))
        words = " ".join((wanted or "").split())
        if words and words != session.name:
            await self.tell_change(self.history.rename(session, words))
            await self.show_changed()

    async def action_pin_session(self) -> None:
        """Pin the sessions in hand to the top; if all are pinned, let them go."""
        is_pinned = all(one.pinned for one in self.sessions_in_hand)
        words = ("Unpinned", "Pinned") if is_pinned else ("Pinned", "Unpinned")
        await self._change_all(self.history.toggle_pin, *words, fits=lambda one: one.pinned is is_pinned)

    async def action_archive_session(self) -> None:
        """Take the sessions in hand out of the list, or back into it."""
        is_archived = all(one.archived for one in self.sessions_in_hand)
        words = ("Unarchived", "Archived") if is_archived else ("Archived", "Unarchived")
        await self._change_all(self.history.toggle_archived, *words, fits=lambda one: one.archived is is_archived)

    async def action_duplicate_session(self) -> None:
        """Make a second session out of each in hand."""
        await self._change_all(self.history.duplicate, "Duplicated", "Deleted the copies of", needs_rest=True)

    @work(group="dialog")
    async def action_tag_session(self, tags: str = "") -> None:
        """Give the sessions in hand tags; of several, those are changed that all of them have."""
        sessions = self.sessions_in_hand
        if not sessions:
            self._say_none()
            return
        common = [tag for tag in sessions[0].tags if all(tag in one.tags for one in sessions)]
        aside = "with blanks between" if len(sessions) == 1 else f"of all {len(sessions)} sessions"
        dialog = late.AskText("Tags", " ".join(common), aside=aside, may_be_empty=True)
        wanted = tags or await self.app.push_screen_wait(dialog)
        if wanted is None or (found := tags_in(wanted)) == common:
            return

        def tagged(session: SessionSummary) -> Awaitable[Change]:
            own = [tag for tag in session.tags if tag not in common and tag not in found]
            return self.history.tag(session, [*own, *found] if len(sessions) > 1 else found)

        await self._change_all(tagged, "Tagged", "Tagged as before:", sessions=sessions)

    @work(group="dialog")
    async def action_move_session(self, project: str = "") -> None:
        """Put the sessions in hand into a project."""
        sessions = self.sessions_in_hand
        if not sessions:
            self._say_none()
            return
        before = sessions[0].project if len({one.project for one in sessions}) == 1 else ""
        dialog = late.AskText("Project", before, aside="empty for none", may_be_empty=True)
        wanted = project or await self.app.push_screen_wait(dialog)
        if wanted is not None:
            words = " ".join(wanted.split())
            sessions = [one for one in sessions if one.project != words]
            move = partial(self.history.move, project=words)
            await self._change_all(move, f"In {words or 'no project'}:", "Moved back", sessions=sessions)

    async def action_delete_session(self) -> None:
        """Move the sessions in hand to the trash."""
        await self._change_all(self.history.delete, "Deleted", "Restored", needs_rest=True)

    async def _change_all(
        self,
        change: Callable[[SessionSummary], Awaitable[Change]],
        done: str,
        undone: str,
        *,
        sessions: Sequence[SessionSummary] | None = None,
        fits: Callable[[SessionSummary], bool] = lambda _: True,
        needs_rest: bool = False,
    ) -> None:
        """Change the sessions in hand, or the given ones, as one change; what was selected is let go."""
        wanted = self.sessions_in_hand if sessions is None else sessions
        if not wanted and sessions is None:
            self._say_none()
        found = [one for one in wanted if fits(one)]
        if not found or (needs_rest and not all(self.is_at_rest(one.id) for one in found)):
            return
        if len(found) == 1:
            await self.tell_change(change(found[0]))
        else:
            await self.tell_change(self.history.change_all(found, change, done, undone))
        self.sidebar.clear_selection()
        await self.show_changed()

    def _say_none(self) -> None:
        self.say("There is no session yet: send a prompt first.", kind="plain")

    async def offer_merge(self) -> None:
        """Tell of another version of the history beside it, if there is one."""
        if found := await self.history.conflicts():
            names = ", ".join(one.name for one in found)
            self.toasts.show(Content(f"Another version of the history: {names}"), hint=("/merge", ""), kind="error")

    @work(group="merge")
    async def action_merge_history(self) -> None:
        """Bring in what other versions of the history have."""
        try:
            merged = await self.history.merge()
        except ChatError as error:
            self.show_error(error)
            return
        for one in merged:
            self.say(one.sentence)
        if not merged:
            self.say("There is no other version of the history.", kind="plain")
        self.show_sessions()

    @work(group="dialog")
    async def action_show_trash(self) -> None:
        """Show the deleted sessions: to restore one, or to remove some for good."""
        try:
            sessions = await self.history.trash()
        except ChatError as error:
            self.show_error(error)
            return
        wanted = await self.app.push_screen_wait(late.TrashDialog(sessions, self._purged))
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
        journal = self.history.journal
        if journal.last_done is None:
            self.say("Nothing to undo", kind="plain")
        elif self._may_move(journal.last_done) and (change := await self._moved(journal.undo)) is not None:
            hint = partial(self.key_for, "edit.redo")
            self.toasts.show(describing.sentence(change.undone), hint=hint, kind="success")

    async def action_redo(self) -> None:
        """Make the change again that was taken back last."""
        journal = self.history.journal
        if journal.last_undone is None:
            self.say("Nothing to redo", kind="plain")
        elif self._may_move(journal.last_undone) and (change := await self._moved(journal.redo)) is not None:
            self.tell_done(change)

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
        return not change.needs_rest or all(self.is_at_rest(one) for one in change.session_ids)

    async def _moved(self, step: Callable[[], Awaitable[Change | None]]) -> Change | None:
        """Go a step back or forward in the journal; return what was changed, if that worked."""
        before, marks = [message.id for message in self.opened.branch], self._marks()
        try:
            change = await step()
        except ChatError as error:
            self.show_error(error)
            return None
        if [message.id for message in self.opened.branch] != before:
            await self.show_opened()
            if not len(self.opened.tree) and self.is_browsing:
                self.set_focus(self.prompt)
        else:
            for message in self.opened.branch:
                if marks[message.id] != (message.pinned, message.excluded):
                    self.show_marks(message.id)
        await self.show_changed()
        return change

    def _marks(self) -> dict[str, tuple[bool, bool]]:
        return {message.id: (message.pinned, message.excluded) for message in self.opened.branch}
