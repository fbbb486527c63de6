"""Names for sessions, by the model that answers in them."""

from __future__ import annotations

import logging
from functools import partial

from tui_chat.app.screens.chat.message_actions import MessageActions
from tui_chat.chat.naming import is_to_be_named, name_by_model
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.turn import Turn
from tui_chat.domain.errors import ChatError
from tui_chat.domain.messages import ChatMessage

_log = logging.getLogger(__name__)


class NamingActions(MessageActions):
    """Asks for a name once the first exchange is complete. Nothing waits for it, and the next prompt ends it."""

    async def send(self, text: str) -> None:
        """Send a prompt; a server that takes one request at a time shall not be busy with a name."""
        self.workers.cancel_group(self, "naming")
        await super().send(text)

    def show_ended(self, turn: Turn) -> None:
        """Show a reply as it was saved; the first one of a session leads to its name."""
        super().show_ended(turn)
        if self.is_running and is_to_be_named(self.services, turn.opened, turn.reply):
            self.start_worker(partial(self.name_session, turn.opened, turn.reply), "naming")

    async def name_session(self, opened: OpenSession, reply: ChatMessage) -> None:
        """Ask the model for a name; where that fails, the first words of the prompt stay."""
        before = opened.session.name
        try:
            name = await name_by_model(self.services, opened, reply)
            session = await self.history.session(opened.id)
            if not name or session.name != before:
                return
            session.name = name
            await self.history.save(session)
        except (ChatError, TimeoutError) as error:
            # The first words of the prompt are a name, too.
            _log.info("A session got no name from its model: %s", error)
        else:
            self.show_facts()
            self.show_sessions()
