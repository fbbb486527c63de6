"""JSON Lines of OpenAI's ``messages``, as fine-tuning takes them: a line for each branch.

Shape: ``{"messages": [{"role": "system", "content": "…"}, …]}``, UTF-8, the last message from the assistant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from tui_chat.domain.messages import (
    ChatMessage,
    FilePart,
    ImagePart,
    Part,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.exporters.base import Export
from tui_chat.exporters.branches import answered, branches
from tui_chat.exporters.json_text import json_text


def render(export: Export) -> str:
    """Return a line for the visible branch or, with the whole tree, for every branch."""
    head = [{"role": "system", "content": export.session.system_prompt}] if export.session.system_prompt else []
    lines = ({"messages": [*head, *_messages(answered(branch))]} for branch in branches(export))
    return "".join(f"{json_text(line)}\n" for line in lines)


def _messages(branch: Iterable[ChatMessage]) -> Iterator[dict[str, Any]]:
    for message in branch:
        # What a tool answered is a message of its own in this shape, even where we keep it within a reply.
        for is_result, parts in groupby(message.parts, key=lambda part: part.kind == "tool_result"):
            if is_result:
                yield from map(_result, parts)
            elif plain := _message(message.role, list(parts)):
                yield plain


def _message(role: Role, parts: list[Part]) -> dict[str, Any]:
    """Return what was said, asked of tools or shown; nothing if it is empty."""
    content = _content(parts)
    calls = [_call(part) for part in parts if isinstance(part, ToolCallPart)]
    if not content and not calls:
        return {}
    plain = {"role": role.value, "content": content or None}
    return {**plain, "tool_calls": calls} if calls else plain


def _content(parts: list[Part]) -> str | list[dict[str, Any]]:
    """Return the texts as one; a list of texts and images where there are images."""
    pieces: list[dict[str, Any]] = []
    for part in parts:
        if isinstance(part, TextPart) and part.text:
            pieces.append({"type": "text", "text": part.text})
        elif isinstance(part, FilePart):
            pieces.append({"type": "text", "text": f"\n\n{part.name}:\n\n{part.text}"})
        elif isinstance(part, ImagePart):
            url = f"data:{part.media_type};base64,{part.data}" if part.data else part.url
            pieces.append({"type": "image_url", "image_url": {"url": url}})
    if any(piece["type"] == "image_url" for piece in pieces):
        return pieces
    return "".join(piece["text"] for piece in pieces)


def _call(part: ToolCallPart) -> dict[str, Any]:
    return {"id": part.call_id, "type": "function", "function": {"name": part.name, "arguments": part.arguments}}


def _result(part: Part) -> dict[str, Any]:
    assert isinstance(part, ToolResultPart)  # noqa: S101  # grouped by kind
    return {"role": "tool", "tool_call_id": part.call_id, "content": part.text}
