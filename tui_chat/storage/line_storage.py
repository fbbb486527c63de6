"""A TinyDB storage that appends what changed: valid JSON after every commit, one sync of the disk for each.

Documents are not kept in memory: only where their lines are. Other processes may write the same file; what they wrote
is seen by a look at the file's size.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from tui_chat.domain.errors import HistoryLocked, HistoryNotSaved, HistoryUnreadable
from tui_chat.storage.compaction import cut_torn, rewrite
from tui_chat.storage.copies import drop_copies, leftovers
from tui_chat.storage.layout import Changes, Documents, Key, changes_of, fold, line
from tui_chat.storage.line_file import Identity, append, identity
from tui_chat.storage.line_reader import LineReader
from tui_chat.storage.lines import Lines
from tui_chat.storage.tables import Tables
from tui_chat.storage.write_lock import WriteLock

#: Bytes of appended commits from which they are worth being folded into their tables.
LONG_TAIL = 2 << 20

#: Bytes from which they are folded even while more of them come, unless the tables are longer still: replies that never
#: pause would else fill the disk, since each checkpoint holds all that has come.
HUGE_TAIL = 32 << 20

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
        # A link stays a link, and who comes by another one meets the same lock.
        self._target = Path(os.path.realpath(path))
        self._lock = WriteLock(self._target, path)
        self._mutex = threading.RLock()
        self._reader = LineReader(self._target, path)
        self._seen: Identity | None = None
        self._pending: dict[str, Documents] = {}
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
                seen = self._look()
                if seen == self._seen and not self._reader.is_torn:
                    return {}
                changes = self._follow(seen)
            except OSError as error:
                raise HistoryUnreadable(
                    f"{self.path} cannot be read: {error.strerror or error}.", path=self.path
                ) from error
            if changes != {}:
                self.on_change(changes)
            return changes

    def _look(self) -> Identity | None:
        seen = identity(self._target)
        if seen is None and self.path.is_symlink() and not self._target.parent.is_dir():
            raise HistoryUnreadable(
                f"{self.path} is a link into a folder that is not there: {self._target.parent}.",
                path=self.path,
                advice="Connect the disk it is on, or remove the link.",
            )
        return seen

    def _follow(self, seen: Identity | None) -> dict[str, Documents] | None:
        before, self._seen = self._seen, seen
        try:
            if before is not None and seen is not None and seen.is_same_file(before):
                grew = seen.size > before.size or self._reader.is_torn
                changes = self._reader.read_on() if grew and seen.size > self._reader.index.end else None
                if changes is not None:
                    return changes
            if self._reader.open(is_there=seen is not None):
                self.notes.append(f"{self.path.name} was cut short or changed by hand; what is whole is here.")
            elif seen is not None and not seen.size:
                self.notes.append(f"{self.path.name} was empty. If it was not before, put a copy in its place.")
        except BaseException:
            # Nothing is known of it: the next look must be a new one, and nothing may be written.
            self._reader.close()
            self._seen = None
            raise
        return None

    def tables(self) -> list[str]:
        """Return the names of the tables, in the order of the file."""
        return list(dict.fromkeys([*self._reader.tables(), *self._pending]))

    def documents(self, table: str) -> Documents:
        """Return a table, read anew; an empty one if there is none."""
        with self._mutex:
            found = self._reader.documents(table)
            fold(found, self._pending.get(table, {}))
            return found

    def lines(self) -> Lines:
        """Return the lines as they are now, for another thread to search."""
        with self._mutex:
            return self._reader.lines()

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
                self._look()
                with self._lock.held():
                    self.refresh()
                    self._refuse_newer()
                    self._in_commit = True
                    yield
                    if self._pending:
                        self._write()
            finally:
                self._in_commit = False
                self._pending = {}

    def _refuse_newer(self) -> None:
        if self._reader.index.is_newer:
            raise HistoryNotSaved(
                f"{self.path} was written by a newer tui-chat; this one can only read it.",
                path=self.path,
                advice="Update tui-chat.",
            )

    def put(self, table: str, changes: Changes) -> None:
        """Change documents of a table; only inside a commit."""
        assert self._in_commit, "outside a commit"  # noqa: S101  # a bug, not an input
        if changes:
            # One line a table: any TinyDB would see only the last of two with the same name.
            self._pending.setdefault(table, {}).update(changes_of(changes))

    def _write(self) -> None:
        """Append what was put; a file that is not in our layout, or not whole, is brought into it."""
        reader = self._reader
        if not reader.is_ours:
            self._rewrite()
            return
        if reader.is_torn:
            self._cut_torn()
        append(self._target, reader.index.end, self._encoded(reader.index.seq + 1))
        reader.read_on()
        self._seen = identity(self._target)

    def _encoded(self, seq: int) -> bytes:
        *others, last = self._pending
        keys = [*(Key(table, seq, has_more=True) for table in others), Key(last, seq)]
        return b"".join(line(key, self._pending[key.table]) for key in keys)

    def _cut_torn(self) -> None:
        copy = cut_torn(self._reader)
        if copy is not None:
            self.notes.append(f"The last change to {self.path.name} was not whole. It is kept as {copy.name}.")
        self._seen = identity(self._target)

    def compact(self, *, force: bool = False, is_busy: bool = False) -> None:
        """Fold the appended changes, if there are many, into their tables: a new file takes the place of the old.

        Args:
            force: Do it for few, too: nothing that was removed is in the file any more then.
            is_busy: Whether more will come at once; it is then done only for very many.

        Raises:
            HistoryError: as `commit`.
        """
        if not (force or self._has_long_tail(is_busy=is_busy)):
            return
        with self.commit():
            if self._reader.is_there and (force or self._has_long_tail(is_busy=is_busy)):
                if self._reader.is_torn:
                    self._cut_torn()
                self._rewrite()
                self._pending = {}

    def _has_long_tail(self, *, is_busy: bool) -> bool:
        index = self._reader.index
        return index.end - index.base > (max(HUGE_TAIL, index.base) if is_busy else LONG_TAIL)

    def _rewrite(self) -> None:
        rewrite(self._reader, {table: self.documents(table) for table in self._pending})
        self._seen = identity(self._target)

    def clean_up(self) -> None:
        """Put right what a killed process left, unless somebody writes just now: half a commit, temporary files.

        Where nothing may be written, it stays as it is.
        """
        with suppress(OSError):
            if not leftovers(self._target) and not self._reader.is_torn:
                return
            with self._mutex, self._lock.held_if_free():
                for left in leftovers(self._target):
                    left.unlink()
                self.refresh()
                if self._reader.is_torn and not self._reader.index.is_newer:
                    self._cut_torn()

    def forget(self, marks: Sequence[str]) -> None:
        """See to it that what was removed is nowhere, nor in the copies beside the file that mention any of ``marks``.

        Raises:
            HistoryError: as `commit`.
        """
        with self.commit():
            self.compact(force=True)
            if self._reader.is_there:
                drop_copies(self._target, marks)

    def close(self) -> None:
        """Let go of the file. Commits at the end of it are folded first, all if it is small, else if they are many."""
        with self._mutex:
            index = self._reader.index
            if self._reader.is_ours and not self._reader.is_torn and not index.is_newer:
                with suppress(HistoryLocked, HistoryNotSaved, HistoryUnreadable):
                    self.compact(force=index.base < index.end <= SMALL)
            self._reader.close()
            self._seen = None

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
                self.put(name, changes)
