"""Lines of JSON, decoded from bytes as they come.

Lines end with LF and with nothing else: other line separators of Unicode are legal inside JSON, and a CR before the
LF is white space to it.
"""

from __future__ import annotations

from tui_chat.domain.errors import BadStream

#: Bytes that one line may have.
LONGEST_LINE = 16 * 1024 * 1024

_BLANK = b" \t\r"


class NDJSONDecoder:
    """Decodes one stream into the texts of its lines, without the empty ones.

    Args:
        sender: How the server is called in errors.
        longest: Bytes that one line may have.
    """

    def __init__(self, sender: str = "The server", longest: int = LONGEST_LINE) -> None:
        self._sender = sender
        self._longest = longest
        self._line = bytearray()
        """What has come of the line that has not ended yet."""
        self._is_first_line = True

    def feed(self, piece: bytes) -> list[str]:
        """Take in some bytes and return the lines that they complete.

        Raises:
            BadStream: if a line is longer than it may be.
        """
        *ended, rest = piece.split(b"\n")
        lines = []
        for part in ended:
            self._grow(part)
            lines += self.end()
        self._grow(rest)
        return lines

    def end(self) -> list[str]:
        """Return the line, if any, that the stream's end completes."""
        line = bytes(self._line)
        self._line.clear()
        if self._is_first_line:
            line = line.removeprefix(b"\xef\xbb\xbf")
            self._is_first_line = False
        line = line.strip(_BLANK)
        return [line.decode("utf-8", "replace")] if line else []

    def _grow(self, part: bytes) -> None:
        if len(self._line) + len(part) > self._longest:
            raise BadStream(f"{self._sender} sent a line of more than {self._longest} bytes")
        self._line += part
