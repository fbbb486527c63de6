"""Searching everything, and going to what was found."""

from __future__ import annotations

from collections import Counter

from textual import on, work

from tui_chat.app.screens import late
from tui_chat.app.screens.chat import describing
from tui_chat.app.screens.chat.branch_actions import BranchActions
from tui_chat.app.screens.chat.panes import ChatSidebar
from tui_chat.app.transcript.entries import Entry
from tui_chat.domain.errors import ChatError
from tui_chat.storage.query import parse

#: So many tags are offered as filters.
_TAGS = 9


class SearchActions(BranchActions):
    """Search in all sessions; what was looked for last stands in the field."""

    _searched = ""

    @on(ChatSidebar.SearchWanted)
    def search_filtered(self, event: ChatSidebar.SearchWanted) -> None:
        self.action_search(event.text)

    @work(group="dialog")
    async def action_search(self, text: str = "") -> None:
        """Search titles and messages of all sessions, and open one at a hit."""
        used = Counter(tag for session in self.history.sessions for tag in session.tags)
        tags = [tag for tag, _ in used.most_common(_TAGS)]
        screen = late.SearchScreen(self.services.library, self._entries_at, tags=tags, text=text or self._text_at_hand)
        wanted = await self.app.push_screen_wait(screen)
        self._searched = screen.text
        if wanted is not None:
            await self._open_found(wanted)

    @property
    def _text_at_hand(self) -> str:
        """What is typed into the filter of the sidebar, if one is there, else what was looked for last."""
        return (self.sidebar.field.value if self.sidebar.has_focus_within else "") or self._searched

    async def _entries_at(self, session_id: str, message_id: str | None) -> list[Entry]:
        """Return the messages of a session, of the branch that holds a message."""
        opened = self.held(session_id) or await self.history.load(session_id)
        branch = opened.branch
        if message_id is not None and message_id in opened.tree and message_id not in {one.id for one in branch}:
            branch = opened.tree.branch(opened.tree.leaf_below(message_id))
        return [Entry(message, *describing.siblings(opened, message)) for message in branch]

    async def _open_found(self, wanted: late.WantedHit) -> None:
        if wanted.is_deleted and not await self._restored(wanted.session_id):
            return
        with self.app.batch_update():
            await self.open_session(wanted.session_id)
            if self.opened.id == wanted.session_id:
                await self._show_found(wanted)

    async def _restored(self, session_id: str) -> bool:
        """Bring a session back from the trash, since what is said in it there would be lost with it."""
        try:
            session = await self.history.session(session_id)
        except ChatError as error:
            self.show_error(error)
            return False
        return await self.tell_change(self.history.restore(session)) is not None

    async def _show_found(self, wanted: late.WantedHit) -> None:
        """Go to the message in the open session, and mark what was looked for."""
        opened, message_id = self.opened, wanted.message_id
        if message_id is None or message_id not in opened.tree:
            self.set_focus(self.prompt)
            return
        if message_id not in {one.id for one in opened.branch} and self.may_leave_branch():
            opened.select(message_id)
            await self._save_session()
        self.set_focus(self.transcript)
        await self.show_opened(at=message_id)
        words = " ".join(parse(wanted.query).words)
        # Once it has the keys, so that it browses the message of the hit and says last which hit it is.
        self.transcript.call_later(self.transcript.find_in, message_id, words, late.spans_of(wanted.query))
