"""elia's database, ``elia.sqlite`` (read as elia 1.10 writes it)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.importers.base import ROLES, Imported, Item, Sample, stable_id
from tui_chat.importers.databases import Database, Row, read_database
from tui_chat.importers.nodes import UNKNOWN_TIME, Node, Tree, finish
from tui_chat.importers.sources import Source
from tui_chat.importers.values import key, moment, text

#: How elia names the models that it knows itself.
_PREFIX = "elia-"


def fits(sample: Sample) -> bool:
    """Return whether it is elia's."""
    tables = sample.tables
    return {"started_at", "title"} <= tables.get("chat", frozenset()) and "role" in tables.get("message", frozenset())


def read(source: Source) -> Iterator[Item]:
    """Yield the chats of a database."""
    return read_database(source, lambda opened: _sessions(opened, source))


def _sessions(opened: Database, source: Source) -> Iterator[Imported]:
    chats = {chat["id"]: chat for chat in opened.rows("chat")}
    for chat_id, rows in opened.groups("message", "chat_id", order="id"):
        if chat_id in chats:
            yield _session(chats[chat_id], rows, source)


def _session(chat: Row, rows: list[Row], source: Source) -> Imported:
    name = text(chat["title"])
    session = ChatSession(
        # Several computers count their chats from 1, so the number alone is no id.
        id=stable_id("elia", key(chat["id"]), text(chat["started_at"])),
        name=name,
        model=text(chat["model"]).removeprefix(_PREFIX),
        archived=bool(chat.get("archived")),
    )
    if rows and rows[0]["role"] == "system":
        session.system_prompt = text(rows[0]["content"])
        rows = rows[1:]
    nodes: list[Node] = []
    for row in rows:
        before = nodes[-1].key if nodes else ""
        nodes.append(Node(key(row["id"]), key(row.get("parent_id")) or before, _message(session, row)))
    tree = Tree(nodes)
    session.current_node = tree.leaf(nodes[-1].key if nodes else "")
    return finish(
        session,
        tree.messages,
        Counter(tree.losses),
        created=moment(chat["started_at"]),
        updated=None,
        fallback=source.modified,
    )


def _message(session: ChatSession, row: Row) -> ChatMessage | None:
    role = ROLES.get(text(row["role"]))
    if role is None or not text(row["content"]):
        return None
    is_reply = role is Role.ASSISTANT
    return ChatMessage(
        id=stable_id(session.id, key(row["id"])),
        session_id=session.id,
        role=role,
        parts=[TextPart(text=text(row["content"]))],
        model=text(row.get("model")).removeprefix(_PREFIX) or session.model if is_reply else "",
        created_at=moment(row["timestamp"]) or UNKNOWN_TIME,
    )
