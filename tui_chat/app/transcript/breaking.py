"""Lines that are too long to be laid out again with each piece that arrives: they are broken, and nobody sees it."""

from __future__ import annotations

from tui_chat.app.transcript.sanitize import sanitize

LONGEST = 8_192
"""Characters of a line of the source beyond which it is broken."""
MARK = "\u2060"
"""What stands behind such a break: it has no width, no block begins with it, and no text has it, see `sanitize`."""
_BREAK = "\n" + MARK


class Breaker:
    """Breaks the lines of a stream; where, does not depend on its pieces."""

    def __init__(self) -> None:
        self._column = 0

    def feed(self, text: str) -> str:
        """Return the next piece with its breaks."""
        if self._column + len(text) <= LONGEST:
            self._column = len(text) - text.rfind("\n") - 1 if "\n" in text else self._column + len(text)
            return text
        broken = []
        for line in text.split("\n"):
            room = LONGEST - self._column
            parts = [line[:room], *(line[at : at + LONGEST] for at in range(room, len(line), LONGEST))]
            broken.append(_BREAK.join(parts))
            self._column = 0
        self._column = len(parts[-1]) if len(parts) > 1 or len(broken) > 1 else LONGEST - room + len(line)
        return "\n".join(broken)


def whole(text: str) -> str:
    """Return a text without the breaks."""
    return text.replace(_BREAK, "")


def sanitized(code: str) -> str:
    """Return code that is safe to draw, with the breaks."""
    return _BREAK.join(map(sanitize, code.split(_BREAK)))
