"""A look at how deep JSON is nested, before a parser gets to it whose cost grows with the square of the depth."""

from __future__ import annotations

from itertools import accumulate

from tui_chat.importers.streams import Utf8Stream

DEEPEST = 4000
"""Levels that are read. A session whose answers are nested in their prompts has two a message."""

_BRACKETS = b'[]{}"'
_OTHERS = bytes(set(range(256)) - set(_BRACKETS))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class TooDeep(ValueError):
    """The JSON is nested deeper than anybody would."""


class NestingGuard:
    """Passes a stream of JSON on, as long as it is not nested too deeply."""

    def __init__(self, stream: Utf8Stream, deepest: int = DEEPEST) -> None:
        self._stream = stream
        self._deepest = deepest
        self._depth = 0
        self._is_in_string = False
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Return some bytes.

        Raises:
            TooDeep: if they go down too far.
        """
        chunk = self._stream.read(size) if size >= 0 else self._stream.read()
        self._look(chunk)
        return chunk

    def _look(self, chunk: bytes) -> None:
        data = self._rest + chunk
        # An escape may be cut by the end of the chunk.
        cut = (len(data) - len(data.rstrip(b"\\"))) % 2
        self._rest = data[len(data) - cut :]
        data = data[: len(data) - cut].replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _OTHERS)
        pieces = data.split(b'"')
        brackets = b"".join(pieces[1 if self._is_in_string else 0 :: 2])
        self._is_in_string ^= len(pieces) % 2 == 0
        if self._depth + len(brackets) > self._deepest:
            deepest = max(accumulate((_STEPS[one] for one in brackets), initial=self._depth))
            if deepest > self._deepest:
                raise TooDeep(f"it is nested more than {self._deepest} levels deep")
        self._depth += 2 * (brackets.count(b"[") + brackets.count(b"{")) - len(brackets)
