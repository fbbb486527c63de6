"""Lines that are too long to be laid out again with each piece that arrives: they are broken, and nobody sees it."""

from __future__ import annotations

import re

from tui_chat.app.transcript.sanitize import sanitize

LONGEST = 8_192
"""Characters of a line of the source beyond which it is broken."""
MARK = "\u2060"
"""What stands behind such a break: it has no width, no block begins with it, and no text has it, see `sanitize`."""
_BREAK = "\n" + MARK
_HEADING = re.compile(r"[ \t>*+\-\d.)]*#{1,6}(?:[ \t]|$)")
_HEAD = 80
"""Characters of a line that tell whether it is a heading: that ends with its line, so it cannot be broken."""


class Breaker:
    """Breaks the lines of a stream; where, does not depend on its pieces."""

    def __init__(self) -> None:
        self._column = 0
        self._head = ""

    def feed(self, text: str) -> str:
        """Return the next piece with its breaks."""
        first, *others = text.split("\n")
        broken = [self._go_on(first)]
        for line in others:
            self._column, self._head = 0, ""
            broken.append(self._go_on(line))
        return "\n".join(broken)

    def _go_on(self, text: str) -> str:
        """Return more of the line with its breaks."""
        self._head += text[: min(_HEAD, LONGEST) - len(self._head)]
        room = LONGEST - self._column
        if len(text) <= room or _HEADING.match(self._head):
            self._column += len(text)
            return text
        parts = [text[: max(room, 0)], *(text[at : at + LONGEST] for at in range(max(room, 0), len(text), LONGEST))]
        self._column = len(parts[-1])
        return _BREAK.join(parts)


def whole(text: str) -> str:
    """Return a text without the breaks."""
    return text.replace(_BREAK, "")


def sanitized(code: str) -> str:
    """Return code that is safe to draw, with the breaks."""
    return _BREAK.join(map(sanitize, code.split(_BREAK)))
