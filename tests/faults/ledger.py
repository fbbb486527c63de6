"""What is on disk at a moment, and what of it is gone at a later one."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tui_chat.domain.messages import ChatMessage, MessageStatus, Role
from tui_chat.storage.history import History

Ledger = dict[str, ChatMessage]
"""Messages by id."""


def ledger(home: Path) -> Ledger:
    """Return all messages that are on disk now, without touching the history."""
    path = home / "history.json"
    if not path.exists():
        return {}
    with tempfile.TemporaryDirectory() as folder:
        # A copy, since opening a history ends the replies of dead processes.
        history = History(Path(shutil.copy(path, folder)))
        history.open()
        found = {one.id: one for session in history.sessions() for one in history.messages(session.id)}
        history.close()
    return found


def reply_text(home: Path) -> str:
    """Return the text of the newest reply on disk."""
    replies = [one for one in ledger(home).values() if one.role is Role.ASSISTANT]
    return max(replies, key=lambda one: one.created_at).text if replies else ""


@dataclass
class Count:
    """What happened under one kind of fault."""

    injected: int = 0
    prompts: int = 0
    prompts_lost: int = 0
    bytes: int = 0
    bytes_lost: int = 0


class Tally:
    """Counts by kind of fault."""

    def __init__(self) -> None:
        self._counts: dict[str, Count] = defaultdict(Count)

    def check(self, fault: str, before: Ledger, after: Ledger) -> None:
        """Count one fault, and fail if anything that was on disk before it is gone after it."""
        count = self._counts[fault]
        count.injected += 1
        for one in before.values():
            wanted = one.text.encode()
            found = after[one.id].text.encode() if one.id in after else None
            if one.role is Role.USER:
                count.prompts += 1
                count.prompts_lost += found != wanted
            else:
                count.bytes += len(wanted)
                count.bytes_lost += len(wanted) if found is None or not found.startswith(wanted) else 0
        assert (count.prompts_lost, count.bytes_lost) == (0, 0), fault
        running = [one for one in after.values() if one.status is MessageStatus.STREAMING]
        assert len(running) <= 1, "replies that nobody receives any more"

    def table(self) -> str:
        """Return all counts as a table."""
        heads = ("fault", "injected", "prompts", "lost", "reply bytes", "lost")
        rows = [
            (fault, one.injected, one.prompts, one.prompts_lost, one.bytes, one.bytes_lost)
            for fault, one in self._counts.items()
        ]
        lines = (f"{row[0]:<42}" + "".join(f"{cell:>13}" for cell in row[1:]) for row in (heads, *rows))
        return "\n".join(lines)
