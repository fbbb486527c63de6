"""Halves of characters.

JSON writes a character beyond U+FFFF as two escapes. A server that cuts its text anywhere may send one of them in each
delta; alone it is no character, which neither a string of the domain nor a file can hold. So each half is read as a
stand-in, which is joined with the other one, or becomes U+FFFD, once the text around it is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tui_chat.domain.events import ReasoningDelta, StreamEvent, TextDelta

#: Begins a stand-in. It is no character and means nothing in any text.
_MARK = "\ufdd0"

#: By how much the sign after the mark is further on than the half it stands for.
_SHIFT = 0xE000 - 0xD800

_LOST = "\ufffd"

#: Two halves that belong together, one alone, or any other escape in a JSON text.
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]..|u([dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)

_PAIR = re.compile(f"{_MARK}([\ue000-\ue3ff]){_MARK}([\ue400-\ue7ff])")
_ONE = re.compile(f"{_MARK}[\ue000-\ue7ff]")
_OPEN_END = re.compile(f"{_MARK}[\ue000-\ue3ff]$")


def stood_in(text: str) -> str:
    """Return a JSON text with a stand-in for each half that is alone."""
    return _ESCAPE.sub(lambda found: _stand_in(found[1]) if found[1] else found[0], text)


def without_halves(text: str) -> str:
    """Return a text with its stand-ins joined to characters; those that are alone are lost."""
    return _ONE.sub(_LOST, _PAIR.sub(_joined, text)) if _MARK in text else text


class Joiner:
    """Joins the halves of characters in the deltas of one reply."""

    def __init__(self) -> None:
        self._held: TextDelta | ReasoningDelta | None = None
        """A delta of nothing but the first half of a character."""

    def feed(self, events: Iterable[StreamEvent]) -> Iterator[StreamEvent]:
        """Yield events with whole characters; a half at the end of a delta is kept for the next one of its kind."""
        for event in events:
            if not isinstance(event, TextDelta | ReasoningDelta) or (self._held is None and _MARK not in event.text):
                yield event
                continue
            text = event.text
            if self._held is not None and self._held.kind == event.kind:
                text, self._held = self._held.text + text, None
            yield from self.end()
            if found := _OPEN_END.search(text):
                text, self._held = text[: found.start()], type(event)(text=found[0])
            if text or (isinstance(event, ReasoningDelta) and event.metadata):
                yield event.model_copy(update={"text": without_halves(text)})

    def end(self) -> Iterator[StreamEvent]:
        """Yield what is left of a half that no other one came to."""
        held, self._held = self._held, None
        if held is not None:
            yield held.model_copy(update={"text": _LOST})


def _stand_in(digits: str) -> str:
    return f"{_MARK}{chr(int(digits, 16) + _SHIFT)}"


def _joined(pair: re.Match[str]) -> str:
    halves = [chr(ord(sign) - _SHIFT) for sign in pair.groups()]
    return "".join(halves).encode("utf-16", "surrogatepass").decode("utf-16")
