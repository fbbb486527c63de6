"""A mended copy of a history: everything that could be read, put so that it fits together."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from tui_chat.domain.errors import HistoryUnreadable
from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.backup import place_for, write_new
from tui_chat.storage.checkup import Fault, cycle_starts, is_record, read
from tui_chat.storage.layout import Documents

#: The table with what is neither session nor message, so that nothing is lost.
SET_ASIDE = "set-aside"


class Repaired(NamedTuple):
    """A copy that was written."""

    path: Path
    sessions: int
    messages: int
    set_aside: int
    """Documents that are neither, or have the id of a newer one; they are kept in a table of their own."""


def repair(path: Path, wanted: Path) -> Repaired:
    """Write a mended copy of a history to a new file; the history is not touched.

    Args:
        path: The history.
        wanted: A file that does not exist, or a folder that gets one named by the time.

    Raises:
        HistoryUnreadable: if nothing can be read, or a newer version wrote it.
        TransferError: if the copy cannot be written.
    """
    found = read(path)
    if any(one.fault is Fault.NEWER for one in found.problems):
        raise HistoryUnreadable(f"{path} was written by a newer tui-chat.", path=path, advice="Update tui-chat.")
    if not any(found.tables.values()) and any(one.fault is Fault.UNREADABLE for one in found.problems):
        raise HistoryUnreadable(f"Nothing in {path} can be saved.", path=path)
    target = place_for(path, wanted)
    tables = mended(found.tables)
    write_new(target, tables)
    messages = sum(len(documents) for name, documents in tables.items() if name.startswith("messages/"))
    return Repaired(target, len(tables["sessions"]), messages, len(tables.get(SET_ASIDE, {})))


def mended(tables: dict[str, Documents]) -> dict[str, Documents]:
    """Return all documents so that they fit together."""
    aside = list(tables.get(SET_ASIDE, {}).values())
    sessions = _records(ChatSession, tables.get("sessions", {}), aside)
    done: dict[str, Documents] = {"sessions": sessions}
    known = {document["id"]: number for number, document in sessions.items()}
    counts = dict.fromkeys(known, 0)
    for name, documents in tables.items():
        if not name.startswith("messages/"):
            if name not in ("sessions", SET_ASIDE):
                done[name] = documents
            continue
        session_id = name.removeprefix("messages/")
        messages = _connected(session_id, _records(ChatMessage, documents, aside))
        if not messages:
            continue
        done[name] = messages
        counts[session_id] = len(messages)
        if session_id not in known:
            known[session_id] = str(max(map(int, sessions), default=0) + 1)
            sessions[known[session_id]] = _session_for(session_id, list(messages.values()))
    for session_id, number in known.items():
        sessions[number] = {**sessions[number], "message_count": counts[session_id]}
    if aside:
        done[SET_ASIDE] = {str(number): document for number, document in enumerate(aside, 1)}
    return done


def _records(kind: type[ChatSession | ChatMessage], documents: Documents, aside: list[Any]) -> Documents:
    """Return the documents that are what they should be, of those with one id the newest; the others go aside."""
    newest: dict[str, str] = {}
    for number in sorted(documents, key=int):
        document = documents[number]
        if not is_record(kind, document):
            aside.append(document)
            continue
        if document["id"] in newest:
            aside.append(documents[newest.pop(document["id"])])
        newest[document["id"]] = number
    return {number: documents[number] for number in sorted(newest.values(), key=int)}


def _connected(session_id: str, messages: Documents) -> Documents:
    """Return messages whose parents are there and lead to a first one."""
    parents = {document["id"]: document.get("parent_id") for document in messages.values()}
    roots = {*cycle_starts(parents), *(one for one, parent in parents.items() if parent not in parents)}
    joined: Documents = {}
    for number, document in messages.items():
        joined[number] = {**document, "session_id": session_id}
        if document["id"] in roots:
            joined[number].pop("parent_id", None)
    return joined


def _session_for(session_id: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a session for messages that have none."""
    first, last = (ChatMessage.model_validate(document).created_at for document in (messages[0], messages[-1]))
    session = ChatSession(
        id=session_id,
        name=f"Recovered session {session_id[:8]}",
        created_at=first,
        updated_at=last,
        current_node=messages[-1]["id"],
    )
    return session.to_document()
