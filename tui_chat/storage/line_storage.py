"""A TinyDB storage that appends what changed: valid JSON after every commit, one sync of the disk for each.

Documents are not kept in memory: only where their lines are. Other processes may write the same file; what they wrote
is seen by a look at the file's size.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout
from tinydb.storages import Storage

from tui_chat.domain.errors import HistoryLocked, HistoryNotSaved, HistoryUnreadable
from tui_chat.storage.copies import keep_copy, leftovers, rewrite
from tui_chat.storage.layout import (
    FORMAT,
    MAGIC,
    STORE,
    Changes,
    Documents,
    Key,
    Segment,
    changes_of,
    documents_of,
    fold,
    fold_all,
    line,
    loads,
)
from tui_chat.storage.line_index import LineIndex
from tui_chat.storage.lines import Lines
from tui_chat.storage.tables import Tables

#: Seconds to wait for another process that is writing.
LOCK_TIMEOUT = 5.0

#: Bytes of appended commits from which they are worth being folded into their tables.
LONG_TAIL = 2 << 20

#: A file up to so many bytes is left without a tail when it is closed, so that any TinyDB finds nothing unusual in it.
SMALL = 8 << 20


class LineStorage(Storage):
    """The history file.

    Attributes:
        path: Where it is.
        notes: What had to be mended when it was opened, in sentences for the user.
        on_change: Told what `refresh` found, also when a commit begins with it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        self.on_change: Callable[[dict[str, Documents] | None], None] = lambda _changes: None
        self._lock = FileLock(f"{path}.lock", timeout=LOCK_TIMEOUT, mode=0o600)
        self._mutex = threading.RLock()
        self._file: BinaryIO | None = None
        self._index = LineIndex()
        self._foreign: dict[str, Documents] | None = None
        """The tables of a file that somebody else wrote, until the first commit brings it into our layout."""
        self._seen: tuple[int, int, int] | None = None
        self._pending: list[tuple[str, Documents]] = []
        self._in_commit = False

    # ---- reading ----------------------------------------------------------------------------------------------------

    def refresh(self) -> dict[str, Documents] | None:
        """See what other processes wrote; one look at the file's size if that is nothing.

        Returns:
            The changes by table; ``None`` if the file is another one now, and anything may have changed.

        Raises:
            HistoryUnreadable: if it is no history, or cannot be read.
        """
        with self._mutex:
            try:
                seen = _identity(self.path)
                if seen == self._seen:
                    return {}
                changes = self._follow(seen)
                if self._file is not None and self._foreign is None and not self._index.is_clean:
                    # Somebody is writing, or died of it; the clock of the file is too coarse to tell when that ends.
                    self._seen = None
            except OSError as error:
                raise HistoryUnreadable(f"{self.path} cannot be read: {error.strerror}.", path=self.path) from error
            self.on_change(changes)
            return changes

    def _follow(self, seen: tuple[int, int, int] | None) -> dict[str, Documents] | None:
        before, self._seen = self._seen, seen
        file = self._file
        grew = before is not None and seen is not None and seen[0] == before[0] and seen[1] > before[1]
        if file is None or not grew or self._foreign is not None or not self._index.is_clean:
            self._open(is_there=seen is not None)
            return None
        file.seek(self._index.end - 1)
        if file.read(2) not in (b"\n,", b"\n}"):
            self._open(is_there=True)
            return None
        found = self._index.read_on(file)
        changed: dict[str, Documents] = {}
        for table, segments in found.items():
            for segment in segments:
                if not segment.key.seq:
                    return None
                changed.setdefault(table, {}).update(self._parse(segment))
        return changed

    def _open(self, *, is_there: bool) -> None:
        try:
            self._read_index(is_there=is_there)
        except BaseException:
            # Nothing is known of it: the next look must be a new one, and nothing may be written.
            self._let_go()
            self._seen = None
            raise

    def _read_index(self, *, is_there: bool) -> None:
        self._let_go()
        self._index = LineIndex()
        self._foreign = None
        if not is_there:
            return
        # Without a buffer, which would not notice what was appended since.
        self._file = self.path.open("rb", buffering=0)
        first = self._file.read(len(MAGIC))
        if first == MAGIC:
            self._index.read(self._file)
            if self._index.is_damaged:
                self.notes.append(f"{self.path.name} was cut short or changed by hand; what is whole is here.")
        else:
            self._foreign = self._parse_foreign(first + self._file.read())

    def _parse_foreign(self, content: bytes) -> dict[str, Documents]:
        if not content.strip():
            return {}
        try:
            tables = loads(content)
        except (ValueError, RecursionError) as error:
            raise HistoryUnreadable(f"{self.path} is damaged: {error}.", path=self.path) from error
        if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
            raise HistoryUnreadable(f"{self.path} is not a history of tui-chat.", path=self.path)
        with suppress(KeyError, TypeError, ValueError):
            self._index.format = int(tables[STORE]["1"]["format"])
        try:
            return fold_all(tables)
        except (TypeError, AttributeError) as error:
            raise HistoryUnreadable(f"{self.path} is not a history of tui-chat.", path=self.path) from error

    def tables(self) -> list[str]:
        """Return the names of the tables, in the order of the file."""
        names = self._index.names() if self._foreign is None else list(self._foreign)
        return [*names, *(name for name in dict.fromkeys(one for one, _ in self._pending) if name not in names)]

    def documents(self, table: str) -> Documents:
        """Return a table, read anew; an empty one if there is none."""
        with self._mutex:
            found: Documents = {}
            if self._foreign is not None:
                found = dict(self._foreign.get(table, {}))
            for segment in self._index.segments(table):
                fold(found, self._parse(segment))
            for name, changes in self._pending:
                if name == table:
                    fold(found, changes)
            return found

    def lines(self) -> Lines:
        """Return the lines as they are now, for another thread to search."""
        with self._mutex:
            return Lines(self._file, self._index, self._foreign)

    def _parse(self, segment: Segment) -> Documents:
        try:
            return documents_of(segment.key, self._bytes(segment))
        except ValueError as error:
            raise HistoryUnreadable(f"{self.path} is damaged: {error}.", path=self.path) from error

    def _bytes(self, segment: Segment) -> bytes:
        assert self._file is not None  # noqa: S101  # there are no segments without a file
        self._file.seek(segment.offset)
        return self._file.read(segment.length)

    # ---- writing ----------------------------------------------------------------------------------------------------

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Write everything that is put inside as one change, with one sync of the disk.

        Raises:
            HistoryLocked: if another process holds the file for too long.
            HistoryNotSaved: if it cannot be written; nothing of it is then.
            HistoryUnreadable: if it has become something else than a history.
        """
        with self._mutex:
            if self._in_commit:
                yield
                return
            try:
                with self._locked():
                    self._in_commit = True
                    yield
                    if self._pending:
                        self._write()
            finally:
                self._in_commit = False
                self._pending.clear()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock:
                self.refresh()
                self._refuse_newer()
                yield
        except Timeout as error:
            raise HistoryLocked(f"{self.path} is in use by another process.", path=self.path) from error
        except OSError as error:
            raise HistoryNotSaved(f"{self.path} could not be written: {error.strerror}.", path=self.path) from error

    def put(self, table: str, changes: Changes) -> None:
        """Change documents of a table; only inside a commit."""
        assert self._in_commit, "outside a commit"  # noqa: S101  # a bug, not an input
        self._pending.append((table, changes_of(changes)))

    def compact(self, *, force: bool = False) -> None:
        """Fold the appended changes, if there are many, into their tables: a new file takes the place of the old.

        Args:
            force: Do it for few, too: nothing that was removed is in the file any more then.

        Raises:
            HistoryError: as `commit`.
        """
        if not (force or self._has_long_tail):
            return
        with self.commit():
            if self._file is not None and (force or self._has_long_tail):
                self._rewrite()

    @property
    def _has_long_tail(self) -> bool:
        return self._index.end - self._index.base > LONG_TAIL

    def close(self) -> None:
        """Let go of the file. Commits at the end of a small one are folded into its tables first."""
        with self._mutex:
            index = self._index
            if self._file is not None and index.base < index.end <= SMALL and index.format <= FORMAT:
                with suppress(HistoryLocked, HistoryNotSaved, HistoryUnreadable):
                    self.compact(force=True)
            self._let_go()
            self._seen = None

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _refuse_newer(self) -> None:
        if self._index.format > FORMAT:
            raise HistoryNotSaved(
                f"{self.path} was written by a newer tui-chat; this one can only read it.",
                path=self.path,
                advice="Update tui-chat.",
            )

    def _write(self) -> None:
        """Append what was put; a file that is not in our layout, or not whole, is brought into it."""
        if self._file is None or self._foreign is not None or self._index.is_damaged:
            self._adopt()
            return
        index = self._index
        content = self._encoded(index.seq + 1)
        with self.path.open("r+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            if not index.is_clean and size > index.end:
                # What a process that died left of its last commit.
                file.seek(index.end)
                keep_copy(self.path, file.read(), "torn")
                file.truncate(index.end)
                _write_at(file, index.end, b"}")
            try:
                # What closes the object gives way last: until then the file is what it was.
                _write_at(file, index.end + 1, content[1:] + b"}")
            except BaseException:
                with suppress(OSError):
                    file.truncate(index.end + 1)
                raise
            _write_at(file, index.end, content[:1])
            os.fsync(file.fileno())
        index.read_on(self._file)
        self._seen = _identity(self.path)

    def _encoded(self, seq: int) -> bytes:
        last = len(self._pending) - 1
        keys = [Key(table, seq, has_more=place < last) for place, (table, _) in enumerate(self._pending)]
        return b"".join(line(key, changes) for key, (_, changes) in zip(keys, self._pending, strict=True))

    def _adopt(self) -> None:
        if self._file is not None:
            self._file.seek(0)
            content = self._file.read()
            if content.strip():
                keep_copy(self.path, content, "before")
        self._rewrite()

    def _rewrite(self) -> None:
        changed = {name for name, _ in self._pending}
        tables: dict[str, Segment | Documents] = {}
        for name in sorted(self.tables(), key=lambda one: one != "sessions"):
            segments = self._index.segments(name)
            if len(segments) == 1 and not segments[0].key.seq and name not in changed:
                tables[name] = segments[0]
            elif documents := self.documents(name):
                tables[name] = documents
        rewrite(self.path, self._index.seq + bool(self._pending), tables, self._file)
        self._open(is_there=True)
        self._seen = _identity(self.path)

    def clean_up(self) -> None:
        """Remove temporary files that a killed process left, unless somebody writes just now."""
        if leftovers(self.path):
            with suppress(Timeout, OSError), self._lock.acquire(blocking=False):
                for left in leftovers(self.path):
                    left.unlink()

    # ---- what TinyDB asks for ---------------------------------------------------------------------------------------

    def read(self) -> MutableMapping[str, Documents]:  # type: ignore[override]  # not a dict, and used as one
        """Return the tables, each read when it is looked at."""
        self.refresh()
        return Tables(self)

    def write(self, data: Mapping[str, Mapping[Any, Any]]) -> None:
        """Take over whole tables, as TinyDB's own methods give them."""
        with self.commit():
            for name in {*self.tables(), *data}:
                wanted = {str(number): dict(document) for number, document in data.get(name, {}).items()}
                had = self.documents(name)
                changes: dict[str, Any] = {n: one for n, one in wanted.items() if had.get(n) != one}
                changes |= {number: None for number in had if number not in wanted}
                if changes:
                    self.put(name, changes)


def _identity(path: Path) -> tuple[int, int, int] | None:
    """Return what changes whenever the file does; ``None`` if there is none."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _write_at(file: Any, offset: int, content: bytes) -> None:
    file.seek(offset)
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]
