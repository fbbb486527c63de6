"""What was typed and not sent, by session: a small file beside the history, so that no key press rewrites that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tui_chat.domain.record import now
from tui_chat.storage.running import Running
from tui_chat.storage.small_files import locked, replace

#: Stands for the id of the session that has not begun.
_NEW = ""

#: Drafts that are kept; older ones go.
MOST = 200


class Drafts:
    """The drafts of all sessions. They are noted in memory, and written when `write` is called, in a thread.

    Several processes may write: each touches its own changes only. A session that has not begun is known to its
    process only, so its draft carries that process' sign of life, and passes to the next one to start after its death.
    It has no id here: it waits in whichever session is begun next.

    Args:
        path: The file; ``None`` keeps the drafts in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._texts: dict[str, str] = {}
        self._changed: set[str] = set()
        self._adopted = ""
        self._running = Running(path.parent / "running") if path is not None else None

    @property
    def is_unsaved(self) -> bool:
        """Whether there is something to write."""
        return self.path is not None and bool(self._changed)

    def load(self) -> None:
        """Read the file. One that is missing or broken holds no drafts; what was noted already stays."""
        rows = self._read()
        self._texts = {key: row["text"] for key, row in rows.items() if "writer" not in row} | self._texts
        orphans = [key for key, row in rows.items() if "writer" in row and not self._is_alive(key)]
        if orphans and _NEW not in self._texts:
            self._adopted = max(orphans, key=lambda key: str(rows[key].get("at", "")))
            self._texts[_NEW] = rows[self._adopted]["text"]
            self._changed.add(_NEW)

    def text(self, session_id: str) -> str:
        """Return the draft of a session; empty if it has none."""
        return self._texts.get(session_id, "")

    def note(self, session_id: str, text: str) -> None:
        """Take in what stands in a session's input now; nothing or blanks are no draft."""
        text = text if text.strip() else ""
        if text != self.text(session_id):
            self._texts.pop(session_id, None)
            if text:
                self._texts[session_id] = text
            self._changed.add(session_id)

    def write(self) -> None:
        """Write what changed.

        Raises:
            OSError: if that failed; it is tried again with the next call.
        """
        if self.path is None or not self._changed:
            return
        changed, self._changed = self._changed, set()
        try:
            with locked(self.path):
                rows = self._read()
                rows.pop(self._adopted, None)
                for session_id in changed:
                    self._put(rows, session_id)
                newest = sorted(rows.items(), key=lambda item: str(item[1].get("at", "")))[-MOST:]
                replace(self.path, json.dumps(dict(newest), indent=1).encode())
        except OSError:
            self._changed |= changed
            raise

    def release(self) -> None:
        """Let the draft of the session that has not begun pass to the next process that starts."""
        if self._running is not None:
            self._running.release()

    def _put(self, rows: dict[str, dict[str, Any]], session_id: str) -> None:
        assert self._running is not None  # noqa: S101  # asked by write()
        key = session_id or self._running.token()
        rows.pop(key, None)
        if text := self.text(session_id):
            rows[key] = {"text": text, "at": now().isoformat(), **({} if session_id else {"writer": key})}

    def _is_alive(self, token: str) -> bool:
        try:
            return self._running is not None and self._running.is_alive(token)
        except OSError:
            return True

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            rows = json.loads(self.path.read_bytes()) if self.path is not None else {}
        except (OSError, ValueError, RecursionError):
            return {}
        found = rows.items() if isinstance(rows, dict) else ()
        return {key: row for key, row in found if isinstance(row, dict) and isinstance(row.get("text"), str)}
