"""Several exports in one file: lines below lines, or one array of what are arrays by themselves."""

from __future__ import annotations

from typing import BinaryIO

from tui_chat.exporters.files import encoded


class Joined:
    """A file that exports are added to, for formats of which one file holds many sessions.

    Args:
        file: Where to; it stays open.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._is_array = False

    def add(self, content: str | bytes) -> None:
        """Add what was rendered of a session."""
        data = encoded(content)
        if not data.startswith(b"["):
            self._file.write(data)
        elif rows := data.strip()[1:-1].strip(b"\n"):
            self._file.write((b",\n" if self._is_array else b"[\n") + rows)
            self._is_array = True

    def end(self) -> None:
        """Write what stands after the last."""
        if self._is_array:
            self._file.write(b"\n]\n")
