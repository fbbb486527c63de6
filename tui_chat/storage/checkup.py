"""A look at the history that changes nothing: is it whole, does it fit together, what lies beside it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from tui_chat.domain.errors import HistoryUnreadable
from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.copies import kept_copies, leftovers
from tui_chat.storage.layout import FORMAT, Documents
from tui_chat.storage.line_index import LineIndex
from tui_chat.storage.line_reader import LineReader
from tui_chat.storage.migrations import OLDEST, migrate, newest_schema
from tui_chat.storage.salvage import salvage

#: How programs that keep folders in step name the other version of a file, behind its name.
_CONFLICT = r"( \(.*\)|\.sync-conflict-.*|[ _-]conflict.*| [0-9]+)"


class Fault(StrEnum):
    """What can be wrong."""

    UNREADABLE = "unreadable"
    NEWER = "newer"
    HEADER = "header"
    DAMAGED = "damaged line"
    TORN = "torn"
    NO_SESSION = "no session"
    NO_MESSAGE = "no message"
    UNKNOWN_SESSION = "unknown session"
    OTHER_SESSION = "other session"
    NO_PARENT = "no parent"
    CYCLE = "cycle"
    DUPLICATE = "duplicate id"
    COUNT = "wrong count"
    PERMISSIONS = "permissions"
    CONFLICT = "conflict copy"


class Problem(NamedTuple):
    """Something that is wrong."""

    fault: Fault
    text: str
    """What it is, in one sentence."""


class Checkup(NamedTuple):
    """What a look at the history found."""

    path: Path
    is_there: bool
    format: int
    """The layout that it says it has."""
    schema: int
    """The shape of the documents that it says it has."""
    size: int
    """In bytes."""
    tail: int
    """Bytes of changes that are not folded into their tables yet."""
    sessions: int
    messages: int
    problems: list[Problem]
    notes: list[str]
    """What is no fault and good to know."""

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @property
    def is_readable(self) -> bool:
        """Whether the app can open it."""
        return all(problem.fault is not Fault.UNREADABLE for problem in self.problems)


class Contents(NamedTuple):
    """All that a file holds, as far as it can be read."""

    tables: dict[str, Documents]
    problems: list[Problem]
    format: int
    schema: int
    size: int = 0
    tail: int = 0


def check(path: Path) -> Checkup:
    """Look at a history and at what lies beside it."""
    target = Path(os.path.realpath(path))
    beside = _conflicts(path, target)
    if not os.path.lexists(path):
        return Checkup(path, False, FORMAT, newest_schema(), 0, 0, 0, 0, beside, ["There is no history yet."])
    found = read(path)
    problems = [*found.problems, *faults(found.tables), *_permissions(target), *beside]
    messages = sum(len(documents) for name, documents in found.tables.items() if name.startswith("messages/"))
    sessions = len(found.tables.get("sessions", {}))
    facts = found.format, found.schema, found.size, found.tail
    return Checkup(path, True, *facts, sessions, messages, problems, list(_notes(target)))


def read(path: Path) -> Contents:
    """Read everything that can be read, and say what cannot."""
    reader = LineReader(Path(os.path.realpath(path)), path)
    try:
        if not path.exists():
            raise HistoryUnreadable(f"{path} is a link to a file that is not there.", path=path)
        with_damage = reader.open(is_there=True)
        reader.documents("sessions")
    except OSError as error:
        text = f"{path} cannot be read: {error.strerror}."
        return Contents({}, [Problem(Fault.UNREADABLE, text)], FORMAT, OLDEST)
    except HistoryUnreadable as error:
        content = reader.content()
        saved, index = salvage(content), reader.index
        problems = [Problem(Fault.UNREADABLE, error.text), *_newer(index), *_damaged(saved.damaged)]
        tables = migrate(saved.tables, index.schema)
        return Contents(tables, problems, index.format, index.schema, len(content))
    else:
        return _read(reader, with_damage=with_damage)
    finally:
        reader.close()


def _read(reader: LineReader, *, with_damage: bool) -> Contents:
    index, content = reader.index, reader.content()
    problems = _newer(index)
    if with_damage:
        problems.append(Problem(Fault.HEADER, "The lines are not where the header says: it was cut or edited."))
    tables = reader.foreign
    if tables is None:
        saved = salvage(content)
        tables = saved.tables
        whole = content[: index.end].count(b"\n")
        problems += _damaged([number for number in saved.damaged if number <= whole])
        if not index.is_clean:
            torn = len(content) - index.end
            text = f"The last {torn} bytes are not read: half a change, or what stands behind a damaged line."
            problems.append(Problem(Fault.TORN, text if torn else "The closing brace is missing."))
    return Contents(tables, problems, index.format, index.schema, len(content), index.end - index.base)


def _newer(index: LineIndex) -> list[Problem]:
    text = "It was written by a newer tui-chat; this one can only read it."
    return [Problem(Fault.NEWER, text)] if index.is_newer else []


def _damaged(numbers: list[int]) -> list[Problem]:
    return [Problem(Fault.DAMAGED, f"Line {number} is damaged.") for number in numbers]


# ---- what the documents say -----------------------------------------------------------------------------------------


def faults(tables: dict[str, Documents]) -> Iterator[Problem]:
    """Yield what does not fit together."""
    sessions = tables.get("sessions", {})
    known: dict[str, Any] = {}
    for number, document in sessions.items():
        if not is_record(ChatSession, document):
            yield Problem(Fault.NO_SESSION, f"Document {number} of the sessions is no session.")
        else:
            known[document["id"]] = document
    yield from _duplicates("sessions", sessions)
    for name, documents in tables.items():
        if not name.startswith("messages/"):
            continue
        session_id = name.removeprefix("messages/")
        if session_id in known:
            counted = known[session_id].get("message_count", 0)
            if counted != len(documents):
                text = f"Session {session_id} counts {counted} messages and has {len(documents)}."
                yield Problem(Fault.COUNT, text)
        elif documents:
            yield Problem(Fault.UNKNOWN_SESSION, f"{len(documents)} messages are of an unknown session {session_id}.")
        yield from _message_faults(session_id, documents)
    for session_id, session in known.items():
        if session.get("message_count", 0) and not tables.get(f"messages/{session_id}"):
            text = f"Session {session_id} counts {session['message_count']} messages and has none."
            yield Problem(Fault.COUNT, text)


def _message_faults(session_id: str, documents: Documents) -> Iterator[Problem]:
    where = f"session {session_id}"
    messages: dict[str, Any] = {}
    for number, document in documents.items():
        if not is_record(ChatMessage, document):
            yield Problem(Fault.NO_MESSAGE, f"Document {number} of {where} is no message.")
            continue
        messages[document["id"]] = document
        if document["session_id"] != session_id:
            yield Problem(Fault.OTHER_SESSION, f"Message {document['id']} of {where} names another session.")
    yield from _duplicates(where, documents)
    parents = {one: document.get("parent_id") for one, document in messages.items()}
    for message_id, parent in parents.items():
        if parent is not None and parent not in parents:
            yield Problem(Fault.NO_PARENT, f"Message {message_id} of {where} answers one that is not there.")
    for message_id in cycle_starts(parents):
        yield Problem(Fault.CYCLE, f"Message {message_id} of {where} follows from itself.")


def _duplicates(where: str, documents: Documents) -> Iterator[Problem]:
    counts = Counter(str(document["id"]) for document in documents.values() if "id" in document)
    for one, count in counts.items():
        if count > 1:
            yield Problem(Fault.DUPLICATE, f"{count} documents of {where} have the id {one}.")


def is_record(kind: type[ChatSession | ChatMessage], document: dict[str, Any]) -> bool:
    """Return whether a document is what it should be. One without an id would get a new one each time it is read."""
    try:
        kind.model_validate(document)
    except ValidationError:
        return False
    return "id" in document


def cycle_starts(parents: dict[str, str | None]) -> list[str]:
    """Return one message of each circle of parents: the first that is met."""
    starts: list[str] = []
    done: set[str] = set()
    for message_id in parents:
        path: set[str] = set()
        current: str | None = message_id
        while current in parents and current not in done and current not in path:
            path.add(current)
            current = parents[current]
        if current in path:
            starts.append(current)
        done |= path
    return starts


# ---- what lies beside it --------------------------------------------------------------------------------------------


def conflict_copies(path: Path) -> list[Path]:
    """Return the other versions of a file that a synced folder put beside it."""
    name = re.compile(re.escape(path.stem) + _CONFLICT + re.escape(path.suffix), re.IGNORECASE)
    try:
        return sorted(one for one in path.parent.iterdir() if name.fullmatch(one.name))
    except OSError:  # no folder, or no right to look into it
        return []


def _conflicts(path: Path, target: Path) -> list[Problem]:
    found = dict.fromkeys([*conflict_copies(path), *conflict_copies(target)])
    return [Problem(Fault.CONFLICT, f"A synced folder kept another version beside it: {one}.") for one in found]


def _permissions(target: Path) -> Iterator[Problem]:
    if not target.exists():
        return
    if os.name == "posix" and (mode := target.stat().st_mode & 0o077):
        yield Problem(Fault.PERMISSIONS, f"Others than its owner may use it ({mode:03o}); mend it with chmod 600.")
    if not os.access(target, os.W_OK):
        yield Problem(Fault.PERMISSIONS, "It cannot be written.")


def _notes(target: Path) -> Iterator[str]:
    try:
        for left in sorted(leftovers(target)):
            yield f"A temporary file of a process that writes or died: {left}"
        for copy in sorted(kept_copies(target)):
            yield f"Kept when something had to be mended: {copy}"
    except OSError as error:
        yield f"What lies beside it cannot be seen: {error.strerror}."
