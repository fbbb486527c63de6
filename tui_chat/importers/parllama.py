"""parllama's chats: a JSON file each (read as its sources of version 0.10 write them)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from tui_chat.domain.messages import ChatMessage, FilePart, Part, ReasoningPart, Role, TextPart, ToolCallPart
from tui_chat.domain.sessions import ChatSession, Params
from tui_chat.importers.base import ROLES, Imported, Item, Sample, Unreadable, stable_id
from tui_chat.importers.media import MISSING_IMAGE, NO_FILE, NO_IMAGE, image_at, image_of_base64
from tui_chat.importers.nodes import UNKNOWN_TIME, Tree, chain, finish
from tui_chat.importers.rows import read_rows
from tui_chat.importers.sources import Source
from tui_chat.importers.values import digest, items, json_text, key, mapping, mappings, moment, number, text

#: parllama's names of providers that have another one here.
_PROVIDERS = {"xai": "xai", "google": "gemini", "llamacpp": "llamacpp", "azure": "azure", "github": "github"}


def fits(sample: Sample) -> bool:
    """Return whether it is parllama's."""
    return any("llm_config" in row and isinstance(row.get("messages"), list) for row in sample.rows)


def read(source: Source) -> Iterator[Item]:
    """Yield the chat of a file."""
    return read_rows(source, convert)


def convert(row: Mapping[str, Any], source: Source) -> Imported:
    """Return a chat as a session.

    Raises:
        Unreadable: if it has no messages.
    """
    if not isinstance(row.get("messages"), list):
        raise Unreadable("it has no messages (no “messages”)")
    config = _config(row.get("llm_config"))
    provider = text(config.get("provider")).lower()
    session = ChatSession(
        id=stable_id("parllama", key(row.get("id")) or digest(mappings(row["messages"]))),
        name=text(row.get("name")),
        provider=_PROVIDERS.get(provider, provider),
        model=text(config.get("model_name")),
        params=Params(temperature=number(config.get("temperature"))),
    )
    losses: Counter[str] = Counter()
    rows = mappings(row["messages"])
    if rows and rows[0].get("role") == "system":
        session.system_prompt = text(rows[0].get("content"))
        rows = rows[1:]
    tree = Tree(chain(_named(session, rows, losses)))
    session.current_node = tree.leaf("")
    time = moment(row.get("last_updated")) or source.modified
    return finish(session, tree.messages, losses, created=time, updated=time, fallback=time)


def _config(value: object) -> Mapping[str, Any]:
    """Return the settings of a chat, which some versions write as JSON within JSON."""
    try:
        return mapping(orjson.loads(value) if isinstance(value, str) else value)
    except orjson.JSONDecodeError:
        return {}


def _named(
    session: ChatSession, rows: list[Mapping[str, Any]], losses: Counter[str]
) -> Iterator[tuple[str, ChatMessage]]:
    for place, row in enumerate(rows):
        name = key(row.get("id")) or str(place)
        role = ROLES.get(text(row.get("role")))
        parts = list(_parts(row, losses))
        if role is None or not parts:
            continue
        is_reply = role is Role.ASSISTANT
        yield (
            name,
            ChatMessage(
                id=stable_id(session.id, name),
                session_id=session.id,
                role=role,
                parts=parts,
                provider=session.provider if is_reply else "",
                model=session.model if is_reply else "",
                created_at=UNKNOWN_TIME,
            ),
        )


def _parts(row: Mapping[str, Any], losses: Counter[str]) -> Iterator[Part]:
    for address in map(text, items(row.get("images"))):
        found = image_at(address) or image_of_base64(address)
        losses.update([] if found else [NO_IMAGE])
        yield found or TextPart(text=f"{MISSING_IMAGE}\n\n")
    for document in mappings(row.get("documents")):
        if words := text(document.get("text")):
            name = text(document.get("name")) or "file"
            yield FilePart(name=name, text=words, media_type=text(document.get("mime_type")) or "text/plain")
        else:
            losses[NO_FILE] += 1
    if thought := text(row.get("thinking")):
        yield ReasoningPart(text=thought)
    if words := text(row.get("content")):
        yield TextPart(text=words)
    for call in mappings(row.get("tool_calls")):
        function = mapping(call.get("function")) or call
        name = text(function.get("name")) or "tool"
        arguments = json_text(function.get("arguments", function.get("args")))
        yield ToolCallPart(call_id=key(call.get("id")) or name, name=name, arguments=arguments)
