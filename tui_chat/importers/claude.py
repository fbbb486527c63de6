"""Claude's data export: ``conversations.json``, in a zip archive or out of it.

Newer exports say which message each one answers; in older ones the messages simply follow each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tui_chat.domain.messages import (
    ChatMessage,
    CitationPart,
    FilePart,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.domain.sessions import ChatSession
from tui_chat.importers.base import Imported, Item, Sample, Unreadable, stable_id
from tui_chat.importers.media import NO_FILE
from tui_chat.importers.nodes import UNKNOWN_TIME, Node, Tree, finish
from tui_chat.importers.rows import read_rows
from tui_chat.importers.sources import Source
from tui_chat.importers.values import items, json_text, key, mapping, mappings, moment, text

UNKNOWN_BLOCK = "contents of a kind that is not known"

_SENDERS = {"human": Role.USER, "user": Role.USER, "assistant": Role.ASSISTANT}

#: Blocks that say nothing to a reader.
_IGNORED = {"token_budget", "flag"}


def fits(sample: Sample) -> bool:
    """Return whether it is Claude's: conversations with ``chat_messages``."""
    return any(isinstance(row.get("chat_messages"), list) for row in sample.rows)


def read(source: Source) -> Iterator[Item]:
    """Yield the conversations of a file."""
    return read_rows(source, convert)


def convert(row: Mapping[str, Any], source: Source) -> Imported:
    """Return a conversation as a session.

    Raises:
        Unreadable: if it has no messages.
    """
    if not isinstance(row.get("chat_messages"), list):
        raise Unreadable("it has no messages (no “chat_messages”)")
    rows = mappings(row.get("chat_messages"))
    foreign = key(row.get("uuid")) or ",".join(key(one.get("uuid")) for one in rows)
    session = ChatSession(id=stable_id("claude", foreign), name=text(row.get("name")), model=text(row.get("model")))
    reader = _Reader(session)
    tree = Tree(reader.nodes(rows))
    session.current_node = tree.leaf(key(row.get("current_leaf_message_uuid")) or _newest(rows))
    return finish(
        session,
        tree.messages,
        reader.losses + tree.losses,
        created=moment(row.get("created_at")),
        updated=moment(row.get("updated_at")),
        fallback=source.modified,
    )


def _newest(rows: list[Mapping[str, Any]]) -> str:
    """Return the id of the newest message; of several, the last."""
    newest, at = "", None
    for row in rows:
        time = moment(row.get("created_at"))
        if time is not None and (at is None or time >= at):
            newest, at = key(row.get("uuid")), time
    return newest


class _Reader:
    """Reads the messages of one conversation."""

    def __init__(self, session: ChatSession) -> None:
        self.losses: Counter[str] = Counter()
        self._session = session

    def nodes(self, rows: list[Mapping[str, Any]]) -> Iterator[Node]:
        """Yield the messages as nodes."""
        has_tree = any("parent_message_uuid" in row for row in rows)
        before = ""
        for number, row in enumerate(rows):
            name = key(row.get("uuid")) or str(number)
            yield Node(name, key(row.get("parent_message_uuid")) if has_tree else before, self._message(name, row))
            before = name

    def _message(self, name: str, row: Mapping[str, Any]) -> ChatMessage | None:
        role = _SENDERS.get(text(row.get("sender")))
        parts = self._parts(row)
        if role is None or not parts:
            return None
        is_reply = role is Role.ASSISTANT
        return ChatMessage(
            id=stable_id(self._session.id, name),
            session_id=self._session.id,
            role=role,
            parts=parts,
            provider="anthropic" if is_reply else "",
            model=(text(row.get("model")) or self._session.model) if is_reply else "",
            created_at=moment(row.get("created_at")) or UNKNOWN_TIME,
        )

    def _parts(self, row: Mapping[str, Any]) -> list[Part]:
        parts: list[Part] = []
        for attachment in mappings(row.get("attachments")):
            name = text(attachment.get("file_name")) or "pasted text"
            if words := text(attachment.get("extracted_content")):
                parts.append(FilePart(name=name, text=words))
            else:
                self.losses[NO_FILE] += 1
        self.losses[NO_FILE] += len(items(row.get("files")))
        blocks = [part for block in mappings(row.get("content")) for part in self._block(block)]
        if not blocks and text(row.get("text")):
            blocks = [TextPart(text=text(row.get("text")))]
        citations: dict[tuple[str, str], None] = {}
        for block in mappings(row.get("content")):
            for one in mappings(block.get("citations")):
                details = mapping(one.get("details")) or one
                citations[text(details.get("url")), text(one.get("title")) or text(details.get("title"))] = None
        cited = enumerate((pair for pair in citations if pair[0]), 1)
        return parts + blocks + [CitationPart(number=number, url=url, title=title) for number, (url, title) in cited]

    def _block(self, block: Mapping[str, Any]) -> Iterator[Part]:
        kind = text(block.get("type"))
        match kind:
            case "text":
                if words := text(block.get("text")):
                    yield TextPart(text=words)
            case "thinking":
                if words := text(block.get("thinking")) or _summaries(block):
                    yield ReasoningPart(text=words)
            case "tool_use":
                name = text(block.get("name")) or "tool"
                yield ToolCallPart(
                    call_id=text(block.get("id")) or name, name=name, arguments=json_text(block.get("input"))
                )
            case "tool_result":
                name = text(block.get("tool_use_id")) or text(block.get("name")) or "tool"
                yield ToolResultPart(call_id=name, text=_result(block), is_error=block.get("is_error") is True)
            case _:
                if kind not in _IGNORED:
                    self.losses[UNKNOWN_BLOCK] += 1


def _summaries(block: Mapping[str, Any]) -> str:
    return "\n\n".join(words for one in mappings(block.get("summaries")) if (words := text(one.get("summary"))))


def _result(block: Mapping[str, Any]) -> str:
    content = block.get("content")
    if isinstance(content, str):
        return text(content)
    return "\n".join(words for one in mappings(content) if (words := text(one.get("text"))))
