"""Plain lists of messages: OpenAI's ``messages``, ShareGPT's ``conversations``, and everybody's spellings of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tui_chat.domain.messages import ChatMessage, Part, ReasoningPart, Role, TextPart, ToolCallPart, ToolResultPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.importers.base import Imported, stable_id
from tui_chat.importers.media import MISSING_IMAGE, NO_IMAGE, image_at
from tui_chat.importers.nodes import UNKNOWN_TIME, Tree, chain, finish
from tui_chat.importers.sources import Source
from tui_chat.importers.values import digest, json_text, key, mapping, mappings, moment, text

UNKNOWN_ROLE = "messages of somebody who is not known"

_ROLES = {
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "human": Role.USER,
    "user": Role.USER,
    "gpt": Role.ASSISTANT,
    "chatgpt": Role.ASSISTANT,
    "bing": Role.ASSISTANT,
    "bard": Role.ASSISTANT,
    "assistant": Role.ASSISTANT,
    "model": Role.ASSISTANT,
    "function_call": Role.ASSISTANT,
    "tool": Role.TOOL,
    "function": Role.TOOL,
    "observation": Role.TOOL,
}


def session_of(row: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], kind: str, source: Source) -> Imported:
    """Return a list of messages as a session.

    Args:
        row: The object that the list is in.
        rows: The messages.
        kind: Name of the format.
        source: Where it is from.
    """
    rows = list(rows)
    session = ChatSession(
        id=stable_id(kind, key(row.get("id")) or digest(rows)),
        name=text(row.get("title")) or text(row.get("name")),
        model=text(row.get("model")),
        system_prompt=text(row.get("system")),
    )
    reader = _Reader(session)
    tree = Tree(chain(reader.messages(rows)))
    session.current_node = tree.leaf("")
    return finish(
        session,
        tree.messages,
        reader.losses + tree.losses,
        created=moment(row.get("created_at")) or moment(row.get("create_time")),
        updated=moment(row.get("updated_at")),
        fallback=source.modified,
    )


class _Reader:
    """Reads the messages of one list."""

    def __init__(self, session: ChatSession) -> None:
        self.losses: Counter[str] = Counter()
        self._session = session

    def messages(self, rows: list[Mapping[str, Any]]) -> Iterator[tuple[str, ChatMessage]]:
        """Yield the messages with their keys. A system prompt at the beginning goes to the session."""
        for place, row in enumerate(rows):
            speaker = text(row.get("role")) or text(row.get("from"))
            role = _ROLES.get(speaker.lower())
            if role is None:
                self.losses[UNKNOWN_ROLE] += 1
                continue
            parts = list(self._parts(role, speaker, row))
            if place == 0 and role is Role.SYSTEM and not self._session.system_prompt:
                self._session.system_prompt = "".join(part.text for part in parts if isinstance(part, TextPart))
            elif parts:
                yield str(place), self._message(str(place), role, parts, row)

    def _message(self, name: str, role: Role, parts: list[Part], row: Mapping[str, Any]) -> ChatMessage:
        time = moment(row.get("created_at")) or moment(row.get("timestamp")) or moment(row.get("create_time"))
        return ChatMessage(
            id=stable_id(self._session.id, name),
            session_id=self._session.id,
            role=role,
            parts=parts,
            model=text(row.get("model")) or self._session.model if role is Role.ASSISTANT else "",
            created_at=time or UNKNOWN_TIME,
        )

    def _parts(self, role: Role, speaker: str, row: Mapping[str, Any]) -> Iterator[Part]:
        content = next((row[field] for field in ("content", "value", "text") if row.get(field)), None)
        if thought := text(row.get("reasoning_content")) or text(row.get("reasoning")):
            yield ReasoningPart(text=thought)
        if role is Role.TOOL:
            call_id = key(row.get("tool_call_id")) or text(row.get("name")) or "tool"
            yield ToolResultPart(call_id=call_id, text=json_text(content))
            return
        if speaker == "function_call":
            yield ToolCallPart(call_id="tool", name=text(mapping(content).get("name")), arguments=json_text(content))
            return
        yield from self._contents(content)
        for call in mappings(row.get("tool_calls")):
            function = mapping(call.get("function"))
            name = text(function.get("name")) or "tool"
            arguments = json_text(function.get("arguments"))
            yield ToolCallPart(call_id=key(call.get("id")) or name, name=name, arguments=arguments)

    def _contents(self, content: object) -> Iterator[Part]:
        if isinstance(content, str):
            yield TextPart(text=text(content))
        for part in mappings(content):
            image = part.get("image_url")
            if isinstance(image, dict | str):
                yield self._image(text(mapping(image).get("url")) or text(image))
            elif words := text(part.get("text")):
                yield TextPart(text=words)

    def _image(self, address: str) -> Part:
        found = image_at(address)
        if found is None:
            self.losses[NO_IMAGE] += 1
        return found or TextPart(text=f"{MISSING_IMAGE}\n\n")
