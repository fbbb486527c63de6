"""The sessions as the history keeps them in memory: ten thousand are read in one go, and made into objects singly."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from tui_chat.domain.record import Stored
from tui_chat.domain.sessions import ChatSession, SessionStatus, SessionSummary
from tui_chat.storage.layout import dumps, loads

_log = logging.getLogger(__name__)

#: Looked up, since an enumeration takes its time to find a member by its value.
_STATUSES = {status.value: status for status in SessionStatus}

R = TypeVar("R", bound=Stored)


class SessionRows:
    """Sessions by id, in the order they were added.

    Once all were asked for, they are kept as the bytes they are stored as: a tenth of the memory of objects.
    """

    def __init__(self, documents: Iterable[Mapping[str, Any]]) -> None:
        self._rows: dict[str, _Row | Mapping[str, Any]] = {str(one.get("id")): one for one in documents}

    def put(self, document: Mapping[str, Any]) -> None:
        """Add a session, or let it take the place of the one with its id."""
        self._rows[str(document.get("id"))] = _Row.of(document)

    def remove(self, session_id: str) -> None:
        """Forget a session."""
        self._rows.pop(session_id, None)

    def streaming(self) -> list[str]:
        """Return the ids of those that say that a reply runs."""
        return [session_id for session_id, row in self._rows.items() if _is_streaming(row)]

    def session(self, session_id: str) -> ChatSession | None:
        """Return a session; ``None`` if there is none."""
        return load(ChatSession, _document(self._rows[session_id])) if session_id in self._rows else None

    def sessions(self) -> list[ChatSession]:
        """Return all sessions."""
        return [session for row in self._rows.values() if (session := load(ChatSession, _document(row))) is not None]

    def summary(self, session_id: str) -> SessionSummary | None:
        """Return a session as a list shows it; ``None`` if there is none."""
        return _summary(_document(self._rows[session_id])) if session_id in self._rows else None

    def summaries(self) -> list[SessionSummary]:
        """Return all sessions as a list shows them."""
        found = [_summary(_document(row)) for row in self._rows.values()]
        for session_id, row in self._rows.items():
            if not isinstance(row, _Row):
                self._rows[session_id] = _Row.of(row)
        return [summary for summary in found if summary is not None]

    def newest(self, count: int | None, *, deleted: bool = False) -> list[SessionSummary]:
        """Return the newest, or those in the trash, without a look at all the others; all of them for no count."""
        summaries = (_summary(document) for document in self.newest_first())
        return list(islice((one for one in summaries if one is not None and one.is_deleted is deleted), count))

    def newest_first(self) -> Iterator[Mapping[str, Any]]:
        """Yield the sessions that there are now as they are stored, deleted ones too; another thread may go on."""
        return (_document(row) for row in sorted(self._rows.values(), key=_updated_at, reverse=True))


def load(kind: type[R], document: Mapping[str, Any]) -> R | None:
    """Return a document as an object; ``None`` if it is something else."""
    try:
        return kind.model_validate(dict(document))
    except ValidationError:
        # Kept in the file, so that nothing is lost; it can only not be shown.
        _log.warning("document %s is no %s", document.get("id"), kind.__name__)
        return None


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


def _document(row: _Row | Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = loads(row.content) if isinstance(row, _Row) else row
    return found


def _updated_at(row: _Row | Mapping[str, Any]) -> str:
    return row.updated_at if isinstance(row, _Row) else str(row.get("updated_at", ""))


def _is_streaming(row: _Row | Mapping[str, Any]) -> bool:
    return row.is_streaming if isinstance(row, _Row) else row.get("status") == SessionStatus.STREAMING


def _summary(document: Mapping[str, Any]) -> SessionSummary | None:
    """Return what a list shows of a session, read by hand: pydantic would take four times as long."""
    try:
        updated_at = datetime.fromisoformat(document["updated_at"])
        return SessionSummary(
            id=sys.intern(document["id"]),
            name=document["name"],
            updated_at=updated_at if updated_at.tzinfo else updated_at.replace(tzinfo=UTC),
            status=_STATUSES[document.get("status", "idle")],
            project=document.get("project", ""),
            tags=tuple(document.get("tags", ())),
            pinned=bool(document.get("pinned")),
            archived=bool(document.get("archived")),
            is_deleted=document.get("deleted_at") is not None,
            message_count=int(document.get("message_count", 0)),
            model=sys.intern(document.get("model", "")),
        )
    except (KeyError, TypeError, ValueError):
        whole = load(ChatSession, document)  # another hand wrote it: read it as any document
        return None if whole is None else whole.summary()
