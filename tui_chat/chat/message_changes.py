"""The changes to messages and branches, each with its inverse."""

from __future__ import annotations

from functools import partial

from tui_chat.chat.changes import Change, Step, Words
from tui_chat.chat.duplicating import fork
from tui_chat.chat.history import SessionHistory
from tui_chat.chat.open_session import OpenSession, Removal
from tui_chat.chat.services import Services
from tui_chat.domain.errors import NotFound
from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.tree import turn_of


class MessageChanges:
    """Marks of messages, branches shown, forks: all in the same journal as the changes to sessions.

    Args:
        services: What the sessions are kept with.
        history: The sessions, and the journal.
    """

    def __init__(self, services: Services, history: SessionHistory) -> None:
        self._services = services
        self._history = history

    async def toggle_pinned(self, message: ChatMessage) -> Change:
        """Always send a message, however long the session becomes; or send it like any other."""
        return await self._mark(message, pinned=not message.pinned, excluded=False)

    async def toggle_excluded(self, message: ChatMessage) -> Change:
        """Never send a message; or send it like any other."""
        return await self._mark(message, pinned=False, excluded=not message.excluded)

    async def fork(self, opened: OpenSession, message: ChatMessage) -> tuple[OpenSession, Change]:
        """Make a new session of the messages up to one; taken back, it goes to the trash."""
        forked = fork(opened, message)
        return forked, await self._history.add(forked, opened)

    def branched(self, opened: OpenSession, before: str | None, done: str) -> None:
        """Take up that a branch has been added and is shown; taken back, the one before is shown, and both are kept.

        Args:
            opened: The session.
            before: The leaf that was shown before.
            done: What was done, in words.
        """
        after = opened.session.current_node
        if before is None or after is None:
            return
        show = partial(self._show, opened.id)
        undone = Words("Back at the branch before; the other is kept")
        change = Change((opened.id,), partial(show, after), partial(show, before), Words(done), undone, True)
        self._history.journal.note(change)

    async def delete_turn(self, opened: OpenSession, index: int) -> Change:
        """Remove a message with its reply, by its index in the visible branch."""
        message = opened.branch[index]
        _, reply = turn_of(opened.branch, index)
        count = 1 + (len(opened.tree.children(message.id)) if reply is not None else 0)
        remove, put_back = self._removal(opened.id, message.id)
        done = Words("Deleted the message" if count == 1 else f"Deleted {count} messages")
        change = Change((opened.id,), remove, put_back, done, Words("Messages restored"), needs_rest=True)
        return await self._history.journal.do(change)

    def summed_up(self, summary: ChatMessage) -> Change:
        """Take up that a summary has been added; taken back it is removed, and what followed it moves up."""
        remove, put_back = self._removal(summary.session_id, summary.id)
        done, undone = Words("Summed up, and sent in its place"), Words("All messages are sent again")
        change = Change((summary.session_id,), put_back, remove, done, undone, needs_rest=True)
        self._history.journal.note(change)
        return change

    async def discard(self, opened: OpenSession, summary: ChatMessage) -> None:
        """Remove a summary that came to nothing; what followed it moves up.

        Raises:
            HistoryError: if that could not be saved.
        """
        await self._history.remove_turn(opened, summary.id)

    def _removal(self, session_id: str, message_id: str) -> tuple[Step, Step]:
        """Return what removes a message with its reply, and what puts back what was removed last."""
        removals: list[Removal] = []

        async def remove() -> None:
            removals.append(await self._history.remove_turn(await self._history.opened(session_id), message_id))

        async def put_back() -> None:
            await self._history.put_back(await self._history.opened(session_id), removals[-1])
            removals.pop()

        return remove, put_back

    async def _show(self, session_id: str, leaf_id: str) -> None:
        opened = await self._history.opened(session_id)
        if leaf_id not in opened.tree:
            raise NotFound("That branch is gone.", advice="")
        opened.select(leaf_id)
        await self._history.save(opened.session)

    async def _mark(self, message: ChatMessage, *, pinned: bool, excluded: bool) -> Change:
        before = (message.pinned, message.excluded)
        do = partial(self._put_marks, message.session_id, message.id, (pinned, excluded))
        undo = partial(self._put_marks, message.session_id, message.id, before)
        done, undone = Words(_said(pinned, excluded)), Words(_said(*before))
        return await self._history.journal.do(Change((message.session_id,), do, undo, done, undone, True))

    async def _put_marks(self, session_id: str, message_id: str, marks: tuple[bool, bool]) -> None:
        opened = await self._history.opened(session_id)
        message = opened.tree.get(message_id)
        if message is None:
            raise NotFound("That message is gone.", advice="")
        marked = message.model_copy(update={"pinned": marks[0], "excluded": marks[1]})
        await self._services.library.save(None, [marked])
        opened.tree.add(marked)


def _said(pinned: bool, excluded: bool) -> str:
    if pinned:
        return "Always sent from now on"
    return "Not sent from now on" if excluded else "Sent like any other message"
