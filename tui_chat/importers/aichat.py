"""aichat's sessions: a YAML file each (read as its sources of version 0.30 write them)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any

from tui_chat.domain.messages import ChatMessage, Part, Role, TextPart, ToolCallPart, ToolResultPart
from tui_chat.domain.sessions import ChatSession, Params
from tui_chat.importers.base import ROLES, Imported, Item, Problem, Sample, Unreadable, stable_id, whole
from tui_chat.importers.media import MISSING_IMAGE, NO_IMAGE, image_at
from tui_chat.importers.nodes import UNKNOWN_TIME, Tree, chain, finish
from tui_chat.importers.sources import Source
from tui_chat.importers.values import json_text, key, mapping, mappings, number, text
from tui_chat.importers.yaml_text import loaded

#: aichat's names of providers that have another one here.
_PROVIDERS = {"claude": "anthropic", "gemini": "gemini", "azure-openai": "azure", "vertexai": "gemini"}

#: Sessions that got no name are called by the time they began.
_STAMP = re.compile(r"(\d{8}T\d{6})(?:-|$)", re.ASCII)


def fits(sample: Sample) -> bool:
    """Return whether it is aichat's: YAML with a model and messages."""
    return all(re.search(rf"^{field}:", sample.text, re.MULTILINE) for field in ("model", "messages"))


def read(source: Source) -> Iterator[Item]:
    """Yield the session of a file."""
    try:
        content = whole(source).decode()
    except Unreadable as error:
        yield Problem(source.where, str(error))
        return
    row = loaded(content)
    if isinstance(row, dict) and isinstance(row.get("messages"), list):
        yield _session(row, source)
    else:
        yield Problem(source.where, "it is no session of aichat, or not all of it")


def _session(row: Mapping[str, Any], source: Source) -> Imported:
    stem = PurePath(source.name).stem
    provider, colon, model = text(row.get("model")).partition(":")
    rows = [*mappings(row.get("compressed_messages")), *mappings(row.get("messages"))]
    first = next((json_text(one.get("content")) for one in rows if one.get("role") != "system"), "")
    session = ChatSession(
        # Several computers may have a session of the same name.
        id=stable_id("aichat", stem, first),
        name=_STAMP.sub("", stem).replace("-", " ") if _STAMP.match(stem) else stem,
        provider=_PROVIDERS.get(provider, provider) if colon else "",
        model=model or provider,
        params=Params(temperature=number(row.get("temperature")), top_p=number(row.get("top_p"))),
    )
    reader = _Reader(session)
    tree = Tree(chain(reader.messages(rows)))
    session.current_node = tree.leaf("")
    begun = _begun(stem)
    updated = max(source.modified, begun) if begun else source.modified
    return finish(session, tree.messages, reader.losses, created=begun or updated, updated=updated, fallback=updated)


def _begun(stem: str) -> datetime | None:
    """Return the time that a name begins with, which is local."""
    found = _STAMP.match(stem)
    try:
        return datetime.fromisoformat(found[1]).astimezone() if found else None
    except (ValueError, OverflowError, OSError):
        return None


class _Reader:
    """Reads the messages of one session."""

    def __init__(self, session: ChatSession) -> None:
        self.losses: Counter[str] = Counter()
        self._session = session

    def messages(self, rows: list[Mapping[str, Any]]) -> Iterator[tuple[str, ChatMessage]]:
        """Yield the messages with their keys. The system prompt goes to the session."""
        for place, row in enumerate(rows):
            role = ROLES.get(text(row.get("role")))
            parts = list(self._parts(row.get("content")))
            if role is Role.SYSTEM:
                words = "".join(part.text for part in parts if isinstance(part, TextPart))
                self._session.system_prompt = self._session.system_prompt or words
            elif role is not None and parts:
                is_reply = role is Role.ASSISTANT
                message = ChatMessage(
                    id=stable_id(self._session.id, str(place)),
                    session_id=self._session.id,
                    role=role,
                    parts=parts,
                    provider=self._session.provider if is_reply else "",
                    model=self._session.model if is_reply else "",
                    created_at=UNKNOWN_TIME,
                )
                yield str(place), message

    def _parts(self, content: object) -> Iterator[Part]:
        if isinstance(content, str):
            yield from [TextPart(text=text(content))] if content else []
            return
        for part in mappings(content):
            if words := text(part.get("text")):
                yield TextPart(text=words)
            elif address := text(mapping(part.get("image_url")).get("url")):
                found = image_at(address)
                self.losses.update([] if found else [NO_IMAGE])
                yield found or TextPart(text=f"{MISSING_IMAGE}\n\n")
        if results := mappings(mapping(content).get("tool_results")):
            yield from self._tools(results)
            if words := text(mapping(content).get("text")):
                yield TextPart(text=words)

    def _tools(self, results: list[Mapping[str, Any]]) -> Iterator[Part]:
        for result in results:
            call = mapping(result.get("call"))
            name = text(call.get("name")) or "tool"
            call_id = key(call.get("id")) or name
            yield ToolCallPart(call_id=call_id, name=name, arguments=json_text(call.get("arguments")))
            yield ToolResultPart(call_id=call_id, text=json_text(result.get("output")))
