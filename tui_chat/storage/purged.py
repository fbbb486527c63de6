"""The sessions that were removed for good, so that no import brings them back unasked.

A file beside the history has a digest of each id, a line each: nothing of what was said can be told from that.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

NAME = "purged.txt"
"""Name of the file, beside the history."""


class Purged:
    """The ids that were noted when it was read.

    Args:
        history: The history file; ``None`` stands for one in memory.
    """

    def __init__(self, history: Path | None) -> None:
        self._digests: frozenset[str] = frozenset()
        if history is not None:
            with suppress(OSError):
                self._digests = frozenset((history.parent / NAME).read_text("ascii", "replace").split())

    def __contains__(self, session_id: str) -> bool:
        return bool(self._digests) and _digest(session_id) in self._digests


def note_purged(history: Path, session_id: str) -> None:
    """Note that a session was removed for good. A disk that takes no more is no trouble: it is only not noted."""
    with suppress(OSError):
        file = os.open(history.parent / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, f"{_digest(session_id)}\n".encode())
        finally:
            os.close(file)


def _digest(session_id: str) -> str:
    # Imported where it is needed: it costs start-up time.
    import hashlib

    return hashlib.sha256(session_id.encode(errors="surrogatepass")).hexdigest()
