"""How long deleted sessions are kept, and how they are removed for good."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from tui_chat.domain.messages import Role
from tui_chat.storage.input_memory import InputMemory
from tui_chat.storage.library import Library
from tui_chat.storage.purged import note_purged

#: Days for which a deleted session stays in the trash.
KEPT_DAYS = 30


def is_expired(deleted_at: datetime, at: datetime) -> bool:
    """Return whether a session that was deleted then has been kept long enough."""
    return at - deleted_at > timedelta(days=KEPT_DAYS)


def days_left(deleted_at: datetime, at: datetime) -> int:
    """Return for how many days, begun ones counted, a session that was deleted then is still kept."""
    left = deleted_at + timedelta(days=KEPT_DAYS) - at
    return min(KEPT_DAYS, max(0, -(-left // timedelta(days=1))))


async def purge(library: Library, memory: InputMemory, session_id: str) -> None:
    """Remove a session for good, with its draft, and its prompts from those that can be recalled.

    Raises:
        HistoryError: if that failed.
    """
    prompts = {one.text for one in await library.messages(session_id) if one.role is Role.USER}
    await library.purge(session_id)
    if library.path is not None:
        await asyncio.to_thread(note_purged, library.path, session_id)
    await memory.forget(session_id, prompts)
