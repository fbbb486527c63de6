"""What was typed and not sent, by session: a small file beside the history, so that no key press rewrites that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tui_chat.domain.messages import Part
from tui_chat.domain.record import now
from tui_chat.storage.kept_parts import KeptParts
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
        self._parts: dict[str, tuple[Part, ...]] = {}
        self._kept = KeptParts(path.parent / "attached") if path is not None else None
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
        own = [key for key, row in rows.items() if "writer" not in row and key not in self._texts]
        for key in own:
            self._take(key, rows[key])
        orphans = [key for key, row in rows.items() if "writer" in row and not self._is_alive(key)]
        if orphans and _NEW not in self._texts:
            self._adopted = max(orphans, key=lambda key: str(rows[key].get("at", "")))
            self._take(_NEW, rows[self._adopted])
            self._changed.add(_NEW)

    def text(self, session_id: str) -> str:
        """Return the draft of a session; empty if it has none."""
        return self._texts.get(session_id, "")

    def parts(self, session_id: str) -> tuple[Part, ...]:
        """Return what is attached to the draft of a session."""
        return self._parts.get(session_id, ())

    def note(self, session_id: str, text: str, parts: Sequence[Part] = ()) -> None:
        """Take in what stands in a session's input now, and is attached there; nothing or blanks are no draft."""
        text, attached = text if text.strip() or parts else "", tuple(parts)
        if (text, attached) != (self.text(session_id), self.parts(session_id)):
            self._texts.pop(session_id, None)
            self._parts.pop(session_id, None)
            if text or attached:
                self._texts[session_id], self._parts[session_id] = text, attached
            self._changed.add(session_id)

    def write(self) -> None:
        """Write what changed.

        Raises:
            OSError: if that failed; it is tried again with the next call.
        """
        running = self._running
        if self.path is None or running is None or not self._changed:
            return
        changed, self._changed = self._changed, set()
        try:
            with locked(self.path):
                rows = self._read()
                rows.pop(self._adopted, None)
                for session_id in changed:
                    self._put(rows, session_id, key=session_id or running.token())
                newest = sorted(rows.items(), key=lambda item: str(item[1].get("at", "")))[-MOST:]
                replace(self.path, json.dumps(dict(newest), indent=1).encode())
                if self._kept is not None:
                    self._kept.sweep({name for _, row in newest for name in _names(row)})
        except OSError:
            self._changed |= changed
            raise

    def release(self) -> None:
        """Let the draft of the session that has not begun pass to the next process that starts."""
        if self._running is not None:
            self._running.release()

    def _put(self, rows: dict[str, dict[str, Any]], session_id: str, key: str) -> None:
        rows.pop(key, None)
        if session_id in self._texts:
            rows[key] = {"text": self.text(session_id), "at": now().isoformat()}
            if not session_id:
                rows[key]["writer"] = key
            if self._kept is not None and (parts := self.parts(session_id)):
                rows[key]["attached"] = [self._kept.keep(part) for part in parts]

    def _take(self, session_id: str, row: dict[str, Any]) -> None:
        """Take in a draft as it is in the file; what is attached and not there any more is left out."""
        self._texts[session_id] = row["text"]
        found = [self._kept.get(name) for name in _names(row)] if self._kept is not None else []
        if parts := tuple(part for part in found if part is not None):
            self._parts[session_id] = parts

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


def _names(row: dict[str, Any]) -> list[str]:
    """Return the names of what is attached to a draft, as a row of the file has them."""
    names = row.get("attached", [])
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
