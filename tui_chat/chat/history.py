"""The sessions of the user: open, begin, change, take back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from tui_chat.chat.changes import Change, Journal, Words
from tui_chat.chat.duplicating import duplicate
from tui_chat.chat.open_session import OpenSession, Removal
from tui_chat.chat.services import Services
from tui_chat.chat.trash import is_expired, purge
from tui_chat.domain.errors import ChatError, HistoryError, HistoryUnreadable
from tui_chat.domain.record import now
from tui_chat.domain.sessions import ChatSession, SessionSummary
from tui_chat.domain.tree import MessageTree
from tui_chat.domain.words import counted
from tui_chat.storage.library import Library
from tui_chat.storage.merged import Merged

#: Sessions that are listed at once when the app starts; more than fit on any screen.
FIRST_LISTED = 100

Held = Callable[[str], OpenSession | None]
"""Returns a session that the screen holds, by its id."""


class SessionHistory:
    """The list of sessions and the changes to it, each with its inverse.

    Args:
        services: What the sessions are kept with.
        held: Finds the sessions on screen: a change has to reach the object that is shown.

    Attributes:
        journal: The changes that can be taken back.
        sessions: All that are not deleted, newest first.
        notes: What had to be mended when the history was opened, in sentences for the user.
    """

    def __init__(self, services: Services, held: Held = lambda _: None) -> None:
        self._services = services
        self._held = held
        self.journal = Journal()
        self._is_amid = False
        self._unread: set[str] = set()
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
        self._unread.update(self._by_id)

    async def refresh(self) -> None:
        """Bring the list up to date with what was written since, here or by another process."""
        if self._is_amid:
            return
        library = self._services.library
        changed = await library.changed()
        if changed is None:
            await self.load_all()
            return
        for session_id in changed:
            self._by_id.pop(session_id, None)
            if (summary := await library.summary(session_id)) is not None:
                self._by_id[session_id] = summary
        if changed:
            self._list(self._by_id.values())
            self._unread.update(changed)

    def take_changed(self) -> set[str]:
        """Return the ids of the sessions that were written since this was last asked, here or by another process."""
        unread, self._unread = self._unread, set()
        return unread

    async def conflicts(self) -> list[Path]:
        """Return other versions of the history that a synced folder put beside it."""
        return await self._services.library.conflicts()

    async def merge(self) -> list[Merged]:
        """Bring in what they have and the history has not.

        Raises:
            HistoryError: if one cannot be read, or the history cannot be written.
        """
        merged = [await self._services.library.merge(one) for one in await self.conflicts()]
        await self.load_all()
        return merged

    async def tidy(self, *, is_busy: bool) -> None:
        """Make the file shorter if that is worth it. A failure is of no consequence: it is tried again."""
        with suppress(HistoryError):
            await self._services.library.tidy(is_busy=is_busy)

    def _list(self, sessions: Iterable[SessionSummary]) -> None:
        self._by_id = {session.id: session for session in sessions}
        listed = [session for session in self._by_id.values() if not session.is_deleted]
        self.sessions = sorted(listed, key=lambda session: session.updated_at, reverse=True)

    async def session(self, session_id: str) -> ChatSession:
        """Return the object that a change to a session has to reach: the one on screen, if it is shown.

        Raises:
            NotFound: if there is none.
        """
        if (held := self._held(session_id)) is not None:
            return held.session
        session = await self._services.library.session(session_id)
        # It may have been opened while it was read.
        return held.session if (held := self._held(session_id)) is not None else session

    def begin(self) -> OpenSession:
        """Return a new session; it is saved, and listed, with its first prompt."""
        session = self._services.new_session()
        if self._services.options.is_temporary:
            self._services.library.make_temporary(session.id)
        return OpenSession(session)

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

    async def trash(self) -> list[ChatSession]:
        """Return the deleted sessions, the newest deletion first.

        Raises:
            HistoryError: if they could not be read.
        """
        found = await self._services.library.sessions(deleted=True)
        return sorted(found, key=lambda session: session.deleted_at or session.updated_at, reverse=True)

    async def purge(self, session_id: str) -> None:
        """Remove a session for good.

        Raises:
            HistoryError: if that failed.
        """
        await purge(self._services.library, self._services.input_memory, session_id)
        self.journal.forget(session_id)
        await self.refresh()

    async def purge_expired(self) -> None:
        """Remove for good what has been in the trash for long enough. What fails is tried at the next start."""
        at = now()
        with suppress(ChatError):
            for session in await self.trash():
                if session.deleted_at is not None and is_expired(session.deleted_at, at):
                    await self.purge(session.id)

    async def restore(self, session: ChatSession) -> Change:
        """Bring a session back from the trash."""
        done, undone = Words("Restored ", session.name), Words("Deleted ", session.name, " again")
        return await self._set(session.id, done, undone, needs_rest=True, deleted_at=None)

    async def rename(self, session: SessionSummary, name: str) -> Change:
        """Give a session another name."""
        done, undone = Words("Named ", name), Words("Named ", session.name, " again")
        return await self._set(session.id, done, undone, name=name)

    async def toggle_pin(self, session: SessionSummary) -> Change:
        """Pin a session to the top, or let it go."""
        words = [Words("Pinned ", session.name), Words("Unpinned ", session.name)]
        done, undone = words[::-1] if session.pinned else words
        return await self._set(session.id, done, undone, pinned=not session.pinned)

    async def toggle_archived(self, session: SessionSummary) -> Change:
        """Take a session out of the list, or back into it."""
        words = [Words("Archived ", session.name), Words("Back in the list: ", session.name)]
        done, undone = words[::-1] if session.archived else words
        return await self._set(session.id, done, undone, archived=not session.archived)

    async def tag(self, session: SessionSummary, tags: Sequence[str]) -> Change:
        """Give a session these tags and no others."""
        return await self._set(session.id, _tagged(session, tags), _tagged(session, session.tags), tags=list(tags))

    async def move(self, session: SessionSummary, project: str) -> Change:
        """Put a session into a project; an empty name takes it out of its project."""
        done, undone = _moved(session, project), _moved(session, session.project)
        return await self._set(session.id, done, undone, project=project)

    async def duplicate(self, session: SessionSummary) -> Change:
        """Make a second session out of one; taken back, the second goes to the trash."""
        original = await self.opened(session.id)
        return await self.add(duplicate(original), original)

    async def add(self, made: OpenSession, original: OpenSession) -> Change:
        """Keep a session that was made out of another; taken back, it goes to the trash."""
        if self._services.library.is_temporary(original.id):
            self._services.library.make_temporary(made.id)
        is_saved = False

        async def do() -> None:
            nonlocal is_saved
            if is_saved:
                await self._put(made.id, {"deleted_at": None})
            else:
                await self._services.library.save(made.session, list(made.tree))
                await self.refresh()
                is_saved = True

        async def undo() -> None:
            await self._put(made.id, {"deleted_at": now()})

        done, undone = Words("Made ", made.session.name), Words("Deleted ", made.session.name)
        return await self.journal.do(Change((made.id,), do, undo, done, undone, needs_rest=True))

    async def delete(self, session: SessionSummary) -> Change:
        """Move a session to the trash."""
        size = f", {counted(session.message_count, 'message')}" if session.message_count else ""
        done, undone = Words("Deleted ", session.name, size), Words("Restored ", session.name)
        return await self._set(session.id, done, undone, needs_rest=True, deleted_at=now())

    async def change_all(
        self,
        sessions: Sequence[SessionSummary],
        change: Callable[[SessionSummary], Awaitable[Change]],
        done: str,
        undone: str,
    ) -> Change:
        """Change several sessions in one step.

        Args:
            sessions: Which ones.
            change: Changes one of them.
            done: What was done, such as ``Deleted``.
            undone: What taking it back does, such as ``Restored``.
        """
        count = counted(len(sessions), "session")
        # The list is read anew once, not after each of them.
        self._is_amid = True
        try:
            return await self.journal.do_all(
                (change(session) for session in sessions), Words(f"{done} {count}"), Words(f"{undone} {count}")
            )
        finally:
            self._is_amid = False
            await self.refresh()

    async def adjust(self, session: ChatSession, done: str, undone: str, **fields: Any) -> Change:
        """Change how a session is answered: its model, system prompt, parameters."""
        return await self._set(session.id, Words(done), Words(undone), **fields)

    async def _set(
        self, session_id: str, done: Words, undone: Words, *, needs_rest: bool = False, **fields: object
    ) -> Change:
        """Change fields of a session."""
        session = await self.session(session_id)
        before = {name: getattr(session, name) for name in fields}
        do, undo = partial(self._put, session_id, fields), partial(self._put, session_id, before)
        return await self.journal.do(Change((session_id,), do, undo, done, undone, needs_rest))

    async def _put(self, session_id: str, fields: Mapping[str, Any]) -> None:
        # Asked for anew each time, since the session may have changed or been opened since.
        session = await self.session(session_id)
        before = {name: getattr(session, name) for name in fields}
        _assign(session, fields)
        try:
            await self.save(session)
        except ChatError:
            _assign(session, before)
            raise

    async def opened(self, session_id: str) -> OpenSession:
        """Return a session with its messages as they are shown, or else as they are stored."""
        library = self._services.library
        if (held := self._held(session_id)) is not None:
            return held
        stored = OpenSession(await library.session(session_id), MessageTree(await library.messages(session_id)))
        return self._held(session_id) or stored  # it may have been opened while it was read

    async def remove_turn(self, opened: OpenSession, message_id: str) -> Removal:
        """Remove a message with its reply; what followed moves up."""
        if message_id not in [one.id for one in opened.branch]:
            opened.select(message_id)
        removal = opened.remove_turn([one.id for one in opened.branch].index(message_id))
        gone = [one.id for one in removal.gone]
        try:
            await self._services.library.remove_messages(opened.session, gone, removal.moved)
        except ChatError:
            opened.put_back(removal)
            raise
        await self.refresh()
        return removal

    async def put_back(self, opened: OpenSession, removal: Removal) -> None:
        """Put back what was removed."""
        # The tree may have been read anew since: what moved is moved back there.
        moved_from = {one.id: parent for one, parent in zip(removal.moved, removal.moved_from, strict=True)}
        moved = [opened.tree[one] for one in moved_from if one in opened.tree]
        opened.put_back(removal._replace(moved=moved, moved_from=[moved_from[one.id] for one in moved]))
        await self._services.library.save(opened.session, [*removal.gone, *moved])
        await self.refresh()


def _assign(session: ChatSession, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(session, name, value)


def _tagged(session: SessionSummary, tags: Sequence[str]) -> Words:
    return Words("", session.name, f": {' '.join(f'#{tag}' for tag in tags) or 'no tags'}")


def _moved(session: SessionSummary, project: str) -> Words:
    return Words("", session.name, f": in {project or 'no project'}")


def tags_in(text: str) -> list[str]:
    """Return the tags in a line, each once: ``#work, urgent`` has two."""
    return list(dict.fromkeys(tag for word in text.replace(",", " ").split() if (tag := word.lstrip("#"))))
