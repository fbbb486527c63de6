"""Open WebUI: a list with one chat row, whose ``history`` holds the whole tree and ``messages`` the visible branch.

Times are whole seconds there, ``chat.timestamp`` alone milliseconds. Reasoning, tool calls and citations stand where
its own replies have them: the first two as ``<details>`` in the text, the last in ``sources``.
"""

from __future__ import annotations

from html import escape
from typing import Any

from tui_chat.domain.messages import (
    ChatMessage,
    FilePart,
    ImagePart,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.domain.tree import MessageTree
from tui_chat.exporters.base import Export
from tui_chat.exporters.json_text import json_text


def render(export: Export) -> str:
    """Return the session as Open WebUI exports and imports a chat."""
    session, options = export.session, export.options
    tree = MessageTree(export.tree if options.tree else export.messages)
    messages = {message.id: _message(message, tree, reasoning=options.reasoning) for message in tree}
    branch = [messages[message.id] for message in export.messages if message.id in messages]
    created, updated = int(session.created_at.timestamp()), int(session.updated_at.timestamp())
    chat = {
        "id": session.id,
        "title": session.name,
        "models": [session.model] if session.model else [],
        "params": {"system": session.system_prompt} if session.system_prompt else {},
        "system": session.system_prompt,
        "history": {"messages": messages, "currentId": branch[-1]["id"] if branch else None},
        "messages": branch,
        "tags": session.tags,
        "timestamp": created * 1000,
        "files": [],
    }
    row = {
        "id": session.id,
        "user_id": "",
        "title": session.name,
        "chat": chat,
        "created_at": created,
        "updated_at": updated,
        "share_id": None,
        "archived": session.archived,
        "pinned": session.pinned,
        "meta": {"tags": session.tags},
        "folder_id": None,
    }
    return json_text([row], indent=2) + "\n"


def _message(message: ChatMessage, tree: MessageTree, *, reasoning: bool) -> dict[str, Any]:
    parent = tree.get(message.parent_id)
    plain: dict[str, Any] = {
        "id": message.id,
        "parentId": parent.id if parent else None,
        "childrenIds": [child.id for child in tree.children(message.id)],
        "role": message.role.value,
        "content": _content(message, reasoning=reasoning),
        "timestamp": int(message.created_at.timestamp()),
    }
    if files := [_file(part) for part in message.parts if isinstance(part, ImagePart | FilePart)]:
        plain["files"] = files
    if message.role is Role.ASSISTANT:
        plain.update(_reply(message))
    return plain


def _reply(message: ChatMessage) -> dict[str, Any]:
    plain: dict[str, Any] = {"model": message.model, "modelName": message.model, "modelIdx": 0, "done": True}
    if message.usage is not None:
        plain["usage"] = {
            "prompt_tokens": message.usage.input_tokens,
            "completion_tokens": message.usage.output_tokens,
            "total_tokens": message.usage.total_tokens,
        }
    if message.citations:
        plain["sources"] = [
            {
                "source": {"name": one.title or one.url, "url": one.url},
                "document": [one.description],
                "metadata": [{"source": one.url, "name": one.title}],
            }
            for one in message.citations
        ]
    if message.rating is not None:
        plain["annotation"] = {"rating": message.rating, "comment": message.feedback}
    if message.error is not None:
        plain["error"] = {"content": message.error.text}
    return plain


def _content(message: ChatMessage, *, reasoning: bool) -> str:
    results = {part.call_id: part for part in message.parts if isinstance(part, ToolResultPart)}
    pieces = []
    for part in message.parts:
        if isinstance(part, TextPart):
            pieces.append(part.text)
        elif isinstance(part, ReasoningPart) and part.text and reasoning:
            pieces.append(_thought(part, message))
        elif isinstance(part, ToolCallPart):
            pieces.append(_called(part, results.get(part.call_id)))
    return "".join(pieces)


def _thought(part: ReasoningPart, message: ChatMessage) -> str:
    duration = round(message.timing.reasoning or 0) if message.timing else 0
    quoted = "\n".join(f"> {escape(line)}" for line in part.text.split("\n"))
    head = f'<details type="reasoning" done="true" duration="{duration}">'
    return f"{head}\n<summary>Thought for {duration} seconds</summary>\n{quoted}\n</details>\n"


def _called(part: ToolCallPart, result: ToolResultPart | None) -> str:
    answer = f' result="{escape(json_text(result.text))}"' if result else ""
    facts = f'id="{escape(part.call_id)}" name="{escape(part.name)}" arguments="{escape(json_text(part.arguments))}"'
    return f'<details type="tool_calls" done="true" {facts}{answer}>\n<summary>Tool Executed</summary>\n</details>\n'


def _file(part: ImagePart | FilePart) -> dict[str, Any]:
    if isinstance(part, FilePart):
        return {"type": "file", "name": part.name, "file": {"filename": part.name, "data": {"content": part.text}}}
    url = f"data:{part.media_type};base64,{part.data}" if part.data else part.url
    return {"type": "image", "url": url, "name": part.name}
