"""Another version of the history, such as a synced folder keeps beside it, brought into this one by ids."""

from __future__ import annotations

import errno
from pathlib import Path

from tui_chat.domain.errors import HistoryUnreadable, TransferError
from tui_chat.domain.messages import ChatMessage, MessageStatus
from tui_chat.domain.sessions import ChatSession, SessionStatus
from tui_chat.domain.usage import Usage
from tui_chat.storage.checkup import Fault, conflict_copies, read
from tui_chat.storage.history import History
from tui_chat.storage.layout import Documents
from tui_chat.storage.merged import Merged
from tui_chat.storage.repair import mended
from tui_chat.storage.session_rows import load

#: Put behind the name of a version that was merged, so that it is kept and not met again.
MERGED = ".merged"

_UNFINISHED = (MessageStatus.QUEUED, MessageStatus.STREAMING, MessageStatus.INTERRUPTED)


def merge(history: History, other: Path) -> Merged:
    """Bring in what another version of a history has and this one has not; nothing is removed here.

    A message that both have stays as it is here, unless it was only finished there. The fields of a session are those
    of the version in which it was written to last.

    Args:
        history: The open history.
        other: The other version. It is kept, under another name.

    Raises:
        HistoryUnreadable: if the other version cannot be read; nothing is brought in then.
        HistoryError: if this one cannot be written; what was brought in before stays, and merging again is harmless.
        TransferError: if the other version could not be renamed.
    """
    found = read(other)
    if any(one.fault in (Fault.UNREADABLE, Fault.NEWER) for one in found.problems):
        raise HistoryUnreadable(f"{other} cannot be merged: {found.problems[0].text}", path=other)
    tables = mended(found.tables)
    new_sessions = new_messages = 0
    for document in tables["sessions"].values():
        theirs = load(ChatSession, document)
        if theirs is not None:
            ours = history.session(theirs.id)
            count = _merge_session(history, ours, theirs, tables.get(f"messages/{theirs.id}", {}))
            new_sessions += ours is None
            new_messages += count
    return Merged(_set_aside(other), new_sessions, new_messages)


def conflicts(path: Path) -> list[Path]:
    """Return the other versions of a history that lie beside it."""
    return list(dict.fromkeys([*conflict_copies(path), *conflict_copies(path.resolve())]))


def _merge_session(history: History, ours: ChatSession | None, theirs: ChatSession, documents: Documents) -> int:
    """Merge one session; return the number of messages that were brought in."""
    here = {message.id: message for message in history.messages(theirs.id)}
    there = [message for number in sorted(documents, key=int) if (message := load(ChatMessage, documents[number]))]
    wanted = [_ended(message) for message in there if _is_further(message, here.get(message.id))]
    is_newer = ours is None or theirs.updated_at > ours.updated_at
    session = theirs if is_newer or ours is None else ours
    if not wanted and session is ours:
        return 0
    session.status = SessionStatus.INTERRUPTED if session.status is SessionStatus.STREAMING else session.status
    together = {**here, **{message.id: message for message in wanted}}
    session.message_count = len(together)
    session.usage = sum((message.usage for message in together.values() if message.usage is not None), Usage())
    history.save(session.to_document(), [message.to_document() for message in wanted])
    return len(wanted)


def _is_further(theirs: ChatMessage, ours: ChatMessage | None) -> bool:
    if ours is None:
        return True
    return ours.status in _UNFINISHED and (
        theirs.status not in _UNFINISHED or (not ours.is_running and len(theirs.text) > len(ours.text))
    )


def _ended(message: ChatMessage) -> ChatMessage:
    """Return a message; a reply that was being written elsewhere is not written here."""
    if message.is_running:
        message.status = MessageStatus.INTERRUPTED
    return message


def _set_aside(other: Path) -> Path:
    target = other.with_name(other.name + MERGED)
    try:
        if target.exists():
            raise FileExistsError(errno.EEXIST, "there is a file of that name", str(target))
        return other.rename(target)
    except OSError as error:
        raise TransferError(
            f"{other} was merged but could not be renamed: {error.strerror}.", advice="Move it away by hand."
        ) from error
