"""The history: sessions and messages as documents. Synchronous; the app goes through `Library`.

Tables: ``sessions``, and for each session ``messages/<session id>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tui_chat.domain.errors import HistoryError
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role
from tui_chat.domain.sessions import ChatSession, SessionStatus, SessionSummary
from tui_chat.storage.layout import GONE, Documents
from tui_chat.storage.line_storage import LineStorage
from tui_chat.storage.lines import Lines
from tui_chat.storage.memory_lines import MemoryLines
from tui_chat.storage.numbering import Numbers
from tui_chat.storage.query import parse
from tui_chat.storage.running import Running
from tui_chat.storage.search import Source, search
from tui_chat.storage.searching import Searching
from tui_chat.storage.session_rows import SessionRows, load
from tui_chat.storage.table import LineTable
from tui_chat.storage.write_lock import not_saved

SESSIONS = "sessions"
_MESSAGES = "messages/"


def messages_table(session_id: str) -> str:
    """Return the name of the table with a session's messages."""
    return f"{_MESSAGES}{session_id}"


class History:
    """Sessions and messages, in a file or in memory.

    Messages are read anew each time. What is returned are fresh objects.

    Attributes:
        path: The file; ``None`` keeps everything in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._storage = LineStorage(path) if path is not None else MemoryLines()
        self._storage.on_change = self._take
        self._running = Running(path.parent / "running") if path is not None else None
        self._rows: SessionRows | None = None
        """``None``: not read yet."""
        self._numbers = Numbers(self._documents)
        self._changed: set[str] | None = set()
        """Sessions that changed since somebody asked; ``None`` for any."""

    def open(self) -> list[str]:
        """Read the file, and end the replies that a process left running when it died.

        Returns:
            What had to be mended, in sentences for the user.

        Raises:
            HistoryUnreadable: if it is not a history; it is not touched.
        """
        self._storage.refresh()
        self._loaded()
        self._storage.clean_up()
        self._recover()
        self._changed = set()
        return self._storage.notes

    def close(self) -> None:
        """Let go of the file."""
        self._storage.close()
        if self._running is not None:
            self._running.release()

    def changed(self) -> set[str] | None:
        """Return the ids of the sessions that this or another process changed since this was last asked.

        Returns:
            ``None`` if any may have changed.
        """
        self._storage.refresh()
        changed, self._changed = self._changed, set()
        return changed

    def tidy(self, *, is_busy: bool = False) -> None:
        """End the replies of processes that died, and fold what was appended into its tables, if it is much.

        It may take as long as copying the file.

        Args:
            is_busy: Whether replies run here: then only what cannot wait is done.

        Raises:
            HistoryError: if the file could not be written.
        """
        if not is_busy:
            self._recover()
        self._storage.compact(is_busy=is_busy)

    def lines(self) -> Lines:
        """Return the lines of the file as they are now, for a search."""
        self._storage.refresh()
        return self._storage.lines()

    def search(self, text: str) -> Searching:
        """Begin to search the history as it is now.

        Args:
            text: What is searched for, as it was typed.
        """
        rows, lines = self._fresh(), self._storage.lines()
        source = Source(
            rows.newest_first(),
            lambda session_id: lines.of(messages_table(session_id)),
            lambda session_id: lines.documents(messages_table(session_id)),
        )
        return Searching(search(parse(text), source), lines)

    # ---- reading ----------------------------------------------------------------------------------------------------

    def sessions(self) -> list[ChatSession]:
        """Return all sessions, deleted ones too, in the order they were added."""
        return self._fresh().sessions()

    def summaries(self) -> list[SessionSummary]:
        """Return all sessions, deleted ones too, as a list shows them."""
        return self._fresh().summaries()

    def summary(self, session_id: str) -> SessionSummary | None:
        """Return a session as a list shows it; ``None`` if there is none."""
        return self._fresh().summary(session_id)

    def newest(self, count: int | None, *, deleted: bool = False) -> list[SessionSummary]:
        """Return the newest sessions, or those in the trash, without a look at all the others; all for no count."""
        return self._fresh().newest(count, deleted=deleted)

    def session(self, session_id: str) -> ChatSession | None:
        """Return a session; ``None`` if there is none."""
        return self._fresh().session(session_id)

    def messages(self, session_id: str) -> list[ChatMessage]:
        """Return the messages of a session in the order they were added."""
        self._storage.refresh()
        table = messages_table(session_id)
        documents = self._documents(table)
        self._numbers.remember(table, documents)
        return [found for number in sorted(documents) if (found := load(ChatMessage, documents[number]))]

    # ---- writing ----------------------------------------------------------------------------------------------------

    def save(self, session: dict[str, Any] | None, messages: Iterable[dict[str, Any]]) -> None:
        """Insert or replace documents, all in one commit."""
        self.save_many([] if session is None else [session], messages)

    def save_many(self, sessions: Sequence[dict[str, Any]], messages: Iterable[dict[str, Any]]) -> None:
        """Insert or replace documents of several sessions, all in one commit."""
        by_table: dict[str, list[dict[str, Any]]] = {}
        for message in messages:
            by_table.setdefault(messages_table(message["session_id"]), []).append(self._marked(message))
        if sessions:
            by_table[SESSIONS] = list(sessions)
        self._commit(by_table, {})

    def remove_messages(
        self, session: dict[str, Any], message_ids: Sequence[str], changed: Iterable[dict[str, Any]]
    ) -> None:
        """Remove messages, and save the session and the messages that changed with it, in one commit."""
        table = messages_table(session["id"])
        self._commit({table: list(changed), SESSIONS: [session]}, {table: message_ids})

    def purge(self, session_ids: Sequence[str]) -> None:
        """Remove sessions and their messages for good: nothing of them is in the file any more, nor in copies of it."""
        tables = [messages_table(session_id) for session_id in session_ids]
        with self._storage.commit():  # so that no other process adds a message meanwhile
            removed = {SESSIONS: session_ids, **{table: self._numbers.ids(table) for table in tables}}
            self._commit({}, removed, for_good=True)

    def _commit(
        self,
        put: Mapping[str, Sequence[dict[str, Any]]],
        removed: Mapping[str, Sequence[str]],
        *,
        for_good: bool = False,
    ) -> None:
        try:
            with self._storage.commit():
                for table, ids in removed.items():
                    LineTable(self._storage, table).drop(self._numbers.take(table, ids))
                for table, documents in put.items():
                    numbered = {self._numbers.give(table, document["id"]): document for document in documents}
                    LineTable(self._storage, table).put(numbered)
                if for_good:
                    self._storage.forget(removed[SESSIONS])
        except BaseException:
            # What was numbered here was not written.
            self._numbers.forget_all()
            self._rows = None
            raise
        self._note(put.get(SESSIONS, ()), removed.get(SESSIONS, ()))

    # ---- what is remembered -----------------------------------------------------------------------------------------

    def _note(self, put: Iterable[Mapping[str, Any]], removed: Iterable[str]) -> None:
        """Bring what is remembered of sessions up to date."""
        for session_id in removed:
            if self._rows is not None:
                self._rows.remove(session_id)
            if self._changed is not None:
                self._changed.add(session_id)
        for document in put:
            if self._rows is not None:
                self._rows.put(document)
            if self._changed is not None:
                self._changed.add(str(document.get("id")))

    def _take(self, changes: dict[str, Documents] | None) -> None:
        """Take in what another process wrote; ``None`` is anything."""
        if changes is None:
            self._rows = self._changed = None
            self._numbers.forget_all()
            return
        for table in changes:
            if table != SESSIONS:
                self._numbers.forget(table)
                if self._changed is not None and table.startswith(_MESSAGES):
                    self._changed.add(table.removeprefix(_MESSAGES))
        if SESSIONS in changes:
            # Only what changed: to read ten thousand sessions anew would take a while.
            gone = self._numbers.follow(SESSIONS, changes[SESSIONS])
            self._note([one for one in changes[SESSIONS].values() if one != GONE], gone)

    def _fresh(self) -> SessionRows:
        self._storage.refresh()
        return self._loaded()

    def _loaded(self) -> SessionRows:
        if self._rows is None:
            documents = self._documents(SESSIONS)
            self._numbers.remember(SESSIONS, documents)
            self._rows = SessionRows(documents[number] for number in sorted(documents))
        return self._rows

    def _documents(self, table: str) -> dict[int, dict[str, Any]]:
        return LineTable(self._storage, table).documents()

    # ---- running replies --------------------------------------------------------------------------------------------

    def _recover(self) -> None:
        """Mark replies as interrupted whose process is dead; where that cannot be written, the next start does it."""
        for session_id in self._loaded().streaming():
            with suppress(HistoryError):
                self._end_replies(session_id)

    def _end_replies(self, session_id: str) -> None:
        session = self.session(session_id)
        dead = [one for one in self.messages(session_id) if one.is_running and not self._is_written(one)]
        for message in dead:
            message.status = MessageStatus.INTERRUPTED
        if dead and session is not None:
            session.status = SessionStatus.INTERRUPTED
            self.save(session.to_document(), [message.to_document() for message in dead])

    def claim(self, session_id: str) -> ChatMessage | None:
        """Take over the reply of a session that waits on disk, if the process it waited in is dead.

        Returns:
            The reply, now of this process; ``None`` if there is none, or it is another's.
        """
        with self._storage.commit():  # so that no other process takes it, too
            for message in self.messages(session_id):
                if message.waits and not self._is_written(message):
                    self.save(None, [message.to_document()])
                    return message
        return None

    def _is_written(self, message: ChatMessage) -> bool:
        """Return whether the process that writes a reply lives."""
        return self._running is None or self._running.is_alive(str((message.model_extra or {}).get("writer", "")))

    def _marked(self, message: dict[str, Any]) -> dict[str, Any]:
        """Note on a reply that runs or waits whose process it is, so that others can tell whether that still lives."""
        if self._running is None or self.path is None:
            return message
        is_queued = message.get("status") == MessageStatus.QUEUED and message.get("role") != Role.USER
        if is_queued or message.get("status") == MessageStatus.STREAMING:
            try:
                return {**message, "writer": self._running.token()}
            except OSError as error:
                raise not_saved(self.path, error) from error
        return {key: value for key, value in message.items() if key != "writer"}
