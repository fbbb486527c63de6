"""Temporary sessions: nothing of them is written, until the user keeps one."""

from __future__ import annotations

from collections.abc import Sequence

from tui_chat.app.screens.chat.drafting import joined
from tui_chat.app.screens.chat.session_changes import SessionChanges
from tui_chat.chat.open_session import OpenSession
from tui_chat.config import paths
from tui_chat.domain.errors import ChatError
from tui_chat.domain.messages import Part


class TemporaryActions(SessionChanges):
    """Begin a temporary session, and keep one."""

    def is_off_record(self, opened: OpenSession) -> bool:
        """Return whether a session is temporary while others are written."""
        library = self.services.library
        return library.path is not None and library.is_temporary(opened.id)

    async def action_new_temporary(self) -> None:
        """Begin a session of which nothing is written."""
        opened = self.history.begin()
        self.services.library.make_temporary(opened.id)
        await self.switch_to(opened)
        self.set_focus(self.prompt)
        self.say("This session is not written", hint=("/keep", "keeps it"), kind="plain")

    async def action_keep_session(self) -> None:
        """Write the open session down after all."""
        library, session_id = self.services.library, self.opened.id
        if not library.is_temporary(session_id):
            self.say("This session is kept already.", kind="plain")
            return
        try:
            await library.keep(session_id, paths.history_path())
        except ChatError as error:
            self.show_error(error)
            return
        await self.history.refresh()
        self.show_facts()
        self.show_sessions()
        self.say("This session is kept from now on")

    def keep_draft(self) -> None:
        """Note what stands in the input: of a temporary session in memory only."""
        if self.is_off_record(self.opened):
            self.drafts_aside[self.opened.id] = (self.prompt.unsent, self.attached)
        else:
            super().keep_draft()

    def give_draft(self) -> None:
        """Put the open session's draft into the input."""
        if self.is_off_record(self.opened):
            text, parts = self.drafts_aside.get(self.opened.id, ("", ()))
            self.prompt.begin_with(text)
            self.set_attached(parts)
        else:
            super().give_draft()

    def add_to_draft(self, opened: OpenSession, text: str, parts: Sequence[Part]) -> None:
        """Add to what waits for the input of a session that is not shown."""
        if self.is_off_record(opened):
            before, attached = self.drafts_aside.get(opened.id, ("", ()))
            self.drafts_aside[opened.id] = joined(before, text), [*attached, *parts]
        else:
            super().add_to_draft(opened, text, parts)

    def remember_prompt(self, text: str) -> None:
        """Let a prompt that was sent be found again, unless it is off the record."""
        if not self.is_off_record(self.opened):
            super().remember_prompt(text)
