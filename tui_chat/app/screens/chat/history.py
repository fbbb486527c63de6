"""The sessions of the user: open, begin, rename, pin, delete, undo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.services import Services
from tui_chat.domain.errors import HistoryError, HistoryUnreadable
from tui_chat.domain.record import now
from tui_chat.domain.sessions import ChatSession, SessionSummary
from tui_chat.domain.tree import MessageTree
from tui_chat.storage.library import Library

#: Sessions that are listed at once when the app starts; more than fit on any screen.
FIRST_LISTED = 100

Undo = Callable[[], Awaitable[str]]
"""Takes a change back; returns what was done, in words."""


class SessionHistory:
    """The list of sessions and the changes to it, each with its inverse.

    Attributes:
        sessions: All that are not deleted, newest first.
        notes: What had to be mended when the history was opened, in sentences for the user.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._undo: list[Undo] = []
        self._by_id: dict[str, SessionSummary] = {}
        self.sessions: list[SessionSummary] = []
        self.notes: list[str] = []

    async def open(self) -> HistoryUnreadable | None:
        """Open the history. If it cannot be read, it stays untouched and this run keeps its sessions in memory.

        Only the newest sessions are listed then; `load_all` brings the others.

        Returns:
            Why it could not be read, if so.
        """
        trouble = None
        try:
            self.notes = await self._services.library.open()
        except HistoryUnreadable as error:
            trouble = error
            self._services.library = Library(None)
        self._list(await self._services.library.newest(FIRST_LISTED))
        return trouble

    async def load_all(self) -> None:
        """Read the whole list."""
        await self._services.library.changed()
        self._list(await self._services.library.summaries())

    async def refresh(self) -> bool:
        """Bring the list up to date with what was written since, here or by another process.

        Returns:
            Whether anything was.
        """
        library = self._services.library
        changed = await library.changed()
        if changed is None:
            await self.load_all()
            return True
        for session_id in changed:
            self._by_id.pop(session_id, None)
            if (summary := await library.summary(session_id)) is not None:
                self._by_id[session_id] = summary
        if changed:
            self._list(self._by_id.values())
        return bool(changed)

    async def tidy(self) -> None:
        """Make the file shorter if that is worth it. A failure is of no consequence: it is tried again."""
        with suppress(HistoryError):
            await self._services.library.tidy()

    def _list(self, sessions: Iterable[SessionSummary]) -> None:
        self._by_id = {session.id: session for session in sessions}
        listed = [session for session in self._by_id.values() if not session.is_deleted]
        self.sessions = sorted(listed, key=lambda session: session.updated_at, reverse=True)

    async def session(self, session_id: str) -> ChatSession:
        """Return a session with all its fields.

        Raises:
            NotFound: if there is none.
        """
        return await self._services.library.session(session_id)

    def begin(self) -> OpenSession:
        """Return a new session; it is saved, and listed, with its first prompt."""
        return OpenSession(self._services.new_session())

    async def load(self, session_id: str) -> OpenSession:
        """Return a session with its messages.

        Raises:
            NotFound: if there is none.
        """
        session = await self._services.library.session(session_id)
        self._services.apply_options(session)
        return OpenSession(session, MessageTree(await self._services.library.messages(session.id)))

    async def save(self, session: ChatSession) -> None:
        """Save a session's own fields.

        Raises:
            HistoryError: if that failed.
        """
        await self._services.library.save(session)
        await self.refresh()

    async def rename(self, session: ChatSession, name: str) -> None:
        """Give a session another name."""
        before = session.name

        async def undo() -> str:
            session.name = before
            await self.save(session)
            return f"Named {before} again"

        session.name = name
        await self.save(session)
        self._undo.append(undo)

    async def toggle_pin(self, session: ChatSession) -> None:
        """Pin a session to the top, or let it go."""
        session.pinned = not session.pinned
        await self.save(session)

    async def delete(self, session: ChatSession) -> None:
        """Move a session to the trash."""

        async def undo() -> str:
            session.deleted_at = None
            await self.save(session)
            return f"Restored {session.name}"

        session.deleted_at = now()
        await self.save(session)
        self._undo.append(undo)

    async def delete_turn(self, opened: OpenSession, index: int) -> int:
        """Remove a message with its reply, by its index in the visible branch; return how many went."""
        library = self._services.library
        removal = opened.remove_turn(index)
        await library.remove_messages(opened.session, [one.id for one in removal.gone], removal.moved)

        async def undo() -> str:
            opened.put_back(removal)
            await library.save(opened.session, [*removal.gone, *removal.moved])
            await self.refresh()
            return "Messages restored"

        self._undo.append(undo)
        await self.refresh()
        return len(removal.gone)

    async def undo(self) -> str:
        """Take the newest change back; return what was done, or ``""`` if there was nothing."""
        return await self._undo.pop()() if self._undo else ""
