"""LibreChat's export of a conversation: its messages side by side, or each with its answers inside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tui_chat.domain.messages import (
    ChatMessage,
    FilePart,
    MessageError,
    MessageStatus,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.domain.sessions import ChatSession, Params
from tui_chat.domain.usage import Usage
from tui_chat.importers.base import Imported, Item, Sample, Unreadable, stable_id
from tui_chat.importers.media import MISSING_IMAGE, NO_FILE, NO_IMAGE, image_at
from tui_chat.importers.nodes import UNKNOWN_TIME, Node, Tree, finish
from tui_chat.importers.rows import read_rows
from tui_chat.importers.sources import Source
from tui_chat.importers.values import count, digest, items, json_text, key, mapping, mappings, moment, number, text

#: Names of LibreChat's endpoints that have another one here.
_PROVIDERS = {
    "openai": "openai",
    "azureopenai": "azure",
    "anthropic": "anthropic",
    "google": "gemini",
    "ollama": "ollama",
    "openrouter": "openrouter",
    "groq": "groq",
    "mistral": "mistral",
    "deepseek": "deepseek",
}


def fits(sample: Sample) -> bool:
    """Return whether it is LibreChat's: a conversation with its messages or a tree of them."""
    return any("conversationId" in row and ("messages" in row or "messagesTree" in row) for row in sample.rows)


def read(source: Source) -> Iterator[Item]:
    """Yield the conversations of a file: mostly one."""
    return read_rows(source, convert)


def convert(row: Mapping[str, Any], source: Source) -> Imported:
    """Return a conversation as a session.

    Raises:
        Unreadable: if it has no messages.
    """
    found = row.get("messagesTree", row.get("messages"))
    if not isinstance(found, list):
        raise Unreadable("it has no messages (no “messages”)")
    rows = list(_flat(found))
    options = mapping(row.get("options"))
    endpoint = text(row.get("endpoint")) or text(options.get("endpoint"))
    session = ChatSession(
        id=stable_id("librechat", key(row.get("conversationId")) or digest(rows)),
        name=text(row.get("title")),
        provider=_PROVIDERS.get(endpoint.lower(), ""),
        model=text(options.get("model")),
        system_prompt=text(options.get("promptPrefix")) or text(options.get("system")),
        params=Params(temperature=number(options.get("temperature")), top_p=number(options.get("top_p"))),
        tags=[tag for tag in map(text, items(row.get("tags"))) if tag],
    )
    reader = _Reader(session)
    tree = Tree([reader.node(place, one) for place, one in enumerate(rows)])
    session.current_node = tree.leaf("")
    return finish(
        session,
        tree.messages,
        reader.losses + tree.losses,
        created=moment(row.get("createdAt")),
        updated=moment(row.get("updatedAt")),
        fallback=moment(row.get("exportAt")) or source.modified,
    )


def _flat(rows: list[Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the messages, those inside others too, however deep, each with the id of the one it is in."""
    waiting = [("", row) for row in reversed(mappings(rows))]
    while waiting:
        parent, row = waiting.pop()
        name = key(row.get("messageId"))
        yield {"parentMessageId": parent, **row}
        waiting.extend((name, child) for child in reversed(mappings(row.get("children"))))


class _Reader:
    """Reads the messages of one conversation."""

    def __init__(self, session: ChatSession) -> None:
        self.losses: Counter[str] = Counter()
        self._session = session

    def node(self, place: int, row: Mapping[str, Any]) -> Node:
        """Return a message as a node."""
        name = key(row.get("messageId")) or str(place)
        return Node(name, key(row.get("parentMessageId")), self._message(name, row))

    def _message(self, name: str, row: Mapping[str, Any]) -> ChatMessage | None:
        role = Role.USER if row.get("isCreatedByUser") is True else Role.ASSISTANT
        parts = [*self._files(row), *self._parts(row)]
        if not parts:
            return None
        is_reply = role is Role.ASSISTANT
        has_failed = row.get("error") is True
        words = "".join(part.text for part in parts if isinstance(part, TextPart))
        tokens = count(row.get("tokenCount"))
        return ChatMessage(
            id=stable_id(self._session.id, name),
            session_id=self._session.id,
            role=role,
            parts=[] if has_failed else parts,
            provider=_PROVIDERS.get(text(row.get("endpoint")).lower(), self._session.provider) if is_reply else "",
            model=text(row.get("model")) if is_reply else "",
            created_at=moment(row.get("createdAt")) or UNKNOWN_TIME,
            status=_status(row, has_failed=has_failed),
            error=MessageError(kind="ProviderError", text=words) if has_failed else None,
            usage=Usage(output_tokens=tokens) if tokens and is_reply else None,
        )

    def _files(self, row: Mapping[str, Any]) -> Iterator[Part]:
        for file in [*mappings(row.get("files")), *mappings(row.get("attachments"))]:
            name = text(file.get("filename"))
            if words := text(file.get("text")):
                yield FilePart(name=name or "file", text=words)
            elif text(file.get("type")).startswith("image/"):
                yield self._image(text(file.get("filepath")), name)
            else:
                self.losses[NO_FILE] += 1

    def _image(self, address: str, name: str = "") -> Part:
        found = image_at(address, name)
        if found is None:
            self.losses[NO_IMAGE] += 1
        return found or TextPart(text=f"{MISSING_IMAGE}\n\n")

    def _parts(self, row: Mapping[str, Any]) -> Iterator[Part]:
        blocks = mappings(row.get("content"))
        for block in blocks:
            yield from self._block(block)
        if not blocks and (words := text(row.get("text"))):
            yield TextPart(text=words)

    def _block(self, block: Mapping[str, Any]) -> Iterator[Part]:
        kind = text(block.get("type"))
        if kind == "think":
            if words := _words(block, "think"):
                yield ReasoningPart(text=words)
        elif kind == "tool_call":
            yield from _call(mapping(block.get("tool_call")))
        elif kind == "image_url":
            yield self._image(text(mapping(block.get("image_url")).get("url")))
        elif words := _words(block, "text") or _words(block, "error"):
            yield TextPart(text=words)


def _words(block: Mapping[str, Any], field: str) -> str:
    """Return a text, which some versions wrap in an object."""
    value = block.get(field)
    return text(value) or text(mapping(value).get("value"))


def _call(call: Mapping[str, Any]) -> Iterator[Part]:
    inner = mapping(call.get("function")) or call
    name = text(inner.get("name")) or "tool"
    call_id = key(call.get("id")) or name
    yield ToolCallPart(call_id=call_id, name=name, arguments=json_text(call.get("args", inner.get("arguments"))))
    if output := json_text(call.get("output", inner.get("output"))):
        yield ToolResultPart(call_id=call_id, text=output)


def _status(row: Mapping[str, Any], *, has_failed: bool) -> MessageStatus:
    if has_failed:
        return MessageStatus.ERROR
    return MessageStatus.INTERRUPTED if row.get("unfinished") is True else MessageStatus.COMPLETE
