"""Zip archives whose end is missing, as after a download that broke off: what is there, file by file.

The list of an archive's files stands at its end, but each file has a head of its own, too.
(PKWARE's APPNOTE.TXT, sections 4.3.7 and 4.4.)
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

_HEAD = struct.Struct("<4sHHHHHIIIHH")
_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED, _SIZE_FOLLOWS, _UTF8 = 0x1, 0x8, 0x800
_STORED, _DEFLATED = 0, 8
_CHUNK = 1 << 16
_MOST_FILES = 10_000


class CutFile(NamedTuple):
    """A file in such an archive."""

    path: Path
    """The archive."""
    name: str
    start: int
    """Where its bytes begin."""
    packed: int
    """Bytes of it in the archive, as far as they are there."""
    size: int
    """Bytes of it; a guess where its head does not say."""
    is_deflated: bool

    def open(self) -> _Reader:
        """Open it.

        Raises:
            OSError: if that is not possible.
        """
        return _Reader(self)


class _Reader:
    """What is left of a file; it simply ends where the archive does."""

    def __init__(self, file: CutFile) -> None:
        self._raw: BinaryIO = file.path.open("rb")
        self._raw.seek(file.start)
        self._left = file.packed
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if file.is_deflated else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    def read(self, size: int) -> bytes:
        """Return some bytes."""
        while True:
            if self._inflate is None:
                return self._packed(size)
            chunk = self._inflate.unconsumed_tail or self._packed(_CHUNK)
            if not chunk or self._inflate.eof:
                return b""
            try:
                found = self._inflate.decompress(chunk, size)
            except zlib.error:
                return b""
            if found:
                return found

    def _packed(self, size: int) -> bytes:
        chunk = self._raw.read(min(size, self._left))
        self._left -= len(chunk)
        return chunk


def cut_files(path: Path) -> Iterator[CutFile]:
    """Yield the files of an archive, in their order, until there is no further head.

    Raises:
        OSError: if it cannot be read.
    """
    end = path.stat().st_size
    with path.open("rb") as file:
        for _ in range(_MOST_FILES):
            head = file.read(_HEAD.size)
            if len(head) < _HEAD.size or not head.startswith(_SIGNATURE):
                return
            _, _, flags, method, _, _, _, packed, size, name_length, extra_length = _HEAD.unpack(head)
            name = file.read(name_length).decode("utf-8" if flags & _UTF8 else "cp437", "replace")
            start = file.tell() + extra_length
            is_open = bool(flags & _SIZE_FOLLOWS) and not packed
            packed = min(packed, end - start) if not is_open else max(0, end - start)
            if not flags & _ENCRYPTED and method in (_STORED, _DEFLATED) and not (is_open and method == _STORED):
                yield CutFile(path, name, start, packed, size, method == _DEFLATED)
            file.seek(_end(file, start) if is_open and method == _DEFLATED else start + packed)


def _end(file: BinaryIO, start: int) -> int:
    """Return where the next head may be, after a file whose head does not tell its length."""
    file.seek(start)
    inflate, at = zlib.decompressobj(-zlib.MAX_WBITS), start
    while not inflate.eof:
        chunk = inflate.unconsumed_tail or file.read(_CHUNK)
        if not chunk:
            return at
        try:
            inflate.decompress(chunk, _CHUNK)
        except zlib.error:
            return at
        at = file.tell() - len(inflate.unconsumed_tail) - len(inflate.unused_data)
    file.seek(at)
    described = file.read(4) == b"PK\x07\x08"
    return at + (16 if described else 12)
