"""The library: the async door to the history. Everything above the storage goes through it.

The file is read and written in one worker thread, in order, so that the screen never waits for a disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from tui_chat.domain.errors import Ambiguous, NotFound
from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.sessions import ChatSession, SessionSummary
from tui_chat.storage.hits import Found
from tui_chat.storage.merged import Merged
from tui_chat.storage.searching import Searching

T = TypeVar("T")


class Library:
    """All sessions and messages.

    What it returns are fresh objects; changing them changes nothing until they are saved.

    Attributes:
        path: The history file; ``None`` keeps everything in memory.
        notes: What had to be mended in the file when it was opened, in sentences for the user.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.notes: list[str] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="history")
        self._history: Any = None
        self._temporary: set[str] = set()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def open(self) -> list[str]:
        """Read the history, and mark replies that a dead process left running as interrupted.

        Returns:
            What had to be mended in the file, in sentences for the user.

        Raises:
            HistoryUnreadable: if the file is damaged, foreign or not readable; it is not touched.
        """
        self.notes = await self._do(lambda: self._opened().open())
        return self.notes

    async def aclose(self) -> None:
        """Finish what is under way and let go of the file. Closing twice does nothing."""
        if self._history is not None:
            await self._do(self._history.close)
            self._history = None
        self._thread.shutdown(wait=False)

    async def sessions(self, *, deleted: bool = False) -> list[ChatSession]:
        """Return the sessions, or those in the trash, newest first."""
        found: list[ChatSession] = await self._do(lambda: self._opened().sessions())
        return sorted(
            (session for session in found if session.is_deleted is deleted),
            key=lambda session: session.updated_at,
            reverse=True,
        )

    async def session(self, session_id: str) -> ChatSession:
        """Return a session by its whole id, deleted or not.

        Raises:
            NotFound: if there is none.
        """
        found: ChatSession | None = await self._do(lambda: self._opened().session(session_id))
        if found is None:
            raise NotFound(f"There is no session {session_id}.")
        return found

    async def newest(self, count: int | None = None, *, deleted: bool = False) -> list[SessionSummary]:
        """Return the newest sessions, or those in the trash; quick, however many there are. All for no count."""
        found: list[SessionSummary] = await self._do(lambda: self._opened().newest(count, deleted=deleted))
        return found

    async def summaries(self) -> list[SessionSummary]:
        """Return all sessions, deleted ones too, as a list shows them, in the order they were added."""
        found: list[SessionSummary] = await self._do(lambda: self._opened().summaries())
        return found

    async def summary(self, session_id: str) -> SessionSummary | None:
        """Return a session as a list shows it; ``None`` if there is none."""
        found: SessionSummary | None = await self._do(lambda: self._opened().summary(session_id))
        return found

    async def changed(self) -> set[str] | None:
        """Return the ids of the sessions that this or another process changed since this was last asked.

        Returns:
            ``None`` if any may have changed. If none has, the question costs next to nothing.
        """
        changed: set[str] | None = await self._do(lambda: self._opened().changed())
        return changed

    async def tidy(self, *, is_busy: bool = False) -> None:
        """Make the file shorter if that is worth it; to be called now and then.

        Args:
            is_busy: Whether replies run here: then only what cannot wait is done.

        Raises:
            HistoryNotSaved: if it could not be written.
            HistoryLocked: if another process holds the file for too long.
        """
        await self._do(lambda: self._opened().tidy(is_busy=is_busy))

    async def find(self, prefix: str, *, deleted: bool = False) -> ChatSession:
        """Return the session whose id begins with ``prefix``; ``last`` is the newest.

        Raises:
            NotFound: if there is none.
            Ambiguous: if there are several.
        """
        # Of all of them no more is read than a list shows, which takes a quarter of the time.
        listed = [one for one in await self.summaries() if one.is_deleted is deleted]
        if prefix == "last":
            if listed:
                return await self.session(max(listed, key=lambda one: one.updated_at).id)
            raise NotFound("The trash is empty." if deleted else "There are no sessions yet.", advice="")
        matching = [one for one in listed if one.id.startswith(prefix)]
        exact = [one for one in matching if one.id == prefix]
        if len(exact or matching) == 1:
            return await self.session((exact or matching)[0].id)
        if matching:
            raise Ambiguous(f"{prefix!r} fits {len(matching)} sessions.")
        where = " in the trash" if deleted else ""
        raise NotFound(f"There is no session {prefix!r}{where}.")

    async def messages(self, session_id: str) -> list[ChatMessage]:
        """Return all messages of a session, in the order they were added."""
        found: list[ChatMessage] = await self._do(lambda: self._opened().messages(session_id))
        return found

    async def search(self, text: str) -> AsyncGenerator[list[Found], None]:
        """Look for what was typed into a search field, newest sessions first, in the history as it is now.

        The thread that reads and writes the history goes on meanwhile. To stop, close the generator.

        Args:
            text: Words and filters, see `tui_chat.storage.query`.

        Yields:
            What was found in the last moment, which may be nothing.

        Raises:
            HistoryUnreadable: if the file cannot be read.
        """
        searching: Searching = await self._do(lambda: self._opened().search(text))
        try:
            while (batch := await asyncio.to_thread(searching.go_on)) is not None:
                yield batch
        finally:
            searching.close()

    async def claim(self, session_id: str) -> ChatMessage | None:
        """Take over the reply of a session that waits on disk, if the process it waited in is dead.

        Returns:
            The reply, now of this process; ``None`` if there is none, or it is another's.

        Raises:
            HistoryError: if that could not be written.
        """
        found: ChatMessage | None = await self._do(lambda: self._opened().claim(session_id))
        return found

    async def save(self, session: ChatSession | None = None, messages: Sequence[ChatMessage] = ()) -> None:
        """Save a session and messages as they are now, in one commit: after it returns they are on disk.

        Raises:
            HistoryNotSaved: if they could not be written; nothing of them is saved then.
            HistoryLocked: if another process holds the file for too long.
        """
        # Turned into plain data here, since the caller may change the objects while the thread writes.
        row = session.to_document() if session is not None else None
        rows = [message.to_document() for message in messages]
        await self._do(lambda: self._opened().save(row, rows))

    async def save_many(self, sessions: Sequence[ChatSession], messages: Sequence[ChatMessage]) -> None:
        """Save several sessions and their messages in one commit; nobody may change them meanwhile.

        Raises:
            HistoryNotSaved: if they could not be written; nothing of them is saved then.
            HistoryLocked: if another process holds the file for too long.
        """
        # Turned into plain data in the thread: of thousands that takes longer than the screen can wait.
        await self._do(
            lambda: self._opened().save_many(
                [session.to_document() for session in sessions], [message.to_document() for message in messages]
            )
        )

    async def remove_messages(
        self, session: ChatSession, message_ids: Sequence[str], changed: Sequence[ChatMessage] = ()
    ) -> None:
        """Remove messages of a session, and save the session and other messages with it, in one commit.

        Raises:
            HistoryNotSaved: if that could not be written; nothing is removed then.
            HistoryLocked: if another process holds the file for too long.
        """
        row = session.to_document()
        rows = [message.to_document() for message in changed]
        await self._do(lambda: self._opened().remove_messages(row, list(message_ids), rows))

    async def purge(self, session_id: str) -> None:
        """Remove a session with all its messages for good.

        Raises:
            HistoryNotSaved: if that could not be written.
            HistoryLocked: if another process holds the file for too long.
        """
        await self._do(lambda: self._opened().purge([session_id]))

    def is_temporary(self, session_id: str) -> bool:
        """Return whether nothing of a session is written."""
        return self.path is None or session_id in self._temporary

    def make_temporary(self, session_id: str) -> None:
        """Let nothing be written of a session that has not begun."""
        self._temporary.add(session_id)

    async def keep(self, session_id: str, path: Path) -> None:
        """Write a temporary session down, and whatever is said in it from now on.

        Args:
            session_id: The session.
            path: The file of the history, for a library that has none so far.

        Raises:
            HistoryError: if it could not be written; it is temporary still.
        """
        await self._do(lambda: self._keep(session_id, path))

    async def conflicts(self) -> list[Path]:
        """Return other versions of the history that a synced folder put beside it."""
        return await self._do(self._conflicts)

    async def merge(self, other: Path) -> Merged:
        """Bring in what another version of the history has and this one has not; nothing is removed here.

        Raises:
            HistoryUnreadable: if the other version cannot be read; nothing is brought in then.
            HistoryError: if this one cannot be written.
            TransferError: if the other version, which is kept, could not be renamed.
        """
        return await self._do(lambda: self._merge(other))

    def _conflicts(self) -> list[Path]:
        if self.path is None:
            return []
        from tui_chat.storage.merging import conflicts

        return conflicts(self.path)

    def _merge(self, other: Path) -> Merged:
        from tui_chat.storage.merging import merge

        return merge(self._opened(), other)

    def _opened(self) -> Any:
        if self._history is None:
            # Imported in the thread, beside the first layout of the screen: the database costs start-up time.
            from tui_chat.storage.shelves import Shelves

            # Without a file nothing is written anyway: all sessions are on one shelf.
            self._history = Shelves(self.path, self._temporary if self.path is not None else set())
        return self._history

    def _keep(self, session_id: str, path: Path) -> None:
        if self.path is None:
            from tui_chat.storage.shelves import Shelves

            # What was in memory for want of a file is temporary in the one that there is from now on.
            beside = self._opened()
            ids = {one.id for one in beside.summaries()}
            shelves = Shelves(path, self._temporary, beside)
            shelves.open()
            self._temporary |= ids
            self.path, self._history = path, shelves
        self._opened().keep(session_id)

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
