"""A look at how deep JSON is nested, before a parser gets to it whose cost grows with the square of the depth."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

from tui_chat.importers.streams import Utf8Stream

DEEPEST = 4000
"""Levels that are read. A session whose answers are nested in their prompts has two a message."""

_CHUNK = 1 << 16

_BRACKETS = b'[]{}"'
_OTHERS = bytes(set(range(256)) - set(_BRACKETS))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class TooDeep(ValueError):
    """The JSON is nested deeper than anybody would."""


class NestingGuard:
    """Passes a stream of JSON on, as long as it is not nested too deeply.

    Args:
        stream: The stream.
        deepest: Levels that may be.
        waiting: Returns how many bytes were read since the last value was whole. Of a long one more is read at a
            time, since the parser begins anew with each part of a text.
    """

    def __init__(self, stream: Utf8Stream, deepest: int = DEEPEST, waiting: Callable[[], int] = lambda: 0) -> None:
        self._stream = stream
        self._deepest = deepest
        self._waiting = waiting
        self._state = _State()
        self._is_refused = False

    def read(self, size: int = _CHUNK) -> bytes:
        """Return some bytes.

        Raises:
            TooDeep: if they go down too far; what comes before was returned.
        """
        if not size:  # asked by the parser, to see what it gets
            return b""
        chunk = b"" if self._is_refused else self._stream.read(max(size, self._waiting() // 4))
        state = self._state.after(chunk, self._deepest)
        if state is None:
            chunk = self._accepted(chunk)
            self._is_refused = True
        else:
            self._state = state
        if self._is_refused and not chunk:
            raise TooDeep(f"it is nested more than {self._deepest} levels deep")
        return chunk

    def _accepted(self, chunk: bytes) -> bytes:
        """Return the part of a chunk that does not go down too far."""
        good, bad = 0, len(chunk)
        while bad - good > 1:
            middle = (good + bad) // 2
            if self._state.after(chunk[:middle], self._deepest) is None:
                bad = middle
            else:
                good = middle
        return chunk[:good]


class _State(NamedTuple):
    """Where in a JSON text one is."""

    depth: int = 0
    is_in_string: bool = False
    rest: bytes = b""
    """A backslash whose character comes in the next chunk."""

    def after(self, chunk: bytes, deepest: int) -> _State | None:
        """Return the state after a chunk; ``None`` if it goes down too far."""
        data = self.rest + chunk
        cut = len(data) - (len(data) - len(data.rstrip(b"\\"))) % 2
        bare = data[:cut].replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _OTHERS)
        pieces = bare.split(b'"')
        brackets = b"".join(pieces[self.is_in_string :: 2])
        if self.depth + len(brackets) > deepest:
            levels = accumulate((_STEPS[one] for one in brackets), initial=self.depth)
            if max(levels) > deepest:
                return None
        depth = self.depth + 2 * (brackets.count(b"[") + brackets.count(b"{")) - len(brackets)
        return _State(depth, self.is_in_string ^ (len(pieces) % 2 == 0), data[cut:])
