"""oterm's database, ``store.db`` (read as oterm 0.26 writes it). It keeps no times: the file's own is taken."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tui_chat.domain.messages import ChatMessage, Part, Role, TextPart
from tui_chat.domain.sessions import ChatSession, Params
from tui_chat.importers.base import Imported, Item, Sample, stable_id
from tui_chat.importers.databases import Database, Row, read_database
from tui_chat.importers.media import MISSING_IMAGE, NO_IMAGE, image_of_base64
from tui_chat.importers.nodes import UNKNOWN_TIME, Tree, chain, finish
from tui_chat.importers.sources import Source
from tui_chat.importers.values import count, items, key, mapping, number, text

_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT}


def fits(sample: Sample) -> bool:
    """Return whether it is oterm's."""
    tables = sample.tables
    return "name" in tables.get("chat", frozenset()) and "author" in tables.get("message", frozenset())


def read(source: Source) -> Iterator[Item]:
    """Yield the chats of a database."""
    return read_database(source, lambda opened: _sessions(opened, source))


def _sessions(opened: Database, source: Source) -> Iterator[Imported]:
    chats = {chat["id"]: (place, chat) for place, chat in enumerate(opened.rows("chat", order="id"))}
    for chat_id, rows in opened.groups("message", "chat_id", order="id"):
        if chat_id in chats:
            place, chat = chats[chat_id]
            yield _session(chat, rows, source, age=len(chats) - place)


def _session(chat: Row, rows: list[Row], source: Source, *, age: int) -> Imported:
    parameters = mapping(_loaded(chat.get("parameters")))
    session = ChatSession(
        # Several computers count their chats from 1, so the number alone is no id.
        id=stable_id("oterm", key(chat["id"]), text(rows[0]["text"])),
        name=text(chat["name"]).removesuffix(f" - {text(chat['model'])}"),
        provider=_provider(text(chat.get("provider"))),
        model=text(chat["model"]),
        system_prompt=text(chat["system"]),
        params=Params(
            temperature=number(parameters.get("temperature")),
            top_p=number(parameters.get("top_p")),
            max_tokens=count(parameters.get("max_tokens")) or None,
            seed=count(parameters.get("seed")) or None,
        ),
    )
    losses: Counter[str] = Counter()
    tree = Tree(chain((key(row["id"]), message) for row in rows if (message := _message(session, row, losses))))
    session.current_node = tree.leaf("")
    # A second apart, so that they are listed in their order.
    time = source.modified - timedelta(seconds=age)
    return finish(session, tree.messages, losses, created=time, updated=None, fallback=time)


def _message(session: ChatSession, row: Row, losses: Counter[str]) -> ChatMessage | None:
    role = _ROLES.get(text(row["author"]))
    parts: list[Part] = []
    for encoded in items(_loaded(row.get("images"))):
        found = image_of_base64(text(encoded))
        losses.update([] if found else [NO_IMAGE])
        parts.append(found or TextPart(text=f"{MISSING_IMAGE}\n\n"))
    if words := text(row["text"]):
        parts.append(TextPart(text=words))
    if role is None or not parts:
        return None
    return ChatMessage(
        id=stable_id(session.id, key(row["id"])),
        session_id=session.id,
        role=role,
        parts=parts,
        provider=session.provider if role is Role.ASSISTANT else "",
        model=session.model if role is Role.ASSISTANT else "",
        created_at=UNKNOWN_TIME,
    )


def _provider(name: str) -> str:
    return {"google": "gemini", "google-gla": "gemini"}.get(name, name)


def _loaded(value: object) -> Any:
    try:
        return json.loads(text(value))
    except (ValueError, RecursionError):
        return None
