"""tui-chat's own JSON: a session with everything that is stored of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from tui_chat.domain.messages import ChatMessage, MessageStatus
from tui_chat.domain.sessions import ChatSession, SessionStatus
from tui_chat.importers.base import Imported, Item, Problem, Sample, Unreadable, stable_id, whole
from tui_chat.importers.nesting import NestingGuard, TooDeep
from tui_chat.importers.nodes import LOOPS
from tui_chat.importers.rows import parsed
from tui_chat.importers.sources import Source

FORMAT = "tui-chat-session"
VERSION = 1
"""The newest version that is understood."""

DAMAGED = "messages that are damaged"
REPEATED = "messages that were there twice"

#: More levels cannot be stored; what is exported has less than ten, unless a vendor's data has more.
_DEEPEST = 200

#: Ids are parts of names in the history file, in which some characters have a meaning.
_PLAIN_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


def fits(sample: Sample) -> bool:
    """Return whether it is ours."""
    return any(row.get("format") == FORMAT for row in sample.rows)


def read(source: Source) -> Iterator[Item]:
    """Yield the session of a file, or the sessions of an array of such."""
    # Not piece by piece like others: that parser would not keep every character.
    try:
        content = parsed(whole(source, lambda stream: NestingGuard(stream, _DEEPEST)))
    except (Unreadable, TooDeep) as error:
        yield Problem(source.where, str(error))
        return
    for row in content if isinstance(content, list) else [content]:
        if not isinstance(row, dict):
            yield Problem(source.where, "it is cut short or damaged")
            continue
        try:
            yield convert(row)
        except Unreadable as error:
            yield Problem(source.where, str(error))


def convert(row: Mapping[str, Any]) -> Imported:
    """Return a session as it was exported.

    Raises:
        Unreadable: if it is something else, of a newer version, or damaged.
    """
    if row.get("format") != FORMAT:
        raise Unreadable("it is no session exported by tui-chat")
    version = row.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or not 1 <= version <= VERSION:
        raise Unreadable(f"it has version {version}, and known is up to {VERSION}: update tui-chat")
    rows = row.get("messages")
    if not isinstance(rows, list):
        raise Unreadable("it has no messages (no “messages”)")
    try:
        session = ChatSession.model_validate(row.get("session"))
    except ValidationError as error:
        raise Unreadable(f"its session is damaged at {_place(error)}") from error
    session.id = _plain(session.id)
    losses: Counter[str] = Counter()
    messages = _messages(rows, session.id, losses)
    if session.current_node is not None:
        session.current_node = _plain(session.current_node)
    if session.status is SessionStatus.STREAMING:
        session.status = SessionStatus.INTERRUPTED
    if losses:
        session.message_count = len(messages)
    return Imported(session, messages, losses)


def _messages(rows: list[Any], session_id: str, losses: Counter[str]) -> list[ChatMessage]:
    found: dict[str, ChatMessage] = {}
    for row in rows:
        try:
            message = ChatMessage.model_validate(row)
        except ValidationError:
            losses[DAMAGED] += 1
            continue
        message.id = _plain(message.id)
        if message.parent_id is not None:
            message.parent_id = _plain(message.parent_id)
        message.session_id = session_id
        if message.is_running:
            # Nobody writes it any more.
            message.status = MessageStatus.INTERRUPTED
        losses[REPEATED] += message.id in found
        found.setdefault(message.id, message)
    _cut_loops(found, losses)
    losses += Counter()  # without those that are 0
    return list(found.values())


def _cut_loops(messages: Mapping[str, ChatMessage], losses: Counter[str]) -> None:
    """Let no message follow from itself."""
    good: set[str | None] = {None}
    for message in messages.values():
        path: dict[str, ChatMessage] = {}
        at: ChatMessage | None = message
        while at is not None and at.id not in good and at.id not in path:
            path[at.id] = at
            at = messages.get(at.parent_id or "")
        if at is not None and at.id in path:
            at.parent_id = None
            losses[LOOPS] += 1
        good.update(path)


def _plain(foreign: str) -> str:
    """Return an id as it is, or one made of it if it is none of ours."""
    return foreign if _PLAIN_ID.fullmatch(foreign) else stable_id("tui-chat", foreign)


def _place(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return ".".join(str(step) for step in first["loc"]) or "its beginning"
