"""ChatGPT's data export: ``conversations.json``, or several of them, in a zip archive or out of it.

A conversation is a tree of nodes; a reply with thoughts and tools is a chain of them, which becomes one message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tui_chat.domain.messages import ChatMessage, FinishReason, MessageStatus, Role
from tui_chat.domain.sessions import ChatSession
from tui_chat.importers.base import ROLES, Imported, Item, Sample, Unreadable, stable_id
from tui_chat.importers.chatgpt_content import Content
from tui_chat.importers.nodes import UNKNOWN_TIME, Node, Tree, finish
from tui_chat.importers.rows import read_rows
from tui_chat.importers.sources import Source
from tui_chat.importers.turns import merged
from tui_chat.importers.values import items, key, mapping, moment, text

_FINISHED = {
    "stop": FinishReason.STOP,
    "max_tokens": FinishReason.LENGTH,
    "content_filter": FinishReason.FILTER,
    "interrupted": FinishReason.OTHER,
}

#: Names of models that stand for a choice by the server.
_NO_MODELS = {"", "auto"}


def fits(sample: Sample) -> bool:
    """Return whether it is ChatGPT's: conversations with a ``mapping`` of nodes."""
    return any(isinstance(row.get("mapping"), dict) for row in sample.rows)


def read(source: Source) -> Iterator[Item]:
    """Yield the conversations of a file."""
    return read_rows(source, convert)


def convert(row: Mapping[str, Any], source: Source) -> Imported:
    """Return a conversation as a session.

    Raises:
        Unreadable: if it has no nodes.
    """
    nodes = row.get("mapping")
    if not isinstance(nodes, dict):
        raise Unreadable("it has no tree of messages (no “mapping”)")
    foreign = key(row.get("id")) or key(row.get("conversation_id"))
    session = ChatSession(
        id=stable_id("chatgpt", foreign or ",".join(nodes)),
        name=text(row.get("title")),
        archived=row.get("is_archived") is True,
        pinned=row.get("is_starred") is True,
    )
    reader = _Reader(session, source)
    tree = Tree([reader.node(name, mapping(node)) for name, node in nodes.items()])
    messages, leaf = merged(tree.messages, tree.leaf(text(row.get("current_node"))))
    session.current_node = leaf
    session.system_prompt = "\n\n".join(dict.fromkeys(reader.instructions))
    slug = text(row.get("default_model_slug"))
    result = finish(
        session,
        messages,
        reader.losses + tree.losses,
        created=moment(row.get("create_time")),
        updated=moment(row.get("update_time")),
        fallback=source.modified,
    )
    session.model = session.model or ("" if slug in _NO_MODELS else slug)
    return result


class _Reader:
    """Reads the nodes of one conversation."""

    def __init__(self, session: ChatSession, source: Source) -> None:
        self.losses: Counter[str] = Counter()
        self.instructions: list[str] = []
        self._session = session
        self._content = Content(source, self.losses)

    def node(self, name: str, row: Mapping[str, Any]) -> Node:
        message = self._message(name, mapping(row.get("message")))
        children = [child for child in items(row.get("children")) if isinstance(child, str)]
        return Node(name, text(row.get("parent")), message, children)

    def _message(self, name: str, row: Mapping[str, Any]) -> ChatMessage | None:
        content, metadata = mapping(row.get("content")), mapping(row.get("metadata"))
        author = mapping(row.get("author"))
        role = ROLES.get(text(author.get("role")))
        if content.get("content_type") == "user_editable_context":
            self._note_instructions(content)
            return None
        if role is None or metadata.get("is_visually_hidden_from_conversation") is True:
            return None
        parts = self._content.parts(role, row)
        if not parts:
            return None
        model = text(metadata.get("model_slug")) or text(metadata.get("default_model_slug"))
        reason = text(mapping(metadata.get("finish_details")).get("type"))
        is_reply = role is Role.ASSISTANT
        return ChatMessage(
            id=stable_id(self._session.id, name),
            session_id=self._session.id,
            role=role,
            parts=parts,
            provider="openai" if is_reply else "",
            model=model if is_reply and model not in _NO_MODELS else "",
            created_at=moment(row.get("create_time")) or UNKNOWN_TIME,
            status=_status(row.get("status"), reason) if is_reply else MessageStatus.COMPLETE,
            finish_reason=_FINISHED.get(reason) if is_reply else None,
        )

    def _note_instructions(self, content: Mapping[str, Any]) -> None:
        """Keep what the user told ChatGPT to know in every conversation."""
        for field in ("user_profile", "user_instructions"):
            if words := text(content.get(field)).strip():
                self.instructions.append(words)


def _status(status: object, reason: str) -> MessageStatus:
    if status == "in_progress" or reason == "interrupted":
        return MessageStatus.INTERRUPTED
    return MessageStatus.COMPLETE
