"""The history file: sessions and messages as TinyDB documents. Synchronous; the app goes through `Library`.

Layout: a table ``sessions``, and for each session a table ``messages/<session id>``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from tinydb import TinyDB
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from tui_chat.domain.messages import ChatMessage, MessageStatus
from tui_chat.domain.record import Stored
from tui_chat.domain.sessions import ChatSession, SessionStatus
from tui_chat.storage.json_storage import AtomicStorage
from tui_chat.storage.running import Running

_log = logging.getLogger(__name__)

R = TypeVar("R", bound=Stored)

SESSIONS = "sessions"


class History:
    """Sessions and messages, in a file or in memory.

    Attributes:
        path: The file; ``None`` keeps everything in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._storage = AtomicStorage(path) if path is not None else None
        self._db = TinyDB(storage=lambda: self._storage or MemoryStorage())  # type: ignore[no-untyped-call]  # untyped there
        self._running = Running(path.parent / "running") if path is not None else None

    def open(self) -> None:
        """Read the file, and end the replies that a process left running when it died.

        Raises:
            HistoryUnreadable: if it is not a history; it is not touched.
        """
        if self._storage is not None:
            self._storage.refresh()
            self._recover()

    def close(self) -> None:
        """Let go of the file."""
        if self._running is not None:
            self._running.release()

    def sessions(self) -> list[ChatSession]:
        """Return all sessions, deleted ones too, in the order they were added."""
        return [found for document in self._table(SESSIONS).all() if (found := _load(ChatSession, document))]

    def messages(self, session_id: str) -> list[ChatMessage]:
        """Return the messages of a session in the order they were added."""
        return [found for document in self._messages(session_id).all() if (found := _load(ChatMessage, document))]

    def save(self, session: dict[str, Any] | None, messages: Iterable[dict[str, Any]]) -> None:
        """Insert or replace documents, all in one commit."""
        with self._commit():
            if session is not None:
                self._put(self._table(SESSIONS), session)
            for message in messages:
                self._put(self._messages(message["session_id"]), self._marked(message))

    def remove_messages(
        self, session: dict[str, Any], message_ids: Sequence[str], changed: Iterable[dict[str, Any]]
    ) -> None:
        """Remove messages, and save the session and the messages that changed with it, in one commit."""
        with self._commit():
            table = self._messages(session["id"])
            gone = set(message_ids)
            table.remove(doc_ids=[document.doc_id for document in table.all() if document.get("id") in gone])
            for message in changed:
                self._put(table, message)
            self._put(self._table(SESSIONS), session)

    def purge(self, session_id: str) -> None:
        """Remove a session and its messages for good, in one commit."""
        with self._commit():
            table = self._table(SESSIONS)
            table.remove(doc_ids=[document.doc_id for document in table.all() if document.get("id") == session_id])
            self._db.drop_table(f"messages/{session_id}")

    def _recover(self) -> None:
        left = [session for session in self.sessions() if session.status is SessionStatus.STREAMING]
        if not left or self._running is None:
            return
        for session in left:
            dead = [
                message
                for message in self.messages(session.id)
                if message.is_running and not self._running.is_alive(str((message.model_extra or {}).get("writer", "")))
            ]
            for message in dead:
                message.status = MessageStatus.INTERRUPTED
            if dead:
                session.status = SessionStatus.INTERRUPTED
                self.save(session.to_document(), [message.to_document() for message in dead])

    def _commit(self) -> AbstractContextManager[None]:
        return self._storage.commit() if self._storage is not None else nullcontext()

    def _table(self, name: str) -> Table:
        # Tables are made anew: TinyDB caches ids in them, which another process may have used since.
        return self._db.table_class(self._db.storage, name, cache_size=0)

    def _messages(self, session_id: str) -> Table:
        return self._table(f"messages/{session_id}")

    def _put(self, table: Table, document: dict[str, Any]) -> None:
        known = next((one.doc_id for one in reversed(table.all()) if one.get("id") == document["id"]), None)
        if known is None:
            table.insert(document)
        else:
            table.update(_replacement(document), doc_ids=[known])

    def _marked(self, message: dict[str, Any]) -> dict[str, Any]:
        """Note on a running reply which process writes it, so that others can tell whether it still lives."""
        if self._running is None:
            return message
        if message.get("status") == MessageStatus.STREAMING:
            return {**message, "writer": self._running.token()}
        return {key: value for key, value in message.items() if key != "writer"}


def _replacement(document: dict[str, Any]) -> Callable[[Mapping[str, Any]], None]:
    """Return what puts a document in the place of another; TinyDB's own update would keep fields that are gone."""

    def replace(stored: Mapping[str, Any]) -> None:
        if isinstance(stored, dict):
            stored.clear()
            stored.update(document)

    return replace


def _load(kind: type[R], document: Document) -> R | None:
    try:
        return kind.model_validate(dict(document))
    except ValidationError:
        # Kept in the file, so that nothing is lost; it can only not be shown.
        _log.warning("document %s is no %s", document.doc_id, kind.__name__)
        return None
