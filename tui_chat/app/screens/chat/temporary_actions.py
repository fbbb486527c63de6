"""Temporary sessions: nothing of them is written, until the user keeps one."""

from __future__ import annotations

from tui_chat.app.screens.chat.session_changes import SessionChanges
from tui_chat.config import paths
from tui_chat.domain.errors import ChatError


class TemporaryActions(SessionChanges):
    """Begin a temporary session, and keep one."""

    @property
    def is_off_record(self) -> bool:
        """Whether the open session is temporary while others are written."""
        library = self.services.library
        return library.path is not None and library.is_temporary(self.opened.id)

    async def action_new_temporary(self) -> None:
        """Begin a session of which nothing is written."""
        opened = self.history.begin()
        self.services.library.make_temporary(opened.id)
        await self.switch_to(opened)
        self.set_focus(self.prompt)
        self.say("Nothing of this session is written", hint=("/keep", "keeps it"), kind="plain")

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
        if self.is_off_record:
            self.drafts_aside[self.opened.id] = (self.prompt.unsent, self.attached)
        else:
            super().keep_draft()

    def give_draft(self) -> None:
        """Put the open session's draft into the input."""
        if self.is_off_record:
            text, parts = self.drafts_aside.get(self.opened.id, ("", ()))
            self.prompt.begin_with(text)
            self.set_attached(parts)
        else:
            super().give_draft()

    def remember_prompt(self, text: str) -> None:
        """Let a prompt that was sent be found again, unless it is off the record."""
        if not self.is_off_record:
            super().remember_prompt(text)
