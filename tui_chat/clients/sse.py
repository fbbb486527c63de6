"""Server-sent events, decoded from bytes as they come.

Lines end with CR, LF or CRLF and with nothing else: other line separators of Unicode are legal inside JSON. The
format is the one of the WHATWG's HTML standard, section "Server-sent events"; unlike there, an event that the end of
the stream cuts short of its blank line counts too, since servers forget it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tui_chat.domain.errors import BadStream

#: Bytes that one event may have, unfinished lines included.
LONGEST_EVENT = 16 * 1024 * 1024

_LINE_END = re.compile(rb"\r\n|\r|\n")


class ServerSentEvent(NamedTuple):
    """One event."""

    data: str
    event: str = "message"
    """Its name."""


class SSEDecoder:
    """Decodes one stream.

    Args:
        sender: How the server is called in errors.
        longest: Bytes that one event may have.
    """

    def __init__(self, sender: str = "The server", longest: int = LONGEST_EVENT) -> None:
        self._sender = sender
        self._longest = longest
        self._size = 0
        self._line = bytearray()
        """What has come of the line that has not ended yet."""
        self._is_first_line = True
        self._is_after_cr = False
        self._data: list[str] = []
        self._event = ""

    def feed(self, piece: bytes) -> list[ServerSentEvent]:
        """Take in some bytes and return the events that they complete.

        Raises:
            BadStream: if an event is longer than it may be.
        """
        if self._is_after_cr and piece:
            piece = piece.removeprefix(b"\n")
            self._is_after_cr = False
        self._is_after_cr = self._is_after_cr or piece.endswith(b"\r")
        *ended, rest = _LINE_END.split(piece)
        events = []
        for part in ended:
            event = self._end_line(part)
            if event is not None:
                events.append(event)
        self._line += rest
        self._grow(len(rest))
        return events

    def end(self) -> list[ServerSentEvent]:
        """Return the event, if any, that the stream's end completes."""
        events = [self._end_line(b""), self._dispatch()]
        return [event for event in events if event is not None]

    def _grow(self, count: int) -> None:
        self._size += count
        if self._size > self._longest:
            raise BadStream(f"{self._sender} sent an event of more than {self._longest} bytes")

    def _end_line(self, line: bytes) -> ServerSentEvent | None:
        self._grow(len(line))
        if self._line:
            line = bytes(self._line) + line
            self._line.clear()
        if self._is_first_line:
            line = line.removeprefix(b"\xef\xbb\xbf")
            self._is_first_line = False
        if not line:
            return self._dispatch()
        name, _, value = line.partition(b":")
        self._take(name, value.removeprefix(b" ").decode("utf-8", "replace"))
        if not self._data:
            self._size = 0  # comments and the like are not kept
        return None

    def _take(self, name: bytes, value: str) -> None:
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._event = value
        # All else is a comment, a field that nobody knows, or for those who connect anew: an id, the time to wait.

    def _dispatch(self) -> ServerSentEvent | None:
        event = None
        if self._data:
            event = ServerSentEvent("\n".join(self._data), self._event or "message")
        self._data.clear()
        self._event, self._size = "", 0
        return event
