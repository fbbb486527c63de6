"""The history: sessions and messages as documents. Synchronous; the app goes through `Library`.

Tables: ``sessions``, and for each session ``messages/<session id>``.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from tui_chat.domain.messages import ChatMessage, MessageStatus
from tui_chat.domain.record import Stored
from tui_chat.domain.sessions import ChatSession, SessionStatus, SessionSummary
from tui_chat.storage.layout import GONE, Documents, dumps, loads
from tui_chat.storage.line_storage import LineStorage
from tui_chat.storage.lines import Lines
from tui_chat.storage.memory_lines import MemoryLines
from tui_chat.storage.running import Running
from tui_chat.storage.table import LineTable

_log = logging.getLogger(__name__)

R = TypeVar("R", bound=Stored)

SESSIONS = "sessions"

_TABLES_KEPT = 8
"""Message tables whose numbers are remembered."""


def messages_table(session_id: str) -> str:
    """Return the name of the table with a session's messages."""
    return f"messages/{session_id}"


class History:
    """Sessions and messages, in a file or in memory.

    Sessions are kept as the bytes they are stored as, once all were asked for, which takes a tenth of the memory of
    objects; messages are read anew each time. What is returned are fresh objects.

    Attributes:
        path: The file; ``None`` keeps everything in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._storage = LineStorage(path) if path is not None else MemoryLines()
        self._storage.on_change = self._take
        self._running = Running(path.parent / "running") if path is not None else None
        self._rows: dict[str, _Row | dict[str, Any]] | None = None
        """Sessions by id; ``None``: not read yet."""
        self._numbers: dict[str, dict[str, int]] = {}
        """The number of each document by its id, by table, as far as they are known."""
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

    def tidy(self) -> None:
        """Fold what was appended into its tables, if it is much. It may take as long as copying the file.

        Raises:
            HistoryError: if the file could not be written.
        """
        self._storage.compact()

    def lines(self) -> Lines:
        """Return the lines of the file as they are now, for a search."""
        self._storage.refresh()
        return self._storage.lines()

    # ---- reading ----------------------------------------------------------------------------------------------------

    def sessions(self) -> list[ChatSession]:
        """Return all sessions, deleted ones too, in the order they were added."""
        self._storage.refresh()
        return [session for row in self._loaded().values() if (session := _session(row)) is not None]

    def summaries(self) -> list[SessionSummary]:
        """Return all sessions, deleted ones too, as a list shows them."""
        self._storage.refresh()
        rows = self._loaded()
        found = [_summary(loads(row.content) if isinstance(row, _Row) else row) for row in rows.values()]
        self._rows = {session_id: _Row.of(row) if isinstance(row, dict) else row for session_id, row in rows.items()}
        return [summary for summary in found if summary is not None]

    def summary(self, session_id: str) -> SessionSummary | None:
        """Return a session as a list shows it; ``None`` if there is none."""
        row = self._loaded().get(session_id)
        return _summary(loads(row.content) if isinstance(row, _Row) else row) if row is not None else None

    def newest(self, count: int) -> list[SessionSummary]:
        """Return the newest sessions that are not in the trash, without a look at all the others."""
        self._storage.refresh()
        found: list[SessionSummary] = []
        for row in sorted(self._loaded().values(), key=_updated_at, reverse=True):
            if len(found) == count:
                break
            summary = _summary(loads(row.content) if isinstance(row, _Row) else row)
            if summary is not None and not summary.is_deleted:
                found.append(summary)
        return found

    def session(self, session_id: str) -> ChatSession | None:
        """Return a session; ``None`` if there is none."""
        self._storage.refresh()
        row = self._loaded().get(session_id)
        return _session(row) if row is not None else None

    def messages(self, session_id: str) -> list[ChatMessage]:
        """Return the messages of a session in the order they were added."""
        self._storage.refresh()
        documents = self._read(messages_table(session_id))
        return [found for _, document in documents if (found := _load(ChatMessage, document))]

    # ---- writing ----------------------------------------------------------------------------------------------------

    def save(self, session: dict[str, Any] | None, messages: Iterable[dict[str, Any]]) -> None:
        """Insert or replace documents, all in one commit."""
        by_table: dict[str, list[dict[str, Any]]] = {}
        for message in messages:
            by_table.setdefault(messages_table(message["session_id"]), []).append(self._marked(message))
        if session is not None:
            by_table[SESSIONS] = [session]
        self._commit(by_table)

    def remove_messages(
        self, session: dict[str, Any], message_ids: Sequence[str], changed: Iterable[dict[str, Any]]
    ) -> None:
        """Remove messages, and save the session and the messages that changed with it, in one commit."""
        table = messages_table(session["id"])
        self._commit({table: list(changed), SESSIONS: [session]}, {table: message_ids})

    def purge(self, session_ids: Sequence[str]) -> None:
        """Remove sessions and their messages for good: nothing of them is in the file any more."""
        removed: dict[str, Sequence[str]] = {SESSIONS: session_ids}
        for session_id in session_ids:
            table = messages_table(session_id)
            self._read(table)
            removed[table] = list(self._numbers[table])
        self._commit({}, removed)
        self._storage.compact(force=True)

    def _commit(
        self, put: Mapping[str, Sequence[dict[str, Any]]], removed: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        touched = {*put, *(removed or {})}
        try:
            with self._storage.commit():
                for table, ids in (removed or {}).items():
                    numbers = self._numbers_of(table)
                    gone = [number for one in ids if (number := numbers.pop(one, None)) is not None]
                    LineTable(self._storage, table).drop(gone)
                for table, documents in put.items():
                    numbers = self._numbers_of(table)
                    numbered = {self._number(numbers, document["id"]): document for document in documents}
                    LineTable(self._storage, table).put(numbered)
        except BaseException:
            # What was numbered here was not written.
            for table in touched:
                self._numbers.pop(table, None)
            raise
        rows = self._loaded()
        for session_id in (removed or {}).get(SESSIONS, ()):
            rows.pop(session_id, None)
        for document in put.get(SESSIONS, ()):
            rows[document["id"]] = _Row.of(document)
        if self._changed is not None:
            self._changed.update((removed or {}).get(SESSIONS, ()), (one["id"] for one in put.get(SESSIONS, ())))

    # ---- what is remembered -----------------------------------------------------------------------------------------

    def _take(self, changes: dict[str, Documents] | None) -> None:
        """Take in what another process wrote; ``None`` is anything."""
        if changes is None:
            self._rows = self._changed = None
            self._numbers.clear()
            return
        for table in changes:
            if table != SESSIONS:
                self._numbers.pop(table, None)
        if self._rows is not None and SESSIONS in changes:
            self._take_sessions(self._rows, self._numbers_of(SESSIONS), changes[SESSIONS])

    def _take_sessions(
        self, rows: dict[str, _Row | dict[str, Any]], numbers: dict[str, int], changes: Documents
    ) -> None:
        """Take in only what changed: to read ten thousand sessions anew would take a while."""
        removed = {int(number) for number, document in changes.items() if document == GONE}
        gone = [session_id for session_id, number in numbers.items() if number in removed]
        for session_id in gone:
            del numbers[session_id]
            rows.pop(session_id, None)
        changed = {number: document for number, document in changes.items() if document != GONE}
        for number, document in changed.items():
            rows[document["id"]] = _Row.of(document)
            numbers[document["id"]] = int(number)
        if self._changed is not None:
            self._changed |= {*gone, *(str(document["id"]) for document in changed.values())}

    def _loaded(self) -> dict[str, _Row | dict[str, Any]]:
        if self._rows is None:
            self._rows = {str(document.get("id")): document for _, document in self._read(SESSIONS)}
        return self._rows

    def _read(self, table: str) -> list[tuple[int, dict[str, Any]]]:
        """Return the documents of a table by their numbers, in order, and remember these."""
        documents = sorted(LineTable(self._storage, table).documents().items())
        self._numbers.pop(table, None)
        for old in [name for name in self._numbers if name != SESSIONS][: -_TABLES_KEPT + 1]:
            del self._numbers[old]
        self._numbers[table] = {str(document.get("id")): number for number, document in documents}
        return documents

    def _numbers_of(self, table: str) -> dict[str, int]:
        if table not in self._numbers:
            self._read(table)
        return self._numbers[table]

    def _number(self, numbers: dict[str, int], document_id: str) -> int:
        """Return the number of a document; a new one gets the next."""
        if document_id not in numbers:
            # They are kept in order, so the last one is the highest.
            numbers[document_id] = next(reversed(numbers.values()), 0) + 1
        return numbers[document_id]

    # ---- running replies --------------------------------------------------------------------------------------------

    def _recover(self) -> None:
        if self._running is None:
            return
        streaming = [one for one, row in self._loaded().items() if _is_streaming(row)]
        for session_id in streaming:
            session = self.session(session_id)
            dead = [
                message
                for message in self.messages(session_id)
                if message.is_running and not self._running.is_alive(str((message.model_extra or {}).get("writer", "")))
            ]
            for message in dead:
                message.status = MessageStatus.INTERRUPTED
            if dead and session is not None:
                session.status = SessionStatus.INTERRUPTED
                self.save(session.to_document(), [message.to_document() for message in dead])

    def _marked(self, message: dict[str, Any]) -> dict[str, Any]:
        """Note on a running reply which process writes it, so that others can tell whether it still lives."""
        if self._running is None:
            return message
        if message.get("status") == MessageStatus.STREAMING:
            return {**message, "writer": self._running.token()}
        return {key: value for key, value in message.items() if key != "writer"}


class _Row(NamedTuple):
    """A session as it is kept in memory."""

    updated_at: str
    is_streaming: bool
    content: bytes

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> _Row:
        """Return a document as a row."""
        # Copied, since orjson leaves several kilobytes of room behind what it writes.
        return cls(_updated_at(document), _is_streaming(document), bytes(memoryview(dumps(document))))


def _session(row: _Row | Mapping[str, Any]) -> ChatSession | None:
    return _load(ChatSession, loads(row.content) if isinstance(row, _Row) else row)


def _summary(document: Mapping[str, Any]) -> SessionSummary | None:
    """Return what a list shows of a session, read by hand: pydantic would take four times as long."""
    try:
        return SessionSummary(
            id=sys.intern(document["id"]),
            name=document["name"],
            updated_at=datetime.fromisoformat(document["updated_at"]),
            status=SessionStatus(document.get("status", "idle")),
            project=document.get("project", ""),
            tags=tuple(document.get("tags", ())),
            pinned=bool(document.get("pinned")),
            archived=bool(document.get("archived")),
            is_deleted=document.get("deleted_at") is not None,
            message_count=int(document.get("message_count", 0)),
        )
    except (KeyError, TypeError, ValueError):
        whole = _load(ChatSession, document)  # another hand wrote it: read it as any document
        return None if whole is None else whole.summary()


def _updated_at(row: _Row | Mapping[str, Any]) -> str:
    return row.updated_at if isinstance(row, _Row) else str(row.get("updated_at", ""))


def _is_streaming(row: _Row | Mapping[str, Any]) -> bool:
    return row.is_streaming if isinstance(row, _Row) else row.get("status") == SessionStatus.STREAMING


def _load(kind: type[R], document: Mapping[str, Any]) -> R | None:
    try:
        return kind.model_validate(dict(document))
    except ValidationError:
        # Kept in the file, so that nothing is lost; it can only not be shown.
        _log.warning("document %s is no %s", document.get("id"), kind.__name__)
        return None
