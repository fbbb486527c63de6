r"""Makes foreign text safe to draw. Nothing that reaches the terminal can command it, reorder it or flood it.

===========================================  ==========================================================
What comes                                   What is shown
===========================================  ==========================================================
``\r\n``, ``\r``, U+2028, U+2029             a line break
C0 controls but tab and line break, DEL      their picture, one cell: ``ESC`` is ``␛``, ``BEL`` is ``␇``;
                                             what follows in an ANSI or OSC sequence stands as plain text
C1 controls (U+0080 to U+009F)               ``�``
bidi embeddings, overrides, isolates         ``�``, so that reordered text is noticed
surrogates, noncharacters                    ``�``
zero-width space, word joiner, soft hyphen,  nothing
byte order mark, invisible operators, tags
more than 8 zero-width characters in a row   the first 8 (marks on a letter, joiners, selectors)
===========================================  ==========================================================

Joiners, variation selectors, combining marks and the direction marks of right-to-left scripts pass: text needs them.
"""

from __future__ import annotations

import re

SHOWN = "�"
LIMIT = 8
"""How many zero-width characters may follow each other."""

_TABLE: dict[int, str | None] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "␡",
    **dict.fromkeys(range(0x80, 0xA0), SHOWN),
    **dict.fromkeys([0x2028, 0x2029, 0x0D], "\n"),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], SHOWN),
    **dict.fromkeys(range(0xD800, 0xE000), SHOWN),
    **dict.fromkeys([*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF], SHOWN),
    **dict.fromkeys([0x00AD, 0x180E, 0x200B, 0x2060, 0xFEFF], None),
    **dict.fromkeys([*range(0x2061, 0x2066), *range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC)], None),
    **dict.fromkeys(range(0xE0000, 0xE0080), None),
}
_ZERO_WIDTH = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u061c\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u200c-\u200f\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef"
)
_FLOOD = re.compile(f"([{_ZERO_WIDTH}]{{{LIMIT}}})[{_ZERO_WIDTH}]+")
_LAST = re.compile(f"[{_ZERO_WIDTH}]{{1,{LIMIT}}}\\Z")


def sanitize(text: str) -> str:
    """Return the text as it may be drawn: see the table above. It takes time in proportion to its length."""
    if not text.replace("\n", "").isprintable():
        text = text.replace("\r\n", "\n").translate(_TABLE)
    return text if text.isascii() else _FLOOD.sub(r"\1", text)


def one_line(text: str) -> str:
    """Return foreign words as they may be drawn in one line."""
    return " ".join(sanitize(text).split())


class Sanitizer:
    """Makes a stream safe, piece by piece; the pieces together are what `sanitize` makes of the whole."""

    def __init__(self) -> None:
        self._had_return = False
        self._last = ""
        """The zero-width characters at the end of what went out."""

    def feed(self, text: str) -> str:
        """Return the next piece, safe to draw."""
        if not text:
            return ""
        follows_return, self._had_return = self._had_return, text.endswith("\r")
        if follows_return and text.startswith("\n"):
            text = text[1:]
        if not self._last and text.isascii():
            return sanitize(text)
        safe = sanitize(self._last + text)[len(self._last) :]
        found = _LAST.search((self._last + safe)[-LIMIT:])
        self._last = found.group() if found else ""
        return safe
