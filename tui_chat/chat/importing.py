"""Importing sessions from files and from the stores of other programs."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from tui_chat.chat.import_report import ImportReport
from tui_chat.chat.titles import name_from
from tui_chat.domain.errors import TransferError
from tui_chat.domain.messages import ChatMessage, Role
from tui_chat.domain.sessions import UNNAMED, ChatSession, SessionSummary
from tui_chat.domain.tree import MessageTree
from tui_chat.domain.usage import Usage
from tui_chat.importers.places import Store, found_stores, store_of
from tui_chat.importers.registry import (
    IMPORTERS,
    UNTIMED,
    Imported,
    Importer,
    Item,
    Problem,
    Source,
    importer_of,
    read,
    sources_of,
    why_unknown,
)
from tui_chat.storage.library import Library
from tui_chat.storage.purged import Purged

__all__ = [
    "AUTO",
    "IMPORTERS",
    "Import",
    "ImportProgress",
    "ImportReport",
    "Looked",
    "Store",
    "format_names",
    "found_stores",
    "look_at",
    "paths_for",
]

AUTO = "auto"
"""The format that stands for whichever it is."""

_BATCH_SECONDS = 0.1
"""How long is read before what was read is saved: often enough for a progress bar and for stopping."""

_BATCH_MESSAGES = 2000

_LOOKED_AT = 20
"""Files whose format is found out for a preview."""

_MOST_PROBLEMS = 1000
"""Problems that are kept; a file with more is hopeless anyway."""


class ImportProgress(NamedTuple):
    """How far an import is."""

    done: int
    """Bytes that were read."""
    total: int
    """Bytes that there are."""
    sessions: int
    """Sessions that were read."""
    where: str
    """What is being read."""


def format_names() -> list[str]:
    """Return the names of the formats, first the one that stands for all."""
    return [AUTO, *IMPORTERS]


def paths_for(paths: Sequence[Path], name: str) -> list[Path]:
    """Return the paths to import; of a program that keeps a store on this computer, its store if none is given.

    Raises:
        TransferError: if no path is given, and there is no such store.
    """
    if paths:
        return [path.expanduser() for path in paths]
    store = store_of(name)
    if store is None:
        raise TransferError("There is nothing to import.", advice="Give the path of a file or a folder.")
    if not store.exists():
        raise TransferError(
            f"{IMPORTERS[name].label} has no sessions at {store}.", advice="Give the path of its store."
        )
    return [store]


class Import:
    """An import from some paths into the history. Made for one run.

    Args:
        library: The history.
        paths: Where the sessions are.
        name: Name of the format.
        is_trial: Whether nothing is to be written.
        is_again: Whether sessions that were removed here for good are to come back.

    Attributes:
        report: What came in so far.
    """

    def __init__(
        self,
        library: Library,
        paths: Sequence[Path],
        name: str = AUTO,
        *,
        is_trial: bool = False,
        is_again: bool = False,
    ) -> None:
        self.report = ImportReport(is_trial=is_trial)
        self._library = library
        self._paths = paths
        self._name = name
        self._known: dict[str, SessionSummary] = {}
        """Sessions that are here, deleted ones too."""
        self._is_again = is_again
        self._purged = Purged(None)
        self._read: set[str] = set()
        """Ids of the sessions that this import brought."""
        self._is_stopping = False

    def stop(self) -> None:
        """Stop soon; what is imported by then stays."""
        self._is_stopping = True

    async def run(self, on_progress: Callable[[ImportProgress], None] = lambda _: None) -> ImportReport:
        """Read everything, and save what is new, some of it at a time.

        Args:
            on_progress: Called now and then, in the event loop.

        Raises:
            TransferError: if a path leads nowhere, or there is nothing to be read.
            HistoryError: if the history could not be written; what was imported before stays.
        """
        self._known = {one.id: one for one in await self._library.summaries()}
        self._purged = await asyncio.to_thread(Purged, None if self._is_again else self._library.path)
        with ExitStack() as stack:
            sources = [one for path in self._paths for one in await asyncio.to_thread(sources_of, path, stack)]
            total, done = sum(source.size for source in sources), 0
            for source in sources:
                importer = await asyncio.to_thread(self._importer, source)
                async for position in self._import(source, importer):
                    read_bytes = done + min(position, source.size)
                    on_progress(ImportProgress(read_bytes, total, self.report.read, source.where))
                done += source.size
                if self._is_stopping:
                    self.report.is_stopped = True
                    return self.report
        if not self.report.read and not self.report.problems:
            places = ", ".join(str(path) for path in self._paths)
            raise TransferError(f"No sessions were found in {places}.", advice="Name the format, or another path.")
        return self.report

    def _importer(self, source: Source) -> Importer | None:
        try:
            return self._fitting(source)
        except OSError as error:
            self._note(Problem(source.where, f"it cannot be read: {error.strerror or error}"))
            return None

    def _fitting(self, source: Source) -> Importer | None:
        found = importer_of(source)
        is_given = source.packed is None and source.path in self._paths
        if self._name != AUTO:
            # What was given by name is read as what it is said to be, and its reader tells what is wrong.
            return IMPORTERS[self._name] if is_given or found is IMPORTERS[self._name] else None
        if found is None and is_given:
            self._note(Problem(source.where, why_unknown(source)))
        return found

    async def _import(self, source: Source, importer: Importer | None) -> AsyncIterator[int]:
        """Import a source, and yield after every part of it how far it was read."""
        if importer is None:
            return
        items = read(source, importer)
        is_last = False
        while not is_last and not self._is_stopping:
            batch, is_last = await asyncio.to_thread(_next_batch, items)
            await self._take(batch, importer)
            yield source.position
        await asyncio.to_thread(items.close)

    async def _take(self, batch: list[Item], importer: Importer) -> None:
        """Save the new sessions of a batch, and count everything."""
        sessions: list[ChatSession] = []
        messages: list[ChatMessage] = []
        for item in batch:
            if isinstance(item, Problem):
                self._note(item)
                continue
            self.report.formats[importer.label] += 1
            session, new = await self._new_of(item, importer)
            if session is not None:
                sessions.append(session)
                messages += new
        self.report.messages += len(messages)
        if sessions and not self.report.is_trial:
            await self._library.save_many(sessions, messages)

    async def _new_of(self, found: Imported, importer: Importer) -> tuple[ChatSession | None, list[ChatMessage]]:
        """Return what has to be saved of a session: all, what it has grown by, or nothing."""
        session = found.session
        known = self._known.get(session.id)
        if not found.messages:
            self.report.empty += 1
        elif known is not None and known.is_deleted:
            self.report.in_trash += 1
        elif known is None and session.id in self._purged:
            self.report.purged += 1
        elif known is None and session.id not in self._read:
            self._read.add(session.id)
            self.report.sessions += 1
            self.report.losses += found.losses
            return session if importer.is_complete else _named(session, found.messages), found.messages
        elif known is not None and session.id not in self._read:
            grown, new = await self._grown(found)
            self._read.add(session.id)
            self.report.grown += bool(new)
            self.report.present += not new
            return grown, new
        else:
            self.report.present += 1
        return None, []

    async def _grown(self, found: Imported) -> tuple[ChatSession | None, list[ChatMessage]]:
        """Return a session that was imported before, with what was added to it elsewhere since.

        What is not newer is left alone: it is here, or it was deleted here. Where messages have no times, nobody can
        tell which of them are newer.
        """
        if found.losses[UNTIMED]:
            return None, []
        session = await self._library.session(found.session.id)
        until, newest = session.imported_until, _newest(found.messages)
        if until is None or newest is None or newest <= until:
            return None, []
        tree = MessageTree(await self._library.messages(session.id))
        new: list[ChatMessage] = []
        for message in found.messages:
            if message.id in tree or message.created_at <= until:
                continue
            if message.parent_id is None or message.parent_id in tree:
                tree.add(message)
                new.append(message)
        leaf = found.session.current_node
        if leaf is not None and session.current_node in [one.id for one in tree.branch(leaf)]:
            session.current_node = leaf
        session.imported_until = newest
        session.updated_at = max(session.updated_at, newest)
        session.message_count = len(tree)
        session.usage = sum((one.usage for one in tree if one.usage is not None), Usage())
        return (session, new) if new else (None, [])

    def _note(self, problem: Problem) -> None:
        if len(self.report.problems) < _MOST_PROBLEMS:
            self.report.problems.append(problem)


def _next_batch(items: Iterator[Item]) -> tuple[list[Item], bool]:
    """Return what is read in a little while, and whether there is no more."""
    end = time.monotonic() + _BATCH_SECONDS
    batch: list[Item] = []
    messages = 0
    for item in items:
        batch.append(item)
        messages += len(item.messages) if isinstance(item, Imported) else 0
        if messages >= _BATCH_MESSAGES or time.monotonic() > end:
            return batch, False
    return batch, True


def _named(session: ChatSession, messages: list[ChatMessage]) -> ChatSession:
    """Give a session a name if it has none, and note up to where it was imported."""
    if session.name == UNNAMED:
        first = next((one.text for one in messages if one.role is Role.USER and one.text.strip()), "")
        session.name = name_from(first) or UNNAMED
    session.imported_until = session.imported_until or _newest(messages)
    return session


def _newest(messages: list[ChatMessage]) -> datetime | None:
    return max((message.created_at for message in messages), default=None)


class Looked(NamedTuple):
    """What is at a path, after a short look."""

    labels: tuple[str, ...] = ()
    """The formats of its files; empty if it has none that is known."""
    size: int = 0
    """Bytes of all of them."""
    trouble: str = ""
    """Why nothing can be imported from there; empty if something can."""


def look_at(path: Path) -> Looked:
    """Return what is at a path, for a preview; quick, so of many files only some are looked at."""
    labels: Counter[str] = Counter()
    try:
        with ExitStack() as stack:
            sources = sources_of(path.expanduser(), stack)
            for source in sources[:_LOOKED_AT]:
                found = importer_of(source)
                labels.update([found.label] if found else [])
            size = sum(source.size for source in sources)
            if labels:
                return Looked(tuple(labels), size)
            why = why_unknown(sources[0]) if len(sources) == 1 else "there are no sessions that are known"
            return Looked(size=size, trouble=why)
    except TransferError as error:
        return Looked(trouble=error.text.rstrip("."))
    except (OSError, RuntimeError) as error:  # it cannot be read; there is no home folder
        return Looked(trouble=str(error))
