"""Zip archives: their files as sources. Nothing is unpacked to the disk, so the names in them do no harm."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from tui_chat.importers.cut_archive import CutFile, cut_files
from tui_chat.importers.sources import Attachment, Source

MAGIC = b"PK\x03\x04"
"""What a zip archive begins with."""

LARGEST_ATTACHMENT = 32 << 20
"""Bytes of a file that goes into a message."""

MOST_FILES = 100_000
"""Files of an archive or a folder that are looked at."""

#: How exports of ChatGPT name a file: its id first.
_FILE_ID = re.compile(r"(file[-_][A-Za-z0-9]+)")

#: What may hold sessions, by the end of the name.
_SUFFIXES = (".json", ".jsonl", ".ndjson", ".md", ".markdown", ".yaml", ".yml")

#: What zipfile raises for archives that are damaged, encrypted or packed in an unknown way.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, OverflowError)


class DamagedArchive(OSError):
    """An archive, or a file in it, cannot be unpacked."""


class ArchivedFile(NamedTuple):
    """A file in an archive."""

    name: str
    """Its name, without the folder."""
    opener: Callable[[], BinaryIO]
    """Opens it."""

    def read(self) -> bytes:
        """Return its bytes; empty if they cannot be read, or are too many."""
        try:
            with self.opener() as file:
                data = file.read(LARGEST_ATTACHMENT + 1)
        except OSError:
            return b""
        return data if len(data) <= LARGEST_ATTACHMENT else b""


def archive_sources(path: Path, stack: ExitStack) -> list[Source]:
    """Return the files of an archive that may hold sessions; it stays open as long as the stack.

    Of an archive without its end, which lists the files, those are found that are there.

    Raises:
        OSError: if it cannot be read.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE:
        return list(_sources(path, [_cut(file) for file in cut_files(path)]))
    stack.enter_context(archive)
    return list(_sources(path, [_whole(archive, one) for one in archive.infolist()[:MOST_FILES]]))


class _Member(NamedTuple):
    name: str
    size: int
    packed: int
    modified: datetime | None
    opener: Callable[[], BinaryIO]


def _sources(path: Path, members: list[_Member]) -> Iterator[Source]:
    files: dict[str, Attachment] = {_file_id(one.name): ArchivedFile(_base(one.name), one.opener) for one in members}
    written = datetime.fromtimestamp(max(path.stat().st_mtime, 0), UTC)
    for one in members:
        if may_hold_sessions(one.name):
            yield Source(
                path,
                one.opener,
                name=_base(one.name),
                size=one.size,
                packed=one.packed,
                modified=one.modified or written,
                attachment=files.get,
            )


def may_hold_sessions(name: str) -> bool:
    """Return whether a file may hold sessions, by its path in an archive or a folder."""
    return _base(name).lower().endswith(_SUFFIXES) and not _base(name).startswith("._")


def attachments(paths: list[Path]) -> Callable[[str], Attachment | None]:
    """Return how to find the files of an unpacked archive by their ids."""
    files: dict[str, Attachment] = {_file_id(path.name): ArchivedFile(path.name, _opener(path)) for path in paths}
    return files.get


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


def _file_id(name: str) -> str:
    found = _FILE_ID.match(_base(name))
    return found[1] if found else name


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _whole(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    try:
        modified = datetime(*info.date_time, tzinfo=UTC) if info.date_time[0] > 1980 else None
    except ValueError:
        modified = None

    def opened() -> BinaryIO:
        try:
            return cast("BinaryIO", _Guarded(archive.open(info)))
        except _DAMAGE as error:
            raise DamagedArchive(_words(error)) from error

    return _Member(info.filename, info.file_size, info.compress_size, modified, opened)


def _cut(file: CutFile) -> _Member:
    return _Member(file.name, file.size, file.packed, None, lambda: cast("BinaryIO", file.open()))


class _Guarded:
    """A file in an archive whose damage is an `OSError`."""

    def __init__(self, file: object) -> None:
        self._file = cast("BinaryIO", file)

    def __enter__(self) -> _Guarded:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        """Return some bytes."""
        try:
            return self._file.read(size)
        except _DAMAGE as error:
            raise DamagedArchive(_words(error)) from error


def _words(error: Exception) -> str:
    if isinstance(error, RuntimeError) and "encrypted" in str(error):
        return "it is encrypted"
    if isinstance(error, NotImplementedError):
        return "it is packed in a way that is not known"
    return "the archive is damaged here"
