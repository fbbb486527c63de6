"""A history with a second one in memory beside it, for sessions that nobody writes down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.sessions import ChatSession, SessionSummary
from tui_chat.storage.history import History


class Shelves(History):
    """The history, in which some sessions are temporary: nothing of them comes near the file.

    Args:
        path: The file; ``None`` keeps everything in memory.
        temporary: Ids of the temporary sessions; whoever has the set may add to it.
        aside: Where these are.
    """

    def __init__(self, path: Path | None, temporary: set[str], aside: History | None = None) -> None:
        super().__init__(path)
        self._temporary = temporary
        self._aside = aside if aside is not None else History(None)

    def changed(self) -> set[str] | None:
        """Return the ids of the sessions that changed since this was last asked; ``None`` for any."""
        changed, beside = super().changed(), self._aside.changed()
        return None if changed is None or beside is None else changed | beside

    def sessions(self) -> list[ChatSession]:
        """Return all sessions, deleted ones too, in the order they were added; temporary ones last."""
        return [*super().sessions(), *self._aside.sessions()]

    def summaries(self) -> list[SessionSummary]:
        """Return all sessions, deleted ones too, as a list shows them."""
        return [*super().summaries(), *self._aside.summaries()]

    def summary(self, session_id: str) -> SessionSummary | None:
        """Return a session as a list shows it; ``None`` if there is none."""
        is_aside = session_id in self._temporary
        return self._aside.summary(session_id) if is_aside else super().summary(session_id)

    def newest(self, count: int | None, *, deleted: bool = False) -> list[SessionSummary]:
        """Return the newest sessions, or those in the trash, and the temporary ones."""
        return [*self._aside.newest(count, deleted=deleted), *super().newest(count, deleted=deleted)]

    def session(self, session_id: str) -> ChatSession | None:
        """Return a session; ``None`` if there is none."""
        is_aside = session_id in self._temporary
        return self._aside.session(session_id) if is_aside else super().session(session_id)

    def messages(self, session_id: str) -> list[ChatMessage]:
        """Return the messages of a session in the order they were added."""
        is_aside = session_id in self._temporary
        return self._aside.messages(session_id) if is_aside else super().messages(session_id)

    def save_many(self, sessions: Sequence[dict[str, Any]], messages: Iterable[dict[str, Any]]) -> None:
        """Insert or replace documents of several sessions; those of temporary ones in memory only."""
        rows = list(messages)
        beside = [row for row in sessions if row["id"] in self._temporary]
        rows_beside = [row for row in rows if row["session_id"] in self._temporary]
        if beside or rows_beside:
            self._aside.save_many(beside, rows_beside)
        kept = [row for row in sessions if row["id"] not in self._temporary]
        rows_kept = [row for row in rows if row["session_id"] not in self._temporary]
        if kept or rows_kept:
            super().save_many(kept, rows_kept)

    def remove_messages(
        self, session: dict[str, Any], message_ids: Sequence[str], changed: Iterable[dict[str, Any]]
    ) -> None:
        """Remove messages, and save the session and the messages that changed with it."""
        if session["id"] in self._temporary:
            self._aside.remove_messages(session, message_ids, changed)
        else:
            super().remove_messages(session, message_ids, changed)

    def purge(self, session_ids: Sequence[str]) -> None:
        """Remove sessions and their messages for good."""
        if beside := [one for one in session_ids if one in self._temporary]:
            self._aside.purge(beside)
        if kept := [one for one in session_ids if one not in self._temporary]:
            super().purge(kept)

    def claim(self, session_id: str) -> ChatMessage | None:
        """Take over the reply of a session that waits on disk; a temporary one has none."""
        return None if session_id in self._temporary else super().claim(session_id)

    def keep(self, session_id: str) -> None:
        """Write a temporary session down, and whatever is said in it from now on.

        Raises:
            HistoryError: if it could not be written; it is temporary still.
        """
        session = self._aside.session(session_id)
        if session is None:
            self._temporary.discard(session_id)
            return
        messages = [message.to_document() for message in self._aside.messages(session_id)]
        super().save_many([session.to_document()], messages)
        self._temporary.discard(session_id)
        self._aside.purge([session_id])
