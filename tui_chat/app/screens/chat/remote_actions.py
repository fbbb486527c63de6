"""The sessions that a provider keeps for an account."""

from __future__ import annotations

from textual import work

from tui_chat.app.screens import late
from tui_chat.app.screens.chat.session_actions import SessionActions
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.chat.remote import keeper, open_remote, remote_sessions
from tui_chat.domain.errors import ChatError
from tui_chat.domain.remote import RemoteSession


class RemoteActions(SessionActions):
    """Open a session of the account here."""

    @work(group="dialog")
    async def action_show_remote(self) -> None:
        """Show the sessions that a provider keeps, and open the one that is picked."""
        try:
            name = keeper(self.services)
            found = await (await remote_sessions(self.services, name)).list_sessions()
        except ChatError as error:
            self.show_error(error)
            return
        label = self.services.provider(name).label
        if not found:
            self.say(f"{label} keeps no sessions for you.", kind="plain")
            return
        place = await self.app.push_screen_wait(
            late.PickFiltered(f"Sessions at {label}", [_line(one) for one in found])
        )
        if place is not None:
            await self._open_remote(name, found[place].id)

    async def _open_remote(self, provider: str, remote_id: str) -> None:
        opened = self.opened
        is_shown = (opened.session.remote_provider, opened.session.remote_id) == (provider, remote_id)
        if is_shown and opened.id in self.replies:
            return  # what was added there comes when it is opened again
        try:
            opened = await open_remote(self.services, provider, remote_id)
            await self.history.refresh()
        except ChatError as error:
            self.show_error(error)
            return
        await self.open_session(opened.id)
        if note := one_line(opened.session.notification):
            self.say(note, kind="plain")


def _line(session: RemoteSession) -> str:
    day = "" if session.created_at is None else f"{session.created_at.astimezone():%Y-%m-%d}"
    return f"{day:10}  {one_line(session.name) or session.id}"
