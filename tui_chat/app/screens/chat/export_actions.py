"""What the user can do to take sessions out of the program."""

from __future__ import annotations

from textual import work

from tui_chat.app.screens import late
from tui_chat.app.screens.chat.branch_actions import BranchActions
from tui_chat.chat.exporting import export_session
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.redacting import Redactor, summary
from tui_chat.domain.errors import NotFound
from tui_chat.domain.sessions import SessionSummary
from tui_chat.domain.tree import MessageTree
from tui_chat.exporters.registry import EXPORTERS


class ExportActions(BranchActions):
    """Export the session in hand, or those that are selected; copy the open one."""

    @work(group="dialog")
    async def action_export(self, wanted: str = "") -> None:
        """Export the sessions in hand, perhaps in a format that is named."""
        if wanted and wanted not in EXPORTERS:
            advice = f"There are: {', '.join(EXPORTERS)}."
            self.show_error(NotFound(f"There is no format {wanted!r}.", advice=advice))
            return
        sessions = self.sessions_in_hand
        if not sessions:
            self.say("There is nothing to export yet.", kind="plain")
            return
        outcome = await self.app.push_screen_wait(late.ExportDialog(sessions, self._as_stored, wanted))
        if outcome is not None:
            await self._tell_export(outcome)

    async def action_copy_session(self) -> None:
        """Copy the visible messages of the open session as Markdown."""
        redactor = Redactor() if self.services.settings.privacy.redact_copies else None
        exported = export_session(self.opened, "markdown", redactor=redactor)
        found = summary(redactor.findings) if redactor is not None else ""
        await self.copy(exported.text, f"the session, {found} replaced" if found else "the session")

    async def _tell_export(self, outcome: late.Outcome) -> None:
        if outcome.path is None:
            await self.copy(outcome.text, "the session")
            return
        self.say(f"Exported to {outcome.path}")
        if self.app.is_web and outcome.path.is_file():
            self.app.deliver_binary(outcome.path)  # the browser downloads it
        if outcome.text:
            await self.copy(outcome.text, "its path")
        if outcome.is_opened:
            self.app.open_url(outcome.path.as_uri())

    async def _as_stored(self, session: SessionSummary) -> OpenSession:
        """Return a session as it is now; what changes later does not change it."""
        held = self.held(session.id)
        if held is not None:
            return OpenSession(held.session.model_copy(), MessageTree(one.model_copy() for one in held.tree))
        library = self.services.library
        return OpenSession(await library.session(session.id), MessageTree(await library.messages(session.id)))
