"""What is read: a file, or a file in an archive. Nothing is ever written, and nothing is unpacked to the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from tui_chat.importers.streams import Utf8Stream

LARGEST_ITEM = 128 << 20
"""Bytes that one session may have, so that no file can fill the memory."""

_ROOM = 256 << 20
_HIGHEST_RATIO = 200
"""An archive that unpacks to more than ``_ROOM`` may grow at most so many times; texts grow 5 to 20 times."""

_PEEK = 1 << 16


class TooLarge(OSError):
    """More would be read than a session, or a file in an archive, can have."""


class Attachment(Protocol):
    """A file beside the sessions of an export."""

    @property
    def name(self) -> str:
        """Its name, without the folder."""

    def read(self) -> bytes:
        """Return its bytes; empty if they cannot be read."""


class Source:
    """A file that may hold sessions.

    Attributes:
        path: The file, or the archive that it is in.
        name: Its name; within an archive the name there.
        size: Bytes of it.
        packed: Bytes that it takes in its archive; ``None`` if it is in none.
        modified: When it was written: the time of what has none.
        position: Bytes that were read.
    """

    def __init__(
        self,
        path: Path,
        opener: Callable[[], BinaryIO],
        *,
        name: str,
        size: int,
        modified: datetime,
        packed: int | None = None,
        attachment: Callable[[str], Attachment | None] = lambda _: None,
    ) -> None:
        self.path = path
        self.name = name
        self.size = size
        self.packed = packed
        self.modified = modified
        self.position = 0
        self.attachment = attachment
        """Returns the file that has an id, as exports of ChatGPT name them."""
        self._opener = opener
        self._marked = 0

    @classmethod
    def of_file(cls, path: Path, attachment: Callable[[str], Attachment | None] = lambda _: None) -> Source:
        """Return a file as a source.

        Raises:
            OSError: if there is none.
        """
        facts = path.stat()
        return cls(
            path,
            lambda: path.open("rb"),
            name=path.name,
            size=facts.st_size,
            modified=datetime.fromtimestamp(max(facts.st_mtime, 0), UTC),
            attachment=attachment,
        )

    @property
    def where(self) -> str:
        """Its name for the user."""
        return self.name if self.packed is None else f"{self.path.name} › {self.name}"

    @property
    def waiting(self) -> int:
        """Bytes that were read since the last session."""
        return self.position - self._marked

    def mark(self) -> None:
        """Note that a session was read: what is read from here on belongs to the next one."""
        self._marked = self.position

    def peek(self) -> bytes:
        """Return the beginning, as UTF-8."""
        with self._open() as stream:
            return stream.read(_PEEK)

    @contextmanager
    def stream(self) -> Iterator[Utf8Stream]:
        """Open it: bytes in UTF-8, whatever it was written in.

        Raises:
            OSError: if it cannot be read.
            TooLarge: while it is read, if there is no end to it.
        """
        with self._open() as stream:
            self.position = self._marked = 0
            yield stream

    @contextmanager
    def _open(self) -> Iterator[Utf8Stream]:
        with self._opener() as raw:
            yield Utf8Stream(raw, self._count)

    def _count(self, read: int) -> None:
        self.position += read
        if self.waiting > LARGEST_ITEM:
            raise TooLarge(f"a single session has more than {LARGEST_ITEM >> 20} MB")
        if self.packed is not None and self.position > max(_ROOM, self.packed * _HIGHEST_RATIO):
            raise TooLarge("it unpacks to far more than sessions would")
