"""Bytes in UTF-8, out of a file in whatever encoding."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import BinaryIO

_CHUNK = 1 << 16

#: Encodings by the first bytes; those of UTF-32 begin like those of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Utf8Stream:
    """A stream of UTF-8. Bytes that are none are read as Windows-1252, which is what they mostly are.

    Attributes:
        was_mended: Whether there were any.
    """

    def __init__(self, raw: BinaryIO, count: Callable[[int], None] = lambda _: None) -> None:
        self.was_mended = False
        self._raw = raw
        self._count = count
        self._rest = b""
        self._begins = True
        self._decoder: codecs.IncrementalDecoder | None = None

    def read(self, size: int = _CHUNK) -> bytes:
        """Return some bytes, not always as many as asked for; none at the end."""
        while True:
            if size == 0:
                return b""
            chunk = self._raw.read(max(size, 4))
            self._count(len(chunk))
            if self._begins:
                chunk = self._begin(chunk)
            found = self._recoded(chunk)
            if found or not chunk:
                return found

    def lines(self) -> Iterator[bytes]:
        """Yield the lines, without their ends."""
        pieces: list[bytes] = []
        while chunk := self.read():
            first, *others = chunk.split(b"\n")
            pieces.append(first)
            for other in others:
                yield b"".join(pieces)
                pieces = [other]
        yield b"".join(pieces)

    def _begin(self, chunk: bytes) -> bytes:
        self._begins = False
        if chunk.startswith(codecs.BOM_UTF8):
            return chunk[len(codecs.BOM_UTF8) :]
        encoding = next((name for mark, name in _MARKS if chunk.startswith(mark)), "")
        if not encoding and len(chunk) > 3 and 0 in chunk[:2]:
            # UTF-16 without a mark: JSON begins with an ASCII character.
            encoding = "utf-16-le" if chunk[0] else "utf-16-be"
        if encoding:
            self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        return chunk

    def _recoded(self, chunk: bytes) -> bytes:
        if self._decoder is not None:
            return self._decoder.decode(chunk, final=not chunk).encode("utf-8", "replace")
        data, is_last = self._rest + chunk, not chunk
        try:
            decoded, used = codecs.utf_8_decode(data, "strict", is_last)
        except UnicodeDecodeError:
            self.was_mended = True
            decoded, used = codecs.utf_8_decode(data, _MENDING, is_last)
            self._rest = data[used:]
            return decoded.encode()
        self._rest = data[used:]
        return data[:used]


_MENDING = "tui-chat-windows-1252"


def _mended(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError), error  # noqa: S101  # it is registered for decoding only
    # Byte by byte: what follows may be UTF-8 again.
    return error.object[error.start : error.start + 1].decode("cp1252", "replace"), error.start + 1


codecs.register_error(_MENDING, _mended)
